"""The simulator as one process: its doors, its ready file, its end."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulator.clearinghouse.desk import Folders
from simulator.clearinghouse.misbehaviour import Misbehaviour
from simulator.servers.control import control_app
from simulator.servers.credentials import USER, load_or_make_credentials
from simulator.servers.https import realtime_app
from simulator.servers.listening import listen, port_of
from simulator.servers.office import Office
from simulator.servers.sftp import SftpDoor
from simulator.servers.web import WebDoor

READY_FILE = "simulator.json"
_PORTS_FILE, _LOCK_FILE = "ports.json", "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Ports asked for; 0 is the earlier run's port, or any."""

    sftp: int = 0
    https: int = 0
    control: int = 0


async def run(state: Path, ports: Ports, seed: int) -> None:
    """Serve until SIGTERM or SIGINT.

    The ready file stands there exactly while all doors serve (a killed process leaves it behind with its pid;
    the next one removes it first).

    Raises:
        OSError: a port asked for is taken, or another simulator works in this folder.
    """
    state = state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    with _alone_in(state):
        (state / READY_FILE).unlink(missing_ok=True)
        await _serve(state, ports, seed)
        (state / READY_FILE).unlink(missing_ok=True)


async def _serve(state: Path, ports: Ports, seed: int) -> None:
    folders, credentials = Folders(state=state), load_or_make_credentials(state / "keys")
    earlier = _earlier_ports(state / _PORTS_FILE)
    sockets = {name: listen(getattr(ports, name), earlier.get(name, 0)) for name in ("sftp", "https", "control")}
    office = Office(folders, seed)
    sftp = SftpDoor(folders.sftp_root, credentials, lambda: office.habits.slow_ms)
    https = WebDoor(
        realtime_app(office, credentials.password),
        credentials.certificate_file,
        credentials.certificate_key_file,
    )
    addresses = {name: port_of(sockets[name]) for name in sockets}
    doors = _PublicDoors(sftp, https, addresses["sftp"], addresses["https"])
    control = WebDoor(control_app(office, doors.obey))
    if office.habits.down:
        sockets["sftp"].close()
        sockets["https"].close()
    else:
        await sftp.open(sockets["sftp"])
        await https.open(sockets["https"])
        doors.are_open = True
    await control.open(sockets["control"])
    _write(state / _PORTS_FILE, addresses)
    ready = {
        **{f"{name}_port": port for name, port in addresses.items()},
        "ca_file": str(credentials.ca_file),
        "host_key_file": str(credentials.public_host_key_file),
        "user": USER,
        "password": credentials.password,
        "pid": os.getpid(),
    }
    _write(state / READY_FILE, ready)
    await _told_to_stop()
    await doors.close()
    await control.close()
    await office.close()


class _PublicDoors:
    """SFTP and HTTPS: closed while the clearinghouse is down, then opened on the same ports."""

    def __init__(self, sftp: SftpDoor, https: WebDoor, sftp_port: int, https_port: int) -> None:
        self._sftp, self._https = sftp, https
        self._sftp_port, self._https_port = sftp_port, https_port
        self._turn = asyncio.Lock()
        self.are_open = False

    async def obey(self, habits: Misbehaviour) -> None:
        async with self._turn:
            if habits.down:
                await self._close()
            elif not self.are_open:
                await self._sftp.open(listen(self._sftp_port))
                await self._https.open(listen(self._https_port))
                self.are_open = True

    async def close(self) -> None:
        async with self._turn:
            await self._close()

    async def _close(self) -> None:
        if self.are_open:
            self.are_open = False
            await self._sftp.close()
            await self._https.close()


@contextmanager
def _alone_in(state: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it however the process ends."""
    with (state / _LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise OSError(taken.errno, "another simulator works in this folder") from taken
        yield


def _earlier_ports(ports_file: Path) -> dict[str, int]:
    try:
        values = json.loads(ports_file.read_text())
    except (OSError, ValueError):
        return {}
    return {name: value for name, value in values.items() if isinstance(value, int)}


def _write(path: Path, content: Mapping[str, object]) -> None:
    temporary = path.with_suffix(".new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
    temporary.replace(path)


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
