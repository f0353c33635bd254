"""A port that misbehaves as told, and leaves nothing behind."""

import gc
import socket
import threading
import warnings
from collections.abc import Iterator

import pytest

from muster.lab.faults import Fault
from muster.lab.listener import Connection, Listener


def echo(connection: Connection, _: Listener) -> None:
    while data := connection.receive():
        connection.send(data)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener(echo)
    yield made
    made.close()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def says(port: int) -> bytes:
    with connect(port) as client:
        client.sendall(b"hello")
        return client.recv(10)


def test_it_talks_to_several_at_once(listener: Listener) -> None:
    with connect(listener.port), connect(listener.port):
        assert says(listener.port) == b"hello"


def test_refusing_can_be_switched_on_and_off_on_the_same_port(listener: Listener) -> None:
    port = listener.port
    listener.fault = Fault(mode="refuse")
    with pytest.raises(ConnectionRefusedError):
        connect(port)
    listener.fault = Fault()
    assert says(port) == b"hello"
    assert listener.port == port


def test_refusing_from_the_start() -> None:
    made = Listener(echo, fault=Fault(mode="refuse"))
    with pytest.raises(ConnectionRefusedError):
        connect(made.port)
    made.close()


def test_a_reset_is_a_reset(listener: Listener) -> None:
    listener.fault = Fault(mode="reset")
    with pytest.raises(ConnectionResetError):
        says(listener.port)


def test_hanging_says_nothing_until_the_listener_closes(listener: Listener) -> None:
    listener.fault = Fault(mode="hang")
    with connect(listener.port) as client:
        client.sendall(b"hello")
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(1)
        listener.close()
        client.settimeout(10)
        assert client.recv(1) == b""


def test_closing_ends_threads_and_sockets_of_open_connections() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        made = Listener(echo)
        with connect(made.port) as client:
            client.sendall(b"x")
            assert client.recv(1) == b"x"
            made.close()
        made.close()
        with pytest.raises(ConnectionRefusedError):
            connect(made.port)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith(f"lab:{made.port}")]
        del made
        gc.collect()


def test_a_port_in_use_is_an_error(listener: Listener) -> None:
    with pytest.raises(OSError, match="in use"):
        Listener(echo, port=listener.port)
