"""The SFTP server: one user, whose folders are inbound, outbound and mail."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import asyncssh

from simulator.servers.credentials import USER, Credentials


class _Login(asyncssh.SSHServer):
    """Password only; a connection can be cut when the clearinghouse goes down."""

    def __init__(self, password: str, connections: set[asyncssh.SSHServerConnection]) -> None:
        self._password = password
        self._connections = connections
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._connection is not None:
            self._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return bool(username)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == USER and password == self._password


class SftpDoor:
    """Opens and closes the server on one socket address."""

    def __init__(self, root: Path, credentials: Credentials, slow_ms: Callable[[], int]) -> None:
        self._root = root
        self._credentials = credentials
        self._slow_ms = slow_ms
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def open(self, listening: socket.socket) -> None:
        """Serve connections of a listening socket."""
        root, slow_ms = str(self._root).encode(), self._slow_ms

        class Folders(asyncssh.SFTPServer):
            def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
                super().__init__(channel, chroot=root)

            async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
                await asyncio.sleep(slow_ms() / 1000)
                return super().open(path, pflags, attrs)

        self._acceptor = await asyncssh.listen(
            sock=listening,
            server_factory=lambda: _Login(self._credentials.password, self._connections),
            server_host_keys=[str(self._credentials.host_key_file)],
            sftp_factory=Folders,
            allow_scp=False,
        )

    async def close(self) -> None:
        """Refuse new connections and cut those there are."""
        acceptor, self._acceptor = self._acceptor, None
        if acceptor is not None:
            acceptor.close()
            for connection in list(self._connections):
                connection.abort()
            await acceptor.wait_closed()
