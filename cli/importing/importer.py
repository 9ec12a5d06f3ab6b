"""Files into the books, encounter by encounter: one that fails never takes another with it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from cli.connection import require_organisation
from domain.claim.claim import Encounter
from edi import encounters
from edi.encounters import ImportedFile, Refusal
from storage import files, intake
from storage.clock import PostgresBusinessClock
from storage.models import Organisation
from storage.unit_of_work import Books

BY = "import"
SHIFTED_TO_BEFORE_TODAY = timedelta(days=1)
"""Shifted services end at least this long before today: nobody bills for tomorrow."""


@dataclass(kw_only=True)
class FileReport:
    """What became of one file."""

    file: str
    claims: int
    imported: int = 0
    """Claims that are new."""
    already: int = 0
    """Claims that an earlier import of the same bytes has made."""
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_document(self) -> dict[str, object]:
        """The file's part of the JSON answer."""
        return {
            "file": self.file,
            "claims": self.claims,
            "imported": self.imported,
            "already": self.already,
            "refused": [asdict(refusal) for refusal in self.refused],
            "warnings": self.warnings,
        }


class Importer:
    """Imports files into the books of one organisation."""

    def __init__(self, books: Books, organisation_id: int, *, shift: bool) -> None:
        """Read the business date once: one import has one today.

        Raises:
            CannotRun: there is no such organisation.
        """
        self._books = books
        self._organisation_id = organisation_id
        self._shift = shift
        self._now = PostgresBusinessClock(books).now()
        with books.transaction(organisation_id) as session:
            require_organisation(session, organisation_id)
            self._zone = ZoneInfo(session.get_one(Organisation, organisation_id).time_zone)

    def import_file(self, path: Path) -> FileReport:
        """Check in every claim of a file that can be, and say what became of each.

        Raises:
            OSError: the file cannot be read.
        """
        content = path.read_bytes()
        imported = self._read(content)
        report = FileReport(
            file=str(path),
            claims=imported.claims,
            refused=list(imported.refused),
            warnings=list(imported.warnings),
        )
        if imported.encounters:
            self._keep(path.name, content)
        for encounter in imported.encounters:
            self._check_in(encounter, report)
        return report

    def _read(self, content: bytes) -> ImportedFile:
        imported = encounters.read(content, hashlib.sha256(content).hexdigest())
        if not self._shift:
            return imported
        today = self._now.astimezone(self._zone).date()
        return encounters.shift_file(imported, today - SHIFTED_TO_BEFORE_TODAY)

    def _keep(self, name: str, content: bytes) -> None:
        """Keep the bytes as they came; no workflow waits for this file."""

        def keep(session: Session) -> None:
            received = files.receive(session, self._organisation_id, name, content, self._now)
            if received.new:
                files.finish(session, received.id, kind="encounters", state="processed")

        self._books.run(self._organisation_id, keep)

    def _check_in(self, encounter: Encounter, report: FileReport) -> None:
        reference = encounter.source.claim_reference
        try:
            done = check_in(self._books, self._organisation_id, encounter, self._now)
        except (DataError, IntegrityError, ValueError) as misfit:
            # The text of the exception may repeat values of the claim.
            why = f"the books cannot hold its values ({type(misfit).__name__}): look for characters outside the guide"
            report.refused.append(Refusal(claim=reference, segment="CLM", why=why))
            return
        if not done.new:
            report.already += 1
            return
        report.imported += 1
        if done.possible_duplicate_of is not None:
            report.warnings.append(
                f"claim {reference}: possible duplicate of claim {done.possible_duplicate_of}, which came with "
                f"the same CLM01; it is claim {done.claim_number} here"
            )


def check_in(books: Books, organisation_id: int, encounter: Encounter, now: datetime) -> intake.CheckedIn:
    """One encounter in one transaction."""
    return books.run(
        organisation_id,
        lambda session: intake.check_in(session, organisation_id, encounter, by=BY, business_at=now),
    )
