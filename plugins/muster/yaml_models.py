"""A read YAML document against a pydantic model: every mistake, in the reader's words, with its place."""

import copy
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from muster.yaml_lines import Data, Document, Mistake, Where, keys_of

M = TypeVar("M", bound=BaseModel)

_MOST_SHOWN = 12
_MOST_ROUNDS = 5


class Entry(BaseModel):
    """A part of a YAML file: unknown keys are mistakes, values are never converted from another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class WrongValue(ValueError):  # noqa: N818 - says what a person wrote, not that the program failed
    """What a validator found: ``wrong`` is there, ``right`` would be right; neither quotes a secret."""

    def __init__(self, wrong: str, right: str = "") -> None:
        super().__init__(wrong, right)
        self.wrong = wrong
        self.right = right


def day(text: str) -> str:
    """A day written as YYYY-MM-DD; raises ``WrongValue`` for anything else. For pydantic."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):  # Python also reads weeks and 20250915
            raise ValueError  # noqa: TRY301 - the same answer as for a 31st of February
        date.fromisoformat(text)
    except ValueError:
        raise WrongValue(f"'{text[:40]}' is no day.", "Write it like 2025-09-15.") from None
    return text


Day = Annotated[str, AfterValidator(day)]
"""A day, as text in the form YYYY-MM-DD."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    by_fold = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    found = found or [name for name in by_fold if name.startswith(word.casefold()) and len(word) > 1]
    return by_fold[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], what: str) -> str:
    """``Did you mean 'Seattle'?``, else what there is."""
    names = list(dict.fromkeys(known))
    near = nearest(word, names)
    if near:
        return f"Did you mean '{near}'?"
    if not names:
        return f"No {what} is declared."
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return f"Known: {', '.join(names[:_MOST_SHOWN])}{more}."


@dataclass(frozen=True, slots=True)
class Checked(Generic[M]):
    """A document of the right form, or what is right of it: ``model`` is made without the parts that are wrong.

    ``mistakes`` holds every mistake of form; ``positions`` says where in the file a list item of the model stood.
    """

    document: Document
    model: M | None
    mistakes: tuple[Mistake, ...]
    positions: Mapping[Where, int] = field(default_factory=dict)

    def mistake(self, where: Where, wrong: str, right: str = "", *, at_key: bool = False) -> Mistake:
        """A mistake of meaning, found in the model at ``where``."""
        return self.document.mistake(_in_file(where, self.positions), wrong, right, at_key=at_key)


def check(document: Document, model: type[M], stand_ins: Mapping[str, Data] | None = None) -> Checked[M]:
    """Every mistake of form, and a model of what is right, so that the meaning of the rest can be judged as well.

    ``stand_ins`` are values for required keys that are missing or wrong but that nothing else depends on.
    """
    if document.data is None and not document.mistakes:
        needs = _must_have(model)
        empty = (document.mistake((), "the file is empty.", needs),) if needs else ()
        return Checked(document, None if needs else model(), empty)
    if not isinstance(document.data, dict):
        wrong = document.mistake((), "the file is no mapping (lines of key: value).", _must_have(model))
        return Checked(document, None, (*document.mistakes, wrong))
    secrets = _secrets_in_clear(document)
    told = {mistake.path for mistake in secrets}
    made, details = _made(document.data, model)
    found = [_mistake(document, detail, model) for detail in details]
    mistakes = (*document.mistakes, *secrets, *(mistake for mistake in found if mistake.path not in told))
    whole: Data = copy.deepcopy(document.data)
    positions: dict[Where, int] = {}
    for _ in range(_MOST_ROUNDS):
        if made is not None:
            break
        for detail in details:
            where = _in_file(tuple(detail["loc"]), positions)
            _take_out(whole, where[:-1] if detail["type"] == "missing" else where)
            if len(where) == 1 and isinstance(whole, dict) and where[0] in (stand_ins or {}):
                whole[str(where[0])] = (stand_ins or {})[str(where[0])]
        positions = {}
        made, details = _made(_swept(whole, (), positions), model)
    return Checked(document, made, mistakes, positions)


def _in_file(where: Where, positions: Mapping[Where, int]) -> Where:
    return tuple(positions.get(where[: index + 1], step) for index, step in enumerate(where))


def _made(data: Data, model: type[M]) -> tuple[M | None, list[ErrorDetails]]:
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _take_out(data: Data, where: Where) -> None:
    """Empty the deepest thing on the way that is really there; a list keeps its positions."""
    holder = data
    for index, step in enumerate(where):
        inner: Data = None
        if isinstance(holder, dict) and isinstance(step, str):
            inner = holder.get(step)
        elif isinstance(holder, list) and isinstance(step, int):
            inner = holder[step]
        if index < len(where) - 1 and isinstance(inner, dict | list):
            holder = inner
        elif isinstance(holder, dict) and isinstance(step, str):
            holder.pop(step, None)
            return
        elif isinstance(holder, list) and isinstance(step, int):
            holder[step] = None
            return


def _swept(data: Data, here: Where, positions: dict[Where, int]) -> Data:
    """The data without emptied list items; ``positions`` learns where the others stood."""
    match data:
        case dict():
            return {key: _swept(value, (*here, key), positions) for key, value in data.items()}
        case list():
            left: list[Data] = []
            for index, value in enumerate(data):
                if value is not None:
                    now = (*here, len(left))
                    positions[now] = index
                    left.append(_swept(value, now, positions))
            return left
        case _:
            return data


def _must_have(model: type[BaseModel]) -> str:
    required = [f"{info.alias or name}:" for name, info in model.model_fields.items() if info.is_required()]
    return f"It needs {', '.join(required)}." if required else ""


_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase|wort)?|pwd|kennwort|token|api_?key|credentials?|.*_(password|passphrase|pwd|token)",
    re.IGNORECASE,
)


def _secrets_in_clear(document: Document) -> list[Mistake]:
    return [
        document.mistake(
            where,
            "a secret in clear does not belong in this file.",
            "Write secret: env:NAME or secret: keyring:SERVICE/USER, and change the password: it has been in a file.",
            at_key=True,
        )
        for where in keys_of(document.data)
        if isinstance(where[-1], str) and _SECRET_KEY.fullmatch(where[-1])
    ]


def _mistake(  # noqa: PLR0911 - one return per kind of mistake
    document: Document, detail: ErrorDetails, model: type[BaseModel]
) -> Mistake:
    where: Where = tuple(detail["loc"])
    key = str(where[-1]) if where else ""
    context: dict[str, Any] = detail.get("ctx", {})
    right = _description(model, where)
    error = context.get("error")
    match detail["type"]:
        case "extra_forbidden":
            near = suggestion(key, _keys_at(model, where[:-1]), "key")
            return document.mistake(where, f"unknown key '{key}'.", near, at_key=True)
        case "missing":
            return document.mistake(where[:-1], f"'{key}:' is missing.", right)
        case "value_error" if isinstance(error, WrongValue):
            return document.mistake(where, error.wrong, error.right)
        case "literal_error":
            words = re.findall(r"'([^']*)'", str(context.get("expected")))
            meant = nearest(str(detail["input"]), words)
            wrong = f"{_shown(detail)} is none of {', '.join(words)}."
            return document.mistake(where, wrong, f"Did you mean '{meant}'?" if meant else "")
        case "too_short" | "string_too_short":
            return document.mistake(where, f"'{key}:' is empty.", right)
        case "greater_than_equal" | "less_than_equal":
            limit = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            return document.mistake(where, f"{_shown(detail)} is out of range: {limit}.", right)
        case kind:
            wanted = next((text for part, text in _WANTED.items() if kind.startswith(part)), None)
            said = f"{_shown(detail)} where {wanted} is wanted." if wanted else f"{detail['msg']}."
            return document.mistake(where, said, right)


_WANTED = {
    "string": "text (in quotes if it looks like a number)",
    "bool": "true or false",
    "int": "a whole number (no quotes, no leading zero)",
    "list": "a list ([a, b])",
    "dict": "a mapping (key: value)",
    "model": "a mapping (key: value)",
}


def _shown(detail: ErrorDetails) -> str:
    """The value that is wrong, quoted unless a secret may stand there."""
    value = detail["input"]
    hidden = any(str(step) in {"authentication", "secret", "key"} for step in detail["loc"])
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "nothing"
        case _ if hidden:
            return "this value"
        case bool():
            return f"'{str(value).lower()}'"
        case _:
            return f"'{str(value)[:60]}'"


def _unwrapped(annotation: Any) -> Any:
    """The annotation without ``| None`` and ``Annotated``."""
    if get_origin(annotation) in {Union, UnionType}:
        return _unwrapped(next(item for item in get_args(annotation) if item is not type(None)))
    return _unwrapped(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


def _entry_at(model: type[BaseModel], where: Where) -> type[BaseModel] | None:
    """The model of the entry that a path leads to."""
    at: Any = model
    for step in where:
        if isinstance(at, type) and issubclass(at, BaseModel):
            info = _field(at, str(step))
            at = _unwrapped(info.annotation) if info else None
        else:
            at = _unwrapped(get_args(at)[-1]) if get_origin(at) in {list, dict} else None
    return at if isinstance(at, type) and issubclass(at, BaseModel) else None


def _keys_at(model: type[BaseModel], where: Where) -> list[str]:
    found = _entry_at(model, where)
    return [info.alias or name for name, info in found.model_fields.items()] if found else []


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    """The field that a key of the file is read into: by its alias where it has one."""
    return next((info for name, info in model.model_fields.items() if (info.alias or name) == key), None)


def _description(model: type[BaseModel], where: Where) -> str:
    """What the model says about a field: its docstring."""
    holder = _entry_at(model, where[:-1]) if where else None
    info = _field(holder, str(where[-1])) if holder else None
    return " ".join((info.description or "").split()) if info else ""
