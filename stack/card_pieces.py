"""The card pieces of the local stack: a gateway in a box, and the door at which it tells of charges."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from stack.errors import StackError
from stack.paths import StackPaths
from stack.ports import LOOPBACK, PortBook
from stack.processes import ManagedProcess, wait_healthy
from workers.card_door import PATH, USUAL_PORT

URL, SECRET_FILE = "CLAIMFLOW_CARDS_URL", "CLAIMFLOW_CARDS_SECRET_FILE"
DOOR, DOOR_PORT = "card_door", "CLAIMFLOW_CARD_DOOR_PORT"
_GATEWAYS_USUAL_PORT = 8455
_STARTUP_SECONDS = 30.0


def gateway_is_configured() -> bool:
    """Whether the operator has a card gateway: then none in a box is started."""
    return bool(os.environ.get(URL))


class _Listening:
    """What both are: a process of ours that is healthy while its port answers."""

    name: str

    def __init__(self, paths: StackPaths, ports: PortBook) -> None:
        self._paths = paths
        self._ports = ports
        self._process = ManagedProcess(self.name, paths)

    @property
    def port(self) -> int | None:
        """None before the first start."""
        return self._ports.known(self.name)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def stop(self) -> bool:
        return self._process.stop()

    def kill(self) -> bool:
        return self._process.kill()

    def is_healthy(self) -> bool:
        return self.pid is not None and self.port is not None and _answers(self.port)

    def _run(self, command: list[str | Path], environment: Mapping[str, str]) -> None:
        self._process.spawn(command, environment=environment)
        wait_healthy(self._process, self.is_healthy, _STARTUP_SECONDS)


class CardGatewayInABox(_Listening):
    """The sandbox gateway; its books and its secret are in the state folder."""

    name = "cards"

    def start(self, environment: Mapping[str, str]) -> None:
        if self.is_healthy():
            return
        self._process.stop()
        port = self._ports.choose(self.name, _GATEWAYS_USUAL_PORT)
        command: list[str | Path] = [sys.executable, "-m", "simulator.cards", "--port", str(port)]
        command += ["--state", self._paths.state / "cards", "--secret-file", gateways_secret(self._paths)]
        door = self._ports.known(DOOR)
        if door is not None:
            command += ["--webhook-url", f"http://{LOOPBACK}:{door}{PATH}"]
        # It stands for somebody else's computer: it does not get to know our database and Temporal.
        self._run(command, {name: value for name, value in os.environ.items() if name not in environment})

    def provides(self) -> dict[str, str]:
        if self.port is None:
            return {}
        return {URL: f"http://{LOOPBACK}:{self.port}", SECRET_FILE: str(gateways_secret(self._paths))}

    def where(self) -> str:
        return "card gateway in a box" if self.port is None else f"card gateway in a box, http://{LOOPBACK}:{self.port}"


class CardDoor(_Listening):
    """Takes the gateway's webhooks into the books. It starts before the gateway in a box, which is told its port."""

    name = DOOR

    def start(self, environment: Mapping[str, str]) -> None:
        if self.is_healthy():
            return
        self._process.stop()
        variables = os.environ | dict(environment) | {DOOR_PORT: str(self._ports.choose(self.name, USUAL_PORT))}
        if not gateway_is_configured():
            variables[SECRET_FILE] = str(gateways_secret(self._paths))
        elif not variables.get(SECRET_FILE):
            raise StackError(f"{URL} is set without {SECRET_FILE}: name the file that holds the gateway's secret")
        self._run([sys.executable, "-m", "workers.card_door"], variables)

    def provides(self) -> dict[str, str]:
        return {}

    def where(self) -> str:
        return "webhooks of cards" if self.port is None else f"webhooks of cards, http://{LOOPBACK}:{self.port}{PATH}"


def gateways_secret(paths: StackPaths) -> Path:
    """The file of the secret that the gateway in a box and we share: made once, readable by this user only."""
    file = paths.state / "cards.secret"
    if not file.exists():
        paths.create()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_hex(32))
    return file


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0
