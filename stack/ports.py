"""Ports on the loopback address: the one used before, else the usual one, else the next free one."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

from stack.errors import StackError

LOOPBACK = "127.0.0.1"
_TRIES = 200


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of a server just stopped linger in TIME_WAIT; only a listener makes a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


class PortBook:
    """Remembers which port each server of a stack has, so that it has the same one after a restart."""

    def __init__(self, file: Path, *, ephemeral: bool = False) -> None:
        self._file = file
        self._ephemeral = ephemeral

    def choose(self, name: str, usual: int) -> int:
        """A free port for the server `name`; CLAIMFLOW_<NAME>_PORT fixes it.

        Raises StackError when the fixed port is taken.
        """
        variable = f"CLAIMFLOW_{name.upper()}_PORT"
        fixed = os.environ.get(variable)
        if fixed:
            if not fixed.isdigit() or not is_free(int(fixed)):
                raise StackError(f"{variable}={fixed}: not a free port on {LOOPBACK}; choose another")
            return self._remember(name, int(fixed))
        before = self.known(name)
        if before is not None and is_free(before):
            return before
        if self._ephemeral:
            return self._remember(name, any_free_port())
        for port in range(usual, usual + _TRIES):
            if is_free(port):
                return self._remember(name, port)
        raise StackError(f"no free port from {usual} to {usual + _TRIES - 1} for {name}; set {variable}")

    def known(self, name: str) -> int | None:
        port = self._read().get(name)
        return port if isinstance(port, int) else None

    def _read(self) -> dict[str, int]:
        try:
            ports: dict[str, int] = json.loads(self._file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return ports

    def _remember(self, name: str, port: int) -> int:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._read() | {name: port}, indent=1))
        fresh.replace(self._file)
        return port
