"""The looks from outside, against the lab's SMTP and HTTPS ports, and against ports that say strange things."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.lab.certificates import Authority, Certificate, CertificateOrder, server_context
from muster.lab.faults import Fault
from muster.lab.https_server import HttpsServer, Page, Website, exchange_website
from muster.lab.listener import Connection, Listener
from muster.lab.smtp_server import SmtpServer, exchange_service
from muster.model import HttpsRequest, Object, Problem, SmtpDialogue, TlsHandshake
from muster.transport.probes.asking import Probe, ask
from muster.transport.session import Unanswered

NAME = "ex01.contoso.local"
READY = datetime(2025, 9, 15, tzinfo=UTC)
Closing = Callable[..., object]


@pytest.fixture(scope="session")
def served(authority: Authority) -> Certificate:
    return authority.issue(CertificateOrder(subject=f"CN={NAME}", names=(NAME,), valid_from=-90, valid_to=-3))


@pytest.fixture
def smtp(served: Certificate) -> Iterator[SmtpServer]:
    server = SmtpServer(exchange_service(NAME, READY), certificate=served)
    yield server
    server.close()


@pytest.fixture
def https(served: Certificate) -> Iterator[HttpsServer]:
    server = HttpsServer(exchange_website(NAME), served)
    yield server
    server.close()


@pytest.fixture
def raw() -> Iterator[Callable[[bytes], int]]:
    """A port that says these bytes to whoever comes and then listens."""
    listeners: list[Listener] = []

    def start(said: bytes) -> int:
        def talk(connection: Connection, _: Listener) -> None:
            connection.send(said)
            connection.swallow()

        listeners.append(Listener(talk))
        return listeners[-1].port

    yield start
    for listener in listeners:
        listener.close()


def seen(question: Probe, port: int, seconds: float = 10) -> Object:
    (found,) = ask(question, "127.0.0.1", port, seconds).objects
    return found


def refused(question: Probe, port: int, seconds: float = 10, address: str = "127.0.0.1") -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        ask(question, address, port, seconds)
    return caught.value


def problem_of(question: Probe, port: int, seconds: float = 10) -> Problem:
    return refused(question, port, seconds).problem


def test_a_handshake_shows_what_is_served_even_where_it_has_expired(https: HttpsServer, served: Certificate) -> None:
    found = seen(TlsHandshake(NAME, 443), https.port)
    assert found.type == "TlsHandshake"
    assert found.properties["Chain"] == (served.der,)
    assert found.properties["Protocol"] == "TLSv1.3"
    assert str(found.properties["Cipher"]).startswith("TLS_")


def test_the_chain_is_what_is_served_not_what_could_be_built(
    authority: Authority, served: Certificate, tmp_path: Path, closing: Closing
) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(served.certificate_file.read_bytes() + authority.root_file.read_bytes())
    server = HttpsServer(exchange_website(NAME), replace(served, certificate_file=chain))
    closing(server)
    assert seen(TlsHandshake(NAME, 443), server.port).properties["Chain"] == (served.der, authority.root_der)


def test_the_handshake_asks_for_the_name(served: Certificate, closing: Closing) -> None:
    asked: list[str | None] = []
    context = server_context(served)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    def talk(connection: Connection, _: Listener) -> None:
        connection.start_tls(context)
        connection.swallow()

    listener = Listener(talk)
    closing(listener)
    seen(TlsHandshake("mail.contoso.com", 443), listener.port)
    assert asked == ["mail.contoso.com"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # old protocols are the point
def test_an_old_protocol_is_seen_and_not_refused(served: Certificate, closing: Closing) -> None:
    context = server_context(served)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    def talk(connection: Connection, _: Listener) -> None:
        connection.start_tls(context)
        connection.swallow()

    listener = Listener(talk)
    closing(listener)
    assert seen(TlsHandshake(NAME, 443), listener.port).properties["Protocol"] == "TLSv1.1"


def test_a_handshake_after_starttls(smtp: SmtpServer, served: Certificate) -> None:
    assert seen(TlsHandshake(NAME, 25, "smtp"), smtp.port).properties["Chain"] == (served.der,)


def test_no_starttls_no_handshake(closing: Closing) -> None:
    server = SmtpServer(exchange_service(NAME, READY, starttls=False))
    closing(server)
    assert "does not offer STARTTLS" in problem_of(TlsHandshake(NAME, 25, "smtp"), server.port).message


def test_an_smtp_dialogue_before_and_after_starttls(smtp: SmtpServer, served: Certificate) -> None:
    found = seen(SmtpDialogue(NAME), smtp.port)
    assert found.type == "SmtpDialogue"
    properties = found.properties
    assert str(properties["Banner"]).startswith(f"{NAME} Microsoft ESMTP MAIL Service ready at")
    assert properties["StartTlsOffered"] is True
    before, after = properties["Ehlo"], properties["EhloAfterTls"]
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert "STARTTLS" in before
    assert "STARTTLS" not in after
    assert "AUTH GSSAPI NTLM LOGIN" in after
    assert properties["Chain"] == (served.der,)


def test_a_server_without_starttls_is_a_whole_answer(closing: Closing) -> None:
    server = SmtpServer(exchange_service(NAME, READY, starttls=False))
    closing(server)
    answer = ask(SmtpDialogue(NAME), "127.0.0.1", server.port, 10)
    assert answer.shortfalls == ()
    properties = answer.objects[0].properties
    assert (properties["StartTlsOffered"], properties["EhloAfterTls"], properties["Chain"]) == (False, (), ())


def test_starttls_that_fails_leaves_a_partial_answer(closing: Closing) -> None:
    server = SmtpServer(exchange_service(NAME, READY))  # offers it, and has no certificate
    closing(server)
    answer = ask(SmtpDialogue(NAME), "127.0.0.1", server.port, 10)
    assert answer.objects[0].properties["StartTlsOffered"] is True
    assert "Chain" not in answer.objects[0].properties
    assert "EhloAfterTls" not in answer.objects[0].properties
    (shortfall,) = answer.shortfalls
    assert "454" in shortfall.message


def test_nothing_but_a_look_is_ever_said_to_smtp() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            accepted, _ = listening.accept()
            with accepted:
                accepted.sendall(b"220 here\r\n")
                for reply in (b"250-here\r\n250 8BITMIME\r\n", b"221 bye\r\n"):
                    heard.append(accepted.recv(4096))
                    accepted.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        seen(SmtpDialogue(NAME), listening.getsockname()[1])
        thread.join(10)
    assert heard == [b"EHLO [127.0.0.1]\r\n", b"QUIT\r\n"]


def test_a_health_page(https: HttpsServer, served: Certificate) -> None:
    found = seen(HttpsRequest(NAME, "/owa/healthcheck.htm"), https.port)
    assert found.type == "HttpsRequest"
    assert found.properties["Status"] == 200
    assert found.properties["Body"] == "200 OK<br/>EX01.CONTOSO.LOCAL"
    assert found.properties["Chain"] == (served.der,)
    headers = found.properties["Headers"]
    assert isinstance(headers, Object)
    assert headers.properties["X-FEServer"] == "EX01"


def test_a_login_page_is_an_answer_and_repeated_headers_are_kept(https: HttpsServer) -> None:
    found = seen(HttpsRequest(NAME, "/ecp/"), https.port)
    assert found.properties["Status"] == 401
    headers = found.properties["Headers"]
    assert isinstance(headers, Object)
    assert headers.properties["WWW-Authenticate"] == ("Negotiate", "NTLM")


def test_a_redirect_is_not_followed_and_a_long_page_is_cut(served: Certificate, closing: Closing) -> None:
    pages = {
        "/": Page(302, "", (("Location", "https://elsewhere.invalid/"),)),
        "/long": Page(200, "ä" * 100_000),
    }
    server = HttpsServer(Website(pages), served)
    closing(server)
    assert seen(HttpsRequest(NAME, "/"), server.port).properties["Status"] == 302
    body = seen(HttpsRequest(NAME, "/long"), server.port).properties["Body"]
    assert body == "ä" * 32 * 1024


@pytest.mark.parametrize(("port", "host"), [(443, NAME), (444, f"{NAME}:444")])
def test_the_question_says_host_and_the_caller_says_where(served: Certificate, port: int, host: str) -> None:
    heard: list[bytes] = []
    done = threading.Event()

    def talk(connection: Connection, _: Listener) -> None:
        connection.start_tls(server_context(served))
        heard.append(connection.receive())
        connection.send(b"HTTP/1.1 204 No Content\r\n\r\n")
        done.set()

    listener = Listener(talk)
    seen(HttpsRequest(NAME, "/x?y=1", port), listener.port)
    assert done.wait(10)
    listener.close()
    head = heard[0].decode()
    assert head.startswith("GET /x?y=1 HTTP/1.1\r\n")
    assert f"\r\nHost: {host}\r\n" in head
    assert "Authorization" not in head


@pytest.mark.parametrize("path", ["owa", "/a b", "/a\r\nX: y", ""])
def test_a_path_is_a_path(path: str) -> None:
    assert problem_of(HttpsRequest(NAME, path), 1).kind == "not allowed"


QUESTIONS: tuple[Probe, ...] = (
    TlsHandshake(NAME, 443),
    TlsHandshake(NAME, 25, "smtp"),
    SmtpDialogue(NAME),
    HttpsRequest(NAME, "/"),
)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_port_that_hangs_costs_the_deadline(raw: Callable[[bytes], int], question: Probe) -> None:
    assert problem_of(question, raw(b""), 0.5).kind == "timeout"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_port_that_refuses(question: Probe, closing: Closing) -> None:
    listener = Listener(lambda _connection, _listener: None, fault=Fault(mode="refuse"))
    closing(listener)
    answer = refused(question, listener.port)
    assert (answer.problem.kind, answer.lost) == ("unreachable", True)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_name_that_dns_does_not_know(question: Probe) -> None:
    answer = refused(question, 443, address="ex01.invalid")
    assert (answer.problem.kind, answer.lost) == ("unreachable", True)
    assert "was not found" in answer.problem.message


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_port_that_resets(question: Probe, closing: Closing) -> None:
    listener = Listener(lambda _connection, _listener: None, fault=Fault(mode="reset"))
    closing(listener)
    assert "closed the connection" in problem_of(question, listener.port).message


@pytest.mark.parametrize("question", [QUESTIONS[0], QUESTIONS[3]], ids=lambda question: question.key)
def test_a_port_without_tls(raw: Callable[[bytes], int], question: Probe) -> None:
    problem = problem_of(question, raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert problem.kind == "certificate"
    assert "does not speak TLS" in problem.cause


def test_a_busy_smtp_service(smtp: SmtpServer) -> None:
    smtp.fault = Fault(mode="busy")
    problem = problem_of(SmtpDialogue(NAME), smtp.port)
    assert problem.kind == "failed"
    assert "421" in problem.message
    assert "for now" in problem.cause


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH\r\n", b"x" * 20000, b"220-a\r\n" * 300])
def test_what_is_no_smtp(raw: Callable[[bytes], int], said: bytes) -> None:
    assert problem_of(SmtpDialogue(NAME), raw(said)).kind == "failed"


def test_more_than_the_go_ahead_before_the_handshake_is_refused(raw: Callable[[bytes], int]) -> None:
    port = raw(b"220 a\r\n250-a\r\n250 STARTTLS\r\n220 go\r\n250 injected\r\n")
    answer = ask(SmtpDialogue(NAME), "127.0.0.1", port, 5)
    assert "more data before the handshake" in answer.shortfalls[0].message


def test_what_is_no_http(served: Certificate, closing: Closing) -> None:
    def talk(connection: Connection, _: Listener) -> None:
        connection.start_tls(server_context(served))
        connection.receive()
        connection.send(b"220 smtp.contoso.local\r\n")
        connection.swallow()

    listener = Listener(talk)
    closing(listener)
    problem = problem_of(HttpsRequest(NAME, "/"), listener.port)
    assert "no HTTP" in problem.message


def test_a_page_that_never_ends_costs_the_deadline(served: Certificate, closing: Closing) -> None:
    server = HttpsServer(Website({"/": Page(mode="hang")}), served)
    closing(server)
    assert problem_of(HttpsRequest(NAME, "/"), server.port, 0.5).kind == "timeout"
