"""What every protocol engine of the lab stands on: a TCP port on 127.0.0.1 that can also misbehave."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable

from muster.lab.faults import NO_FAULT, Fault

_LOOPBACK = "127.0.0.1"
_CLOSE_SECONDS = 5.0


class Connection:
    """One accepted connection; TLS may start at any time. Used by its own thread, ended by any."""

    def __init__(self, accepted: socket.socket, closing: threading.Event) -> None:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = accepted
        self._closing = closing

    @property
    def secure(self) -> bool:
        """Whether TLS is on."""
        return isinstance(self._socket, ssl.SSLSocket)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Do the server's side of the handshake; raises ``OSError`` (``ssl.SSLError`` is one) where it fails."""
        # Not handshaking in wrap_socket keeps the wrapped socket ours to close when the handshake fails.
        self._socket = context.wrap_socket(self._socket, server_side=True, do_handshake_on_connect=False)
        if self._closing.is_set():
            raise ConnectionAbortedError("the listener closed while TLS was starting")
        self._socket.do_handshake()

    def receive(self) -> bytes:
        """The next bytes; none at all once the other side has closed."""
        return self._socket.recv(65536)

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._socket.sendall(data)

    def wait(self, seconds: float) -> None:
        """Let a fault's latency pass, unless the listener closes first."""
        if seconds > 0:
            self._closing.wait(seconds)

    def swallow(self) -> None:
        """Say nothing, until the other side or the listener gives up."""
        while self._socket.recv(65536):
            pass

    def reset(self) -> None:
        """End with a TCP reset instead of a goodbye."""
        # l_onoff=1, l_linger=0: closing sends RST
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def end(self) -> None:
        """Wake the connection's thread out of whatever it waits for; safe from another thread."""
        try:
            # SSLSocket.shutdown would drop the TLS layer under the reading thread; the plain one does not.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            return  # already gone, which is what was wanted

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class Listener:
    """A port on 127.0.0.1; ``talk`` is called with every accepted connection, each on a daemon thread of its own.

    ``talk`` reads ``listener.fault`` whenever it is about to answer, so that a fault can be set at any time;
    ``refuse``, ``reset`` and ``hang`` are done here, before ``talk``. Port 0 takes a free one.
    """

    def __init__(
        self, talk: Callable[[Connection, "Listener"], None], *, port: int = 0, fault: Fault = NO_FAULT
    ) -> None:
        self._talk = talk
        self._fault = fault
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._connections: dict[Connection, threading.Thread] = {}
        self._acceptor: threading.Thread | None = None
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]
        if fault.mode != "refuse":
            self._accept()

    @property
    def fault(self) -> Fault:
        """What is wrong with this endpoint now; may be set at any time."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        refused, refuses = self._fault.mode == "refuse", fault.mode == "refuse"
        self._fault = fault
        if refuses and not refused:
            self._stop_accepting()
            self._socket = _bound(self.port)  # bound but not listening keeps the port ours, and connecting fails
        elif refused and not refuses:
            self._accept()

    def close(self) -> None:
        """Stop listening, end every connection and wait for their threads."""
        self._closing.set()
        self._stop_accepting()
        with self._lock:
            running = dict(self._connections)
        for connection in running:
            connection.end()
        for thread in running.values():
            thread.join(_CLOSE_SECONDS)

    def _accept(self) -> None:
        self._socket.listen(128)
        self._acceptor = threading.Thread(
            target=self._serve, args=(self._socket,), name=f"lab:{self.port}", daemon=True
        )
        self._acceptor.start()

    def _stop_accepting(self) -> None:
        if self._acceptor:
            self._socket.shutdown(socket.SHUT_RDWR)  # closing alone would not wake accept()
            self._acceptor.join(_CLOSE_SECONDS)
            self._acceptor = None
        self._socket.close()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                accepted, _ = listening.accept()
            except OSError:
                return  # the listening socket was shut down
            connection = Connection(accepted, self._closing)
            thread = threading.Thread(
                target=self._run, args=(connection,), name=f"lab:{self.port} connection", daemon=True
            )
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _run(self, connection: Connection) -> None:
        try:
            match self._fault.mode:
                case "reset" | "refuse":  # refuse: accepted in the moment before the port was taken away
                    connection.reset()
                case "hang":
                    connection.swallow()
                case _:
                    self._talk(connection, self)
        except OSError:
            return  # the other side went away or does not trust us: its business, and it says so itself
        finally:
            connection.close()
            with self._lock:
                self._connections.pop(connection, None)


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((_LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound
