"""What one domain controller holds: entries, naming contexts, and the other controllers it points at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from muster.lab.directory.security_descriptors import SecurityDescriptor

Values = tuple[str, ...] | tuple[bytes, ...]
"""An attribute's values; text is sent as UTF-8."""


@dataclass(frozen=True)
class Entry:
    """One object of the directory.

    ``attributes`` are sent when all or named ones are asked for, ``constructed`` ones only when named;
    ``distinguishedName`` is added. ``objectClass`` holds the whole chain (``top`` … most specific), as it does in
    Active Directory. ``security`` is sent as ``nTSecurityDescriptor`` only to those who ask for it properly.
    ``visible_to`` names the accounts that see the entry at all (``None``: every account); to the others it does
    not exist. The rootDSE is the entry whose ``dn`` is empty, and everybody sees it.
    """

    dn: str
    attributes: Mapping[str, Values] = field(hash=False)
    constructed: Mapping[str, Values] = field(default_factory=dict, hash=False)
    security: SecurityDescriptor | None = None
    visible_to: frozenset[str] | None = None

    def values(self, attribute: str) -> Values:
        """An attribute's values by name, whatever its case; none where it is absent."""
        return self._by_name.get(attribute.casefold(), ())

    @cached_property
    def _by_name(self) -> dict[str, Values]:
        everything = {**self.constructed, **self.attributes}
        return {"distinguishedname": (self.dn,), **{name.casefold(): values for name, values in everything.items()}}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A naming context that another domain's controllers hold: its DN and the name to ask."""

    dn: str
    address: str


@dataclass(frozen=True, slots=True)
class DirectoryContents:
    """Everything one controller can be asked about.

    ``naming_contexts`` are the DNs it holds; a search never crosses from one into another but is told where to
    go on. ``denied`` are DNs at and below which every search ends with insufficientAccessRights.
    """

    entries: tuple[Entry, ...]
    naming_contexts: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    denied: tuple[str, ...] = ()


Scope = Literal["base", "onelevel", "subtree"]
Path = tuple[str, ...]
"""A DN as comparable parts, the root first."""


def path_of(dn: str) -> Path:
    """Take a DN apart; case and blanks around commas do not count. Raises ``ValueError`` for what is no DN."""
    parts: list[str] = []
    part, escaped = "", False
    for character in dn:
        if escaped or character not in ",\\":
            part, escaped = part + character, False
        elif character == "\\":
            part, escaped = part + character, True
        else:
            parts.append(part)
            part = ""
    if dn.strip():
        parts.append(part)
    clean = [piece.strip() for piece in parts]
    for piece in clean:
        name, equals, value = piece.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise ValueError(f"'{piece}' in '{dn}' is no relative distinguished name such as CN=Users")
    return tuple("=".join(side.strip() for side in piece.split("=", 1)).casefold() for piece in reversed(clean))


class DirectoryTree:
    """The contents, indexed for searching. Never changes."""

    def __init__(self, contents: DirectoryContents) -> None:
        self._entries: dict[Path, Entry] = {}
        self._children: dict[Path, list[Path]] = {}
        self._held = {path_of(dn): dn for dn in contents.naming_contexts}
        self._elsewhere = {path_of(context.dn): context for context in contents.elsewhere}
        self._denied = [path_of(dn) for dn in contents.denied]
        for entry in contents.entries:
            path = path_of(entry.dn)
            if path in self._entries:
                raise ValueError(f"two entries are called '{entry.dn}'")
            if path and self._context(path) not in self._held:
                raise ValueError(f"'{entry.dn}' is in none of the naming contexts that this controller holds")
            self._entries[path] = entry
            if path:  # the rootDSE is nobody's child
                self._children.setdefault(path[:-1], []).append(path)
        for path, entry in self._entries.items():
            if path and path not in self._held and path[:-1] not in self._entries:
                raise ValueError(f"the parent of '{entry.dn}' is missing")

    def find(self, path: Path, account: str) -> Entry | None:
        """The entry of this very DN, if there is one that the account sees."""
        entry = self._entries.get(path)
        return entry if entry and _sees(account, entry) else None

    def nearest(self, path: Path, account: str) -> str:
        """The DN of the deepest entry above ``path`` that the account sees; empty where there is none."""
        for length in range(len(path) - 1, 0, -1):
            found = self.find(path[:length], account)
            if found:
                return found.dn
        return ""

    def denied(self, path: Path) -> bool:
        """Whether searches here end with insufficientAccessRights."""
        return any(path[: len(denied)] == denied for denied in self._denied)

    def referral(self, path: Path, dn: str) -> str | None:
        """Where to ask instead, as an LDAP URL, for a base that this controller does not hold."""
        context = self._context(path)
        if context in self._held:
            return None
        if context in self._elsewhere:
            return f"ldap://{self._elsewhere[context].address}/{dn}"
        labels = [piece.removeprefix("dc=") for piece in path if piece.startswith("dc=")]
        # a domain that nobody knows: Active Directory guesses its DNS name
        return f"ldap://{'.'.join(reversed(labels))}/{dn}" if labels else None

    def search(self, base: Path, scope: Scope, account: str) -> Iterator[Entry]:
        """Every entry in scope that the account sees, inside the base's own naming context, parents first."""
        own = self._context(base)
        if scope == "onelevel":
            candidates: Iterator[Path] = iter(self._children.get(base, ()))
        elif scope == "base":
            candidates = iter((base,))
        else:
            candidates = self._below(base)
        for path in candidates:
            entry = self._entries.get(path)
            if entry and _sees(account, entry) and self._context(path) == own and not self.denied(path):
                yield entry

    def continuations(self, base: Path, scope: Scope) -> list[str]:
        """LDAP URLs of the naming contexts just below the base's own, which the search did not enter."""
        if scope == "base":
            return []
        own = self._context(base)
        urls: list[str] = []
        for path in [*self._held, *self._elsewhere]:
            inside = path[: len(base)] == base and path != own and self._context(path[:-1]) == own
            if inside and (scope == "subtree" or len(path) == len(base) + 1):
                known = self._elsewhere.get(path)
                dn = known.dn if known else self._held[path]
                address = known.address if known else _dns_name(path)
                # a second question that one-level scope makes one of base scope
                urls.append(f"ldap://{address}/{dn}" + ("??base" if scope == "onelevel" else ""))
        return urls

    def _below(self, path: Path) -> Iterator[Path]:
        yield path
        for child in self._children.get(path, ()):
            yield from self._below(child)

    def _context(self, path: Path) -> Path | None:
        for length in range(len(path), 0, -1):
            if path[:length] in self._held or path[:length] in self._elsewhere:
                return path[:length]
        return None


def _dns_name(path: Path) -> str:
    return ".".join(piece.removeprefix("dc=") for piece in reversed(path) if piece.startswith("dc="))


def _sees(account: str, entry: Entry) -> bool:
    return entry.visible_to is None or account in entry.visible_to
