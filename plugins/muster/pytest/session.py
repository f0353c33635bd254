"""The one place that holds a run's state, kept under one stash key."""

import gc
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from _pytest import assertion

from muster import baseline, evidence, facts, waivers
from muster.model import (
    Control,
    DriftSeen,
    Environment,
    FactUnavailable,
    NotApplicable,
    Observation,
    Problem,
    Question,
    Run,
    Subject,
    Verdict,
    WhatIf,
)
from muster.observe import Then, Want
from muster.pytest import (
    asking,
    collecting,
    drift_account,
    drift_judging,
    drifting,
    fixtures,
    gates,
    kinds,
    saving,
    what_if,
    who,
)
from muster.pytest.explaining import explained
from muster.pytest.judging import HELD, Judgement, judge, readable
from muster.pytest.opening import Opened, folder_of_inventories, open_environment
from muster.pytest.stash import CURRENT
from muster.pytest.store import FactStore, Page
from muster.resolve import Book, book_of
from muster.waivers import Waiver


def open_session(config: pytest.Config) -> None:
    """Start muster's part of a pytest run, where one is asked for."""
    wanted = config.option.env or config.option.facts
    if wanted or config.option.showfixtures:
        config.pluginmanager.register(fixtures, "muster-fixtures")
        for module in facts.modules():
            config.pluginmanager.register(module, module.__name__)
    if not wanted:
        return
    if not _asserts_are_seen(config):
        if config.inipath is None:
            raise pytest.UsageError(
                f"no pytest configuration was found from {config.invocation_params.dir}: start pytest in the folder "
                "that holds checks/ and pyproject.toml, or name its configuration with -c"
            )
        raise pytest.UsageError(
            "muster needs 'enable_assertion_pass_hook = true' in the pytest configuration: without it nobody can "
            "tell a check that holds from one that asserted nothing. Add it, and delete __pycache__ beside the checks"
        )
    for option, name in (("--save-baseline", config.option.save_baseline), ("--against", config.option.against)):
        if name == "":  # from a variable that is not set: else everything would be judged, and nothing compared
            raise pytest.UsageError(f"{option} needs the name of a baseline")
    if config.option.env and _workers(config) and not config.option.what_if:
        raise pytest.UsageError("-n (xdist) would ask every server once per worker; use it with --facts only")
    _quieten(config)
    session = Session(config, what_if.opened(config) if config.option.what_if else open_environment(config))
    config.stash[CURRENT] = session
    if config.pluginmanager.hasplugin("html"):
        from muster.pytest import html  # noqa: PLC0415 - only where pytest-html is at work

        config.pluginmanager.register(html.Columns(session), "muster-html")


def _asserts_are_seen(config: pytest.Config) -> bool:
    try:
        return bool(config.getini("enable_assertion_pass_hook"))
    except ValueError:  # with -p no:assertion there is no such setting
        return False


def _workers(config: pytest.Config) -> bool:
    return bool(getattr(config.option, "numprocesses", None)) or hasattr(config, "workerinput")


def _quieten(config: pytest.Config) -> None:
    """Our own summary replaces pytest's: no 60,000 lines of tracebacks on a bad night."""
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "no"
    if config.option.reportchars == "fE":
        config.option.reportchars = ""


class Session:
    """One run: the environment, the facts, the verdicts so far."""

    def __init__(self, config: pytest.Config, opened: Opened) -> None:
        self.config = config
        self.opened = opened
        self.environment: Environment = gates.prepared(config, opened.environment)
        self.observations: Mapping[str, Observation] = opened.observations or {}
        self.store = FactStore(self._book(self.observations))
        self.verdicts: dict[str, Verdict] = {}
        self.as_it_is: dict[str, what_if.AsItIs] = {}
        self._sides = self._both_sides()
        self.explained = False
        self.saved: list[str] = []
        self.drift = self._open_drift()
        self._judged: drift_account.Judged | None = None
        self.started = False
        self.nothing_selected = False
        self.used_waivers: set[Waiver] = set()
        self.left_out = 0
        self.selection = ""
        self.deselected: list[pytest.Item] = []
        self.interrupted = False
        self.folder: Path | None = None
        self.run: Run | None = None
        self._asserted = 0
        self._held: list[str] = []
        self._any_assertion = False

    def before_checks(self, session: pytest.Session) -> bool | None:
        """Explain and stop, or observe everything that the selected checks need."""
        if self.config.option.collectonly or session.testsfailed:
            return None
        self.started = True
        self.nothing_selected = not any(collecting.is_check(item) for item in session.items)
        gc.freeze()  # the items live to the end: looking through them again and again would only cost time
        wants = self._wants(session.items)
        if self.config.option.explain:
            self._explain(wants)
            return True
        if self.config.option.save_baseline:
            self._observe(wants)
            name = self.config.option.save_baseline
            self.saved = saving.save(name, self.opened, self.environment, wants, self.observations)
            return True
        try:
            evidence.check_writable(self.reports)
        except evidence.NotWritable as why:
            raise pytest.UsageError(str(why)) from None
        if self.opened.observations is None:
            try:
                self._observe(wants, self._who_and_when if self.drift is not None else None)
            except KeyboardInterrupt:
                self.interrupted = True
                raise
        return None

    def _both_sides(self) -> dict[bool, tuple[Environment, FactStore]]:
        """What is judged now by whether it is as it is: of a what-if run both sides, else there is but one."""
        imagined = self.opened.imagined
        if imagined is None:
            return {}
        return {
            False: (self.environment, self.store),
            True: (imagined.environment, FactStore(self._book(imagined.observations))),
        }

    def take_side(self, *, as_it_is: bool) -> None:
        """Judge the changed answers of a what-if run from now on, or those as they are."""
        if self._sides:
            self.environment, self.store = self._sides[as_it_is]

    def _open_drift(self) -> drifting.Drifting | None:
        if self.config.option.save_baseline:
            saving.refuse_early(self.config, self.environment)
        name: str | None = self.config.option.against
        if not name:
            return None
        folder = self.opened.environment.folder or folder_of_inventories(self.config) / self.environment.name
        return drifting.open_baseline(name, self.environment, folder)

    def add_generated(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """The checks that a baseline brings along."""
        if self.drift is not None:
            items.extend(drifting.collected(session, self.drift, self._judge_drift))

    def _judge_drift(self, group: drifting.Group | None) -> None:
        if self.drift is None:
            raise TypeError("a generated check comes from a baseline")
        if group is None:
            drift_judging.judge_strangers(self.drift.strangers(), self.asserted)
        else:
            found = self.drift.found(group, self.store)
            self.store.page.questions.extend(found.page.questions)
            self.store.page.shortfalls.extend(found.page.shortfalls)
            drift_judging.judge(found, self.judged_drift().sort_of, self.judged_drift().expected, self.asserted)

    def judged_drift(self) -> drift_account.Judged:
        """Every difference of this run, compared and sorted once."""
        if self.drift is None:
            raise TypeError("there is no baseline to compare with")
        if self._judged is None:
            to = self.environment.upgrade.to
            self._judged = drift_account.judge_all(self.drift, self.store, self.opened.catalogue, to)
        return self._judged

    def drift_seen(self) -> DriftSeen | None:
        """What evidence tells of drift; ``None`` without a baseline."""
        if self.drift is None:
            return None
        judged = self.judged_drift()
        learnt = who.told(judged, self.environment, self._since, self.observations)
        return drift_account.seen_of(self.drift, judged, self.reports, learnt.changed, learnt.notes)

    @property
    def reports(self) -> Path:
        """Where run folders go."""
        return Path(self.config.option.reports or self.config.rootpath / "reports")

    def _wants(self, items: list[pytest.Item]) -> list[Want]:
        """What this run must know: for a baseline every fact of the subjects, else what checks and drift read."""
        if self.config.option.save_baseline:
            functions = [item.obj for item in (*items, *self.deselected) if isinstance(item, pytest.Function)]
            subjects = [one for item in items if (one := collecting.subject_of(item)) is not None]
            return list(baseline.leaf_wants(kinds.wants(subjects, functions, self.environment)))
        wants = list(collecting.wants_of(items, self.environment))
        return wants + (list(self.drift.wants(items)) if self.drift else [])

    def _explain(self, wants: list[Want]) -> None:
        self.explained = True
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        for line in explained(self.environment, wants):
            reporter.write_line(line)

    def _observe(self, wants: list[Want], then: Then | None = None) -> None:
        observing = asking.Asking(self.config, self.environment)
        try:
            observing.ask(wants, then)
        finally:
            self._have(observing.observations)

    def _have(self, observations: Mapping[str, Observation]) -> None:
        self.observations = observations
        self.store = FactStore(self._book(observations))

    def _who_and_when(self, observations: Mapping[str, Observation]) -> list[Want]:
        """What to ask about what is not as it was, now that this is known and everybody still listens."""
        self._have(observations)
        return list(who.wants(self.judged_drift(), self.environment, self._since, datetime.now(UTC)))

    @property
    def _since(self) -> datetime:
        if self.drift is None:
            raise TypeError("there is no baseline to compare with")
        return self.drift.baseline.replay.started

    def _book(self, observations: Mapping[str, Observation]) -> Book:
        """Observations by question; from a capture or old run, what is not there is a problem of its own."""
        look_up = book_of(observations)
        if self.opened.observations is None:
            return look_up

        def old(question: Question, subject: Subject) -> Observation:
            found = look_up(question, subject)
            if found is not None:
                return self._timed(found)
            problem = Problem("not captured", f"not captured: {question.key}")
            return Observation(question, subject.name, None, 0.0, "", problem=problem)

        return old

    def _timed(self, found: Observation) -> Observation:
        """An answer whose time nobody wrote down is judged at the day of judgement; evidence keeps it unknown."""
        if found.taken is not None or self.opened.today is None:
            return found
        return replace(found, taken=datetime.combine(self.opened.today, time(12), UTC))

    def begin(self, item: pytest.Item) -> None:
        """A fresh page for a check; raises where the subject's role does not fit."""
        self.take_side(as_it_is=what_if.is_as_it_is(item))
        self.store.page = Page()
        self._asserted = 0
        self._held = []
        control, subject = self.control(item), collecting.subject_of(item)
        if not collecting.fits(control, subject):
            roles = " or ".join(sorted(control.roles))
            raise NotApplicable(f"{subject.name} has no {roles} role")

    def asserted(self, explanation: str) -> None:
        """An assertion was evaluated and held."""
        self._asserted += 1
        self._any_assertion = True
        self._held.append(readable(explanation))
        if len(self._held) >= HELD:
            # Enough to read. pytest sets its switch again for each item; off, it builds no more explanations.
            assertion.util._assertion_pass = None  # noqa: SLF001 - pytest 9 has no public switch

    def judge(self, item: pytest.Function) -> bool:
        """Run one check; its judgement is noted as the item's verdict."""
        names = item._fixtureinfo.argnames  # noqa: SLF001 - as pytest's own call does
        arguments = {name: item.funcargs[name] for name in names}
        judgement = judge(item.obj, arguments, self.store.page, lambda: self._asserted)
        self.note(item, self._waived(item, judgement))
        if judgement.error is not None:
            raise judgement.error
        return True

    def _waived(self, item: pytest.Item, judgement: Judgement) -> Judgement:
        """A fail that live waivers cover is waived; what failed stays to be read."""
        today = self.opened.today
        if judgement.outcome != "fail" or today is None or not self.opened.waivers:
            return judgement
        failed = [one.object for one in judgement.objects if one.outcome == "fail"]
        subject = collecting.subject_of(item).name
        used = waivers.accepted(self.opened.waivers, self.control(item).id, subject, failed, today)
        if not used:
            return judgement
        self.used_waivers.update(used)
        why = "; ".join(f"accepted by {one.owner} until {one.until}: {one.reason}" for one in used)
        return replace(judgement, outcome="waived", reason=f"{why} ({judgement.reason})")

    def note(self, item: pytest.Item, judgement: Judgement) -> Verdict:
        """Write a verdict down."""
        subject = collecting.subject_of(item)
        verdict = Verdict(
            control=self.control(item),
            subject=subject.name,
            subject_kind=type(subject).__name__,
            outcome=judgement.outcome,
            reason=judgement.reason,
            objects=judgement.objects,
            held=tuple(self._held) if judgement.outcome == "pass" else (),
            questions=tuple(dict.fromkeys(self.store.page.questions)),
            node=item.nodeid,
            doc=getattr(item, "obj", None).__doc__ or "",
        )
        if what_if.is_as_it_is(item):
            gate = item.get_closest_marker("pre_upgrade") is not None
            self.as_it_is[item.nodeid] = what_if.AsItIs(verdict, gate)
        else:
            self.verdicts[item.nodeid] = verdict
        return verdict

    def what_if_seen(self) -> WhatIf | None:
        """What evidence tells of an imagined upgrade; ``None`` where the answers are as they were seen."""
        imagined, sentence = self.opened.imagined, self.opened.what_if
        if imagined is None:
            return WhatIf(sentence) if sentence else None
        return what_if.seen(imagined, sentence, self.verdicts, self.as_it_is, self.selection)

    def setup_ended(self, item: pytest.Item, ending: BaseException) -> Verdict:
        """A check that could not begin: its facts are missing, or it does not apply."""
        match ending:
            case NotApplicable():
                judgement = Judgement("not applicable", str(ending))
            case FactUnavailable():
                judgement = Judgement("undetermined", str(ending))
            case _:
                unknown = getattr(ending, "argname", None)
                said = f"there is no fixture '{unknown}'" if unknown else f"{type(ending).__name__}: {ending}"
                why = f"the check could not begin: {said}"
                judgement = Judgement("undetermined", why, error=ending)
        return self.note(item, judgement)

    def control(self, item: pytest.Item) -> Control:
        """The control of a check's item."""
        control = collecting.control_of(getattr(item, "obj", None))  # type: ignore[arg-type] # is_check was asked
        if control is None:
            raise TypeError(f"{item.nodeid} is no check")
        return control

    @property
    def stale_bytecode(self) -> bool:
        """Checks ended, and not one assertion was seen: bytecode from a run without the hook."""
        judged = [v for v in self.verdicts.values() if v.outcome in {"pass", "undetermined"}]
        nothing = [v for v in judged if v.reason.startswith("nothing was asserted")]
        return bool(nothing) and not self._any_assertion and not any(v.outcome == "pass" for v in judged)
