"""A whole edition in one transaction, or nothing: rows go by COPY, and a broken line rolls everything back.

Tables belong to the installation, not to one organisation: they are public facts (or a licence of whoever runs it),
and a billing company would keep a million NCCI pairs once for each client otherwise.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from domain.coding.tables import TableKind
from storage.models import ReferenceCode, ReferenceEdition, ReferencePair

Row = TypeVar("Row")
_CHUNK = 50_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
CodeValues = tuple[str, str, date | None, date | None]
PairValues = tuple[str, str, str, date, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    """What is loaded: which table, from which files, for which days, by whom."""

    kind: TableKind
    sha256: str
    files: tuple[str, ...]
    effective_from: date
    effective_to: date | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a load. ``new`` is False where the same files are loaded for the same day already."""

    edition: int
    rows: int
    new: bool
    superseded: int | None = None
    """The edition of the same first day that it takes the place of."""


def load_codes(session: Session, new: NewEdition, rows: Iterable[CodeValues]) -> Loaded:
    """Load a table of codes in a transaction of the system.

    Raises:
        EdiError: what ``rows`` raises on a line that does not fit; the caller's transaction rolls back.
    """

    def line(edition: int, row: CodeValues) -> str:
        code, says, start, end = row
        return f"{edition}\t{code}\t{says.translate(_ESCAPES)}\t{_day(start)}\t{_day(end)}\n"

    columns = "reference_codes (edition_id, code, says, effective_from, effective_to)"
    return _load(session, new, rows, columns, line)


def load_pairs(session: Session, new: NewEdition, rows: Iterable[PairValues]) -> Loaded:
    """Load a table of pairs, as ``load_codes`` loads codes."""

    def line(edition: int, row: PairValues) -> str:
        first, second, says, start, end = row
        return f"{edition}\t{first}\t{second}\t{says.translate(_ESCAPES)}\t{_day(start)}\t{_day(end)}\n"

    columns = "reference_pairs (edition_id, first, second, says, effective_from, effective_to)"
    return _load(session, new, rows, columns, line)


def _load(
    session: Session, new: NewEdition, rows: Iterable[Row], columns: str, line: Callable[[int, Row], str]
) -> Loaded:
    session.execute(text("set local statement_timeout = 0"))
    key = f"reference table {new.kind}"
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    standing = session.scalars(
        select(ReferenceEdition).where(
            ReferenceEdition.kind == new.kind, ReferenceEdition.effective_from == new.effective_from
        )
    ).all()
    same = next((one for one in standing if one.sha256 == new.sha256), None)
    if same is not None and same.superseded_by is None:
        return Loaded(edition=same.id, rows=same.row_count, new=False)
    if same is not None:
        session.execute(delete(ReferenceEdition).where(ReferenceEdition.id == same.id))
    edition = ReferenceEdition(
        kind=new.kind,
        sha256=new.sha256,
        files=list(new.files),
        effective_from=new.effective_from,
        effective_to=new.effective_to,
        loaded_by=new.by,
        row_count=0,
    )
    session.add(edition)
    session.flush()
    edition.row_count = _copy(session, columns, (line(edition.id, row) for row in rows))
    former = next((one for one in standing if one.superseded_by is None), None)
    if former is not None:
        _supersede(session, former.id, edition.id)
    session.flush()
    session.execute(text(f"analyze {columns.split()[0]}"))
    return Loaded(
        edition=edition.id, rows=edition.row_count, new=True, superseded=None if former is None else former.id
    )


def _copy(session: Session, columns: str, lines: Iterator[str]) -> int:
    driver: Any = session.connection().connection.driver_connection
    count = 0
    with driver.cursor() as cursor:
        while chunk := list(islice(lines, _CHUNK)):
            cursor.copy_expert(f"copy {columns} from stdin", io.StringIO("".join(chunk)))
            count += len(chunk)
    return count


def _supersede(session: Session, former: int, by: int) -> None:
    """The former edition of the day stays as a record; its rows go."""
    session.execute(update(ReferenceEdition).where(ReferenceEdition.id == former).values(superseded_by=by))
    session.execute(delete(ReferenceCode).where(ReferenceCode.edition_id == former))
    session.execute(delete(ReferencePair).where(ReferencePair.edition_id == former))


def _day(value: date | None) -> str:
    return "\\N" if value is None else value.isoformat()
