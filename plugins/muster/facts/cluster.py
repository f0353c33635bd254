"""The failover cluster under a DAG, and who leads the group: asked of any member, so never of the one in maintenance.

The cluster's database is the same on every node, so a peer knows the state of a node that nobody may disturb.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import pytest
from pydantic import BeforeValidator

from muster.model import (
    Answer,
    DatabaseAvailabilityGroup,
    ExchangeCmdlet,
    Fact,
    Facts,
    FactUnavailable,
    Problem,
    Server,
    Shape,
    Subject,
    Value,
    WindowsCmdlet,
    need,
    same_server,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, only_answer
from muster.reading.values import Word, read_number, read_text
from muster.reading.volatile import FROM_DIRECTORY

_NODE_STATES = {0: "Up", 1: "Down", 2: "Paused", 3: "Joining"}
"""Source: Windows' cluster API, CLUSTER_NODE_STATE; -1 is a state that the node itself does not know."""


def _read_node_state(value: Value) -> str:
    """The state's name, from the name (Get-ClusterNode) or the number (MSCluster_Node)."""
    text = read_text(value).strip()
    if text in _NODE_STATES.values():
        return text
    number = read_number(value)
    if number not in _NODE_STATES:
        raise ValueError(f"'{text}' where the state of a cluster node was expected")
    return _NODE_STATES[number]


class ClusterNode(Record):
    """One node. ``state`` is ``Up``, ``Down``, ``Paused`` (drained for maintenance) or ``Joining``."""

    name: Word
    state: Annotated[str, BeforeValidator(_read_node_state)]


class ClusterNodes(Records[ClusterNode]):
    """The nodes of a group's cluster, as the first member that answers sees them."""

    record = ClusterNode
    needs: ClassVar[Needs] = {
        "nodes": need(
            WindowsCmdlet(
                "Get-CimInstance",
                Namespace=r"root\MSCluster",
                ClassName="MSCluster_Node",
                Property=("Name", "State"),
                server="{member}",
            )
        )
    }
    shape = Shape(identity=("Name",))

    def node_of(self, server: Server) -> ClusterNode:
        """A server's node; raises where the cluster shows none."""
        for row in self.rows:
            if same_server(row.name, server):
                return row
        self.must_be_whole()
        problem = Problem("empty", f"the cluster has no node {server.name}", "it was evicted, or never joined")
        raise FactUnavailable(server.name, "ClusterNode", problem)


class DagStatus(Record):
    """What only ``-Status`` tells of a group: ``primary_active_manager`` leads it, and decides what is mounted where.

    It contacts the members, so it is a question of its own.
    """

    name: Word
    primary_active_manager: Word

    needs: ClassVar[Needs] = {"status": need(ExchangeCmdlet("Get-DatabaseAvailabilityGroup", Status=True))}
    shape: ClassVar[Shape] = Shape(
        momentary="which member does what just now",
        identity=("Identity",),
        unordered=frozenset(
            {
                "Servers",
                "StartedMailboxServers",
                "StoppedMailboxServers",
                "OperationalServers",
                "ServersInMaintenance",
            }
        ),
        volatile={**FROM_DIRECTORY, "PrimaryActiveManager": "moves with every restart"},
    )

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, Answer | Fact]) -> Self:
        """The group of the subject's name among all groups."""
        for item in only_answer(answers).objects:
            group = cls.of(item, subject.name)
            if group.name.casefold() == subject.name.casefold():
                return group
        problem = Problem("empty", f"Exchange knows no database availability group named {subject.name}")
        raise FactUnavailable(subject.name, cls.__name__, problem)


@pytest.fixture
def cluster_nodes(dag: DatabaseAvailabilityGroup, facts: Facts) -> ClusterNodes:
    """The cluster nodes of a database availability group and their states, asked of any of its members."""
    return facts.get(ClusterNodes, dag)


@pytest.fixture
def dag_status(dag: DatabaseAvailabilityGroup, facts: Facts) -> DagStatus:
    """Which member leads a database availability group (its primary active manager)."""
    return facts.get(DagStatus, dag)
