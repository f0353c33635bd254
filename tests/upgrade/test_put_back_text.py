"""The printed text and the next run."""

import json
import re
from dataclasses import replace

import pytest

from kit.differences import changed, gone
from kit.put_back import OWA, RELAY, commands, component, planned
from muster.upgrade.put_back import dump_plan, load_plan, markdown, progress, script, scripts

# printed


HOSTILE = "x'; Remove-Item C:\\ -Recurse #"


def test_the_text_is_comments_and_commands_and_no_value_leaves_its_quotes() -> None:
    evil = changed("ReceiveConnectors", "Banner", HOSTILE, "b\nRemove-Mailbox *", of="EX01\\a\nStop-Computer")
    steps = planned(evil, component("HubTransport", "Maintenance"))
    for line in script(steps).splitlines():
        assert (
            not line
            or line.startswith("#")
            or re.match(r"^(Set|New|Enable|Add|Resume|Start|Invoke)-[A-Za-z]+ -", line)
        ), line
    assert "Stop-Computer" not in [line.partition(" ")[0] for line in script(steps).splitlines()]
    plain = changed("ReceiveConnectors", "Banner", HOSTILE, "b", of=RELAY)
    assert commands(plain) == [f"Set-ReceiveConnector -Identity '{RELAY}' -Banner 'x''; Remove-Item C:\\ -Recurse #'"]


def test_each_command_is_rehearsed_first_and_says_where() -> None:
    steps = planned(
        changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
        component("HubTransport", "Maintenance"),
    )
    lines = script(steps).splitlines()
    runs = (
        "Invoke-Command -ComputerName 'EX01' -ScriptBlock {{ Set-Service -Name 'W3SVC' -StartupType 'Automatic'{} }}"
    )
    assert lines[lines.index(runs.format("")) - 1] == runs.format(" -WhatIf")
    assert "# Where: elevated PowerShell on the server EX01" in lines
    assert "# Where: Exchange Management Shell" in lines


def test_one_script_per_place() -> None:
    steps = planned(
        changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
        component("HubTransport", "Maintenance"),
    )
    found = scripts(steps)
    assert set(found) == {"", "EX01"}
    runs = {
        place: [line for line in text.splitlines() if line and not line.startswith("#")]
        for place, text in found.items()
    }
    assert [len(lines) for lines in runs.values()] == [2, 2]
    assert all("Set-Service" in line for line in runs["EX01"])
    assert all("Set-ServerComponentState" in line for line in runs[""])


def test_markdown_reads_by_class() -> None:
    text = markdown(
        planned(
            component("HubTransport", "Maintenance"),
            changed("OwaDirectories", "ExternalUrl", "https://m/owa", None, of=OWA),
        )
    )
    assert text.index("## Lost") < text.index("## Unexplained")
    assert "```powershell\nSet-ServerComponentState" in text
    assert markdown(()).endswith("Nothing to put back.\n")


# the next run


def test_the_next_run_says_what_is_done_open_and_unknown() -> None:
    url = changed("OwaDirectories", "ExternalUrl", "https://m/owa", None, of=OWA)
    hub = component("HubTransport", "Maintenance")
    service = changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC")
    remembered = load_plan(json.loads(json.dumps(dump_plan(planned(url, hub, service)))))
    assert len(remembered) == 3
    covered = [("Server", "EX01", "OwaDirectories"), ("Server", "EX01", "ServerComponents")]
    found = progress(remembered, [hub], covered)
    assert [one.title for one in found.done] == [remembered[1].title] or len(found.done) == 1
    assert "ExternalUrl" in found.done[0].title
    assert "HubTransport" in found.open[0].title
    assert "W3SVC" in found.unknown[0].title
    whole = gone("OwaDirectories", OWA, {})
    assert "ExternalUrl" in progress(remembered, [whole], covered).open[0].title
    elsewhere = replace(url, object=r"EX01\owa (Exchange Back End)")
    assert not progress(remembered, [elsewhere], covered).open


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"form": 2, "steps": []},
        {"form": 1},
        {"form": 1, "steps": [1]},
        {"form": 1, "steps": [{"key": "k"}]},
    ],
)
def test_a_plan_that_is_none_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        load_plan(data)
