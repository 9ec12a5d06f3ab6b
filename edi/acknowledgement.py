"""TA1, 999 and 277CA in the domain's terms."""

from __future__ import annotations

from collections.abc import Iterator

from domain.claim.acknowledgement import (
    BatchRejected,
    ClaimAcknowledged,
    FunctionalAcknowledged,
    InterchangeAcknowledged,
)
from edi.status_categories import status_categories
from x12.transactions.acknowledgement import (
    ElementError,
    ImplementationAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
)
from x12.transactions.claim_status import ClaimAcknowledgement, ClaimStatus, LevelStatus, Status

_ACCEPTING = frozenset({"A", "E"})
_REJECTED_ACTION = "U"


def interchange_acknowledged(ta1: InterchangeAcknowledgement) -> InterchangeAcknowledged:
    """What a TA1 says."""
    return InterchangeAcknowledged(control_number=f"{ta1.control_number:09d}", status=ta1.status, note=ta1.note)


def functional_acknowledged(content: ImplementationAcknowledgement) -> tuple[FunctionalAcknowledged, ...]:
    """What a 999 says of each transaction set; of the group where it names none (AK2 left out)."""
    group = str(content.control_number)
    if not content.transactions:
        return (
            FunctionalAcknowledged(
                group_control_number=group,
                control_number="",
                accepted=content.status in _ACCEPTING,
                status=content.status,
                errors=_codes("AK9", content.codes),
            ),
        )
    return tuple(
        FunctionalAcknowledged(
            group_control_number=group,
            control_number=answer.control_number,
            accepted=answer.status in _ACCEPTING,
            status=answer.status,
            errors=tuple(_segment_error(error) for error in answer.segments) + _codes("IK5", answer.codes),
        )
        for answer in content.transactions
    )


def claims_acknowledged(content: ClaimAcknowledgement) -> tuple[ClaimAcknowledged, ...]:
    """What a 277CA says of each claim, in its order."""
    return tuple(_claim(claim) for _, _, _, _, claim in content.claims())


def batch_rejected(content: ClaimAcknowledgement) -> tuple[BatchRejected, ...]:
    """Rejections of a whole submitter or billing provider (2200B, 2200C) under which no claim is named."""
    return tuple(_batch_rejections(content))


def _claim(claim: ClaimStatus) -> ClaimAcknowledged:
    verdicts = [(_rejects(status), _category_accepts(status), status) for status in claim.statuses]
    # Line-level statuses of a rejected claim tell where; they never accept what the claim level rejected.
    deciding = next((status for rejects, _, status in verdicts if rejects), None) or _first(claim.statuses)
    if deciding is None:
        return ClaimAcknowledged(
            control_number=claim.trace.number,
            accepted=False,
            category="",
            status_code="",
            entity="",
            payer_control_number=claim.payer_claim_number,
            text="no status was given",
            contradictory=True,
        )
    code = deciding.codes[0]
    accepted = not any(rejects for rejects, _, _ in verdicts)
    return ClaimAcknowledged(
        control_number=claim.trace.number,
        accepted=accepted,
        category=code.category,
        status_code=code.status,
        entity=code.entity,
        payer_control_number=claim.payer_claim_number,
        action=deciding.action,
        text=deciding.text or _in_words(claim, deciding),
        in_adjudication=accepted and code.category == "A2",
        contradictory=any(
            status.action != "" and category_accepts == (status.action == _REJECTED_ACTION)
            for _, category_accepts, status in verdicts
        ),
    )


def _first(statuses: tuple[Status, ...]) -> Status | None:
    return statuses[0] if statuses else None


def _category_accepts(status: Status) -> bool:
    known = status_categories()
    return all(code.category in known and known[code.category].accepted for code in status.codes)


def _rejects(status: Status) -> bool:
    return status.action == _REJECTED_ACTION or not _category_accepts(status)


def _in_words(claim: ClaimStatus, status: Status) -> str:
    codes = ", ".join(
        f"{code.category} {code.status}" + (f" {code.entity}" if code.entity else "") for code in status.codes
    )
    lines = [line.procedure.code for line in claim.lines if any(_rejects(status) for status in line.statuses)]
    return f"status {codes}" + (f" on {', '.join(lines)}" if lines else "")


def _batch_rejections(content: ClaimAcknowledgement) -> Iterator[BatchRejected]:
    for source in content.sources:
        for receiver in source.receivers:
            if not receiver.providers:
                yield from _level_rejections(receiver.levels, "receiver")
            for provider in receiver.providers:
                if not provider.patients:
                    yield from _level_rejections(provider.levels, "provider")


def _level_rejections(levels: tuple[LevelStatus, ...], name: str) -> Iterator[BatchRejected]:
    for level in levels:
        for status in level.statuses:
            if _rejects(status):
                code = status.codes[0]
                yield BatchRejected(
                    reference=level.trace.number,
                    level=name,
                    category=code.category,
                    status_code=code.status,
                    text=status.text or f"status {code.category} {code.status}",
                )
                break


def _segment_error(error: SegmentError) -> str:
    loop = f" loop {error.loop}" if error.loop else ""
    elements = "".join(f", {_element_error(element)}" for element in error.elements)
    return f"{error.segment} at {error.position}{loop}: code {error.code}{elements}"


def _element_error(error: ElementError) -> str:
    place = f"{error.element}-{error.component}" if error.component else str(error.element)
    return f"element {place} code {error.code}"


def _codes(segment: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{segment}: code {code}" for code in codes)
