"""A domain controller's LDAP port, over a tree of entries."""
