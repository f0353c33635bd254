"""Examples: whether the controllers agree on what Setup left."""

from kit.changes import both, drop, partial, put, remove, unanswered
from kit.examples import Examples

SCHEMA = {one: f"ldap {one}: base of 'CN=ms-Exch-Schema-Version-Pt" for one in ("dc1", "dc2", "dc3")}
LEVEL = {one: f"ldap {one}: onelevel of 'CN=Microsoft Exchange,CN=Services" for one in ("dc1", "dc2", "dc3")}
CONTAINER = {one: f"ldap {one}: onelevel of 'DC=contoso" for one in ("dc1", "dc2")}

EXAMPLES = {
    "directory.schema-replicated": Examples(
        subject="contoso.local",
        failing={
            "one controller has the old schema": put(SCHEMA["dc2"], rangeUpper=("17002",)),
            "one controller alone has the new one": put(SCHEMA["dc3"], rangeUpper=("17004",)),
            "one controller has the old organisation": put(LEVEL["dc3"], objectVersion=("16762",)),
        },
        undetermined={
            "one controller does not answer": unanswered(SCHEMA["dc2"]),
            "not sent": drop(SCHEMA["dc1"], "rangeUpper"),
            "the organisation's was not sent": drop(LEVEL["dc1"], "objectVersion"),
            "came with an error": partial(LEVEL["dc2"]),
        },
        says=("where another controller has",),
    ),
    "directory.domain-replicated": Examples(
        subject="contoso.local",
        failing={"one controller has the old container": put(CONTAINER["dc2"], objectVersion=("13242",))},
        undetermined={
            "one controller does not answer": unanswered(CONTAINER["dc1"]),
            "not sent": drop(CONTAINER["dc2"], "objectVersion"),
            "its name, which tells conflict copies, was not sent": drop(CONTAINER["dc2"], "cn"),
            "came with an error": partial(CONTAINER["dc2"]),
            "no controller shows it, in a domain with servers": both(
                remove(CONTAINER["dc1"]), remove(CONTAINER["dc2"])
            ),
        },
        says=("objectVersion is 13242 where another controller has 13243",),
    ),
}
