"""The directory over LDAP."""
