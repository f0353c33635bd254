"""What the directory holds that is looked at before an upgrade: the installing account, its groups, backups."""

from collections.abc import Iterator, Mapping
from typing import Any

from muster.lab.directory.security_descriptors import sid_bytes
from muster.lab.world.access_lists import EXCHANGE_GROUPS
from muster.lab.world.plans import Plans, ago, domain_dn, guid

_RIDS: Mapping[str, int] = {"Domain Admins": 512, "Domain Users": 513, "Schema Admins": 518, "Enterprise Admins": 519}
_ROOT_ONLY = ("Schema Admins", "Enterprise Admins")
ROLE_GROUPS: Mapping[str, str] = {"Organization Management": "{domain}-1105"}
INSTALLER: Mapping[str, Any] = {
    "name": "installer",
    "rid": 1601,
    "groups": ["Domain Users", "Domain Admins", "Schema Admins", "Enterprise Admins", "Organization Management"],
}
"""Who runs Setup where the plan does not say it: an account of the root domain."""

Parts = tuple[str, str, dict[str, list[Any]], dict[str, list[Any]]]
"""DN, classes, attributes, constructed attributes."""


def upgrade_entries(plans: Plans) -> Iterator[Parts]:
    """Entries that nothing else makes."""
    for domain, entry in plans.written["domains"].items():
        users = f"CN=Users,{domain_dn(domain)}"
        yield users, "top container", {}, {}
        for name, rid in _RIDS.items():
            if domain == plans.root or name not in _ROOT_ONLY:
                yield _group(name, users, f"{entry['sid']}-{rid}")
    unit = f"OU=Microsoft Exchange Security Groups,{domain_dn(plans.root)}"
    for name, sid in ROLE_GROUPS.items():
        yield _group(name, unit, sid.format(domain=plans.root_sid))
    yield _installer(plans)


WELL_KNOWN: Mapping[str, str] = {
    "Organization Management": "C262A929D691B74A9E068728F8F842EA",
    "Exchange Trusted Subsystem": "EA876A58DB6DD04C9006939818F800EB",
    "Exchange Servers": "A7D2016C83F003458132789EEB127B84",
}
"""Some of the groups that Setup finds by GUID, from experience (unverified)."""


def well_known_objects(plans: Plans) -> list[Any]:
    """``otherWellKnownObjects`` of the object Microsoft Exchange."""
    unit = f"OU=Microsoft Exchange Security Groups,{domain_dn(plans.root)}"
    return [f"B:32:{key}:CN={name},{unit}" for name, key in WELL_KNOWN.items()]


def _group(name: str, container: str, sid: str) -> Parts:
    return f"CN={name},{container}", "top group", {"sAMAccountName": [name], "objectSid": [sid_bytes(sid)]}, {}


def _installer(plans: Plans) -> Parts:
    said = {**INSTALLER, **plans.written.get("installer", {})}
    known = {name: f"{plans.root_sid}-{rid}" for name, rid in _RIDS.items()}
    known |= {name: sid.format(domain=plans.root_sid) for name, sid in {**ROLE_GROUPS, **EXCHANGE_GROUPS}.items()}
    own = f"{plans.root_sid}-{said['rid']}"
    attributes: dict[str, list[Any]] = {
        "sAMAccountName": [said["name"]],
        "userPrincipalName": [f"{said['name']}@{plans.root}"],
        "objectSid": [sid_bytes(own)],
        "primaryGroupID": [_RIDS["Domain Users"]],
    }
    groups = [sid_bytes(known[name]) for name in said["groups"]]
    dn = f"CN={said['name']},CN=Users,{domain_dn(plans.root)}"
    return dn, "top person organizationalPerson user", attributes, {"tokenGroups": groups}


def backup_metadata(context: str) -> list[str]:
    """``msDS-ReplAttributeMetaData`` of a naming context's head: who changed which attribute when, as XML fragments.

    Each change of ``dSASignature`` is a backup.
    """
    changes = (("objectClass", 1, ago(days=1200)), ("wellKnownObjects", 2, ago(days=1100)))
    return [_fragment(context, *change) for change in (*changes, ("dSASignature", 412, ago(hours=9)))]


def _fragment(context: str, attribute: str, version: int, when: Any) -> str:
    return (
        "<DS_REPL_ATTR_META_DATA>\n"
        f"\t<pszAttributeName>{attribute}</pszAttributeName>\n"
        f"\t<dwVersion>{version}</dwVersion>\n"
        f"\t<ftimeLastOriginatingChange>{when:%Y-%m-%dT%H:%M:%SZ}</ftimeLastOriginatingChange>\n"
        f"\t<uuidLastOriginatingDsaInvocationID>{guid('invocation', context)}</uuidLastOriginatingDsaInvocationID>\n"
        f"\t<usnOriginatingChange>{200000 + version}</usnOriginatingChange>\n"
        f"\t<usnLocalChange>{200000 + version}</usnLocalChange>\n"
        "\t<pszLastOriginatingDsaDN></pszLastOriginatingDsaDN>\n"
        "</DS_REPL_ATTR_META_DATA>\n\0"
    )
