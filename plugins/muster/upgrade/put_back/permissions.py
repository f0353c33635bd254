"""Access rights on connectors: after ``PermissionGroups``, which writes the access list anew."""

import re

from muster.drift import Difference
from muster.upgrade.put_back.literals import command
from muster.upgrade.put_back.steps import HAND, SHELL, Draft
from muster.upgrade.values import property_of, text_of

ANONYMOUS = "S-1-5-7"
_NAMES = {ANONYMOUS: r"NT AUTHORITY\ANONYMOUS LOGON"}


def permission(difference: Difference) -> Draft:
    """Give one right again, of which the fact tells connector, account and right; anything else by hand."""
    item = difference.before
    connector = text_of(property_of(item, "DistinguishedName")) or text_of(property_of(item, "Identity"))
    user = text_of(property_of(item, "User")) or text_of(property_of(item, "Trustee"))
    right = text_of(property_of(item, "ExtendedRight")) or text_of(property_of(item, "Right"))
    if difference.how != "gone" or difference.path or not (connector and user and right):
        note = (
            f"The access list of '{_connector(difference)}' is another: compare the extended rights"
            " (Get-ADPermission) and give those back that are missing"
        )
        return Draft("by hand", HAND, notes=(note,))
    wanted = [("Identity", connector), ("User", _NAMES.get(user, user)), ("ExtendedRights", right)]
    return Draft("permissions", SHELL, command("Add-ADPermission", wanted), what_if=True)


def _connector(difference: Difference) -> str:
    found = re.match(r"CN=([^,]+)", difference.object, re.IGNORECASE)
    return found[1] if found else difference.object
