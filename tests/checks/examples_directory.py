"""Examples: what Setup left in Active Directory."""

from kit.changes import Change, both, copy, drop, partial, put, remove, unanswered
from kit.examples import Examples

DC2_SCHEMA = "ldap dc2: base of 'CN=ms-Exch-Schema-Version-Pt"
FOREST_SCHEMA = "ldap forest: onelevel of '{schemaNamingContext}' (cn=ms-Exch-Schema-Version-Pt)"
ORGANIZATION = "ldap forest: onelevel of 'CN=Microsoft Exchange,CN=Services"
CONTOSO, EMEA = (f"ldap {domain}.local: onelevel of" for domain in ("contoso", "emea.contoso"))
MASTER = "[fSMORoleOwner]"
DC1 = "ldap dc1: base of ''"
DC2 = "ldap dc2: base of ''"
DOMAIN = "ldap contoso.local: base of 'DC=contoso,DC=local' (objectClass=*) [name]"
CLASS = "(cn=ms-Exch-Storage-Group)"
GROUPS = "(sAMAccountName=Exchange Servers)"
SOMEBODY = bytes.fromhex("010500000000000515000000dcf4dc3b833d2b46828ba62899990000")
# a security descriptor with an empty DACL: revision 1, DACL present and self-relative, the list right behind the head
EMPTY_LIST = bytes.fromhex("0100048000000000000000000000000014000000") + bytes.fromhex("0200080000000000")
SERVERS = "exchange: Get-ExchangeServer"
CONFLICT = "Microsoft Exchange System Objects\nCNF:7f3a9d4e-0c1f-4a51-9a53-6f4e8f0f1f11"


def settings_of(controller: str, *, deleted: bool = False) -> tuple[str, ...]:
    """``fSMORoleOwner`` as it names a controller."""
    gone = r"\0ADEL:5b1d1c6e-1c5f-4a0e-8e53-1d2f6a7b8c9d" if deleted else ""
    return (
        f"CN=NTDS Settings{gone},CN={controller},CN=Servers,CN=London,CN=Sites,CN=Configuration,DC=contoso,DC=local",
    )


def lost_conflict(domain: str) -> Change:
    """A second container, which lost a replication conflict."""
    return copy(domain, "Microsoft Exchange System Objects", cn=(CONFLICT,), objectVersion=("13242",))


UNKNOWN_CU = put(SERVERS, "EX04", AdminDisplayVersion="Version 15.2 (Build 2999.4)")

EXAMPLES = {
    "directory.schema-level": Examples(
        subject="dc2",
        failing={
            "of a CU before": put(DC2_SCHEMA, rangeUpper=("17002",)),
            "of Exchange 2016, which some servers still run": put(DC2_SCHEMA, rangeUpper=("15334",)),
        },
        undetermined={
            "not sent": drop(DC2_SCHEMA, "rangeUpper"),
            "no number": put(DC2_SCHEMA, rangeUpper=("",)),
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX04"),
            "a CU that the catalogue does not know": UNKNOWN_CU,
            "came with an error": partial(DC2_SCHEMA),
        },
        says=("rangeUpper is 17002 where at least 17003", "rangeUpper is 15334 where at least 17003"),
    ),
    "directory.schema-prepared": Examples(
        subject="Contoso",
        failing={"of Exchange 2016": put(FOREST_SCHEMA, rangeUpper=("15334",))},
        undetermined={
            "not sent": drop(FOREST_SCHEMA, "rangeUpper"),
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX02"),
            "a CU that the catalogue does not know": UNKNOWN_CU,
            "a server is not among those that came": remove(SERVERS, "EX04"),
        },
        says=("rangeUpper is 15334 where at least 17003 was expected",),
    ),
    "directory.organization-level": Examples(
        subject="Contoso",
        failing={
            "of the CU before the newest": put(ORGANIZATION, objectVersion=("16762",)),
            "though the oldest server's object did not come": both(
                put(ORGANIZATION, objectVersion=("16762",)), remove(SERVERS, "EX05")
            ),
        },
        undetermined={
            "not sent": drop(ORGANIZATION, "objectVersion"),
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX02"),
            "a server is not among those that came": remove(SERVERS, "EX04"),
            "came with an error": partial(ORGANIZATION),
        },
        says=("objectVersion is 16762 where at least 16763 was expected",),
    ),
    "directory.product-id": Examples(
        subject="Contoso",
        failing={
            "the directory went back": put(ORGANIZATION, msExchProductId=("15.02.1544.004",)),
            "a release that prepares no directory": put(ORGANIZATION, msExchProductId=("06.05.7226.000",)),
        },
        undetermined={
            "not sent": drop(ORGANIZATION, "msExchProductId"),
            "no version": put(ORGANIZATION, msExchProductId=("fifteen",)),
            "no published release": put(ORGANIZATION, msExchProductId=("15.02.2562.018",)),
            "a server is not among those that came": remove(SERVERS, "EX04"),
            "came with an error": partial(ORGANIZATION),
        },
        says=("msExchProductId names",),
    ),
    "directory.domain-prepared": Examples(
        subject="contoso.local",
        failing={
            "left at an earlier version": put(CONTOSO, objectVersion=("13240",)),
            "left at an earlier version, beside a conflict copy": both(
                put(CONTOSO, objectVersion=("13240",)), lost_conflict(CONTOSO)
            ),
            "only a conflict copy is left": put(CONTOSO, cn=(CONFLICT,)),
        },
        undetermined={
            "not sent": drop(CONTOSO, "objectVersion"),
            "its name, which tells conflict copies, was not sent": drop(CONTOSO, "cn"),
            "no container was shown, in a domain with servers": remove(CONTOSO),
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX04"),
            "came with an error": partial(CONTOSO),
        },
        says=("objectVersion is 13240 where at least 13243", "copies that lost a replication conflict"),
    ),
    "directory.no-conflicting-system-objects": Examples(
        subject="emea.contoso.local",
        failing={"a copy beside the true one": lost_conflict(EMEA)},
        undetermined={
            "the name was not sent": drop(EMEA, "cn"),
            "came with an error": partial(EMEA),
            "an error came instead of the container": both(remove(EMEA), partial(EMEA)),
        },
        says=("lost a replication conflict",),
    ),
    "directory.schema-master": Examples(
        subject="contoso.local",
        failing={
            "a controller that was deleted": put(MASTER, fSMORoleOwner=settings_of("DC2", deleted=True)),
            "a controller that the inventory lacks": put(MASTER, fSMORoleOwner=settings_of("OLDDC")),
            "no controller at all": put(MASTER, fSMORoleOwner=("CN=Schema,CN=Configuration,DC=contoso,DC=local",)),
        },
        undetermined={
            "not sent": drop(MASTER, "fSMORoleOwner"),
            "came with an error": partial(MASTER),
        },
        says=("was deleted", "which the inventory does not have"),
    ),
    "directory.controller-synchronized": Examples(
        subject="dc2",
        failing={"not yet": put(DC2, isSynchronized=("FALSE",))},
        undetermined={
            "not sent": drop(DC2, "isSynchronized"),
            "neither TRUE nor FALSE": put(DC2, isSynchronized=("",)),
            "came with an error": partial(DC2),
        },
        says=("isSynchronized is FALSE",),
    ),
    "directory.schema-master-answers": Examples(
        subject="dc1",
        failing={
            "another controller answers in its name": put(DC1, dnsHostName=("dc9.contoso.local",)),
        },
        undetermined={
            "who it is was not sent": drop(MASTER, "fSMORoleOwner"),
            "it does not answer": unanswered(DC1),
            "its own name was not sent": drop(DC1, "dnsHostName"),
        },
        says=("dc9.contoso.local answered",),
    ),
    "directory.domain-denies": Examples(
        subject="contoso.local",
        failing={
            "nothing is refused": put(DOMAIN, nTSecurityDescriptor=(EMPTY_LIST,)),
            "the groups are others than those that are refused": both(
                put(GROUPS, "Exchange Servers", objectSid=(SOMEBODY,)),
                put(GROUPS, "Windows Permissions", objectSid=(SOMEBODY,)),
            ),
        },
        undetermined={
            "the list was not sent": drop(DOMAIN, "nTSecurityDescriptor"),
            "a group was not shown": remove(GROUPS, "Exchange Windows Permissions"),
            "came with an error": partial(DOMAIN),
        },
        says=("it does not refuse: Exchange Servers: write userCertificate",),
    ),
    "directory.storage-group-class": Examples(
        subject="contoso.local",
        failing={"a computer may hold one": put(CLASS, possSuperiors=("computer", "organizationalUnit"))},
        undetermined={
            "the class was not shown": remove(CLASS),
            "its name was not sent": drop(CLASS, "lDAPDisplayName"),
            "came with an error": partial(CLASS),
        },
        passing={"others may": put(CLASS, possSuperiors=("organizationalUnit",))},
        says=("holds computer",),
    ),
}
