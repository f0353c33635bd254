"""Examples: component states."""

from kit.changes import both, drop, partial, put
from kit.examples import Examples
from muster.model import Object

EX05 = "Get-ServerComponentState -Identity ex05"
OWA, EWS, OFFLINE = {"Component": "OwaProxy"}, {"Component": "EwsProxy"}, {"Component": "ServerWideOffline"}


def word(requester: str, state: str, when: str = "9/15/2025 8:00:00 PM") -> str:
    """A requester's word as it prints itself."""
    return f"Requestor:{requester}; State:{state}; Timestamp:{when}"


HEALTH = word("HealthApi", "Inactive")
UNREADABLE = put(EX05, OWA, RemoteStates="by somebody, once")

EXAMPLES = {
    "components.active": Examples(
        subject="ex05",
        failing={
            "held by the health manager": put(
                EX05, OWA, State="Inactive", RemoteStates=(HEALTH,), LocalStates=(HEALTH,)
            ),
            "held locally only": put(EX05, OWA, State="Inactive", LocalStates=(HEALTH,)),
            "draining": put(EX05, OWA, State="Draining", RemoteStates=(word("Maintenance", "Draining"),)),
            "held by one, whatever another says": put(
                EX05, OWA, RemoteStates=(word("Sidelined", "Inactive"), word("Functional", "Active"))
            ),
            "the newer word counts": put(
                EX05,
                OWA,
                RemoteStates=(word("Functional", "Active", "3/14/2022 9:26:53 AM"),),
                LocalStates=(word("Functional", "Inactive"),),
            ),
            "nobody says why": put(EX05, OWA, State="Inactive"),
            "nobody ever said a word": put(EX05, OWA, State="Inactive", RemoteStates=(), LocalStates=()),
            "one that is inactive by default, held by a requester": put(
                EX05, {"Component": "ForwardSyncDaemon"}, RemoteStates=(word("Maintenance", "Inactive"),)
            ),
        },
        undetermined={
            "a state of null": put(EX05, OWA, State=None),
            "a requester's state of null": put(
                EX05, OWA, RemoteStates=Object("RequesterDetails", None, {"Requester": "HealthApi", "State": None})
            ),
            "the directory's words were not sent": drop(EX05, "RemoteStates", where=OWA),
            "the registry's words were not sent": drop(EX05, "LocalStates", where=OWA),
            "the state was not sent": drop(EX05, "State", where=OWA),
            "words in no known form": UNREADABLE,
            "two words of one requester, and no telling which is newer": put(
                EX05,
                OWA,
                RemoteStates=(word("Functional", "Active", "15/9/2025 8:00:00"),),
                LocalStates=(word("Functional", "Inactive", "9-15-25"),),
            ),
            "came with an error": partial(EX05),
        },
        says=("held inactive by requester", "where Active was expected"),
    ),
    "components.out-of-maintenance": Examples(
        subject="ex05",
        failing={
            "the whole server": put(EX05, OFFLINE, RemoteStates=(word("Maintenance", "Inactive"),)),
            "one component": put(EX05, OWA, LocalStates=(word("Maintenance", "Inactive"),)),
            "taken back in the directory, and the registry's word is newer": put(
                EX05,
                OFFLINE,
                RemoteStates=(word("Maintenance", "Active", "9/14/2025 8:00:00 PM"),),
                LocalStates=(word("Maintenance", "Inactive"),),
            ),
        },
        undetermined={
            "the directory's words were not sent": drop(EX05, "RemoteStates", where=OFFLINE),
            "words in no known form": UNREADABLE,
            "came with an error": partial(EX05),
        },
        says=("held inactive by requester Maintenance",),
    ),
    "components.states-agree": Examples(
        subject="ex05",
        failing={
            "one requester": put(EX05, EWS, RemoteStates=(word("Functional", "Inactive"),)),
            "one of two": both(
                put(EX05, EWS, RemoteStates=(word("Functional", "Active"), word("Maintenance", "Active"))),
                put(EX05, EWS, LocalStates=(word("Functional", "Active"), word("Maintenance", "Inactive"))),
            ),
        },
        undetermined={
            "the directory's words were not sent": drop(EX05, "RemoteStates", where=EWS),
            "the registry's words were not sent": drop(EX05, "LocalStates", where=EWS),
            "came with an error": partial(EX05),
        },
        says=("says one thing in the directory, another locally",),
    ),
}
