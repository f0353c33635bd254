"""An unauthenticated GET over TLS: status, headers, and the start of the page. Redirects are not followed."""

import http.client
import re
import ssl

from muster.model import Answer, HttpsRequest, Object, Problem, Value
from muster.transport.connecting import Deadline, connect_to, connection_problem
from muster.transport.probes.tls import chain_of, handshake
from muster.transport.session import Unanswered

BODY_BYTES = 64 * 1024
_HTTPS = 443


def ask_https(question: HttpsRequest, address: str, port: int, seconds: float) -> Answer:
    """GET the path from ``address``, with the question's name as Host and SNI; raises ``Unanswered``."""
    if not re.fullmatch(r"/[!-~]*", question.path):
        said = f"'{question.path}' is no path"
        raise Unanswered(Problem("not allowed", said, "a path starts with / and has no blanks", "Correct the fact"))
    deadline = Deadline(seconds)
    with connect_to(address, port, deadline) as plain:
        try:
            with handshake(plain, question.name, deadline) as secured:
                chain = chain_of(secured)
                secured.settimeout(deadline.left())
                return _get(question, secured, deadline, chain)
        except http.client.RemoteDisconnected as error:
            raise Unanswered(connection_problem(error, address, port, seconds)) from None
        except http.client.HTTPException as error:
            said = f"{address}:{port} sent what is no HTTP ({type(error).__name__}: {error})"
            problem = Problem("failed", said, "something else answers there", "Correct the port in the inventory")
            raise Unanswered(problem) from None
        except (OSError, EOFError) as error:
            raise Unanswered(connection_problem(error, address, port, seconds)) from None


def _get(question: HttpsRequest, secured: ssl.SSLSocket, deadline: Deadline, chain: tuple[bytes, ...]) -> Answer:
    host = question.name if question.port == _HTTPS else f"{question.name}:{question.port}"
    client = http.client.HTTPConnection(question.name, question.port)
    client.auto_open = 0  # only ever over the socket that was looked at
    client.sock = secured
    headers = {
        "Host": host,
        "User-Agent": "muster",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    client.request("GET", question.path, headers=headers)
    body = b""
    with client.getresponse() as response:  # its own file object would keep the socket open
        while len(body) < BODY_BYTES:
            secured.settimeout(deadline.left())
            part = response.read1(BODY_BYTES - len(body))
            if not part:
                break
            body += part
    properties: dict[str, Value] = {
        "Status": response.status,
        "Headers": Object("Headers", None, _headers(response.getheaders())),
        "Body": _text(body, response.headers.get_content_charset()),
        "Chain": chain,
    }
    return Answer((Object("HttpsRequest", None, properties),))


def _headers(sent: list[tuple[str, str]]) -> dict[str, Value]:
    """Each header by the name it was first sent under; one that came several times is a tuple."""
    names: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for name, value in sent:
        found.setdefault(names.setdefault(name.casefold(), name), []).append(value)
    return {name: values[0] if len(values) == 1 else tuple(values) for name, values in found.items()}


def _text(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        return body.decode("utf-8", "replace")
