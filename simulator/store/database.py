"""The simulator's own SQLite file: what it has received, decided and still has to answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS arrivals (
    place TEXT PRIMARY KEY,                 -- name in the work folder: one for each arrival, never used again
    name TEXT NOT NULL, received_at TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS interchanges (
    sender TEXT NOT NULL, receiver TEXT NOT NULL, control_number INTEGER NOT NULL, received_at TEXT NOT NULL,
    PRIMARY KEY (sender, receiver, control_number));
CREATE TABLE IF NOT EXISTS claims (
    id INTEGER PRIMARY KEY, payer TEXT NOT NULL, control_number TEXT NOT NULL, icn TEXT NOT NULL,
    likeness TEXT NOT NULL, received_on TEXT NOT NULL,
    state TEXT NOT NULL,                    -- refused, accepted, replaced, void
    refusal TEXT NOT NULL DEFAULT '',       -- category:status:entity of the 277CA
    content TEXT NOT NULL, records_on_file INTEGER NOT NULL DEFAULT 0, replaced_by INTEGER);
CREATE INDEX IF NOT EXISTS claims_by_control_number ON claims (control_number);
CREATE INDEX IF NOT EXISTS claims_by_icn ON claims (payer, icn);
CREATE INDEX IF NOT EXISTS claims_by_likeness ON claims (likeness);
CREATE TABLE IF NOT EXISTS decisions (
    id INTEGER PRIMARY KEY, claim_id INTEGER NOT NULL REFERENCES claims (id),
    payer TEXT NOT NULL, payee TEXT NOT NULL, submitter TEXT NOT NULL, icn TEXT NOT NULL,
    reversal INTEGER NOT NULL, reverses INTEGER, -- the decision this one takes back
    content TEXT NOT NULL, verdict TEXT NOT NULL,
    decided_on TEXT NOT NULL, pay_on TEXT NOT NULL, due TEXT NOT NULL,
    state TEXT NOT NULL,                    -- waiting, held, paid, withdrawn
    trace TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS decisions_by_claim ON decisions (claim_id);
CREATE INDEX IF NOT EXISTS decisions_due ON decisions (state, due);
CREATE TABLE IF NOT EXISTS remittances (
    trace TEXT PRIMARY KEY, payer TEXT NOT NULL, payee TEXT NOT NULL, pay_on TEXT NOT NULL,
    amount_cents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS forwarding_balances (
    payer TEXT NOT NULL, payee TEXT NOT NULL, owed_cents INTEGER NOT NULL, reference TEXT NOT NULL,
    PRIMARY KEY (payer, payee));
CREATE TABLE IF NOT EXISTS recoupments (
    id INTEGER PRIMARY KEY, payer TEXT NOT NULL, payee TEXT NOT NULL, reference TEXT NOT NULL,
    amount_cents INTEGER NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
    trace TEXT NOT NULL DEFAULT '');        -- of the remittance that held it back
CREATE TABLE IF NOT EXISTS bank_lines (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, amount_cents INTEGER NOT NULL, trace TEXT NOT NULL,
    payer TEXT NOT NULL, method TEXT NOT NULL, state TEXT NOT NULL); -- waiting, reported
CREATE INDEX IF NOT EXISTS bank_lines_waiting ON bank_lines (state, day);
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, due TEXT NOT NULL,
    content BLOB NOT NULL,
    state TEXT NOT NULL);                   -- waiting, held, ready (to be written), delivered, lost
CREATE INDEX IF NOT EXISTS answers_due ON answers (state, due);
CREATE TABLE IF NOT EXISTS papers (
    reference TEXT PRIMARY KEY, paper TEXT NOT NULL, received_on TEXT NOT NULL, manifest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS patient_payments (
    id INTEGER PRIMARY KEY, organisation INTEGER NOT NULL, account INTEGER NOT NULL,
    statement INTEGER NOT NULL, check_number TEXT NOT NULL, amount_cents INTEGER NOT NULL,
    received_on TEXT NOT NULL, due TEXT NOT NULL, state TEXT NOT NULL); -- waiting, delivered
CREATE INDEX IF NOT EXISTS patient_payments_by_account ON patient_payments (account);
CREATE INDEX IF NOT EXISTS patient_payments_due ON patient_payments (state, due);
"""


class Database:
    """One connection to the file; WAL, what is committed outlives kill -9."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the connection; committed work stays."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; never nested."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def execute(self, statement: str, *values: object) -> int:
        """Run a statement that changes rows; returns how many rows it changed."""
        return self._connection.execute(statement, values).rowcount

    def insert(self, table: str, **values: object) -> int:
        """Insert one row and return its id."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        cursor = self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
        return int(cursor.lastrowid or 0)

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """Every row of a query."""
        return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row of a query, if any."""
        found: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return found

    def next_number(self, sequence: str) -> int:
        """The next number of a durable sequence, from 1; call it inside the transaction that uses it."""
        row = self.row(
            "INSERT INTO sequences (name, last) VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last",
            sequence,
        )
        assert row is not None
        return int(row["last"])

    def fact(self, name: str) -> str:
        """A single remembered value, empty when it was never set."""
        row = self.row("SELECT value FROM facts WHERE name = ?", name)
        return "" if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> None:
        """Set a single remembered value."""
        self.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, value)


def moment(text: str) -> datetime:
    """A stored or received ISO moment; one without a zone is taken as UTC."""
    when = datetime.fromisoformat(text)
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def stored(when: datetime) -> str:
    """A moment as it is stored: UTC, so that text order is time order."""
    return when.astimezone(UTC).isoformat(timespec="seconds")
