"""Windows services that Exchange is made of."""

import pytest

from muster import Server, Severity, about, control
from muster.facts.services import NEEDED, STOPS_BY_ITSELF, ServiceHealths, WindowsServices

SERVICES = "https://learn.microsoft.com/exchange/plan-and-deploy/deployment-ref/services-overview"


@pytest.mark.post_upgrade
@pytest.mark.pre_upgrade
@control(
    "services.running",
    title="Exchange's services run, and start by themselves",
    severity=Severity.HIGH,
    references=(SERVICES,),
    remediation="Set-Service <name> -StartupType Automatic; Start-Service <name>. Many disabled ones at once are "
    "what a security update that was rolled back leaves: CSS-Exchange's ServiceControl.ps1 puts them back.",
)
def check_running(server: Server, windows_services: WindowsServices) -> None:
    """A security update disables every service while it works; one that broke off leaves them so, and what still
    runs dies at the next restart.

    A service that is there by choice (POP3, IMAP4) may be manual. One that Setup made automatic must run.
    """  # noqa: D205 - one sentence
    needed = frozenset().union(*(NEEDED.get(role, frozenset()) for role in server.roles))
    for name in sorted(needed):
        with about(name):
            service = windows_services.named(name)
            assert service is not None, "is not installed, though this role needs it"
            assert service.state == "Running", f"is {service.state} ({service.start_mode}) where Running was expected"
            assert service.start_mode == "Auto", f"starts {service.start_mode} where Automatic was expected"
    known = {name.casefold() for name in needed} | STOPS_BY_ITSELF
    for service in windows_services:
        if service.name.casefold() not in known:
            with about(service):
                assert service.state == "Running" or service.start_mode != "Auto", (
                    f"is {service.state} where Running was expected of an Automatic service"
                )


@pytest.mark.post_upgrade
@control(
    "services.required-by-exchange",
    title="Exchange itself finds the services that its roles require running",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/powershell/module/exchange/test-servicehealth", SERVICES),
    remediation="Start the services that are named; services.running tells their start mode.",
    roles={"Mailbox"},
)
def check_required_by_exchange(server: Server, service_health: ServiceHealths) -> None:
    """A second opinion, which any Exchange endpoint gives where the server's own Windows lets nobody in.

    Low, because services.running looks at more services and at how they start.
    """
    for role in service_health:
        with about(role):
            assert role.required_services_running, f"not running: {', '.join(role.services_not_running)}"
