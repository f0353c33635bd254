"""The cluster's nodes: whoever of a group answers tells of all of them."""

from datetime import UTC, datetime

import pytest

from kit.forms import DAG1, EX01, EX02
from muster.facts.cluster import ClusterNodes
from muster.model import Answer, FactUnavailable, Object, Observation, Problem
from muster.resolve import book_of, needs_of, next_question, resolve, ways

(WANTED,) = needs_of(ClusterNodes)
FIRST, SECOND = ways(WANTED, DAG1)
QUIET = Problem("no endpoint", "no session is opened on EX01")


def seen(*rows: tuple[str, object]) -> Answer:
    return Answer(tuple(Object("MSCluster_Node", name, {"Name": name, "State": state}) for name, state in rows))  # type: ignore[dict-item] # what a state may be is under test


def observed(**by_member: Answer | Problem) -> dict[str, Observation]:
    found = {}
    for name, what in by_member.items():
        question = FIRST if name == "EX01" else SECOND
        answer, problem = (what, None) if isinstance(what, Answer) else (None, what)
        found[question.key] = Observation(
            question, name, datetime(2025, 9, 15, tzinfo=UTC), 0.1, name, answer, problem
        )
    return found


def test_each_member_is_a_way_and_the_next_is_asked_only_where_one_had_a_problem() -> None:
    assert [question.key.split(":")[0] for question in (FIRST, SECOND)] == ["windows EX01", "windows EX02"]
    assert next_question(WANTED, DAG1, book_of({})) == FIRST
    assert next_question(WANTED, DAG1, book_of(observed(EX01=QUIET))) == SECOND
    assert next_question(WANTED, DAG1, book_of(observed(EX01=seen(("EX01", 0))))) is None


def test_a_peer_tells_of_the_one_that_is_left_alone() -> None:
    nodes = resolve(ClusterNodes, DAG1, book_of(observed(EX01=QUIET, EX02=seen(("ex01", 2), ("ex02", "0"))))).fact
    assert (nodes.node_of(EX01).state, nodes.node_of(EX02).state) == ("Paused", "Up")


def test_nobody_that_could_be_asked_is_the_first_ones_reason() -> None:
    with pytest.raises(FactUnavailable, match="no session is opened on EX01"):
        resolve(ClusterNodes, DAG1, book_of(observed(EX01=QUIET, EX02=Problem("timeout", "no answer"))))


def test_a_node_that_is_not_there_is_not_a_node_that_is_down() -> None:
    nodes = resolve(ClusterNodes, DAG1, book_of(observed(EX01=seen(("EX02", 0))))).fact
    with pytest.raises(FactUnavailable, match="the cluster has no node EX01"):
        nodes.node_of(EX01)
