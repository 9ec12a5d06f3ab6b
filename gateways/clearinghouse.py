"""The clearinghouse: our mailbox over SFTP, and its real-time endpoint over HTTPS."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import asyncssh
import httpx

from gateways.errors import PayerBusy, PayerRefused, PayerUnreachable, SettingsMissing
from gateways.settings import ClearinghouseSettings
from gateways.sftp import TEMPORARY_SUFFIX, SftpConnection, path_of, put_recognised, read_whole

INBOUND = "/inbound"
OUTBOUND = "/outbound"
_ANSWER_SECONDS = 20.0
"""CAQH CORE connectivity: a real-time answer comes within 20 seconds."""
_DEFAULT_RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFile:
    """A file in our mailbox."""

    name: str
    size: int


class ClearinghouseMailbox(SftpConnection):
    """Files to and from the clearinghouse. Raises the ClearinghouseError family (``gateways.errors``)."""

    async def deliver(self, name: str, content: bytes) -> None:
        """Put ``content`` into the clearinghouse's folder; the same name and bytes again is success.

        Raises:
            NameTaken: the name is there with other bytes.
        """
        async with self.client() as client:
            await put_recognised(client, INBOUND, name, content)

    async def list_waiting(self) -> list[WaitingFile]:
        """The finished files of our mailbox, by name; one still being written is left out."""
        async with self.client() as client:
            entries = await client.readdir(OUTBOUND)
        return sorted(
            (
                WaitingFile(name=str(entry.filename), size=entry.attrs.size or 0)
                for entry in entries
                if entry.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR
                and not str(entry.filename).endswith(TEMPORARY_SUFFIX)
            ),
            key=lambda file: file.name,
        )

    async def fetch(self, name: str) -> bytes:
        """The bytes of a waiting file; it stays in the mailbox until ``remove``.

        Raises:
            FileNotWaiting: there is no such file.
        """
        async with self.client() as client:
            return await read_whole(client, path_of(OUTBOUND, name))

    async def remove(self, name: str) -> None:
        """Delete a file that we have stored; one that is already gone is success."""
        async with self.client() as client:
            try:
                await client.remove(path_of(OUTBOUND, name))
            except asyncssh.SFTPNoSuchFile:
                return


class RealTimeLine:
    """X12 questions over HTTPS (270, 276), answered at once. One connection pool for each object."""

    def __init__(self, settings: ClearinghouseSettings) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"https://{settings.host}:{settings.https_port}",
            auth=httpx.BasicAuth(settings.user, settings.password),
            verify=_trust(settings),
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=15.0),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection pool."""
        await self._client.aclose()

    async def ask(self, content: bytes) -> bytes:
        """Send one X12 question and return the X12 answer.

        Raises:
            PayerBusy: 429 or 503; come back after ``retry_after_seconds``.
            PayerUnreachable: no answer in time, no connection, or another error of the payer's own.
            PayerRefused: the question or our log-in was refused.
        """
        try:
            answer = await self._client.post(
                "/realtime", content=content, headers={"Content-Type": "application/edi-x12"}
            )
        except httpx.TimeoutException as error:
            raise PayerUnreachable("the real-time endpoint did not answer in time") from error
        except httpx.HTTPError as error:
            raise PayerUnreachable(f"the real-time endpoint cannot be reached ({type(error).__name__})") from error
        status = answer.status_code
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
            wait = _retry_after_seconds(answer.headers.get("Retry-After", ""))
            raise PayerBusy(f"the payer is busy (HTTP {status}): again in {wait} s", retry_after_seconds=wait)
        if status >= 500:
            raise PayerUnreachable(f"the real-time endpoint failed (HTTP {status})")
        if status != httpx.codes.OK:
            raise PayerRefused(f"the real-time endpoint refused the question (HTTP {status})")
        return answer.content


def _trust(settings: ClearinghouseSettings) -> ssl.SSLContext:
    if settings.ca_file is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file))
    except (OSError, ssl.SSLError) as error:
        raise SettingsMissing(
            f"cannot read the clearinghouse's certificate authority {settings.ca_file.name}"
        ) from error


def _retry_after_seconds(header: str) -> int:
    """Retry-After in seconds (RFC 9110, 10.2.3: seconds or an HTTP date)."""
    if header.isascii() and header.isdigit():
        return int(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return _DEFAULT_RETRY_AFTER_SECONDS
    aware = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return max(0, int((aware - datetime.now(UTC)).total_seconds()))
