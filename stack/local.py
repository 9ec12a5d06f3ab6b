"""The local stack: PostgreSQL, Temporal, the schema, the simulators, the card door and the workers on one machine.

Two ways to have it: `with LocalStack(...)` for one program, which stops everything at its end whatever that
is, and `start()` + `detach()` for `claimflow up`, which leaves it running until `claimflow down`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from contracts.converter import KEYS_VARIABLE
from stack.card_pieces import CardDoor, CardGatewayInABox, gateway_is_configured
from stack.errors import StackError
from stack.guardian import Guardian, stop_all
from stack.paths import StackPaths
from stack.payload_keys import payload_keys
from stack.pieces import Migrations, Piece, Postgres, Simulator, Temporal, Workers
from stack.ports import PortBook
from stack.postgres import EmbeddedPostgres
from stack.processes import termination_as_interrupt
from stack.temporal_server import LocalTemporal, TemporalEndpoint, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceStatus:
    name: str
    alive: bool
    pid: int | None
    where: str


class LocalStack:
    """All pieces in the order they start; stopping is the other way round.

    `ephemeral_ports` and `durable=False` are for tests, which run several stacks side by side and throw their
    data away. `only` names the pieces wanted; the simulator is left out when a clearinghouse is configured, the card
    gateway in a box when a gateway is.
    """

    def __init__(
        self,
        paths: StackPaths | None = None,
        *,
        ephemeral_ports: bool = False,
        durable: bool = True,
        seed: int = 1,
        dynamic_config: Mapping[str, object] | None = None,
        only: Sequence[str] | None = None,
        say: Callable[[str], None] = tell,
    ) -> None:
        self.paths = paths or StackPaths.from_environment()
        self._say = say
        ports = PortBook(self.paths.ports, ephemeral=ephemeral_ports)
        self._postgres = Postgres(EmbeddedPostgres(self.paths, ports=ports, durable=durable))
        self._temporal = Temporal(
            LocalTemporal(self.paths, ports=ports, dynamic_config=dynamic_config, say=say)
        )
        self._simulator = Simulator(self.paths, seed=seed)
        workers = Workers(self.paths, lambda: self._temporal.endpoint)
        cards = CardGatewayInABox(self.paths, ports)
        pieces: list[Piece] = [self._postgres, self._temporal, Migrations(), self._simulator]
        pieces += [CardDoor(self.paths, ports), cards, workers]
        if _clearinghouse_is_configured():
            pieces.remove(self._simulator)
        if gateway_is_configured():
            pieces.remove(cards)
        self.pieces = [piece for piece in pieces if only is None or piece.name in only]
        self._lock: TextIO | None = None

    # --- the whole stack

    def start(self) -> list[PieceStatus]:
        """Starts every piece that does not run and waits until each answers; stops all again when one fails.

        Raises StackError in one line; leaves a stack that `claimflow up` started as it is.
        """
        self._own()
        kept = self._left_running()
        if not kept and (stale := stop_all(self.paths)):
            self._say(f"stopped what an earlier run had left: {', '.join(stale)}")
        try:
            for piece in self.pieces:
                piece.start(self.environment())
                self._say(f"{piece.name}: {piece.where()}")
        except BaseException:
            if not kept:
                self.stop()
            raise
        return self.status()

    def stop(self) -> list[str]:
        """Stops every piece, last first, and returns the names of those that ran."""
        stopped = [piece.name for piece in reversed(self.pieces) if piece.stop()]
        self.paths.summary.unlink(missing_ok=True)
        self._disown()
        return stopped

    def status(self) -> list[PieceStatus]:
        return [
            PieceStatus(name=p.name, alive=_healthy(p), pid=p.pid, where=p.where() if _known(p) else "")
            for p in self.pieces
        ]

    def detach(self) -> None:
        """Leaves the stack running after this program, findable through `stack.json`."""
        summary = {
            "started": datetime.now().astimezone().isoformat(timespec="seconds"),
            "ui": self.temporal.ui,
            "environment": self.environment(),
            "pids": {piece.name: piece.pid for piece in self.pieces if piece.pid},
        }
        fresh = self.paths.summary.with_suffix(".new")
        fresh.touch(mode=0o600)  # the database's password is in it
        fresh.write_text(json.dumps(summary, indent=1))
        fresh.replace(self.paths.summary)
        self._disown()

    def __enter__(self) -> LocalStack:
        if self._left_running():
            raise StackError(f"a local stack is up in {self.paths.state}: run `claimflow down` first")
        self._scope = contextlib.ExitStack()
        with self._scope:
            self._scope.enter_context(termination_as_interrupt())
            self._scope.enter_context(Guardian(self.paths))
            self._scope.callback(self.stop)
            self.start()
            self._scope = self._scope.pop_all()
        return self

    def __exit__(self, *failure: object) -> None:
        self._scope.close()

    # --- single pieces, by name

    def piece(self, name: str) -> Piece:
        for piece in self.pieces:
            if piece.name == name:
                return piece
        raise StackError(f"no piece {name} in this stack: it has {', '.join(p.name for p in self.pieces)}")

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would end it."""
        self.piece(name).kill()

    def stop_piece(self, name: str) -> None:
        self.piece(name).stop()

    def start_piece(self, name: str) -> None:
        self.piece(name).start(self.environment())

    def restart(self, name: str) -> None:
        self.stop_piece(name)
        self.start_piece(name)

    # --- how programs find it

    @property
    def temporal(self) -> TemporalEndpoint:
        return self._temporal.endpoint

    @property
    def database_url(self) -> str:
        return self._postgres.provides()["DATABASE_URL"]

    @property
    def simulator_ready_file(self) -> Path:
        return self._simulator.ready_file

    def environment(self) -> dict[str, str]:
        """What a program needs to use this stack: database, Temporal, clearinghouse, card gateway, state folder."""
        variables = {
            "CLAIMFLOW_STATE": str(self.paths.state),
            "CLAIMFLOW_CACHE": str(self.paths.cache),
            KEYS_VARIABLE: payload_keys(self.paths),
        }
        for piece in self.pieces:
            if _known(piece):
                variables |= piece.provides()
        return variables

    # --- who owns it

    def _own(self) -> None:
        """One program at a time starts, stops or holds the stack of a folder."""
        if self._lock is not None:
            return
        self.paths.create()
        lock = (self.paths.state / "owner.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            raise StackError(
                f"another claimflow (pid {owner}) works in {self.paths.state}: stop it or set CLAIMFLOW_STATE"
            ) from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _disown(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _left_running(self) -> bool:
        """Whether `claimflow up` left this stack, or a part of it, running."""
        return self.paths.summary.exists() and any(piece.pid for piece in self.pieces)


def running_environment(paths: StackPaths | None = None) -> dict[str, str]:
    """Environment of the stack that `claimflow up` left running; empty when there is none."""
    file = (paths or StackPaths.from_environment()).summary
    try:
        environment: dict[str, str] = json.loads(file.read_text())["environment"]
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return {}
    return environment


@contextlib.contextmanager
def environment_applied(variables: Mapping[str, str]) -> Iterator[None]:
    """The variables in this process's own environment for the length of the block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _clearinghouse_is_configured() -> bool:
    return any(name.startswith("CLAIMFLOW_CLEARINGHOUSE") for name in os.environ)


def _known(piece: Piece) -> bool:
    """Whether a piece has an address already: before its first start it has none."""
    if isinstance(piece, Postgres | Temporal):
        return piece.has_address
    return True


def _healthy(piece: Piece) -> bool:
    return _known(piece) and piece.is_healthy()
