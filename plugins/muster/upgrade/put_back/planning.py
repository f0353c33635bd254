"""From what was lost and left behind to steps in order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from packaging.version import Version

from muster.drift import Difference
from muster.reading.build_folders import BUILD as FOLDER
from muster.upgrade.crossing import Crossing, cu_of, server_name
from muster.upgrade.judged import Sorted
from muster.upgrade.losses import loss_called
from muster.upgrade.preservation import SECTIONS
from muster.upgrade.put_back import exchange, files, registry, server_state, web_server
from muster.upgrade.put_back.cmdlets import settings
from muster.upgrade.put_back.following import following, row_follows
from muster.upgrade.put_back.literals import UnwritableError, one_line
from muster.upgrade.put_back.permissions import permission
from muster.upgrade.put_back.sentences import sentence
from muster.upgrade.put_back.steps import HAND, ORDER, SERVER, Draft, PutBack
from muster.upgrade.security import strengthens

SPECIAL: dict[str, Callable[[Difference], Draft | tuple[Draft, ...]]] = {
    "ServerComponents": server_state.component,
    "WindowsServices": server_state.service,
    "ClusterNodes": server_state.cluster_node,
    "DatabaseCopies": server_state.database_copy,
    "TransportAgents": server_state.transport_agent,
    "ExchangeCertificates": server_state.certificate,
    "RelayRights": permission,
    "ConnectorPermissions": permission,
    **dict.fromkeys(SECTIONS, files.configuration),
    "ExecutionPolicies": server_state.execution_policy,
    "ExchangeRegistry": registry.value,
    "ExtendedProtectionSuppressed": registry.value,
    "OwaFiles": files.look,
    "WebBindings": web_server.binding,
    "HttpsServed": web_server.served,
    "BackEndServed": web_server.served,
    **dict.fromkeys(web_server.ELEMENTS, web_server.element),
}
"""Fact → who writes its draft, for facts that no cmdlet sets property by property."""


_NUMBERS = 3
"""How many numbers of a build a folder is named after."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A draft with what it is for."""

    told: tuple[Sorted, ...]
    draft: Draft


def plan(judged: Iterable[Sorted], crossing: Crossing | None = None) -> tuple[PutBack, ...]:
    """The steps that put back what was lost or left behind, and what no source explains but a row names.

    In order. ``crossing`` says which build a server runs now. What would undo a security default comes last, as
    ``separate``: told, and without a command to run.
    """
    told = tuple(judged)
    follow = following(told)
    wanted = [one for one in told if _is_wanted(one) and id(one.difference) not in follow and not row_follows(one)]
    left_alone = [one for one in wanted if strengthens(one.difference)]
    crossed = crossing or Crossing()
    drafts = _drafts([one for one in wanted if one not in left_alone], crossed)
    steps = [_step(each, _new_build(each.told[0].difference, crossed)) for each in drafts]
    merged = _merged(steps)
    ordered = sorted(merged, key=lambda step: (ORDER.index(step.order), step.server, _in_turn(step)))
    return (*ordered, *(_separate(one) for one in left_alone), *(_separate(one) for one in told if _undone(one)))


def _in_turn(step: PutBack) -> tuple[str, ...]:
    """An object before its parts, whose names begin with its own."""
    return tuple(step.key.split("|"))


def _new_build(difference: Difference, crossing: Crossing) -> Version | None:
    step = crossing.of(difference)
    return cu_of(step.new) if step is not None and step.crossed else None


def _is_wanted(one: Sorted) -> bool:
    return one.kind in {"lost", "leftover"} or (one.kind == "unexplained" and bool(one.rule))


def _undone(one: Sorted) -> bool:
    return one.kind == "expected" and strengthens(one.difference)


def _drafts(wanted: list[Sorted], crossing: Crossing) -> Iterator[_Wanted]:
    by_object: dict[tuple[object, str], list[Sorted]] = {}
    for one in wanted:
        fact = one.difference.place.fact
        if fact in settings():
            by_object.setdefault((one.difference.place, one.difference.object), []).append(one)
        else:
            yield from (_Wanted((one,), draft) for draft in _special(one))
    for own in by_object.values():
        of = {id(one.difference): one for one in own}
        for differences, draft in exchange.drafts(
            (one.difference for one in own), str(_new_build(own[0].difference, crossing) or "")
        ):
            yield _Wanted(tuple(of[id(each)] for each in differences), draft)


def _special(one: Sorted) -> tuple[Draft, ...]:
    make = SPECIAL.get(one.difference.place.fact)
    if make is None:
        return (Draft("by hand", HAND),)
    try:
        made = make(one.difference)
    except UnwritableError as why:
        return (Draft("by hand", HAND, notes=(f"{why}: enter it by hand",)),)
    return made if isinstance(made, tuple) else (made,)


def _step(wanted: _Wanted, new_build: Version | None) -> PutBack:
    first, draft = wanted.told[0], wanted.draft
    by_hand = draft.where == HAND and not draft.edit
    rows = [row for one in wanted.told if (row := loss_called(one.rule))]
    words = tuple(dict.fromkeys(each for row in rows for each in row.put_back)) if by_hand else ()
    kinds = [one.kind for one in wanted.told]
    return PutBack(
        key=_key(first.difference, draft.order, draft.command),
        kind=min(kinds, key=("lost", "leftover", "unexplained").index),
        order=draft.order,
        where=draft.where,
        server=draft.server or server_name(first.difference),
        title="; ".join(sentence(one.difference) for one in wanted.told),
        command=draft.command,
        what_if=f"{draft.command} -WhatIf" if draft.command and draft.what_if else "",
        edit=tuple(_in_folder(line, new_build) for line in draft.edit),
        hints=draft.hints,
        notes=(*draft.notes, *(f"In general: {one_line(each)}" for each in words)),
        rules=tuple(dict.fromkeys(one.rule for one in wanted.told if one.rule)),
        sources=tuple(dict.fromkeys(source for one in wanted.told for source in one.sources)),
        unverified=any(one.unverified for one in wanted.told),
        differences=tuple(one.difference for one in wanted.told),
    )


def _in_folder(line: str, new_build: Version | None) -> str:
    """A folder that is named after a build goes by the new one's three numbers."""
    return line.replace(FOLDER, ".".join(map(str, new_build.release[:_NUMBERS]))) if new_build else line


def _key(difference: Difference, *more: str) -> str:
    place = difference.place
    return "|".join([place.subject_kind, place.subject, place.fact, difference.object, *more])


def _merged(steps: list[PutBack]) -> list[PutBack]:
    """One step per command: what differs in the registry and in the directory is put back at once."""
    by_key: dict[str, PutBack] = {}
    for step in steps:
        same = _same(step)
        before = by_key.get(same)
        if before is None:
            by_key[same] = step
            continue
        by_key[same] = PutBack(
            key=before.key,
            kind=min((before.kind, step.kind), key=("lost", "leftover", "unexplained").index),
            order=before.order,
            where=before.where,
            server=before.server,
            title=f"{before.title}; {step.title}",
            command=before.command,
            what_if=before.what_if,
            edit=before.edit,
            hints=before.hints,
            notes=tuple(dict.fromkeys((*before.notes, *step.notes))),
            rules=tuple(dict.fromkeys((*before.rules, *step.rules))),
            sources=tuple(dict.fromkeys((*before.sources, *step.sources))),
            unverified=before.unverified or step.unverified,
            differences=(*before.differences, *step.differences),
        )
    return list(by_key.values())


def _same(step: PutBack) -> str:
    """What two steps have in common that do the same: the organisation's answer and the server's own tell of it."""
    if step.command:
        return f"{step.where}|{step.server if step.where == SERVER else ''}|{step.command}".casefold()
    first = step.differences[0]
    return "|".join([step.server, first.place.fact, first.object, step.order, *step.edit, *step.notes]).casefold()


def _separate(one: Sorted) -> PutBack:
    note = "Not put back: the new value protects more. To change it is a decision of its own, outside this plan."
    return PutBack(
        key=_key(one.difference, "separate", *one.difference.path),
        kind="separate",
        order="by hand",
        where=HAND,
        server=server_name(one.difference),
        title=sentence(one.difference),
        notes=(note,),
        rules=(one.rule,) if one.rule else (),
        sources=one.sources,
        unverified=one.unverified,
        differences=(one.difference,),
    )
