"""Command-line options and markers."""

import math
from argparse import ArgumentTypeError
from datetime import date

import pytest

GATES = {
    "pre_upgrade": "judged before a server is upgraded",
    "during_upgrade": "judged while a server is in maintenance",
    "post_upgrade": "judged after a server was upgraded",
}
ONLY_AT_GATES = "only_at_gates"
"""The marker of checks that mean something around an upgrade only: without a gate in ``-m`` they are not there."""


AS_IT_IS = "as_it_is"
"""The marker of the second item of each check in a what-if run: the one that judges the unchanged answers."""

AT = "judge as of this day (YYYY-MM-DD); certificates are judged at the time they were seen, where that is known"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is no day; write it as YYYY-MM-DD, such as 2026-04-02") from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 1 <= seconds <= 3600:  # noqa: PLR2004 - a second to an hour; not-a-number is neither
        raise ArgumentTypeError(f"'{text}' is no number of seconds from 1 to 3600")
    return seconds


def declare(parser: pytest.Parser) -> None:
    """Add muster's options."""
    group = parser.getgroup("muster", "muster: does your Exchange pass muster?")
    group.addoption("--env", metavar="NAME", help="environment to judge: a folder of the inventory")
    group.addoption(
        "--inventory", metavar="DIR", help="where environments are (default: inventory/ beside the checks)"
    )
    group.addoption("--facts", metavar="DIR", help="judge a capture or an earlier run instead of asking anybody")
    group.addoption(
        "--save-baseline",
        metavar="NAME",
        help="write down everything that is so now, under a name, and judge nothing; a name is never used twice",
    )
    group.addoption("--against", metavar="NAME", help="also judge what is not as it was in this baseline")
    group.addoption(
        "--what-if",
        metavar="RELEASE",
        help="change the answers of the newest run (or those of --facts) as Setup of this release would, and judge "
        "them beside the unchanged ones; nobody is asked",
    )
    group.addoption("--at", metavar="DATE", type=_day, help=AT)
    group.addoption(
        "--server",
        action="append",
        default=[],
        metavar="NAME",
        help="judge these servers only (may be given several times); what concerns no single server stays",
    )
    group.addoption(
        "--in-upgrade",
        action="store_true",
        help="Setup is running on the servers of --server: ask the directory and their ports only",
    )
    group.addoption("--explain", action="store_true", help="print what would be asked of whom, and stop")
    group.addoption(
        "--fail-on",
        choices=["info", "low", "medium", "high"],
        default="medium",
        help="lowest severity that makes the exit status non-zero (default: medium)",
    )
    group.addoption("--reports", metavar="DIR", help="where run folders are written (default: reports/)")
    group.addoption(
        "--deadline", metavar="SECONDS", type=_seconds, default=60.0, help="longest wait for one answer (default: 60)"
    )


def declare_markers(config: pytest.Config) -> None:
    """Make the gates known, so that ``--strict-markers`` holds."""
    for name, meaning in GATES.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    config.addinivalue_line("markers", f"{AS_IT_IS}: a check on the answers as they are, beside those of --what-if")
    config.addinivalue_line("markers", f"{ONLY_AT_GATES}: collected only where -m names a gate")
