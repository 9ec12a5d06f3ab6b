"""The other payers of an institution's claim: what an 837P says of them, in the shape of the 837I."""

from __future__ import annotations

from domain.claim.claim import ClaimForSubmission, ServiceLine
from edi import other_payers
from x12.transactions.institutional_claim import InstitutionalCoverage, InstitutionalLineAdjudication


def other_coverages(claim: ClaimForSubmission) -> tuple[InstitutionalCoverage, ...]:
    """Loop 2320 for each payer but the addressed one; remarks stand in MOA, which both kinds of bill take."""
    return tuple(
        InstitutionalCoverage(
            payer_responsibility=other.payer_responsibility,
            relationship=other.relationship,
            group_number=other.group_number,
            insurance_type=other.insurance_type,
            filing_indicator=other.filing_indicator,
            adjustments=other.adjustments,
            amounts=other.amounts,
            benefits_assignment=other.benefits_assignment,
            release_of_information=other.release_of_information,
            outpatient=other.adjudication,
            subscriber=other.subscriber,
            payer=other.payer,
        )
        for other in other_payers.other_coverages(claim)
    )


def line_adjudications(claim: ClaimForSubmission, line: ServiceLine) -> tuple[InstitutionalLineAdjudication, ...]:
    """Loop 2430 for each payer that decided this line."""
    return tuple(
        InstitutionalLineAdjudication(
            payer_id=one.payer_id,
            paid_cents=one.paid_cents,
            procedure=one.procedure if one.procedure.code else None,
            revenue_code=line.revenue_code,
            quantity=one.quantity,
            adjustments=one.adjustments,
            dates=one.dates,
            amounts=one.amounts,
        )
        for one in other_payers.line_adjudications(claim, line)
    )
