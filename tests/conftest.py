"""Tests of the machine: a warning here is a mistake of ours, apart from what two libraries cannot help."""

import pytest

pytest_plugins = ("pytester",)

NOT_OURS = (
    "ignore::DeprecationWarning:(pyasn1|ldap3|winacl|spnego).*",
    "ignore:.*typeMap is deprecated.*:DeprecationWarning",  # ldap3 2.9.1 uses pyasn1's old names
    "ignore:.*tagMap is deprecated.*:DeprecationWarning",
)
LEAKS = (
    "ignore::ResourceWarning",  # ldap3 2.9.1 leaves its socket to the collector when opening fails
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        known = (*NOT_OURS, *(LEAKS if "ldap" in item.nodeid else ()))
        for line in reversed(("error", *known)):  # the last that matches counts; a test's own come after these
            item.add_marker(pytest.mark.filterwarnings(line), append=False)
