"""As much of the loaded tables as claims ask for: three statements, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from domain.coding.editions import DiagnosisList, Edition, EditionTables
from domain.coding.rows import entries_of_codes, entries_of_pairs
from domain.coding.tables import TableKind
from storage.models import ReferenceEdition
from storage.reference_tables.wanted import Wanted

_CODES = text(
    "select edition_id, code, says, effective_from, effective_to from reference_codes "
    "where edition_id = any(:editions) and code = any(:codes) order by id"
)
_PAIRS = text(
    "select p.edition_id, p.first, p.second, p.says, p.effective_from, p.effective_to "
    "from unnest(cast(:firsts as text[]), cast(:seconds as text[])) as asked(first, second) "
    "join reference_pairs p on p.first = asked.first and p.second = asked.second "
    "where p.edition_id = any(:editions) order by p.id"
)
# The diagnoses that claims have, and one row without a diagnosis for each policy: it binds, whatever supports it.
_COVERAGE = text(
    "select edition_id, first, second, says, effective_from, effective_to from reference_pairs "
    "where edition_id = any(:editions) and first = any(:procedures) "
    "and second in (select unnest(cast(:codes as text[]))) "
    "union all select edition_id, first, '', says, min(effective_from), "
    "nullif(max(coalesce(effective_to, 'infinity')), 'infinity') from reference_pairs "
    "where edition_id = any(:editions) and first = any(:procedures) group by edition_id, first, says"
)
_PTP = (TableKind.PTP, TableKind.PTP_HOSPITAL)


def editions(session: Session) -> list[ReferenceEdition]:
    """The editions that stand, by kind and day."""
    return list(
        session.scalars(
            select(ReferenceEdition)
            .where(ReferenceEdition.superseded_by.is_(None))
            .order_by(ReferenceEdition.kind, ReferenceEdition.effective_from)
        )
    )


def tables_for(
    session: Session, wanted: Wanted, *, packaged: Iterable[Edition] = (), diagnoses: DiagnosisList | None = None
) -> EditionTables:
    """The tables as far as these claims ask; ``packaged`` and ``diagnoses`` stand in where nothing is loaded."""
    standing = [
        row
        for row in editions(session)
        if row.kind != TableKind.REQUIREMENTS  # whole, by payer: ``requirements``
        and row.effective_from <= wanted.last and (row.effective_to is None or row.effective_to >= wanted.first)
    ]
    ids: dict[TableKind, list[int]] = {}
    for row in standing:
        ids.setdefault(TableKind(row.kind), []).append(row.id)
    rows: dict[int, list[Any]] = {row.id: [] for row in standing}
    pairs = [edition for kind in _PTP for edition in ids.get(kind, ())]
    coverage = ids.get(TableKind.COVERAGE, [])
    codes = [edition for kind, found in ids.items() if kind not in (*_PTP, TableKind.COVERAGE) for edition in found]
    if codes and wanted.codes:
        for edition, *said in session.execute(_CODES, {"editions": codes, "codes": list(wanted.codes)}):
            rows[edition].append(said)
    if pairs and wanted.pairs:
        asked = list(wanted.pairs)
        values = {"firsts": [one for one, _ in asked], "seconds": [other for _, other in asked], "editions": pairs}
        for edition, *said in session.execute(_PAIRS, values):
            rows[edition].append(said)
    if coverage and wanted.procedures:
        given = {"editions": coverage, "procedures": list(wanted.procedures), "codes": list(wanted.codes)}
        for edition, *said in session.execute(_COVERAGE, given):
            rows[edition].append(said)
    return EditionTables((*packaged, *(_edition(row, rows[row.id]) for row in standing)), diagnoses)


def _edition(row: ReferenceEdition, rows: list[Any]) -> Edition:
    kind = TableKind(row.kind)
    of_pairs = kind in (*_PTP, TableKind.COVERAGE)
    return Edition(
        kind=kind,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        entries=entries_of_pairs(kind, rows) if of_pairs else entries_of_codes(kind, rows),
    )
