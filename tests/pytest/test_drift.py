"""Drift judged in this process: what is told of whom, what is accepted, and what nobody may pass."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kit.saved import NAME, another, copied, found, objects_of, opened, rewrite
from muster import baseline
from muster.drift import Comparison, Difference, Incomparable, Place
from muster.evidence import drift_json, manifest_json
from muster.evidence.drifted import counts_line, drift_lines
from muster.model import DriftSeen, Environment, Observation, Question, Subject
from muster.pytest.drift_judging import judge, judge_strangers
from muster.pytest.drifting import Found, Group, Strangers
from muster.pytest.judging import Judgement
from muster.pytest.judging import judge as judged
from muster.pytest.store import Page
from muster.resolve import book_of, resolve

Edit = Callable[[dict[str, Any]], None]
WHEN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return copied(tmp_path)


def after(environment: Path, file: str, edit: Edit, name: str = "after") -> Path:
    return another(environment, name, lambda place: rewrite(place / "answers" / file, edit))


def differing(results: Mapping[tuple[str, str], tuple[Group, Found]]) -> dict[tuple[str, str], list[Difference]]:
    return {key: list(one.comparison.differences) for key, (_, one) in results.items() if one.comparison.differences}


def verdict(one: Found) -> Judgement:
    """How the check of one comparison ends."""
    held: list[str] = []

    def check() -> None:
        judge(one, lambda _: "unexplained", lambda _: None, held.append)

    return judged(check, {}, one.page, lambda: len(held))


def connector(name: str, **changes: object) -> Edit:
    def edit(data: dict[str, Any]) -> None:
        next(one for one in objects_of(data, "Get-ReceiveConnector") if one["Identity"] == name).update(changes)

    return edit


PARTIAL = {"kind": "partial", "message": "EX01 could not be read", "cause": "", "cure": ""}
DOWN = {"kind": "unreachable", "message": "nobody answers", "cause": "", "cure": ""}
SCANNER = "EX01\\Client Frontend EX01"


def test_the_same_state_passes_everywhere(environment: Path) -> None:
    results = found(environment, environment / "baselines" / NAME)
    assert differing(results) == {}
    assert len(results) > 400
    assert {verdict(one).outcome for _, one in results.values()} == {"pass"}


def test_one_check_per_subject_and_fact(environment: Path) -> None:
    groups = opened(environment).groups.values()
    keys = [(type(group.subject), group.subject.name, group.fact.__name__) for group in groups]
    assert len(keys) == len(set(keys))


def test_what_is_asked_is_what_the_baseline_holds(environment: Path) -> None:
    drifting = opened(environment)
    asked: dict[str, Observation] = {}

    def book(question: Question, subject: Subject) -> Observation | None:
        seen = book_of(drifting.baseline.observations)(question, subject)
        assert seen is not None, f"{question.key} is not in the baseline"
        asked[seen.question.key] = seen
        return seen

    for group in drifting.groups.values():
        for part in group.parts:
            resolve(part.rows, group.subject, book)
    answered = {key for key, one in drifting.baseline.observations.items() if one.answer and one.answer.objects}
    assert answered <= asked.keys()


def test_a_connectors_change_is_told_on_its_server_only(environment: Path) -> None:
    results = found(environment, after(environment, "organization.json", connector(SCANNER, Banner="220 hi")))
    ((where, (one,)),) = differing(results).items()
    assert where == ("ex01", "ReceiveConnectors")
    assert (one.object, one.path) == (SCANNER, ("Banner",))
    assert verdict(results[where][1]).outcome == "fail"
    assert verdict(results["ex02", "ReceiveConnectors"][1]).outcome == "pass"


def test_a_new_servers_row_is_told_once(environment: Path) -> None:
    def edit(data: dict[str, Any]) -> None:
        for one in data["observations"]:
            if (one["question"].get("pipeline") or [{}])[0].get("cmdlet") == "Get-ExchangeServer":
                row = next(dict(item) for item in one["answer"]["objects"] if item["Name"] == "EX01")
                texts = {name: value.replace("EX01", "EX09").replace("ex01", "ex09") for name, value in row.items()
                         if isinstance(value, str)}  # fmt: skip
                one["answer"]["objects"].append(row | texts | {"Guid": "00000000-0000-0000-0000-000000000009"})

    told = differing(found(environment, after(environment, "organization.json", edit)))
    rows = [one for some in told.values() for one in some]
    assert [(one.object, one.how) for one in rows] == [("EX09", "new")], told


def test_an_object_that_is_gone_fails(environment: Path) -> None:
    def edit(data: dict[str, Any]) -> None:
        for one in data["observations"]:
            if (one["question"].get("pipeline") or [{}])[0].get("cmdlet") == "Get-ReceiveConnector":
                objects = one["answer"]["objects"]
                objects[:] = [item for item in objects if item["Identity"] != SCANNER]

    results = found(environment, after(environment, "organization.json", edit))
    ended = verdict(results["ex01", "ReceiveConnectors"][1])
    assert ended.outcome == "fail"
    assert "is gone" in ended.reason


def lacking(*names: str) -> Edit:
    """Some rows of an answer did not come, and an error came with it."""

    def edit(data: dict[str, Any]) -> None:
        for one in data["observations"]:
            if (one["question"].get("pipeline") or [{}])[0].get("cmdlet") == "Get-ReceiveConnector":
                objects = one["answer"]["objects"]
                objects[:] = [item for item in objects if item["Identity"] not in names]
                one["answer"]["shortfalls"] = [PARTIAL]

    return edit


def test_a_partial_answer_without_a_difference_is_undetermined(environment: Path) -> None:
    results = found(environment, after(environment, "organization.json", lacking()))
    ended = verdict(results["ex01", "ReceiveConnectors"][1])
    assert ended.outcome == "undetermined"
    assert "EX01 could not be read" in ended.reason
    page = results["ex01", "ReceiveConnectors"][1].page
    assert any("Get-ReceiveConnector" in key for key in page.questions)


def test_what_a_partial_answer_lacks_is_not_gone(environment: Path) -> None:
    results = found(environment, after(environment, "organization.json", lacking(SCANNER)))
    one = results["ex01", "ReceiveConnectors"][1]
    assert one.comparison.differences == ()
    assert verdict(one).outcome == "undetermined"


def test_a_difference_stands_in_a_partial_answer(environment: Path) -> None:
    def edit(data: dict[str, Any]) -> None:
        lacking()(data)
        connector(SCANNER, Banner="220 hello")(data)

    assert verdict(found(environment, after(environment, "organization.json", edit))["ex01", "ReceiveConnectors"][1]
                   ).outcome == "fail"  # fmt: skip


def test_what_cannot_be_had_now_is_undetermined(environment: Path) -> None:
    def edit(data: dict[str, Any]) -> None:
        for one in data["observations"]:
            if (one["question"].get("pipeline") or [{}])[0].get("cmdlet") == "Get-ReceiveConnector":
                one["answer"], one["problem"] = None, DOWN

    place = after(environment, "organization.json", edit)

    def unasked(head: dict[str, Any]) -> None:
        for one in head["observations"]:
            if one["question"].endswith("Get-ReceiveConnector"):
                one["problem"] = DOWN

    rewrite(place / "run.json", unasked)
    (place / "manifest.json").unlink()
    ended = verdict(found(environment, place)["ex01", "ReceiveConnectors"][1])
    assert ended.outcome == "undetermined"
    assert "nobody answers" in ended.reason


PLACE = Place("ex01", "Server", "ReceiveConnectors", "exchange: Get-ReceiveConnector")


def made(why: str, compared: int = 0) -> Found:
    return Found(Comparison((), (Incomparable(PLACE, "A", ("Bindings",), why),), compared))


def test_what_could_not_be_compared_is_the_reason_of_a_pass() -> None:
    ended = verdict(made(why="the list was cut off", compared=7))
    assert ended.outcome == "pass"
    assert "1 could not be compared, A.Bindings: the list was cut off" in ended.reason


def test_where_nothing_could_be_compared_nothing_passes() -> None:
    ended = verdict(made(why="the list was cut off"))
    assert ended.outcome == "undetermined"
    assert "the list was cut off" in ended.reason


def accepting(environment: Path, other: Path, **which: str) -> tuple[baseline.Acceptance, ...]:
    everything = [one for _, each in found(environment, other).values() for one in each.comparison.differences]
    return baseline.accept(opened(environment).baseline, everything, reason="change 4711", by="Ada", on=WHEN, **which)


def test_an_accepted_difference_passes_until_it_changes_again(environment: Path) -> None:
    def edit(data: dict[str, Any]) -> None:
        connector(SCANNER, Banner="220 hello", MaxHopCount=7)(data)

    other = after(environment, "organization.json", edit)
    (yes,) = accepting(environment, other, pattern="ex01/ReceiveConnectors/*/Banner")
    assert yes.difference == f"ex01/ReceiveConnectors/{SCANNER}/Banner"
    assert baseline.verify(environment / "baselines" / NAME) == []
    one = found(environment, other)["ex01", "ReceiveConnectors"][1]
    assert [left.path for left in one.comparison.differences] == [("MaxHopCount",)]
    assert verdict(one).outcome == "fail"
    accepting(environment, other, subject="EX01")
    one = found(environment, other)["ex01", "ReceiveConnectors"][1]
    ended = verdict(one)
    assert ended.outcome == "pass"
    assert "2 accepted by Ada (change 4711)" in ended.reason
    assert len(opened(environment).accepted) == 2
    again = after(environment, "organization.json", connector(SCANNER, Banner="220 other", MaxHopCount=7), "again")
    one = found(environment, again)["ex01", "ReceiveConnectors"][1]
    assert [left.now for left in one.comparison.differences] == ["220 other"]
    assert verdict(one).outcome == "fail"
    back = found(environment, environment / "baselines" / NAME)["ex01", "ReceiveConnectors"][1]
    assert (back.comparison.differences, back.accepted) == ((), ())


def test_an_accepted_list_passes_in_any_order(environment: Path) -> None:
    def bound(*ports: int) -> Edit:
        return connector(SCANNER, Bindings=[f"0.0.0.0:{port}" for port in ports])

    one = after(environment, "organization.json", bound(2525, 587, 25))
    accepting(environment, one, subject="ex01")
    other = after(environment, "organization.json", bound(25, 2525, 587), "other")
    assert differing(found(environment, other)) == {}


def test_acceptances_need_a_reason_somebody_and_a_difference(environment: Path) -> None:
    other = after(environment, "organization.json", connector(SCANNER, Banner="220 hello"))
    everything = [one for _, each in found(environment, other).values() for one in each.comparison.differences]
    held = opened(environment).baseline
    for reason, by in (("", "Ada"), ("why", " ")):
        with pytest.raises(baseline.BaselineMistake, match="--reason and --by"):
            baseline.accept(held, everything, reason=reason, by=by, on=WHEN, subject="ex01")
    with pytest.raises(baseline.BaselineMistake, match=r"no difference fits\. There are 1: ex01/ReceiveConnectors/"):
        baseline.accept(held, everything, reason="why", by="Ada", on=WHEN, subject="ex02")
    assert not (held.folder / "accepted.json").exists()


def test_a_name_with_brackets_is_its_own_pattern() -> None:
    one = Difference(PLACE, "EX01\\[PS] (Relay)*", "T", ("Banner",), "changed", "a", "b")
    assert baseline.accepted._fits(baseline.name_of(one), baseline.name_of(one))


def strangers_of(environment: Path, **changes: Any) -> Strangers:
    drifting = opened(environment)
    now: Environment = drifting.environment
    return opened(environment, replace(now, organization=replace(now.organization, **changes))).strangers()


def told(strangers: Strangers) -> Judgement:
    held: list[str] = []
    return judged(lambda: judge_strangers(strangers, held.append), {}, Page(), lambda: len(held))


def test_subjects_that_are_new_gone_or_spelled_otherwise(environment: Path) -> None:
    assert strangers_of(environment) == replace(Strangers(), known=strangers_of(environment).known)
    servers = opened(environment).environment.servers
    new = strangers_of(environment, members=(*servers, replace(servers[0], name="ex09")))
    assert new.new == (("Server", "ex09"),)
    ended = told(new)
    assert (ended.outcome, "Server ex09: is new" in ended.reason) == ("fail", True)
    gone = strangers_of(environment, members=servers[1:])
    assert gone.gone == (("Server", "ex01"),)
    assert told(gone).outcome == "fail"
    spelled = strangers_of(environment, members=(replace(servers[0], name="EX01"), *servers[1:]))
    assert (spelled.new, spelled.gone) == ((), ())


def test_who_was_left_out_or_silent_is_said_and_does_not_fail(environment: Path) -> None:
    place = environment / "baselines" / NAME

    def without(name: str) -> None:
        rewrite(place / "run.json", lambda head: head.update(
            subjects=[one for one in head["subjects"] if one["name"] != name],
            observations=[one for one in head["observations"] if one["subject"] != name],
        ))  # fmt: skip
        (place / "answers" / f"{name}.json").unlink()

    without("autodiscover.contoso.com")
    without("mx.contoso.com")
    rewrite(
        place / "run.json", lambda head: head["subjects"].append({"kind": "PublicName", "name": "mx.contoso.com"})
    )
    (place / "manifest.json").write_text(manifest_json.dump(place), "utf-8")
    strangers = opened(environment).strangers()
    assert strangers.not_recorded == (("PublicName", "autodiscover.contoso.com"),)
    assert strangers.silent == (("PublicName", "mx.contoso.com"),)
    ended = told(strangers)
    assert ended.outcome == "pass"
    assert "left out when the baseline was made: autodiscover.contoso.com" in ended.reason
    assert "of PublicName mx.contoso.com nothing is compared" in ended.reason


SEEN = DriftSeen("before", WHEN)


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (SEEN, "everything is as it was"),
        (replace(SEEN, unknown=("x",)), "what was compared is as it was, 1 answer not had"),
        (replace(SEEN, incomparable=("x",)), "what was compared is as it was, 1 not comparable"),
        (replace(SEEN, strangers=("Server ex09 is new",)), "Server ex09 is new"),
        (replace(SEEN, strangers=("a", "b", "c", "d")), "4 new or gone subjects"),
    ],
)
def test_the_console_never_says_more_than_was_seen(seen: DriftSeen, line: str) -> None:
    assert counts_line(seen) == line
    ((said, style),) = drift_lines(seen, Path("report.html"))
    assert line in said
    assert (style == "green") == (seen == SEEN)
    assert drift_json.load(drift_json.dump(seen)) == seen


def test_text_of_servers_can_be_printed() -> None:
    seen = drift_json.clean(replace(SEEN, unknown=("\x1b[31mred",), strangers=("Server \x1b]0;x",)))
    assert "\x1b" not in "".join((*seen.unknown, *seen.strangers))
