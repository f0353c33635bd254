"""The SMTP port, asked by smtplib."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from muster.lab.certificates import Authority, Certificate, CertificateOrder
from muster.lab.faults import Fault
from muster.lab.smtp_server import SmtpServer, SmtpService, exchange_service

NAME = "ex01.contoso.local"
READY = datetime(2025, 9, 15, 8, 0, tzinfo=UTC)
SERVICE = exchange_service(NAME, READY)

Start = Callable[..., SmtpServer]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


@pytest.fixture
def certificate(authority: Authority) -> Certificate:
    return authority.issue(CertificateOrder(subject=f"CN={NAME}", names=(NAME,)))


@pytest.fixture
def start(certificate: Certificate) -> Iterator[Start]:
    started: list[SmtpServer] = []

    def started_with(service: SmtpService = SERVICE, **options: Any) -> SmtpServer:
        server = SmtpServer(service, **{"certificate": certificate, **options})
        started.append(server)
        return server

    yield started_with
    for server in started:
        server.close()


def client(server: SmtpServer) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, "probe.example", timeout=10)


def test_the_banner_and_ehlo_read_as_exchange_says_them(start: Start) -> None:
    with socket.create_connection(("127.0.0.1", start().port), timeout=10) as raw, raw.makefile("rwb") as stream:
        assert stream.readline() == (
            b"220 ex01.contoso.local Microsoft ESMTP MAIL Service ready at Mon, 15 Sep 2025 08:00:00 +0000\r\n"
        )
        stream.write(b"ehlo probe.example\r\n")
        stream.flush()
        lines = [stream.readline().decode().rstrip() for _ in range(13)]
    assert lines == [
        "250-ex01.contoso.local Hello [127.0.0.1]",
        "250-SIZE 37748736",
        "250-PIPELINING",
        "250-DSN",
        "250-ENHANCEDSTATUSCODES",
        "250-STARTTLS",
        "250-X-ANONYMOUSTLS",
        "250-AUTH NTLM",
        "250-X-EXPS GSSAPI NTLM",
        "250-8BITMIME",
        "250-BINARYMIME",
        "250-CHUNKING",
        "250 SMTPUTF8",
    ]


def test_starttls_shows_the_certificate_and_other_extensions(
    start: Start, authority: Authority, certificate: Certificate
) -> None:
    trusting = ssl.create_default_context(cafile=str(authority.root_file))
    trusting.check_hostname = False  # smtplib checks the name it connected to, which is an address here
    with client(start()) as smtp:
        assert smtp.starttls(context=trusting)[0] == 220
        assert isinstance(smtp.sock, ssl.SSLSocket)
        assert smtp.sock.getpeercert(binary_form=True) == certificate.der
        smtp.ehlo()
        assert "starttls" not in smtp.esmtp_features
        assert "x-anonymoustls" not in smtp.esmtp_features
        assert smtp.esmtp_features["auth"].split() == ["GSSAPI", "NTLM", "LOGIN"]


def test_without_starttls_it_is_neither_offered_nor_done(start: Start) -> None:
    with client(start(exchange_service(NAME, READY, starttls=False, auth=(), size=None))) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
        assert not smtp.has_extn("auth")
        assert smtp.esmtp_features["size"] == ""
        assert smtp.docmd("STARTTLS") == (500, b"5.3.3 Unrecognized command 'starttls'")


def test_starttls_without_a_certificate_is_not_available(start: Start) -> None:
    with client(start(certificate=None)) as smtp:
        assert smtp.docmd("STARTTLS")[0] == 454


def test_commands_sent_before_the_handshake_do_not_count_after_it(start: Start, authority: Authority) -> None:
    trusting = ssl.create_default_context(cafile=str(authority.root_file))
    with socket.create_connection(("127.0.0.1", start().port), timeout=10) as raw:
        raw.recv(1000)
        raw.sendall(b"STARTTLS\r\nNOOP\r\n")
        assert raw.recv(1000) == b"220 2.0.0 SMTP server ready\r\n"
        with trusting.wrap_socket(raw, server_hostname=NAME) as wrapped:
            wrapped.sendall(b"QUIT\r\n")
            assert wrapped.recv(1000).startswith(b"221 ")


def test_no_mail_is_ever_taken(start: Start) -> None:
    with client(start()) as smtp:
        assert smtp.docmd("MAIL", "FROM:<a@example.com>")[0] == 503
        smtp.ehlo()
        with pytest.raises(smtplib.SMTPSenderRefused, match=r"530.*5\.7\.57"):
            smtp.sendmail("a@example.com", ["b@contoso.com"], "x")
        assert smtp.docmd("RCPT", "TO:<b@contoso.com>")[0] == 503
        assert smtp.docmd("DATA")[0] == 503
        assert smtp.docmd("AUTH", "LOGIN")[0] == 535
        assert smtp.docmd("VRFY", "x")[0] == 500
        assert smtp.noop()[0] == 250
        assert smtp.quit()[0] == 221


@pytest.mark.parametrize("mode", ["busy", "unavailable"])
def test_a_busy_server_says_so_and_goes(start: Start, mode: Any) -> None:
    with pytest.raises(smtplib.SMTPConnectError, match="421"):
        client(start(fault=Fault(mode=mode)))


def test_a_stalling_server_greets_and_then_says_nothing(start: Start) -> None:
    server = start()
    server.fault = Fault(mode="stall")
    smtp = client(server)
    assert smtp.sock
    smtp.sock.settimeout(0.1)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        smtp.ehlo()
    smtp.close()


def test_refused(start: Start) -> None:
    with pytest.raises(ConnectionRefusedError):
        client(start(fault=Fault(mode="refuse")))
