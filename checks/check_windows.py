"""Windows under Exchange."""

import pytest

from muster import DatabaseAvailabilityGroup, PerServer, Server, Severity, about, control
from muster.facts.windows import OperatingSystem, Volumes

GIGABYTE = 2**30
SMALLEST_JUDGED = 5 * GIGABYTE  # recovery and EFI partitions are small and full, by design
FREE_ENOUGH = 30 * GIGABYTE  # what Microsoft asks for on the drive that Exchange is installed on
FREE_SHARE = 0.1


@pytest.mark.pre_upgrade
@control(
    "dag.same-windows",
    title="All members of a DAG run the same Windows release",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/high-availability/plan-ha",),
    remediation="Replace the older members by servers on the same Windows release; Windows is not upgraded in place.",
)
def check_same_windows_in_dag(dag: DatabaseAvailabilityGroup, operating_systems: PerServer[OperatingSystem]) -> None:
    """A failover cluster across Windows releases is supported only while it is being rolled forward."""
    highest = max((found.release for found in operating_systems.values() if found.has("version")), default=())
    for member, found in operating_systems.items():
        with about(member.name):
            assert found.release == highest, f"runs {found.caption} ({found.version}), older than another member"


@pytest.mark.pre_upgrade
@control(
    "windows.free-space",
    title="No volume is about to run full",
    severity=Severity.LOW,
    references=(
        "https://learn.microsoft.com/exchange/mail-flow/back-pressure",
        "https://learn.microsoft.com/exchange/plan-and-deploy/system-requirements",
    ),
    remediation="Find what grows (nothing deletes the logs of IIS and of Exchange), or extend the volume.",
)
def check_free_space(server: Server, volumes: Volumes) -> None:
    """Transport stops accepting mail when the queue's volume runs full, and databases dismount with theirs."""
    for volume in volumes:
        with about(volume):
            enough = min(FREE_ENOUGH, FREE_SHARE * volume.capacity)
            assert volume.free_space >= enough or volume.capacity < SMALLEST_JUDGED, (
                f"{volume.free_space / GIGABYTE:.1f} GB of {volume.capacity / GIGABYTE:.0f} GB are free "
                f"where at least {enough / GIGABYTE:.1f} GB were expected"
            )
