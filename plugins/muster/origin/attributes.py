"""Which attribute of the directory holds a property that a cmdlet prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from muster.catalogue.rows import Row, inner, text, texts
from muster.catalogue.tables import plain


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute's lDAPDisplayName, and how sure it is that it holds the property: ``documented``,
    ``seen in scripts`` or ``inferred``.
    """  # noqa: D205 - the first sentence is the summary

    name: str
    sure: str
    sources: tuple[str, ...]


@cache
def attributes() -> Mapping[tuple[str, str], Attribute]:
    """Cmdlet (``*``: any) and property, both in lower case → the attribute."""
    found: dict[tuple[str, str], Attribute] = {}
    for cmdlet, properties in _rows("attributes").items():
        for name, row in _mapping(properties, cmdlet).items():
            one = _mapping(row, f"{cmdlet}.{name}")
            key = (cmdlet.casefold(), name.casefold())
            found[key] = Attribute(text(one, "is"), text(one, "sure"), tuple(texts(one, "sources")))
    return found


@cache
def sources() -> Mapping[str, str]:
    """What stands behind the rows, by id."""
    return {name: str(ref) for name, ref in _rows("sources").items()}


def attribute_of(cmdlet: str, name: str) -> Attribute | None:
    """The attribute behind a property of a cmdlet's object; ``None`` where no source tells."""
    known, wanted = attributes(), name.casefold()
    return known.get((cmdlet.casefold(), wanted)) or known.get(("*", wanted))


def _rows(key: str) -> Row:
    content = plain(files(__package__).joinpath("attributes.yaml").read_bytes())
    return inner(_mapping(content, "attributes.yaml"), key)


def _mapping(content: object, where: str) -> Row:
    if not isinstance(content, dict):
        raise ValueError(f"attributes.yaml: {where} is no mapping")  # noqa: TRY004 - the file is wrong, not a type
    return content
