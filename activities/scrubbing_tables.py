"""The tables that claims are scrubbed with: editions that were loaded, else what comes with the product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent
from domain.coding.editions import EditionTables
from edi.packaged_tables import PackagedDiagnoses, packaged_places
from storage.reference_tables import tables_for, wanted_by

PACKAGED = PackagedDiagnoses()


def tables_of(session: Session, contents: Iterable[ClaimContent], until: date | None = None) -> EditionTables:
    """Loaded editions as far as these claims ask, over the packaged lists."""
    wanted = wanted_by(contents, until)
    return tables_for(session, wanted, packaged=(packaged_places(),), diagnoses=PACKAGED)


def packaged_tables() -> EditionTables:
    """Where there is no database: ICD-10-CM of the library, and places of service."""
    return EditionTables((packaged_places(),), PACKAGED)
