"""Examples: what Setup takes for granted in the directory."""

from kit.changes import both, drop, partial, put, remove, unanswered
from kit.examples import Examples

CATALOGS = "(options:1.2.840.113556.1.4.803:=1)"
COMPUTERS, USERS = (
    f"ldap emea.contoso.local: base of 'CN={name},DC=emea,DC=contoso,DC=local'" for name in ("Computers", "Users")
)
KNOWN = "[cn otherWellKnownObjects]"
GROUPS = "OU=Microsoft Exchange Security Groups,DC=contoso,DC=local"
MANAGEMENT = f"B:32:C262A929D691B74A9E068728F8F842EA:CN=Organization Management,{GROUPS}"
AGAIN = f"B:32:C262A929D691B74A9E068728F8F842EA:CN=Organization Management 2,{GROUPS}"
DELETED = (
    r"B:32:EA876A58DB6DD04C9006939818F800EB:CN=Exchange Trusted Subsystem\0ADEL:5b1d1c6e-1c5f-4a0e-8e53-1d2f6a7b8c9d,"
    "CN=Deleted Objects,DC=contoso,DC=local"
)

EXAMPLES = {
    "upgrade.global-catalog-in-site": Examples(
        subject="ex05",
        failing={"only elsewhere": remove(CATALOGS, "CN=DC1,")},
        undetermined={
            "where they are was not sent": drop(CATALOGS, "distinguishedName"),
            "none came": remove(CATALOGS),
            "nobody answered": unanswered(CATALOGS),
            "came with an error": partial(CATALOGS),
        },
        says=("Seattle has none",),
    ),
    "upgrade.computers-container": Examples(
        subject="emea.contoso.local",
        failing={"it is gone": remove(COMPUTERS)},
        undetermined={
            "no container is shown": both(remove(COMPUTERS), remove(USERS)),
            "its name was not sent": drop(COMPUTERS, "cn"),
            "an error came instead of it": both(remove(COMPUTERS), partial(COMPUTERS)),
        },
        says=("there is no CN=Computers",),
    ),
    "upgrade.well-known-objects": Examples(
        subject="Contoso",
        failing={
            "one group was deleted": put(KNOWN, otherWellKnownObjects=(MANAGEMENT, DELETED)),
            "one group stands twice": put(KNOWN, otherWellKnownObjects=(MANAGEMENT, AGAIN)),
            "a copy that lost a conflict": put(
                KNOWN, otherWellKnownObjects=(MANAGEMENT.replace("Management,", "Management\\0ACNF:5b1d1c6e,"),)
            ),
        },
        undetermined={
            "not sent": drop(KNOWN, "otherWellKnownObjects"),
            "no such value": put(KNOWN, otherWellKnownObjects=("Organization Management",)),
            "the object was not shown": remove(KNOWN),
            "came with an error": partial(KNOWN),
        },
        says=("was deleted", "is one of 2 objects", "lost a replication conflict"),
    ),
}
