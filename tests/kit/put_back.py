"""Plans of single differences, short to write."""

from kit.differences import changed, crossing, word
from muster.drift import Difference
from muster.model import Value
from muster.upgrade import Crossing, sort
from muster.upgrade.put_back import PutBack, plan

OWA = r"EX01\owa (Default Web Site)"
RELAY = r"EX01\Scanner Relay"
REGISTRY = r"Microsoft.PowerShell.Core\Registry::HKEY_LOCAL_MACHINE\\"[:-1]
ECP: dict[str, Value] = {"PSPath": "MACHINE/WEBROOT/APPHOST", "Location": "Default Web Site/ecp"}
CONFIG = r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\EdgeTransport.exe.config"


def planned(*differences: Difference, step: Crossing | None = None) -> tuple[PutBack, ...]:
    return plan(sort(differences, step or crossing()))


def commands(*differences: Difference, step: Crossing | None = None) -> list[str]:
    return [one.command for one in planned(*differences, step=step) if one.command]


def component(name: str, requester: str, where: str = "RemoteStates") -> Difference:
    return changed(
        "ServerComponents",
        (where, requester, "State"),
        word("Active"),
        word("Inactive"),
        of=name,
        identity="Component",
    )
