"""Transactions: everything of one step, or nothing, and only of one organisation."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session

T = TypeVar("T")

APPLICATION_ROLE = "claimflow_app"
"""Owns nothing and is no superuser: row-level security binds it."""

_TRANSIENT = frozenset({"40001", "40P01"})
"""SQLSTATE serialization_failure and deadlock_detected: the same work may succeed on a fresh transaction."""

_ATTEMPTS = 6

_ENTER_ORGANISATION = text(
    "select set_config('role', :role, true), set_config('claimflow.organisation', :organisation, true)"
)


def cannot_be_kept(error: Exception) -> bool:
    """Whether the values themselves are what PostgreSQL refuses, so that no repetition helps: a number beyond its
    column, a NUL in a text (which psycopg2 refuses before PostgreSQL sees it)."""
    return isinstance(error, DataError) or (isinstance(error, ValueError) and "NUL (0x00)" in str(error))


class Books:
    """Hands out transactions on the record."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def transaction(self, organisation_id: int) -> Iterator[Session]:
        """One transaction that sees one organisation: commits on a clean exit, rolls back on an exception.

        Role and organisation are set for this transaction alone, so that row-level security keeps the rows
        of others out even of a query that forgot its WHERE.
        """
        with self.system() as session:
            session.execute(_ENTER_ORGANISATION, {"role": APPLICATION_ROLE, "organisation": str(organisation_id)})
            yield session

    @contextmanager
    def system(self) -> Iterator[Session]:
        """One transaction that sees every organisation: dispatcher, sweeps, conductor, migrations."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def run(self, organisation_id: int, work: Callable[[Session], T]) -> T:
        """Do ``work`` in one transaction; in a fresh one when PostgreSQL broke a deadlock or a conflict.

        ``work`` must keep its effects inside the session, since it may run up to six times.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.transaction(organisation_id) as session:
                    return work(session)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or getattr(error.orig, "pgcode", None) not in _TRANSIENT:
                    raise
                # Uneven pauses: two transactions that met once must not meet again in step.
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")
