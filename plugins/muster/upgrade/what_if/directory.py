"""The directory's numbers as Setup writes them when it prepares schema, organisation and domains."""

from packaging.version import Version

from muster.catalogue import SchemaLevel, read_build
from muster.model import LdapSearch, Object, Value
from muster.upgrade.values import text_of
from muster.upgrade.what_if.printed import reprinted, with_properties

_CONFLICT = "cnf:"
"""What replication puts into the name of an object that two controllers made."""
ORGANIZATION, DOMAIN, SCHEMA = "objectVersion of the organisation", "objectVersion of a domain", "rangeUpper"
PRODUCT = "msExchProductId"


def prepared(item: Object, question: LdapSearch, level: SchemaLevel, cu_build: Version) -> tuple[Object, str] | None:
    """An entry as the target's Setup leaves it and what was changed; ``None`` where nothing is to be raised.

    Nothing is lowered, nothing is added that did not come, and an object that replication doubled stays as it is.
    """
    nested = item.properties.get("Properties")
    if item.type.endswith("DirectoryServices.SearchResult") and isinstance(nested, Object):
        inside = prepared(nested, question, level, cu_build)
        return inside and (with_properties(item, {"Properties": inside[0]}), inside[1])
    names = {name.casefold(): name for name in item.properties}
    about = f"{question.filter} {question.base}".casefold()
    changed: dict[str, Value] = {}
    what = ""
    if "rangeupper" in names:
        changed, what = _raised(item, names["rangeupper"], level.range_upper), SCHEMA
    elif "objectversion" in names and "msexchorganizationcontainer" in about:
        changed, what = _raised(item, names["objectversion"], level.organization), ORGANIZATION
    elif "objectversion" in names and "msexchsystemobjectscontainer" in about and not _doubled(item):
        changed, what = _raised(item, names["objectversion"], level.domain), DOMAIN
    if "msexchproductid" in names:
        product = _product(item.properties[names["msexchproductid"]], cu_build)
        if product is not None:
            changed = {**changed, names["msexchproductid"]: product}
            what = what or PRODUCT
    return (with_properties(item, changed), what) if changed else None


def _doubled(item: Object) -> bool:
    return _CONFLICT in (item.text or "").casefold() or _CONFLICT in text_of(item.properties.get("cn")).casefold()


def _raised(item: Object, name: str, needed: int) -> dict[str, Value]:
    new = raised(item.properties[name], needed)
    return {} if new is None else {name: new}


def raised(value: Value, needed: int) -> Value | None:
    """The number that is needed, in the form of the one that is there; ``None`` where that is high enough."""
    match value:
        case bool():
            return None
        case int():
            return needed if value < needed else None
        case str() if value.strip().isdecimal():
            return str(needed) if int(value) < needed else None
        case (one,):
            found = raised(one, needed)
            return None if found is None else (found,)
        case _:
            return None


def _product(value: Value, build: Version) -> Value | None:
    text = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    try:
        there = read_build(str(text))
    except ValueError:
        return None
    return reprinted(value, build) if there < build else None
