"""No request may outlive the question that it belongs to."""

import pytest

from muster.transport.powershell.wsman import DeadlinePassed, TimedWSMan


class _StopHere(Exception):  # noqa: N818 - it stops a test, it is no error
    pass


@pytest.mark.parametrize(("seconds", "operation"), [(0.5, 1), (7.5, 7), (300.0, 20)])
def test_every_request_gets_the_time_that_is_left_and_no_more(
    seconds: float, operation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muster.transport.powershell.wsman.time.monotonic", lambda: 1000.0)
    wsman = TimedWSMan("127.0.0.1", ssl=False, auth="ntlm", username="x", password="y")
    seen: list[tuple[object, ...]] = []

    def send(message: bytes, *, retries_on_read_timeout: int, timeout: object) -> bytes:
        seen.append((wsman.transport.connection_timeout, wsman.transport.read_timeout))
        seen.append((retries_on_read_timeout, timeout, f"PT{operation}S".encode() in message))
        raise _StopHere

    monkeypatch.setattr(wsman.transport, "send", send)
    wsman.start(seconds)
    with pytest.raises(_StopHere):
        wsman.invoke("action", "resource", None, timeout=999, retries_on_read_timeout=5)
    assert seen == [(min(seconds, 10.0), seconds), (0, None, True)]


def test_nothing_is_sent_once_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("muster.transport.powershell.wsman.time.monotonic", lambda: now[0])
    wsman = TimedWSMan("127.0.0.1", ssl=False, auth="ntlm", username="x", password="y")
    wsman.start(5.0)
    now[0] = 1005.0
    with pytest.raises(DeadlinePassed):
        wsman.invoke("action", "resource", None)


def test_neither_proxies_nor_netrc_of_whoever_runs_muster_are_used() -> None:
    wsman = TimedWSMan("127.0.0.1", ssl=True, auth="basic", username="x", password="y", no_proxy=True)
    session = wsman.transport.session
    assert session is not None
    assert session.trust_env is False
