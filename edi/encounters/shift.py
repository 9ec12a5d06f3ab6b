"""Old claims moved to today, for demonstrations and tests: ``--shift-dates``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from domain.claim.claim import ClaimContent, Encounter
from edi.encounters.icd9 import ICD10_FROM, in_icd10, unmapped
from edi.encounters.imported import ImportedFile, Refusal


class CannotShift(ValueError):
    """The claim cannot be moved; the text says why."""


def shift_dates(encounter: Encounter, to: date) -> Encounter:
    """Move a whole claim by whole weeks, so that its last service lies in the seven days up to ``to``.

    Weekdays and the intervals between the claim's dates stay; birth dates are who a person is, and stay too.
    The original dates are kept in words. A claim that moves past 2015-10-01 gets ICD-10-CM codes by table.

    Raises:
        CannotShift: the table has no code for one of its ICD-9-CM codes.
    """
    content = encounter.content
    last = _last_service(content)
    by = timedelta(weeks=(to - last).days // 7)
    moved = replace(
        content,
        lines=tuple(
            replace(
                line,
                service_from=line.service_from + by,
                service_to=None if line.service_to is None else line.service_to + by,
            )
            for line in content.lines
        ),
        onset_date=None if content.onset_date is None else content.onset_date + by,
        institution=None if content.institution is None else content.institution.moved(by),
    )
    words = _in_words(content.first_service, last, by)
    if content.icd_version == 9 and moved.first_service >= ICD10_FROM:
        if missing := unmapped(content.diagnoses):
            raise CannotShift(f"no ICD-10-CM code for ICD-9-CM {', '.join(missing)}: code it before it is moved")
        words += f"; diagnoses were ICD-9-CM {', '.join(content.diagnoses)}"
        moved = in_icd10(moved)
    return replace(encounter, content=moved, original_dates=words)


def shift_file(imported: ImportedFile, to: date) -> ImportedFile:
    """Move every claim of a file; one that cannot be moved is refused with that reason."""
    moved: list[Encounter] = []
    refused: list[Refusal] = []
    for encounter in imported.encounters:
        try:
            moved.append(shift_dates(encounter, to))
        except CannotShift as reason:
            refused.append(Refusal(claim=encounter.source.claim_reference, segment="HI", why=str(reason)))
    return replace(imported, encounters=tuple(moved), refused=imported.refused + tuple(refused))


def _last_service(content: ClaimContent) -> date:
    days = [line.service_to or line.service_from for line in content.lines]
    return max(days if content.institution is None else [*days, content.institution.statement_through])


def _in_words(first: date, last: date, by: timedelta) -> str:
    services = f"{first.isoformat()}" if first == last else f"{first.isoformat()} to {last.isoformat()}"
    return f"services were on {services}; moved by {by.days // 7} weeks"
