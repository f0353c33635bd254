"""Examples: the rights of the account that will run Setup."""

from kit.changes import both, drop, partial, put, remove, unanswered
from kit.examples import Examples

SCHEMA = "ldap forest: onelevel of '{schemaNamingContext}' (cn=ms-Exch-Schema-Version-Pt)"
ORGANIZATION = "ldap forest: onelevel of 'CN=Microsoft Exchange,CN=Services"
ACCOUNT = "[objectSid tokenGroups]"
PLACE = "(sAMAccountName=installer)"
GROUPS = "(sAMAccountName=Schema Admins)"
EMEA = "ldap emea.contoso.local: onelevel of"
EMEA_SID = "ldap emea.contoso.local: base of 'DC=emea,DC=contoso,DC=local' (objectClass=*) [objectSid]"


def sid(domain: tuple[int, int, int], relative: int) -> bytes:
    """``S-1-5-21-…`` as the directory stores it."""
    parts = (21, *domain, relative)
    return bytes([1, len(parts), 0, 0, 0, 0, 0, 5]) + b"".join(part.to_bytes(4, "little") for part in parts)


CONTOSO = (1004336348, 1177238915, 682003330)
USERS, MANAGEMENT, ENTERPRISE = sid(CONTOSO, 513), sid(CONTOSO, 1105), sid(CONTOSO, 519)
OLD_SCHEMA, OLD_ORGANIZATION = put(SCHEMA, rangeUpper=("17002",)), put(ORGANIZATION, objectVersion=("16762",))
ONLY_MANAGES = put(ACCOUNT, tokenGroups=(USERS, MANAGEMENT))

EXAMPLES = {
    "upgrade.account-may-install": Examples(
        subject="contoso.local",
        failing={
            "in no group of Exchange": put(ACCOUNT, tokenGroups=(USERS, ENTERPRISE)),
            "the schema is still to be prepared": both(OLD_SCHEMA, ONLY_MANAGES),
            "the organisation is still to be prepared": both(OLD_ORGANIZATION, ONLY_MANAGES),
            "in Enterprise Admins only, and the schema is to be prepared": both(
                OLD_SCHEMA, put(ACCOUNT, tokenGroups=(USERS, MANAGEMENT, ENTERPRISE))
            ),
        },
        undetermined={
            "its groups were not sent": drop(ACCOUNT, "tokenGroups"),
            "it was not found": remove(PLACE),
            "nobody could be asked": unanswered(ACCOUNT),
            "the group was not shown": remove(GROUPS, "Organization Management"),
            "the groups' SIDs were not sent": drop(GROUPS, "objectSid"),
            "the schema's version was not sent": drop(SCHEMA, "rangeUpper"),
            "the organisation's version was not sent": drop(ORGANIZATION, "objectVersion"),
            "a group of that name that is no Schema Admins": both(
                OLD_SCHEMA, put(GROUPS, "Schema Admins", objectSid=(sid(CONTOSO, 4711),))
            ),
            "came with an error": partial(ACCOUNT),
        },
        passing={"everything is prepared, so no administrator of the forest is needed": ONLY_MANAGES},
        says=("CONTOSO\\installer is not in it, and",),
    ),
    "upgrade.account-may-prepare-domain": Examples(
        subject="emea.contoso.local",
        failing={
            "to be prepared, and the account administers another domain": both(
                put(EMEA, objectVersion=("13242",)),
                put(ACCOUNT, tokenGroups=(USERS, sid(CONTOSO, 512), MANAGEMENT)),
            ),
        },
        undetermined={
            "its groups were not sent": drop(ACCOUNT, "tokenGroups"),
            "the domain's version was not sent": drop(EMEA, "objectVersion"),
            "the domain's SID was not sent": drop(EMEA_SID, "objectSid"),
            "it was not found": remove(PLACE),
        },
        passing={
            "prepared already": ONLY_MANAGES,
            "to be prepared, by an Enterprise Admin": both(
                put(EMEA, objectVersion=("13242",)), put(ACCOUNT, tokenGroups=(USERS, ENTERPRISE))
            ),
        },
        says=("in neither Domain Admins of emea.contoso.local nor Enterprise Admins",),
    ),
}
