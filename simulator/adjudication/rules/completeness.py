"""Is everything on the claim that this payer needs to decide at all?"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.adjudication.case import Case
from simulator.adjudication.rules.common import denial_of, whole_claim
from simulator.adjudication.verdict import Denial
from simulator.claim import SubmittedLine


def required_items_are_present(case: Case) -> Iterator[Denial]:
    """CO-16, with MA130 where the payer returns such a claim as unprocessable (Medicare)."""
    for required in case.persona.policy.required_items:
        missing_on = [
            line
            for line in case.claim.lines
            if line.procedure in required.procedures and not _has_item(case, line, required.item)
        ]
        if missing_on:
            yield whole_claim(case, "unprocessable", extra=(required.remark,))


def _has_item(case: Case, line: SubmittedLine, item: str) -> bool:
    if item == "referring_provider":
        return case.claim.has_referring_provider or line.has_referring_provider
    if item == "onset_date":
        return case.claim.onset_date is not None
    raise ValueError(f"persona {case.persona.code}: unknown required item {item}")


def records_came_where_needed(case: Case) -> Iterator[Denial]:
    """CO-252: the reviewer waits for medical records; sent by mail, never as a new claim."""
    if case.records_on_file:
        return
    lines = [line for line in case.claim.lines if line.procedure in case.persona.policy.needs_records]
    if lines:
        yield denial_of(case, "records", lines)
