"""The other payers of a claim: loops 2320, 2330A, 2330B and 2430 of the 837P (005010X222A1).

Those before the addressed payer tell what they decided, those after it only who they are. A decision made line by
line stands in 2430 with its date and what is left (AMT*EAF); one on the whole claim stands in 2320 and 2330B.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from domain.claim.claim import ClaimForSubmission, ServiceLine
from domain.claim.earlier_decision import EarlierDecision, EarlierLine, grouped
from domain.coverage.coverage import SEQUENCES, Coverage, rank_of_sequence
from domain.remittance.remittance import Adjustment
from edi import parties
from x12.transactions.parts import Adjustment as X12Adjustment
from x12.transactions.parts import (
    Amount,
    DateOrPeriod,
    OutpatientAdjudication,
    Party,
    Procedure,
    Reference,
)
from x12.transactions.professional_claim import LineAdjudication, OtherCoverage

_REMARKS = 5
"""MOA03 to MOA07."""


def insurance_type(claim: ClaimForSubmission, sequence: str) -> str:
    """SBR05: why Medicare is not the first payer; empty for every other."""
    rank = rank_of_sequence(sequence)
    return claim.content.other_coverages[rank - 2].insurance_type if rank > 1 else ""


def other_coverages(claim: ClaimForSubmission) -> tuple[OtherCoverage, ...]:
    """Loop 2320 for each payer but the addressed one, in the order of benefits."""
    decided = {decision.sequence: decision for decision in claim.earlier}
    return tuple(
        _other(claim, sequence, coverage, decided.get(sequence))
        for sequence, coverage in zip(SEQUENCES, claim.content.coverages, strict=False)
        if sequence != claim.sequence
    )


def line_adjudications(claim: ClaimForSubmission, line: ServiceLine) -> tuple[LineAdjudication, ...]:
    """Loop 2430 for each payer that decided this line."""
    return tuple(
        _line(claim, decision, line, part)
        for decision in claim.earlier
        for part in decision.lines
        if part.number == line.number
    )


def _other(
    claim: ClaimForSubmission, sequence: str, coverage: Coverage, decision: EarlierDecision | None
) -> OtherCoverage:
    whole = decision is not None and not decision.lines
    return OtherCoverage(
        payer_responsibility=sequence,
        relationship=coverage.relationship,
        group_number=coverage.group_number,
        insurance_type=insurance_type(claim, sequence),
        filing_indicator=coverage.payer.filing_indicator,
        adjustments=_adjustments(decision.adjustments) if decision is not None else (),
        amounts=_amounts(decision, whole=whole) if decision is not None else (),
        benefits_assignment="Y",
        release_of_information="Y",
        adjudication=OutpatientAdjudication(remark_codes=decision.remarks[:_REMARKS])
        if decision is not None and decision.remarks
        else None,
        subscriber=replace(
            parties.person(coverage.subscriber, "IL", member_id=coverage.member_id), birth_date=None, sex=""
        ),
        payer=_payer(coverage, decision, whole=whole),
    )


def _payer(coverage: Coverage, decision: EarlierDecision | None, *, whole: bool) -> Party:
    party = parties.payer(coverage.payer)
    if decision is None:
        return party
    number = decision.payer_control_number
    return replace(
        party,
        dates=(DateOrPeriod(qualifier="573", start=decision.decided_on),) if whole else (),
        references=(Reference(qualifier="F8", value=number),) if number else (),
    )


def _amounts(decision: EarlierDecision, *, whole: bool) -> tuple[Amount, ...]:
    paid = Amount(qualifier="D", amount_cents=decision.paid_cents)
    return (paid, Amount(qualifier="EAF", amount_cents=decision.patient_cents)) if whole else (paid,)


def _line(
    claim: ClaimForSubmission, decision: EarlierDecision, line: ServiceLine, part: EarlierLine
) -> LineAdjudication:
    recoded = part.procedure and part.procedure != line.procedure
    return LineAdjudication(
        payer_id=claim.content.coverage_of(decision.sequence).payer.code,
        paid_cents=part.paid_cents,
        procedure=Procedure(code=part.procedure)
        if recoded
        else Procedure(code=line.procedure, modifiers=line.modifiers),
        quantity=line.units,
        adjustments=_adjustments(part.adjustments),
        dates=(DateOrPeriod(qualifier="573", start=decision.decided_on),),
        amounts=(Amount(qualifier="EAF", amount_cents=part.patient_cents),),
    )


def _adjustments(adjustments: Iterable[Adjustment]) -> tuple[X12Adjustment, ...]:
    """The writer makes one CAS of each group, and another one after six reasons."""
    return tuple(
        X12Adjustment(group=entry.group, reason=entry.reason, amount_cents=entry.amount_cents)
        for entry in grouped(adjustments)
    )
