"""The gateway's own books in one SQLite file: a key is charged once, also after the gateway was killed."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

_TABLES = """
create table if not exists charges (
    key text primary key, state text not null, amount_cents integer not null, why text not null,
    number integer not null unique
);
create table if not exists webhooks (
    id integer primary key, key text not null, tries integer not null default 0, taken integer not null default 0
);
"""


class AnotherAmount(ValueError):
    """The key stands for another amount."""


class GatewayBooks:
    """Charges, and what is still to be told of them. Safe for any thread."""

    def __init__(self, file: Path | None = None) -> None:
        """``file`` None: in memory, gone with the process."""
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.executescript(f"pragma journal_mode = wal; pragma synchronous = normal; {_TABLES}")

    def charge(self, key: str, amount_cents: int, *, why_declined: str, tell: int) -> dict[str, Any]:
        """Charge or decline a key once, and note how often it is to be told; what was done is told again.

        Raises:
            AnotherAmount: nothing was charged.
        """
        with self._lock, self._database:
            self._database.execute("begin immediate")
            known = self._of(key)
            if known is None:
                state = "declined" if why_declined else "charged"
                self._database.execute(
                    "insert into charges select ?, ?, ?, ?, count(*) + 1 from charges",
                    (key, state, amount_cents, why_declined),
                )
                self._database.executemany("insert into webhooks (key) values (?)", [(key,)] * tell)
                known = self._of(key)
            assert known is not None
            if known["amount_cents"] != amount_cents:
                raise AnotherAmount(key)
            return known

    def find(self, key: str) -> dict[str, Any] | None:
        """A charge as the gateway tells it; None when it never had the key."""
        with self._lock:
            return self._of(key)

    def all(self) -> dict[str, dict[str, Any]]:
        """Every charge by key, the first first."""
        with self._lock:
            rows = self._database.execute("select key from charges order by number").fetchall()
            found = {row["key"]: self._of(row["key"]) for row in rows}
        return {key: one for key, one in found.items() if one is not None}

    def untold(self, most_tries: int) -> list[tuple[int, str, int]]:
        """``(id, key, tries)`` of webhooks that nobody has taken yet."""
        with self._lock:
            rows = self._database.execute(
                "select id, key, tries from webhooks where not taken and tries < ? order by id", (most_tries,)
            )
            return [(row["id"], row["key"], row["tries"]) for row in rows]

    def tried(self, webhook: int, *, taken: bool) -> None:
        """Note one try to tell."""
        with self._lock, self._database:
            self._database.execute(
                "update webhooks set tries = tries + 1, taken = ? where id = ?", (int(taken), webhook)
            )

    def told(self) -> dict[str, tuple[int, int]]:
        """By key: how often it was tried to be told, and how often that was taken."""
        with self._lock:
            rows = self._database.execute("select key, sum(tries) t, sum(taken) n from webhooks group by key")
            return {row["key"]: (row["t"], row["n"]) for row in rows}

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _of(self, key: str) -> dict[str, Any] | None:
        row = self._database.execute("select * from charges where key = ?", (key,)).fetchone()
        if row is None:
            return None
        return {
            "key": row["key"],
            "state": row["state"],
            "amount_cents": row["amount_cents"],
            "reference": f"ch_{row['number']:06d}",
            "why": row["why"],
        }
