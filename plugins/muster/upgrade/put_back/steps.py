"""One step of a plan that puts settings back."""

from dataclasses import dataclass, field

from muster.drift import Difference

ORDER = (
    "services",  # without them nothing answers
    "files",
    "registry",
    "objects",  # what is gone is made first, then set
    "addresses",  # URLs and host names before authentication
    "settings",
    "authentication",
    "protection",  # Extended Protection after what it protects
    "web server",
    "certificates",
    "connectors",
    "permissions",  # after PermissionGroups, which sets the whole access list anew
    "agents",
    "overrides",
    "offline",  # and only then is the server taken back into service: ServerWideOffline first
    "components",
    "cluster",
    "activation",
    "copies",
    "transport",  # HubTransport and FrontendTransport last
    "databases",
    "by hand",
)
"""What comes before what."""

SHELL, SERVER, HAND = "Exchange Management Shell", "elevated PowerShell on the server", "by hand"


@dataclass(frozen=True, slots=True)
class Draft:
    """What one difference asks for. Drafts with the same ``group`` become one step with all their parameters.

    ``command`` is a whole command line without ``-WhatIf``; ``hints`` are what to do afterwards, ``notes`` what to
    know, ``edit`` an edit by hand (which file, where, what it must say). ``server`` is
    told where the subject is none.
    """

    order: str
    where: str
    command: str = ""
    what_if: bool = False
    edit: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    server: str = ""


@dataclass(frozen=True, slots=True)
class PutBack:
    """A step: what to run, or what to edit by hand, so that differences go away.

    ``key`` tells steps apart and stays the same from run to run. ``kind`` is the kind of what it puts back, or
    ``separate``: what a plan tells and leaves alone. ``where`` is one of ``SHELL``, ``SERVER`` and ``HAND``;
    ``server`` the server that it is about (``""`` for the organisation). ``what_if`` is the command's rehearsal,
    ``""`` where the cmdlet has none. ``hints`` are commands for afterwards (recycling), ``notes`` and ``edit`` lines
    for people.
    """

    key: str
    kind: str
    order: str
    where: str
    server: str
    title: str
    command: str = ""
    what_if: str = ""
    edit: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    unverified: bool = False
    differences: tuple[Difference, ...] = field(default=(), repr=False)
