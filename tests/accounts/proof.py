"""The full count of random accounts: 400 guarantors of as many seeds, every word and every placement watched."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from stack.postgres import create_database, drop_database
from storage.engine import make_engine
from storage.migrate import migrate
from storage.organisations import ensure_local_practice
from storage.unit_of_work import Books
from tests.accounts.life import Life
from tests.prove import Disproved
from tests.support.servers import postgres_for_tests

ACCOUNTS, PER_CHUNK = 400, 25
ACTIONS = 30
"""Things that happen to each account before its last months."""
MAIL_SERVER = {"CLAIMFLOW_SMTP_HOST": "127.0.0.1", "CLAIMFLOW_SMTP_FROM": "accounts@practice.example"}
"""E-mail is a way only where a server is set; the test's own takes them."""
_TEMPLATE = "claimflow_template"
_ROOT = Path(__file__).resolve().parents[2]
_PROVED = ("activities", "contracts", "domain", "edi", "gateways", "storage", "x12", "tests/accounts")


class AccountsProof:
    """The part ``accounts`` of ``make prove``."""

    name = "accounts"
    what = (
        f"{ACCOUNTS} random accounts (seeds 1 to {ACCOUNTS}, {ACTIONS} actions each): no word asks for a CO, PI, OA, "
        "blocked or still-open amount, none leaves against the rules of contact or after a payment's commit, and "
        "none reaches an agency with a condition unmet"
    )

    @property
    def code(self) -> str:
        """Hash of what bills, reaches and places, and of what judges it."""
        return _code()

    def chunks(self) -> Sequence[str]:
        """Seeds, so many at a time."""
        return [f"seeds {first} to {first + PER_CHUNK - 1}" for first in range(1, ACCOUNTS + 1, PER_CHUNK)]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AccountsProver]:
        """A PostgreSQL server; a fresh database for each chunk."""
        os.environ.update(MAIL_SERVER)
        with (
            tempfile.TemporaryDirectory(prefix="claimflow-accounts-") as folder,
            postgres_for_tests(Path(folder) / "postgres") as postgres,
        ):
            engine = make_engine(create_database(postgres.url, _TEMPLATE))
            migrate(engine)
            engine.dispose()
            yield AccountsProver(postgres.url)


@lru_cache(maxsize=1)
def _code() -> str:
    hashed = hashlib.sha256()
    for room in _PROVED:
        for source in sorted((_ROOT / room).rglob("*.py")):
            hashed.update(source.relative_to(_ROOT).as_posix().encode())
            hashed.update(source.read_bytes())
    return hashed.hexdigest()[:12]


class AccountsProver:
    """Lives the accounts of a chunk one after another."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def prove(self, chunk: str) -> Mapping[str, Any]:
        """Live them in a thread: the product's sender runs an event loop of its own."""
        first, last = (int(number) for number in chunk.removeprefix("seeds ").split(" to "))
        return await asyncio.to_thread(self._live, first, last)

    def _live(self, first: int, last: int) -> Mapping[str, int]:
        name = f"accounts_{os.getpid()}_{first}"
        engine = make_engine(create_database(self._url, name, template=_TEMPLATE), pool_size=6)
        try:
            books = Books(engine)
            with books.system() as session:
                ensure_local_practice(session)
            return live_all(books, range(first, last + 1))
        finally:
            engine.dispose()
            drop_database(self._url, name)


def live_all(books: Books, seeds: Sequence[int]) -> Counter[str]:
    """Live the accounts of these seeds; return what happened.

    Raises:
        Disproved: naming the seed, which repeats the life.
    """
    counts: Counter[str] = Counter()
    for seed in seeds:
        life = Life(books=books, seed=seed)
        try:
            counts.update(life.live(ACTIONS))
        except AssertionError as broken:
            raise Disproved(f"seed {seed}, action {life.counts['actions']}: {broken}") from broken
        counts["cents_asked_and_checked"] += life.watch.checked_cents
    return counts
