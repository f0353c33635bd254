"""Availability groups, their databases and copies."""

import pytest

from kit.forms import DAG1, EX01, EX02, Case, asked, enum, rich, same_through_both, unsent_is_unknown
from muster.facts.dag import (
    ActivationSettings,
    DagConfig,
    DatabaseCopies,
    MailboxDatabases,
    ReplicationHealth,
    ReplicationTest,
)
from muster.model import DatabaseAvailabilityGroup, FactUnavailable, Object
from muster.resolve import resolve

CASES: list[Case] = [
    (
        MailboxDatabases,
        DAG1,
        {
            "Identity": "DB01",
            "Name": "DB01",
            "MasterServerOrAvailabilityGroup": "DAG1",
            "Servers": ("EX01", "EX02"),
            "MountAtStartup": True,
            "CircularLoggingEnabled": False,
        },
        {
            "Identity": rich("DB01"),
            "Name": "DB01",
            "MasterServerOrAvailabilityGroup": rich("DAG1"),
            "Servers": (rich("EX01"), rich("EX02")),
            "MountAtStartup": True,
            "CircularLoggingEnabled": False,
        },
        {"servers": ("EX01", "EX02")},
    ),
    (
        DatabaseCopies,
        EX02,
        {
            "Identity": r"DB01\EX02",
            "DatabaseName": "DB01",
            "MailboxServer": "EX02",
            "Status": "FailedAndSuspended",
            "ActivationPreference": 2,
            "CopyQueueLength": "8417",
            "ReplayQueueLength": 0,
            "ContentIndexState": "NotApplicable",
            "ActivationSuspended": False,
            "ErrorMessage": "the log is missing",
            "ReplayLagStatus": "Enabled:False; PlayDownReason:None",
        },
        {
            "Identity": rich(r"DB01\EX02", "DatabaseCopyIdParameter"),
            "DatabaseName": "DB01",
            "MailboxServer": "EX02",
            "Status": enum(4, "FailedAndSuspended", "CopyStatus"),
            "ActivationPreference": 2,
            "CopyQueueLength": 8417,
            "ReplayQueueLength": 0,
            "ContentIndexState": enum(9, "NotApplicable"),
            "ActivationSuspended": False,
            "ErrorMessage": "the log is missing",
            "ReplayLagStatus": "Enabled:False; PlayDownReason:None",
        },
        {"status": "FailedAndSuspended", "copy_queue_length": 8417, "mounted": False},
    ),
    (
        ReplicationHealth,
        EX01,
        {"Server": "EX01", "Check": "ClusterService", "Result": "*FAILED*", "Error": "it is stopped"},
        {
            "Server": "EX01",
            "Check": "ClusterService",
            "Result": rich("*FAILED*", "ReplicationCheckResult"),
            "Error": "it is stopped",
        },
        {"passed": False},
    ),
    (
        DagConfig,
        DAG1,
        {
            "Identity": "DAG1",
            "Name": "DAG1",
            "Servers": ("EX01", "EX02"),
            "WitnessServer": "fs01.example.com",
            "WitnessDirectory": r"C:\DAG1",
            "DatacenterActivationMode": "DagOnly",
        },
        {
            "Identity": rich("DAG1"),
            "Name": "DAG1",
            "Servers": (rich("EX01"), rich("EX02")),
            "WitnessServer": rich("fs01.example.com", "FileShareWitnessServerName"),
            "WitnessDirectory": rich(r"C:\DAG1", "NonRootLocalLongFullPath"),
            "DatacenterActivationMode": enum(1, "DagOnly"),
        },
        {"servers": ("EX01", "EX02"), "witness_server": "fs01.example.com", "datacenter_activation_mode": "DagOnly"},
    ),
    (
        ActivationSettings,
        EX01,
        {
            "Identity": "EX01",
            "DatabaseAvailabilityGroup": "DAG1",
            "DatabaseCopyAutoActivationPolicy": "Blocked",
            "DatabaseCopyActivationDisabledAndMoveNow": True,
        },
        {
            "Identity": rich("EX01"),
            "DatabaseAvailabilityGroup": rich("DAG1"),
            "DatabaseCopyAutoActivationPolicy": enum(2, "Blocked"),
            "DatabaseCopyActivationDisabledAndMoveNow": True,
        },
        {"database_copy_auto_activation_policy": "Blocked"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_a_fact_is_the_same_through_partial_and_full(case: Case) -> None:
    same_through_both(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_what_was_not_sent_is_unknown_and_never_a_default(case: Case) -> None:
    unsent_is_unknown(case)


@pytest.mark.parametrize(("result", "passed"), [("Passed", True), ("*FAILED*", False), ("*Warning*", False)])
def test_only_passed_is_passed(result: str, passed: bool) -> None:
    row = {"Check": "ClusterService", "Result": result, "Error": ""}
    assert ReplicationTest.of(Object("ReplicationCheckOutcome", None, row), "EX01").passed is passed


def test_a_group_finds_itself_among_all_groups_and_says_so_when_it_does_not() -> None:
    other = DatabaseAvailabilityGroup("DAG2", ())
    row = {"Identity": "DAG1", "Name": "DAG1"}
    assert resolve(DagConfig, DAG1, asked(DagConfig, DAG1, row)).fact.name == "DAG1"
    with pytest.raises(FactUnavailable, match="no database availability group named DAG2"):
        resolve(DagConfig, other, asked(DagConfig, other, row))


def test_a_group_counts_only_the_databases_that_it_masters() -> None:
    mine = {"Identity": "DB01", "MasterServerOrAvailabilityGroup": "dag1"}
    theirs = {"Identity": "DB09", "MasterServerOrAvailabilityGroup": "DAG2"}
    (only,) = resolve(MailboxDatabases, DAG1, asked(MailboxDatabases, DAG1, mine, theirs)).fact
    assert only.identity == "DB01"
    with pytest.raises(FactUnavailable, match="names DAG1"):
        resolve(MailboxDatabases, DAG1, asked(MailboxDatabases, DAG1, theirs))
