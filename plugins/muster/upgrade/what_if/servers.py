"""Which servers can go to a release in place, and why the others stay as they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from packaging.version import Version

from muster.catalogue import Catalogue, Release
from muster.facts.builds import Build
from muster.facts.servers import ExchangeServer
from muster.model import Environment, FactUnavailable, Server
from muster.resolve import Book, resolve
from muster.upgrade.crossing import Step


class NobodyGoes(ValueError):  # noqa: N818 - says what it is about
    """No server can go to the release in place; the text says of each why not."""


@dataclass(frozen=True, slots=True)
class Going:
    """The servers that go, each with its step, in inventory order, and a sentence about each that stays."""

    steps: Mapping[Server, Step]
    stay: tuple[str, ...]


def going(
    environment: Environment, book: Book, catalogue: Catalogue, target: Release, only: Collection[str] = ()
) -> Going:
    """Who goes to ``target``; ``only`` names the servers that are meant (none: all). Raises ``NobodyGoes``."""
    meant = {name.casefold() for name in only}
    steps: dict[Server, Step] = {}
    stay: list[str] = []
    for server in environment.servers:
        if meant and server.name.casefold() not in meant:
            continue
        found = _step(server, book, catalogue, target)
        if isinstance(found, Step):
            steps[server] = found
        else:
            stay.append(f"{server.name} stays as it is: {found}")
    if not steps:
        raise NobodyGoes(f"no server can go to {target} in place. {'. '.join(stay)}")
    return Going(steps, tuple(stay))


def _step(server: Server, book: Book, catalogue: Catalogue, target: Release) -> Step | str:
    """The server's step, or why it stays."""
    if "Edge" in server.roles:
        return "it is an Edge Transport server, which the organisation's Setup does not touch"
    here = _installed(server, book, catalogue)
    if isinstance(here, str):
        return here
    return _why_not(here, catalogue, target) or Step(server.name.casefold(), here.build, target.build)


def _why_not(here: Release, catalogue: Catalogue, target: Release) -> str:
    """Why the target cannot be installed over what is there; ``""`` where it can."""
    if here.build >= target.build:
        same = here.cumulative_update == target.cumulative_update
        return f"it has {here} already" if same else f"it has {here}, which is newer: Setup installs no older one"
    path = catalogue.upgrade_path((here.product, here.cu), (target.product, target.cu))
    if path is None:
        return f"no source says how {here.cumulative_update} becomes {target.cumulative_update}"
    if path.method == "legacy":
        return f"{here.cumulative_update} cannot become {target.product} in place: that needs a new server"
    if path.method != "in-place" or not path.supported:
        return f"{here.cumulative_update} cannot become {target.cumulative_update}: {path.do}"
    return ""


def _installed(server: Server, book: Book, catalogue: Catalogue) -> Release | str:
    """What a server runs: by ExSetup.exe, else its CU by what the directory shows."""
    why = ""
    for read in (_file, _shown):
        try:
            return catalogue.identify(read(server, book), server.name)
        except FactUnavailable as missing:
            why = why or str(missing.problem)
    return f"nobody knows what it runs ({why})"


def _file(server: Server, book: Book) -> Version:
    return resolve(Build, server, book).fact.version


def _shown(server: Server, book: Book) -> Version:
    return resolve(ExchangeServer, server, book).fact.admin_display_version
