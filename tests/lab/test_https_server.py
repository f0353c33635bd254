"""The HTTPS port, asked by http.client."""

import http.client
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from muster.lab.certificates import Authority, CertificateOrder
from muster.lab.faults import Fault
from muster.lab.https_server import FORBIDDEN, PROTOCOLS, UNAVAILABLE, HttpsServer, Page, Website, exchange_website

NAME = "ex01.contoso.local"

Start = Callable[..., HttpsServer]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


@pytest.fixture
def start(authority: Authority) -> Iterator[Start]:
    certificate = authority.issue(CertificateOrder(subject=f"CN={NAME}", names=(NAME, "127.0.0.1")))
    started: list[HttpsServer] = []

    def started_with(website: Website | None = None, **options: Any) -> HttpsServer:
        server = HttpsServer(website or exchange_website(NAME), certificate, **options)
        started.append(server)
        return server

    yield started_with
    for server in started:
        server.close()


@pytest.fixture
def client(authority: Authority) -> Iterator[Callable[[HttpsServer], http.client.HTTPSConnection]]:
    made: list[http.client.HTTPSConnection] = []

    def to(server: HttpsServer) -> http.client.HTTPSConnection:
        trusting = ssl.create_default_context(cafile=str(authority.root_file))
        made.append(http.client.HTTPSConnection("127.0.0.1", server.port, timeout=10, context=trusting))
        return made[-1]

    yield to
    for connection in made:
        connection.close()


Client = Callable[[HttpsServer], http.client.HTTPSConnection]


def get(connection: http.client.HTTPSConnection, path: str, method: str = "GET", **more: Any) -> tuple[int, str]:
    connection.request(method, path, **more)
    response = connection.getresponse()
    return response.status, response.read().decode()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_is_healthy_and_says_who_answers(start: Start, client: Client, protocol: str) -> None:
    assert get(client(start()), f"/{protocol}/healthcheck.htm") == (200, "200 OK<br/>EX01.CONTOSO.LOCAL")


def test_one_connection_serves_many_requests(start: Start, client: Client) -> None:
    connection = client(start())
    connection.connect()
    first = connection.sock
    for path in ("/owa/healthcheck.htm", "/EWS/HealthCheck.htm?x=1", "/oab/healthcheck.htm"):
        assert get(connection, path)[0] == 200
    assert get(connection, "/owa/healthcheck.htm", "POST", body=b"GET / HTTP/1.1\r\n\r\n")[0] == 200
    assert get(connection, "/owa/healthcheck.htm", "HEAD") == (200, "")
    assert get(connection, "/ecp/healthcheck.htm")[0] == 200
    assert connection.sock is first


def test_a_client_that_wants_to_close_is_told_so(start: Start, client: Client) -> None:
    connection = client(start())
    connection.request("GET", "/owa/healthcheck.htm", headers={"Connection": "close"})
    response = connection.getresponse()
    assert (response.status, response.headers["Connection"]) == (200, "close")


def test_everything_else_wants_a_login(start: Start, client: Client) -> None:
    connection = client(start())
    connection.request("GET", "/ews/exchange.asmx")
    response = connection.getresponse()
    response.read()
    assert response.status == 401
    assert response.headers.get_all("WWW-Authenticate") == ["Negotiate", "NTLM"]
    assert response.headers["Server"] == "Microsoft-IIS/10.0"


def test_unhealthy_protocols_leave_the_others_healthy(start: Start, client: Client) -> None:
    server = start(exchange_website(NAME, unhealthy={"owa": UNAVAILABLE, "MAPI": FORBIDDEN}))
    connection = client(server)
    assert get(connection, "/OWA/healthcheck.htm")[0] == 503
    assert get(connection, "/mapi/healthcheck.htm")[0] == 403
    assert get(connection, "/ecp/healthcheck.htm")[0] == 200


def test_one_path_can_reset_or_hang(start: Start, client: Client) -> None:
    server = start(exchange_website(NAME, unhealthy={"OWA": Page(mode="reset"), "ECP": Page(mode="hang")}))
    with pytest.raises(ConnectionResetError):
        get(client(server), "/owa/healthcheck.htm")
    hanging = client(server)
    hanging.connect()
    hanging.sock.settimeout(0.1)
    with pytest.raises(TimeoutError):
        get(hanging, "/ecp/healthcheck.htm")
    assert get(client(server), "/ews/healthcheck.htm")[0] == 200


@pytest.mark.parametrize("mode", ["busy", "unavailable"])
def test_a_busy_server_answers_503_for_everything(start: Start, client: Client, mode: Any) -> None:
    server = start()
    connection = client(server)
    assert get(connection, "/owa/healthcheck.htm")[0] == 200
    server.fault = Fault(mode=mode)
    assert get(connection, "/owa/healthcheck.htm")[0] == 503


def test_a_hanging_server_does_not_even_shake_hands(start: Start, client: Client) -> None:
    connection = client(start(fault=Fault(mode="hang")))
    connection.timeout = 0.1
    with pytest.raises(TimeoutError):
        connection.connect()


def test_what_is_not_http_is_a_bad_request(start: Start, client: Client) -> None:
    connection = client(start())
    connection.connect()
    connection.sock.sendall(b"hello\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_website_of_ones_own(start: Start, client: Client) -> None:
    connection = client(start(Website({"/": Page(302, "", (("Location", "/owa/"),))})))
    assert get(connection, "/")[0] == 302
    assert get(connection, "/nothing")[0] == 404
