"""Two places that should say the same: the directory's idea of a virtual directory, and IIS's own."""

import pytest

from muster import Server, Severity, about, control
from muster.facts.web.iis_view import IisView

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.post_upgrade, pytest.mark.only_at_gates]

DIRECTORY = "https://learn.microsoft.com/powershell/module/exchange/get-owavirtualdirectory"


@control(
    "virtual-directories.iis-agrees",
    title="The directory and IIS say the same of every virtual directory",
    severity=Severity.MEDIUM,
    references=(DIRECTORY,),
    remediation="Set the property again with the Set-…VirtualDirectory cmdlet: it writes to both. Where a virtual "
    "directory is missing in one of them, remove and create it anew.",
    roles={"Mailbox"},
)
def check_iis_agrees(server: Server, iis_view: IisView) -> None:
    """Set-…VirtualDirectory writes to the directory and to IIS; somebody who edits IIS by hand writes to one of them.

    Setup works from the directory: what only IIS knew is gone after the next update.
    """
    for kind in iis_view.needs:
        with about(kind):
            disagreements = [f"{name}: {said}" for name, said in iis_view.of(kind).disagreements()]
            assert not disagreements, "; ".join(disagreements)
