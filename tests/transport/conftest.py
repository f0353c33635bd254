"""Certificates, and a PowerShell endpoint on loopback for the doors to knock at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from muster.lab.certificates import Authority, Certificate, CertificateOrder, server_context
from muster.lab.listener import Listener
from muster.lab.powershell.authentication import Account, BasicLogin, Login, NegotiateLogin, ntlm_accounts
from muster.lab.powershell.clixml import FULL, PARTIAL, WINDOWS, Level
from muster.lab.powershell.pipelines import Cmdlet, Invocation, Produced, run_pipeline
from muster.lab.powershell.wsman import Configuration, EndpointFault, WsmanEndpoint
from muster.lab.rows import Bare, Output
from muster.lab.shapes import Kind
from muster.model import Authentication, Endpoint

ACCOUNT = Account("CONTOSO\\auditor", "correct horse")


@dataclass(slots=True)
class Served:
    """A running endpoint, how to reach it, and what it was asked."""

    endpoint: Endpoint
    wsman: WsmanEndpoint
    listener: Listener
    asked: list[tuple[Invocation, ...]] = field(default_factory=list)

    def misbehave(self, **how: Any) -> None:
        self.wsman.misbehave(self.listener, EndpointFault(**how))


@dataclass(slots=True)
class Host:
    """Starts endpoints, and stops them when the test is over."""

    authority: Authority
    served: list[Served] = field(default_factory=list)

    @classmethod
    def says(cls, name: str, *outputs: Output | str, parameters: str = "", **rest: Any) -> Cmdlet:
        """A cmdlet that always gives the same."""
        made = [Bare(Kind("text"), output) if isinstance(output, str) else output for output in outputs]
        return cls.acts(name, lambda _invocation, _given: Produced(made, **rest), parameters)

    @staticmethod
    def acts(name: str, run: Callable[[Invocation, Sequence[Output]], Produced], parameters: str = "") -> Cmdlet:
        """A cmdlet that does something."""
        return Cmdlet(name, frozenset(parameters.split()), run)

    def start(
        self,
        *cmdlets: Cmdlet,
        kind: str = "exchange",
        tls: bool = False,
        certificate: CertificateOrder | None = None,
        fault: EndpointFault | None = None,
        configuration: str = "Microsoft.Exchange",
        **changes: Any,
    ) -> Served:
        offered: Mapping[str, Cmdlet] = {cmdlet.name.casefold(): cmdlet for cmdlet in cmdlets}
        asked: list[tuple[Invocation, ...]] = []

        def run(invocations: Sequence[Invocation]) -> Produced:
            asked.append(tuple(invocations))
            return run_pipeline(invocations, offered)

        def level(query: Mapping[str, str]) -> Level:
            if kind == "windows":
                return WINDOWS
            return FULL if query.get("serializationLevel") == "Full" else PARTIAL

        def login() -> Login:
            return BasicLogin(ACCOUNT, "ex01") if tls else NegotiateLogin(encrypts=True)

        order = certificate or CertificateOrder(subject="CN=localhost", names=("localhost", "127.0.0.1"))
        context = server_context(self.authority.issue(order)) if tls else None
        wsman = WsmanEndpoint(
            "ex01.contoso.local",
            "/PowerShell" if kind == "exchange" else "/wsman",
            {configuration.casefold(): Configuration(configuration, lambda: run, level)},
            login,
            (lambda connection: connection.start_tls(context)) if context else None,
            fault or EndpointFault(),
        )
        listener = wsman.serve()
        endpoint = Endpoint(
            kind,
            "EX01",
            "127.0.0.1",
            listener.port,
            tls="tls" if tls else "",
            authentication=Authentication("basic" if tls else "ntlm", ACCOUNT.user, "env:MUSTER_TEST_PASSWORD"),
            configuration=configuration,
            ca_file=str(self.authority.root_file) if tls else None,
        )
        served = Served(replace(endpoint, **changes), wsman, listener, asked)
        self.served.append(served)
        return served


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


@pytest.fixture(scope="session")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other-pki"), datetime.now(UTC), name="Another Root CA")


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> Certificate:
    return authority.issue(CertificateOrder(subject="CN=dc1.contoso.local", names=("dc1.contoso.local",)))


@pytest.fixture(scope="session")
def expired(authority: Authority) -> Certificate:
    order = CertificateOrder(
        subject="CN=dc1.contoso.local", names=("dc1.contoso.local",), valid_from=-90, valid_to=-3
    )
    return authority.issue(order)


@pytest.fixture
def closing() -> Iterator[Callable[..., object]]:
    """Closes at the end whatever it was given."""
    things: list[object] = []

    def remember(thing: object) -> object:
        things.append(thing)
        return thing

    yield remember
    for thing in things:
        thing.close()  # type: ignore[attr-defined] # everything given has a close


@pytest.fixture
def host(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("MUSTER_TEST_PASSWORD", ACCOUNT.password)
    host = Host(authority)
    with ntlm_accounts(ACCOUNT, tmp_path):
        yield host
        for served in host.served:
            served.listener.close()
