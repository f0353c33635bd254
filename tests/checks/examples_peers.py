"""Examples for the check of servers that stand in for one another."""

from kit.changes import both, partial, put, remove, unanswered
from kit.examples import Examples

BUILD = (
    r"windows ex04: Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''C:\\Program Files\\Microsoft"
    r"\\Exchange Server\\V15\\bin"
)
LIKE_EX03 = put(BUILD, "exsetup", Version="15.2.1748.37")

OWA = "exchange: Get-OwaVirtualDirectory"

EXAMPLES = {
    "servers.like-their-peers": Examples(
        "London",
        given=(LIKE_EX03,),
        says=("no value has a majority: ex03 ", "not there"),
        failing={
            "a setting that nobody looks at elsewhere": put(OWA, "EX04", LogonFormat="PrincipalName"),
            "a time span": put("exchange: Get-TransportService", "ex04", MessageExpirationTimeout="5.00:00:00"),
            "a service's start": put(
                "windows ex04: Get-CimInstance -ClassName Win32_Service -Filter 'Name LIKE ''MSExchange",
                {"Name": "MSExchangePop3"},
                StartMode="Auto",
            ),
            "a directory that is not there": remove(OWA, {"Identity": "EX04\\owa (Exchange Back End)"}),
        },
        undetermined={
            "part of an answer": partial("exchange: Get-MailboxServer"),
            "no answer": unanswered("exchange: Get-TransportService"),
            "a server of unknown build": unanswered("windows ex03: Get-CimInstance -ClassName CIM_DataFile"),
        },
        passing={
            "what each has for itself": put(OWA, "EX04", Guid="00000000-0000-0000-0000-000000000001"),
            "methods in another order": both(
                put(OWA, "EX03\\owa (Default", InternalAuthenticationMethods=("Basic", "Fba")),
                put(OWA, "EX04\\owa (Default", InternalAuthenticationMethods=("Fba", "Basic")),
            ),
        },
    ),
}
