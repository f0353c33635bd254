"""The client's side of a TLS handshake, without the two surprises of Python's ``wrap_socket``."""

import errno
import socket
import ssl


def shake_hands(context: ssl.SSLContext, plain: socket.socket, name: str) -> ssl.SSLSocket:
    """Wrap a connected socket and shake hands, with ``name`` as SNI; raises ``OSError`` (``ssl.SSLError`` is one).

    Where the other side has gone already, ``wrap_socket`` either returns a socket without any TLS or raises and
    leaves the new socket open: here it is always a ``ConnectionResetError``, and nothing stays open.
    """
    try:
        secured = context.wrap_socket(plain, server_hostname=name)
    except OSError as error:
        _close_what_was_made(error)
        if error.errno in {errno.ENOTCONN, errno.EINVAL}:
            raise ConnectionResetError("closed before the handshake") from None
        raise
    if secured.version() is None:
        secured.close()
        raise ConnectionResetError("closed before the handshake")
    return secured


def _close_what_was_made(error: OSError) -> None:
    """Close the socket that a failed ``wrap_socket`` made; only its own frames still know it."""
    trace = error.__traceback__
    while trace is not None:
        made = trace.tb_frame.f_locals.get("self")
        if isinstance(made, ssl.SSLSocket):
            made.close()
        trace = trace.tb_next
