"""Listening sockets on this machine only; a restart comes back where it was."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def listen(port: int, earlier: int = 0) -> socket.socket:
    """A listening socket on `port`; for 0 on the earlier run's port if it is free, else on any.

    Raises:
        OSError: the port asked for is taken.
    """
    if not port and earlier:
        try:
            return _listen(earlier)
        except OSError:
            return _listen(0)
    return _listen(port)


def _listen(port: int) -> socket.socket:
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((HOST, port))
        server.listen(128)
    except OSError:
        server.close()
        raise
    return server


def port_of(server: socket.socket) -> int:
    """The port a socket listens on."""
    port: int = server.getsockname()[1]
    return port
