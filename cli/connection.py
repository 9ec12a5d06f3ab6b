"""Where the servers are: the environment's, else those of the stack that `claimflow up` left running."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.failures import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session
    from temporalio.client import Client

    from storage.unit_of_work import Books

NO_STACK = "no stack is running: start it with `claimflow up`"

_FOUND_BY = (
    "DATABASE_URL",
    "TEMPORAL_ADDRESS",
    "TEMPORAL_NAMESPACE",
    "CLAIMFLOW_PAYLOAD_KEYS",
    "CLAIMFLOW_CLEARINGHOUSE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Addresses of the servers that a command works on."""

    variables: Mapping[str, str]

    @property
    def database_url(self) -> str:
        """PostgreSQL."""
        return self._of("DATABASE_URL")

    @property
    def temporal_address(self) -> str:
        """Host and port of Temporal's frontend."""
        return self._of("TEMPORAL_ADDRESS")

    @property
    def temporal_namespace(self) -> str:
        """Temporal's namespace."""
        return self.variables.get("TEMPORAL_NAMESPACE") or "default"

    def _of(self, name: str) -> str:
        value = self.variables.get(name, "")
        if not value:
            raise CannotRun(f"{NO_STACK} (or set {name})")
        return value


def find_servers() -> Servers:
    """The environment's variables before the running stack's; nothing is contacted yet."""
    stack = stack_environment()
    found = {name: os.environ.get(name) or stack.get(name, "") for name in _FOUND_BY}
    return Servers(variables={name: value for name, value in found.items() if value})


def stack_environment() -> dict[str, str]:
    """What `stack.json` says; empty when no stack was left running.

    Read here and not through ``stack.local``, which costs a command half a second of imports.
    """
    file = _summary_file()
    try:
        environment: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["environment"]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError):
        raise CannotRun(f"{file} cannot be read: run `claimflow down`, then `claimflow up`") from None
    return environment


def _summary_file() -> Path:
    from stack.paths import StackPaths

    return StackPaths.from_environment().summary


@contextmanager
def open_books(servers: Servers | None = None) -> Iterator[Books]:
    """The books of all organisations, for commands of operations."""
    from storage.engine import make_engine
    from storage.unit_of_work import Books

    engine = make_engine((servers or find_servers()).database_url, pool_size=4)
    try:
        yield Books(engine)
    finally:
        engine.dispose()


@contextmanager
def reading(organisation: int) -> Iterator[Session]:
    """One transaction on the books of one organisation.

    Raises:
        CannotRun: there is no such organisation.
    """
    with open_books() as books, books.transaction(organisation) as session:
        require_organisation(session, organisation)
        yield session


def require_organisation(session: Session, organisation: int) -> None:
    """Refuse to show the empty books of an organisation that does not exist.

    Raises:
        CannotRun: there is no such organisation.
    """
    from storage.models import Organisation

    if session.get(Organisation, organisation) is None:
        raise CannotRun(f"no organisation has the number {organisation}: check --organisation")


async def connect_temporal(servers: Servers) -> Client:
    """A client with the product's data converter.

    Raises:
        CannotRun: no server answers at the address.
    """
    from workers.client import connect

    # The converter reads its keys from the environment, once for each process.
    if keys := servers.variables.get("CLAIMFLOW_PAYLOAD_KEYS"):
        os.environ.setdefault("CLAIMFLOW_PAYLOAD_KEYS", keys)
    try:
        return await connect(servers.temporal_address, servers.temporal_namespace)
    except RuntimeError as failure:
        raise CannotRun(
            f"Temporal does not answer at {servers.temporal_address}: start it with `claimflow up`"
        ) from failure
