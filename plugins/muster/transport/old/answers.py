"""One file of a capture → an answer, or the problem that names the file."""

from pathlib import Path

from muster.model import Answer, EnumValue, Object, Problem, Value
from muster.transport.clixml import UnreadableClixml, decode, read_objects
from muster.transport.old.index import CapturedAnswer
from muster.transport.old.json_answers import UnreadableJson, may_be_json, read_json

_AGAIN = "Make the file again: … | Export-Clixml -Depth 4 <file>"
_LARGEST = 256 * 2**20


def read_answer(  # noqa: PLR0911 - one return per thing that can be wrong with a file
    folder: Path, entry: CapturedAnswer, level: str
) -> Answer | Problem:
    """The answer that an entry of ``capture.yaml`` points to; ``level`` is the capture's serialization level."""
    path = folder / entry.file
    if not path.resolve().is_relative_to(folder.resolve()):
        return Problem(
            "not captured", f"{entry.file} leads out of the capture", "a link leaves the folder", "Copy it in"
        )
    try:
        if path.stat().st_size > _LARGEST:
            return Problem("failed", f"{entry.file} is too large to be an answer", "it holds over 256 MiB", _AGAIN)
        data = path.read_bytes()
    except FileNotFoundError:
        return Problem(
            "not captured",
            f"{entry.file} is not in the capture",
            "capture.yaml lists it, but the file was not brought along",
            "Bring the file, or take its entry out of capture.yaml",
        )
    except OSError as error:
        return Problem("failed", f"{entry.file} cannot be read: {error.strerror}", "", "Check the file's permissions")
    serialization = {"exchange": level, "windows": "partial", "ldap": "none"}[entry.endpoint]
    try:
        objects = _objects(decode(data), entry, level)
    except (UnreadableClixml, UnreadableJson) as error:
        return Problem("failed", f"{entry.file}: {error}", f"the file is not whole {entry.format}", _AGAIN)
    if isinstance(objects, Problem):
        return objects
    if entry.endpoint == "ldap":
        objects = tuple(ldap_entry(item) for item in objects)
    return Answer(objects, serialization)


def _objects(text: str, entry: CapturedAnswer, level: str) -> tuple[Object, ...] | Problem:
    match entry.format:
        case "clixml":
            return read_objects(text)
        case "text":
            return (Object("TextFile", None, {"Content": text}),)
        case "json":
            cmdlet = entry.pipeline[0].cmdlet
            if may_be_json(entry.endpoint, cmdlet, level):
                return read_json(text)
            return Problem(
                "not readable",
                f"{entry.file}: {cmdlet} as JSON",
                "ConvertTo-Json writes enumerations as numbers, whose meaning nobody can be sure of",
                _AGAIN,
            )


def ldap_entry(item: Object) -> Object:
    """A .NET ``SearchResult`` as the directory's own door gives it: the DN as text, attributes as tuples of texts
    or bytes. Attribute names stay in lower case, as .NET has them.
    """  # noqa: D205
    inside = item.properties.get("Properties")
    if not isinstance(inside, Object):
        return item
    attributes = {
        name: tuple(_ldap_value(value) for value in (values if isinstance(values, tuple) else (values,)))
        for name, values in inside.properties.items()
        if name != "adspath"  # .NET's own, no attribute
    }
    names = attributes.get("distinguishedname", ())
    text = str(names[0]) if names else _dn_of(item.properties.get("Path"))
    return Object("LdapEntry", text, attributes)


def _dn_of(path: Value) -> str | None:
    r"""``LDAP://dc1/CN=x,DC=y`` and ``LDAP://CN=x,DC=y``; a slash within a name is written ``\/`` there."""
    if not isinstance(path, str):
        return None
    rest = path.partition("://")[2]
    controller, _, dn = rest.partition("/")
    return (rest if "=" in controller else dn).replace("\\/", "/")


def _ldap_value(value: Value) -> Value:
    """As LDAP writes it: ``TRUE``, ``15334``, ``20211007222848.0Z``."""
    match value:
        case bytes():
            return value
        case bool():
            return str(value).upper()
        case EnumValue(number=number):
            return str(number)
        case Object(type="System.DateTime", text=str(text)):  # .NET reads the directory's UTC without saying so
            return text.partition(".")[0].translate(str.maketrans("", "", "-:T")) + ".0Z"
        case Object(text=text):
            return text or ""
        case _:
            return "" if value is None else str(value)
