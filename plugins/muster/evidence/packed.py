"""The verdicts as small JSON for the page: every text once, everything else an index."""

import json

from muster.evidence.account import Account
from muster.model import OUTCOMES


class Pool:
    """Hands out one index per different value."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._places: dict[object, int] = {}

    def place(self, value: object, shown: object = None) -> int:
        """The index of a hashable value; ``shown`` is stored in its place where it is given."""
        found = self._places.get(value)
        if found is None:
            found = self._places[value] = len(self.values)
            self.values.append(value if shown is None else shown)
        return found


def packed(account: Account) -> str:
    r"""JSON that may stand inside a script element: ``<``, ``>``, ``&`` and all but ASCII are ``\uXXXX``.

    ``verdicts`` is a list of ``[control, subject, outcome, reason, held, objects, questions]``: indices into
    ``controls``, ``subjects``, ``outcomes``, ``texts``, ``lists`` (of texts), ``objects`` (lists of ``[text, outcome,
    text]``) and ``lists`` (of texts).
    """
    texts, lists, objects, controls, subjects = Pool(), Pool(), Pool(), Pool(), Pool()
    outcome_of = {outcome: place for place, outcome in enumerate(OUTCOMES)}
    details = {(member.kind, member.name): member.detail for member in account.members}
    rows: list[list[int]] = []
    for verdict in account.verdicts:
        control = verdict.control
        named = (verdict.subject_kind, verdict.subject)
        shown = [control.id, control.title, int(control.severity), control.area, control.remediation, verdict.doc]
        held = tuple(map(texts.place, verdict.held))
        noted = tuple(
            (texts.place(one.object), outcome_of[one.outcome], texts.place(one.reason)) for one in verdict.objects
        )
        asked = tuple(map(texts.place, verdict.questions))
        rows.append(
            [
                controls.place(control.id, [*shown, list(control.references)]),
                subjects.place(named, [*named, details.get(named, "")]),
                outcome_of[verdict.outcome],
                texts.place(verdict.reason),
                lists.place(held),
                objects.place(noted),
                lists.place(asked),
            ]
        )
    asked_about = {
        texts.place(one.question): [one.answered_by, one.seconds, str(one.problem) if one.problem else ""]
        for one in account.asked
    }
    data = {
        "outcomes": OUTCOMES,
        "texts": texts.values,
        "lists": lists.values,
        "objects": objects.values,
        "controls": controls.values,
        "subjects": subjects.values,
        "asked": asked_about,
        "verdicts": rows,
    }
    made = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return made.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
