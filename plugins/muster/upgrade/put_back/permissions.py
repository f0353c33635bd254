"""Access rights on connectors: after ``PermissionGroups``, which writes the access list anew."""

import re

from muster.drift import Difference
from muster.model import Value
from muster.upgrade.put_back.literals import command, one_line
from muster.upgrade.put_back.steps import HAND, SHELL, Draft
from muster.upgrade.values import property_of, text_of

NAMES = {
    "S-1-5-7": r"NT AUTHORITY\ANONYMOUS LOGON",
    "S-1-5-11": r"NT AUTHORITY\Authenticated Users",
    "S-1-1-0": "Everyone",
}
"""Well-known accounts as Add-ADPermission's documentation names them; any other goes by its SID."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def permission(difference: Difference) -> Draft:
    """Give one right again, of which the fact tells connector, account and right; anything else by hand."""
    item = difference.before
    connector, user, right, access = (
        text_of(property_of(item, name)) for name in ("Connector", "Trustee", "Right", "Access")
    )
    if difference.how != "gone" or difference.path or not (connector and user and right):
        return Draft("by hand", HAND, notes=(_told(difference),))
    if _GUID.fullmatch(right) or " " in right:
        note = (
            f"Right {right} of {one_line(user)} has no name that is sure: it comes with PermissionGroups, or by hand"
        )
        return Draft("by hand", HAND, notes=(note,))
    wanted: list[tuple[str, Value]] = [
        ("Identity", connector),
        ("User", NAMES.get(user, user)),
        ("ExtendedRights", right),
    ]
    line = command("Add-ADPermission", wanted, ["Deny"] if access.casefold() == "deny" else [])
    note = "What the connector's PermissionGroups give comes with them: run this for what is missing then."
    return Draft("permissions", SHELL, line, what_if=True, notes=(note,))


def _told(difference: Difference) -> str:
    item = difference.after
    if difference.how == "new" and item is not None and not difference.path:
        said = " ".join(text_of(property_of(item, name)) for name in ("Trustee", "Access", "Right"))
        return f"A new right ({one_line(said)}): muster removes nothing (Remove-ADPermission does)"
    return (
        f"The access list of '{one_line(difference.object)}' is another: compare extended rights (Get-ADPermission)"
        " and give those back that are missing"
    )
