"""What payers demand before a service, as the operator loaded it: the newest load holds for all days."""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from domain.coding.tables import TableKind
from domain.scrubbing.context import RequiredField
from domain.scrubbing.requirements import requirement
from storage.models import ReferenceCode, ReferenceEdition

_read_before: WeakKeyDictionary[Engine, tuple[int, tuple[RequiredField, ...]]] = WeakKeyDictionary()
_requirement = lru_cache(maxsize=20_000)(requirement)


def requirements(session: Session) -> tuple[RequiredField, ...]:
    """Authorizations and referrals by payer and procedure; read again where another edition stands."""
    edition = session.scalar(
        select(ReferenceEdition.id)
        .where(ReferenceEdition.kind == TableKind.REQUIREMENTS, ReferenceEdition.superseded_by.is_(None))
        .order_by(ReferenceEdition.effective_from.desc())
        .limit(1)
    )
    if edition is None:
        return ()
    engine = session.get_bind().engine
    known = _read_before.get(engine)
    if known is None or known[0] != edition:
        rows = session.execute(
            select(ReferenceCode.code, ReferenceCode.says, ReferenceCode.effective_from, ReferenceCode.effective_to)
            .where(ReferenceCode.edition_id == edition)
            .order_by(ReferenceCode.id)
        )
        known = edition, tuple(_requirement(*row) for row in rows)
        _read_before[engine] = known
    return known[1]
