"""Which attributes of an entry are sent, and how much of each: selection, value ranges, security descriptors."""

import re
from dataclasses import dataclass

from muster.lab.directory.security_descriptors import SACL
from muster.lab.directory.tree import Entry, Values

_RANGE = re.compile(r"range=(\d+)-(\d+|\*)", re.IGNORECASE)
_DESCRIPTOR = "nTSecurityDescriptor"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a search wants of each entry.

    ``names`` as in the request. ``descriptor_parts`` is the value of the security descriptor control, ``None``
    without it: an account that is no administrator then gets no descriptor, and no word about it, because the
    whole one includes the SACL. ``most_values`` is MaxValRange.
    """

    names: tuple[str, ...]
    descriptor_parts: int | None = None
    most_values: int = 1500
    types_only: bool = False

    def of(self, entry: Entry) -> list[tuple[str, list[bytes]]]:
        """Names as the schema spells them (with a range where one applies) and their values as bytes."""
        found: dict[str, list[bytes]] = {}
        named = [name for name in self.names if name not in {"*", "+", "1.1"}]
        if not self.names or "*" in self.names:
            for name, values in {"distinguishedName": (entry.dn,), **entry.attributes}.items():
                self._put(found, name, values, "")
            if self.descriptor_parts is not None:  # asking for all includes it only beside the control
                named.append(_DESCRIPTOR)
        if "+" in self.names and not entry.dn:  # only the rootDSE knows "+"
            for name, values in entry.constructed.items():
                self._put(found, name, values, "")
        for wanted in named:
            base, _, option = wanted.partition(";")
            if base.casefold() == _DESCRIPTOR.casefold():
                self._put_descriptor(found, entry)
            else:
                self._put(found, _spelled(entry, base), entry.values(base), option)
        return [(name, [] if self.types_only else values) for name, values in found.items()]

    def _put(self, found: dict[str, list[bytes]], name: str, values: Values, option: str) -> None:
        asked = _RANGE.fullmatch(option)
        if not values:
            return
        if not asked and len(values) <= self.most_values:
            found[name] = _encoded(values)
            return
        first = int(asked[1]) if asked else 0
        last = len(values) - 1 if not asked or asked[2] == "*" else int(asked[2])
        last = min(last, first + self.most_values - 1)
        if first >= len(values):
            return
        if not asked:
            found[name] = []  # beside the range, Active Directory sends the plain attribute without values
        end = "*" if last >= len(values) - 1 else str(last)
        found[f"{name};range={first}-{end}"] = _encoded(values[first : last + 1])

    def _put_descriptor(self, found: dict[str, list[bytes]], entry: Entry) -> None:
        parts = self.descriptor_parts
        if entry.security and parts and not parts & SACL:
            found[_DESCRIPTOR] = [entry.security.packed(parts)]


def _spelled(entry: Entry, name: str) -> str:
    known = ("distinguishedName", *entry.attributes, *entry.constructed)
    return next((spelling for spelling in known if spelling.casefold() == name.casefold()), name)


def _encoded(values: Values) -> list[bytes]:
    return [value if isinstance(value, bytes) else value.encode() for value in values]
