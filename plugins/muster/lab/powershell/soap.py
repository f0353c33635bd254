"""WS-Management envelopes: requests read, replies and faults written."""

import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from xml.sax.saxutils import escape

_NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
}
_DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMES.items())
_FAULT_NAMESPACE = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
SHELL = _NAMES["rsp"]

OPERATION_TIMEOUT = 2150858793
"""The WSMan error for "nothing yet, ask again"."""
INVALID_PARAMETER = 87
"""Windows' own error for what cannot be understood."""
UNSUPPORTED_ACTION = 2150858757
"""The WSMan error for an action that is not played."""
SHELL_NOT_FOUND = 2150858843
"""The WSMan error for a shell that is not there (any more)."""


@dataclass(frozen=True, slots=True)
class SoapRequest:
    """What a WS-Management request says: the last word of its action, and what the shell actions need.

    ``text`` is the base64 payload (creation XML, command argument or stream), ``command`` the command's id as the
    client wrote it.
    """

    action: str
    full_action: str
    message: str
    resource: str
    shell: str | None
    command: str | None
    text: str
    signal: str
    timeout_seconds: float
    envelope_bytes: int


class NoEnvelope(ValueError):  # noqa: N818 - a word of its own, as everywhere in muster
    """The body is no WS-Management request."""


def parse_request(body: bytes) -> SoapRequest:
    """Read a request; raises ``NoEnvelope``."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - the lab listens on loopback only, and expat expands no external entity
    except ET.ParseError as error:
        raise NoEnvelope(str(error)) from error
    header, inside = root.find("s:Header", _NAMES), root.find("s:Body", _NAMES)
    if header is None or inside is None:
        raise NoEnvelope("no SOAP header and body")
    action = header.findtext("a:Action", "", _NAMES)
    selector = header.find("w:SelectorSet/w:Selector", _NAMES)
    timeout = re.fullmatch(r"PT([\d.]+)S", header.findtext("w:OperationTimeout", "", _NAMES))
    size = header.findtext("w:MaxEnvelopeSize", "", _NAMES)
    content = inside[0] if len(inside) else ET.Element("nothing")
    shell = content.get("ShellId") if selector is None else selector.text
    return SoapRequest(
        action=action.rsplit("/", 1)[-1],
        full_action=action,
        message=header.findtext("a:MessageID", "", _NAMES),
        resource=header.findtext("w:ResourceURI", "", _NAMES),
        shell=shell,
        command=_command_of(content),
        text=_payload_of(content),
        signal=content.findtext("rsp:Code", "", _NAMES).rsplit("/", 1)[-1],
        timeout_seconds=float(timeout.group(1)) if timeout else 60.0,
        envelope_bytes=int(size) if size.isdigit() else 153600,
    )


def _command_of(content: ET.Element) -> str | None:
    own = content.get("CommandId")
    if own:
        return own
    return next((found for child in content if (found := child.get("CommandId"))), None)


def _payload_of(content: ET.Element) -> str:
    for path in ("rsp:Arguments", "rsp:Stream"):
        found = content.findtext(path, "", _NAMES)
        if found:
            return found
    return next((child.text or "" for child in content if child.tag.endswith("creationXml")), "")


def reply(request: SoapRequest, body: str) -> bytes:
    """The reply to a request, around the text of its body."""
    return _envelope(f"{request.full_action}Response", request.message, body)


def fault(request: SoapRequest | None, code: int, message: str, machine: str) -> bytes:
    """A WSMan fault with Windows' error number."""
    body = (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en-US">{escape(message)}</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{_FAULT_NAMESPACE}" Code="{code}" Machine="{escape(machine)}">'
        f"<f:Message>{escape(message)}</f:Message></f:WSManFault></s:Detail></s:Fault>"
    )
    return _envelope("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", request.message if request else "", body)


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    return (
        f'<s:Envelope xml:lang="en-US" {_DECLARATIONS}><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"<a:To>{_NAMES['a']}/role/anonymous</a:To><a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()
