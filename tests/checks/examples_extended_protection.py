"""Examples: Extended Protection and what it needs of Outlook Anywhere."""

from kit.changes import Change, both, copy, drop, partial, put, remove
from kit.examples import Examples

CHECKING = "ExtendedProtectionTokenChecking"
OWA, ECP, EWS, MAPI, OAB, ACTIVE_SYNC, AUTODISCOVER, POWERSHELL, ANYWHERE = EVERY = (
    "Get-OwaVirtualDirectory",
    "Get-EcpVirtualDirectory",
    "Get-WebServicesVirtualDirectory",
    "Get-MapiVirtualDirectory",
    "Get-OabVirtualDirectory",
    "Get-ActiveSyncVirtualDirectory",
    "Get-AutodiscoverVirtualDirectory",
    "Get-PowerShellVirtualDirectory",
    "Get-OutlookAnywhere",
)


def everywhere(checking: str, server: str = "") -> Change:
    """Every virtual directory of a server, or of all, asks for the same."""
    return both(*(put(kind, server, **{CHECKING: checking}) for kind in EVERY))


EXAMPLES = {
    "virtual-directories.extended-protection": Examples(
        subject="ex06",
        failing={
            "OWA only allows": put(OWA, "EX06", **{CHECKING: "Allow"}),
            "MAPI only allows": put(MAPI, "EX06", **{CHECKING: "Allow"}),
            "ActiveSync does not": put(ACTIVE_SYNC, "EX06", **{CHECKING: "None"}),
            "EWS does not": put(EWS, "EX06", **{CHECKING: "None"}),
            "nothing on this server does, the others do": everywhere("None", "EX06"),
            "a second web site does not": copy(ECP, "EX06", Identity=r"EX06\ecp (Second Site)", **{CHECKING: "None"}),
            "OWA only allows, and of ECP nothing came": both(
                put(OWA, "EX06", **{CHECKING: "Allow"}), drop(ECP, CHECKING, where="EX06")
            ),
        },
        undetermined={
            "not sent": drop(ECP, CHECKING, where="EX06"),
            "blank": put(ECP, "EX06", **{CHECKING: None}),
            "no directory of one kind was shown": remove(MAPI, "EX06"),
            "only the back end was shown": put(OWA, "EX06", Identity=r"EX06\owa (Exchange Back End)"),
            "came with an error": partial(OAB),
        },
        says=("where at least Require was expected", "where at least Allow was expected"),
    ),
    "virtual-directories.extended-protection-in-use": Examples(
        subject="Contoso",
        failing={"nowhere": everywhere("None")},
        undetermined={
            "nowhere, as far as it was sent": both(everywhere("None"), drop(EWS, CHECKING, where="EX03")),
            "nowhere, as far as kinds were shown": both(everywhere("None"), remove(OAB)),
            "came with an error": partial(OWA),
        },
        says=("every virtual directory of every server",),
    ),
    "virtual-directories.ssl-offloading": Examples(
        subject="ex05",
        failing={
            "offloads": put(ANYWHERE, "EX05", SSLOffloading=True),
            "offloads, and only OWA is protected": both(
                put(ANYWHERE, "EX05", SSLOffloading=True, **{CHECKING: "None"}),
            ),
            "offloads, and its own protection was not sent": both(
                put(ANYWHERE, "EX05", SSLOffloading=True), drop(ANYWHERE, CHECKING, where="EX05")
            ),
        },
        undetermined={
            "not sent": drop(ANYWHERE, "SSLOffloading", where="EX05"),
            "offloads, and nothing tells whether it is protected": both(
                put(ANYWHERE, "EX05", SSLOffloading=True), *(drop(kind, CHECKING, where="EX05") for kind in EVERY)
            ),
            "came with an error": partial(ANYWHERE),
        },
        passing={
            "the back end, which no client reaches": copy(
                ANYWHERE, "EX05", Identity=r"EX05\Rpc (Exchange Back End)", SSLOffloading=True
            ),
            "offloads, and nothing on this server asks for protection": both(
                put(ANYWHERE, "EX05", SSLOffloading=True), everywhere("None", "EX05")
            ),
        },
        says=("SSLOffloading is True",),
    ),
    "outlook-anywhere.external-requires-ssl": Examples(
        subject="ex05",
        failing={"plain HTTP from outside": put(ANYWHERE, "EX05", ExternalClientsRequireSsl=False)},
        undetermined={
            "not sent": drop(ANYWHERE, "ExternalClientsRequireSsl", where="EX05"),
            "whether there is a name for outside was not sent": drop(ANYWHERE, "ExternalHostname", where="EX05"),
            "came with an error": partial(ANYWHERE),
        },
        passing={
            "the back end, which no client reaches": copy(
                ANYWHERE, "EX05", Identity=r"EX05\Rpc (Exchange Back End)", ExternalClientsRequireSsl=False
            ),
            "no name for clients outside": put(
                ANYWHERE, "EX05", ExternalClientsRequireSsl=False, ExternalHostname=None
            ),
        },
        says=("ExternalClientsRequireSsl is False for mail.contoso.com",),
    ),
}
