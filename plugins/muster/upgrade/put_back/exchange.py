"""Settings that a cmdlet of Exchange's sets: from the table, property by property."""

from collections.abc import Iterable, Iterator

from muster.drift import Difference
from muster.model import Object, Value
from muster.upgrade.crossing import server_name
from muster.upgrade.put_back.cmdlets import Setting, cmdlet_called, settings
from muster.upgrade.put_back.literals import UnwritableError, command, one_line
from muster.upgrade.put_back.steps import HAND, SHELL, Draft
from muster.upgrade.values import names_in, property_of, text_of

_ADDRESSES = frozenset(
    {
        "internalurl",
        "externalurl",
        "internalhostname",
        "externalhostname",
        "internalnlbbypassurl",
        "autodiscoverserviceinternaluri",
    }
)
_METHODS = "authenticationmethod"
_BOUND = "ApplyVersion"
"""The parameter of what holds for one build and ends silently with the next."""
_PROTECTION = "extendedprotection"


def drafts(differences: Iterable[Difference], new_build: str = "") -> Iterator[tuple[tuple[Difference, ...], Draft]]:
    """One draft per phase of one object, for the differences of one object of one fact.

    ``new_build`` is what the object's server runs now, for what holds for one build only.
    """
    own = tuple(differences)
    first = own[0]
    setting = settings()[first.place.fact]
    whole = next((one for one in own if not one.path), None)
    if whole is not None:
        yield (whole,), _object(whole, setting, new_build)
        yield from (((whole,), draft) for draft in _rest(whole, setting))
        own = tuple(one for one in own if one.path)
    phases: dict[str, list[Difference]] = {}
    for one in own:
        if one.property.casefold() in setting.follows:
            continue
        phases.setdefault(_phase(one, setting), []).append(one)
    for phase, grouped in phases.items():
        yield from _set(tuple(grouped), setting, phase)


def _phase(difference: Difference, setting: Setting) -> str:
    name = difference.property.casefold()
    if setting.web and name in _ADDRESSES:
        return "addresses"
    if setting.web and (_METHODS in name or name.endswith("authentication")):
        return "authentication"
    if setting.web and name.startswith(_PROTECTION):
        return "protection"
    return setting.order


def _set(
    differences: tuple[Difference, ...], setting: Setting, phase: str
) -> Iterator[tuple[tuple[Difference, ...], Draft]]:
    wanted: dict[str, Value] = {}
    by_command: list[Difference] = []
    for one in differences:
        try:
            found = _parameters(one, setting)
            command("", found)
        except UnwritableError as why:
            yield (one,), by_hand(f"{one.property}: {why}")
            continue
        if found:
            wanted.update(found)
            by_command.append(one)
        else:
            yield (one,), by_hand(_no_cmdlet(one, setting))
    if not by_command or setting.set is None:
        return
    cmdlet = cmdlet_called(setting.set)
    try:
        line = command(setting.set, [*named(by_command[0], setting, has_identity=cmdlet.identity), *wanted.items()])
    except UnwritableError as why:
        yield tuple(by_command), by_hand(f"its name: {why}")
        return
    hints = (setting.then,) if setting.then else ()
    yield tuple(by_command), Draft(phase, SHELL, line, cmdlet.what_if, hints=hints)


def _parameters(difference: Difference, setting: Setting) -> list[tuple[str, Value]]:
    """Parameters with old values; none where no parameter sets the property."""
    if setting.set is None or difference.property.casefold() in setting.by_hand:
        return []
    cmdlet = cmdlet_called(setting.set)
    old = property_of(difference.before, difference.property) if difference.before else difference.was
    if direct := setting.parameter(cmdlet, difference.property):
        return [(direct, old)]
    if setting.methods and difference.property.casefold() == "internalauthenticationmethods":
        was, now = names_in(old), names_in(property_of(difference.after, difference.property) or difference.now)
        switches = {setting.methods[name]: name in was for name in sorted(was ^ now) if name in setting.methods}
        kept = {setting.methods[name] for name in was if name in setting.methods}
        return [
            (name, on or name in kept)
            for name, on in sorted(switches.items())
            if name.casefold() in cmdlet.parameters
        ]
    return []


def named(difference: Difference, setting: Setting, *, has_identity: bool) -> list[tuple[str, Value]]:
    """The parameters that say which object is meant."""
    found: list[tuple[str, Value]] = []
    if setting.identity and has_identity:
        item = difference.before or difference.after
        found.append(
            (
                "Identity",
                text_of(property_of(item, setting.identity)) or difference.object or difference.place.subject,
            )
        )
    if setting.server:
        found.append(("Server", difference.place.subject))
    return found


def _object(difference: Difference, setting: Setting, new_build: str) -> Draft:
    if difference.how == "new":
        return by_hand(f"'{difference.object}' was not there before: look who made it; muster removes nothing")
    if difference.how != "gone" or setting.new is None or difference.before is None:
        return by_hand(f"'{difference.object}' is {difference.how}, and no single command makes it again")
    bound = text_of(property_of(difference.before, _BOUND))
    if _BOUND in setting.new_with and not bound:
        return by_hand(f"'{difference.object}' was made for a time (-Duration): make it again for what is left of it")
    cmdlet = cmdlet_called(setting.new)
    try:
        line = command(setting.new, [*_made(setting, difference.before, new_build), *_where(difference, setting)])
    except UnwritableError as why:
        return by_hand(f"{setting.new} for '{difference.object}': {why}")
    notes = ("What New- cannot set is set by the next run's plan.",) if setting.web else ()
    if _BOUND in setting.new_with:
        notes = (f"It was made for {one_line(bound)}, and holds for the one build that it names.",)
    order = "objects" if setting.order == "settings" else setting.order
    return Draft(order, SHELL, line, cmdlet.what_if, hints=(setting.then,) if setting.then else (), notes=notes)


def _rest(difference: Difference, setting: Setting) -> Iterator[Draft]:
    """What a new virtual directory lacks: how clients prove who they are, and Extended Protection."""
    if not setting.web or difference.how != "gone" or difference.before is None or not setting.set:
        return
    cmdlet = cmdlet_called(setting.set)
    named_so = named(difference, setting, has_identity=cmdlet.identity)
    had = names_in(property_of(difference.before, "InternalAuthenticationMethods"))
    on = {setting.methods[name] for name in had if name in setting.methods}
    switches = [(name, name in on) for name in sorted(set(setting.methods.values()))]
    lists = [(name, property_of(difference.before, name)) for name in ("IISAuthenticationMethods",)]
    known = [(setting.parameter(cmdlet, name), value) for name, value in lists if value]
    methods = [*(switches if had else []), *((name, value) for name, value in known if name)]
    if methods:
        yield Draft("authentication", SHELL, command(setting.set, [*named_so, *methods]), cmdlet.what_if)
    checking = property_of(difference.before, "ExtendedProtectionTokenChecking")
    if text_of(checking) and setting.parameter(cmdlet, "ExtendedProtectionTokenChecking"):
        wanted: list[tuple[str, Value]] = [*named_so, ("ExtendedProtectionTokenChecking", checking)]
        yield Draft("protection", SHELL, command(setting.set, wanted), cmdlet.what_if)


def _made(setting: Setting, before: Object, new_build: str) -> Iterator[tuple[str, Value]]:
    cmdlet = cmdlet_called(setting.new or "")
    for name in setting.new_with:
        value = property_of(before, name)
        value = new_build if name == _BOUND and new_build else value
        parameter = "Identity" if name == "Identity" and cmdlet.identity else setting.parameter(cmdlet, name)
        if parameter and value not in {None, "", ()}:
            yield parameter, value


def _where(difference: Difference, setting: Setting) -> Iterator[tuple[str, Value]]:
    if setting.web:
        site = "Exchange Back End" if "(exchange back end)" in difference.object.casefold() else "Default Web Site"
        yield "Server", server_name(difference)
        yield "WebSiteName", site
        yield "Role", "Mailbox" if site == "Exchange Back End" else "ClientAccess"
    elif setting.server:
        yield "Server", difference.place.subject


def _no_cmdlet(difference: Difference, setting: Setting) -> str:
    if difference.property.casefold() in setting.by_hand:
        return f"{difference.property} is a credential: enter it by hand"
    return f"{difference.property}: {setting.set or setting.new} has no parameter for it"


def by_hand(note: str) -> Draft:
    """A step that nobody can write as a command."""
    return Draft("by hand", HAND, notes=(note,))
