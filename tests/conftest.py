"""Tests of the machine: a warning here is a mistake of ours, apart from what two libraries cannot help."""

import pytest

pytest_plugins = ("pytester",)

NOT_OURS = (
    "ignore::DeprecationWarning:(pyasn1|ldap3|winacl|spnego).*",
    "ignore:.*typeMap is deprecated.*:DeprecationWarning",  # ldap3 2.9.1 uses pyasn1's old names
    "ignore:.*tagMap is deprecated.*:DeprecationWarning",
    # ldap3 and requests leave a socket to the collector when opening fails, and it is collected in whatever test
    # comes next. That our own sessions are closed is shown where doors are counted (tests/observe, tests/transport).
    "ignore:Exception ignored in. <(ssl.SSL|socket.)[Ss]ocket.*:pytest.PytestUnraisableExceptionWarning",
)
LEAKS = ("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        known = (*NOT_OURS, *(LEAKS if "ldap" in item.nodeid else ()))
        for line in reversed(("error", *known)):  # the last that matches counts; a test's own come after these
            item.add_marker(pytest.mark.filterwarnings(line), append=False)
