"""One SFTP connection to the clearinghouse, opened when it is first needed."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import asyncssh

from gateways.errors import (
    ClearinghouseError,
    ClearinghouseUnreachable,
    FileNotWaiting,
    HostKeyUnknown,
    LoginRefused,
    NameNotAllowed,
    NameTaken,
    SettingsMissing,
)
from gateways.settings import ClearinghouseSettings

TEMPORARY_SUFFIX = ".part"
_CONNECT_SECONDS = 15
_KEEPALIVE_SECONDS = 15


class SftpConnection:
    """A connection kept between calls; a lost one is opened again by the next call, never within one."""

    def __init__(self, settings: ClearinghouseSettings) -> None:
        self._settings = settings
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection; the next call opens a new one."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.close()
            await connection.wait_closed()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """The SFTP client, with every failure of the line told in this gateway's own errors."""
        try:
            yield await self._open()
        except ClearinghouseError:
            raise
        except asyncssh.SFTPNoConnection as error:
            await self._drop()
            raise self._unreachable(error) from error
        except asyncssh.SFTPConnectionLost as error:
            await self._drop()
            raise self._unreachable(error) from error
        except asyncssh.SFTPError as error:
            raise ClearinghouseError(f"the clearinghouse refused an SFTP operation (code {error.code})") from error
        except asyncssh.PermissionDenied as error:
            raise LoginRefused(f"{self._where} refused user {self._settings.user}: check its password") from error
        except asyncssh.HostKeyNotVerifiable as error:
            raise HostKeyUnknown(
                f"{self._where} shows another host key than {self._settings.host_key_file.name}: "
                "send nothing before its operator has confirmed the new key"
            ) from error
        except (OSError, asyncssh.DisconnectError, TimeoutError) as error:
            await self._drop()
            raise self._unreachable(error) from error

    @property
    def _where(self) -> str:
        return f"clearinghouse {self._settings.host}:{self._settings.sftp_port}"

    def _unreachable(self, error: Exception) -> ClearinghouseUnreachable:
        return ClearinghouseUnreachable(f"{self._where} cannot be reached ({type(error).__name__})")

    async def _open(self) -> asyncssh.SFTPClient:
        async with self._opening:
            if self._client is not None and self._connection is not None and not self._connection.is_closed():
                return self._client
            settings = self._settings
            self._connection = await asyncssh.connect(
                settings.host,
                settings.sftp_port,
                username=settings.user,
                password=settings.password,
                known_hosts=([self._pinned_key()], [], []),
                client_keys=None,
                agent_path=None,
                config=None,
                connect_timeout=_CONNECT_SECONDS,
                login_timeout=_CONNECT_SECONDS,
                keepalive_interval=_KEEPALIVE_SECONDS,
            )
            self._client = await self._connection.start_sftp_client()
            return self._client

    def _pinned_key(self) -> asyncssh.SSHKey:
        path = self._settings.host_key_file
        try:
            return asyncssh.read_public_key(path)
        except (OSError, asyncssh.KeyImportError) as error:
            raise SettingsMissing(f"cannot read the clearinghouse's host key {path.name}") from error

    async def _drop(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()


async def put_recognised(client: asyncssh.SFTPClient, folder: str, name: str, content: bytes) -> None:
    """Write ``content`` under a temporary name, then rename it: the receiver never sees half a file.

    The same name with the same bytes is success, for a repeat after an uncertain outcome.

    Raises:
        NameTaken: the name is there with other bytes.
        NameNotAllowed: the name holds a path or the temporary suffix.
    """
    target = path_of(folder, name)
    if await _stands_there(client, target, content):
        return
    temporary = target + TEMPORARY_SUFFIX
    async with client.open(temporary, "wb") as file:
        await file.write(content)
    try:
        await client.rename(temporary, target)
    except asyncssh.SFTPError:
        # Another sender of the same file may have been first; anything else is the server's refusal.
        if not await _stands_there(client, target, content):
            raise


def path_of(folder: str, name: str) -> str:
    """The path of a file directly in ``folder``.

    Raises:
        NameNotAllowed: ``name`` is empty, holds a path, or is a temporary name.
    """
    if not name or name in {".", ".."} or "/" in name or "\\" in name or name.endswith(TEMPORARY_SUFFIX):
        raise NameNotAllowed(f"{name or 'an empty name'} is no file name for {folder}")
    return posixpath.join(folder, name)


async def read_whole(client: asyncssh.SFTPClient, path: str) -> bytes:
    """The bytes of a file.

    Raises:
        FileNotWaiting: there is none.
    """
    try:
        async with client.open(path, "rb") as file:
            content: bytes = await file.read()
            return content
    except asyncssh.SFTPNoSuchFile as error:
        raise FileNotWaiting(f"{path} is not waiting at the clearinghouse") from error


async def _stands_there(client: asyncssh.SFTPClient, path: str, content: bytes) -> bool:
    try:
        found = await read_whole(client, path)
    except FileNotWaiting:
        return False
    if found != content:
        raise NameTaken(f"{path} is already there with other bytes: it was not overwritten")
    return True
