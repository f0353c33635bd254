from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from muster.lab.certificates import Authority, Certificate, CertificateOrder


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


@pytest.fixture(scope="session")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other-pki"), datetime.now(UTC), name="Another Root CA")


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> Certificate:
    return authority.issue(CertificateOrder(subject="CN=dc1.contoso.local", names=("dc1.contoso.local",)))


@pytest.fixture(scope="session")
def expired(authority: Authority) -> Certificate:
    order = CertificateOrder(
        subject="CN=dc1.contoso.local", names=("dc1.contoso.local",), valid_from=-90, valid_to=-3
    )
    return authority.issue(order)


@pytest.fixture
def closing() -> Iterator[Callable[..., object]]:
    """Closes at the end whatever it was given."""
    things: list[object] = []

    def remember(thing: object) -> object:
        things.append(thing)
        return thing

    yield remember
    for thing in things:
        thing.close()  # type: ignore[attr-defined] # everything given has a close
