"""A request to Medicare to reopen a claim for a clerical error (42 CFR 405.980; never an 837P)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateways.papers.page import Page, day, dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopeningLine:
    """One service line of the claim as it should read."""

    number: int
    procedure: str
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    units: str
    charge_cents: int
    service_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopeningRequest:
    """What the contractor needs to find the claim and correct it."""

    reference: str
    """Our number of this request; the decision names it."""
    dated: date
    payer_name: str
    provider_name: str
    provider_npi: str
    provider_tax_id: str
    patient_name: str
    member_id: str
    claim_control_number: str
    payer_control_number: str
    """The contractor's claim number (ICN) from the remittance."""
    remittance_date: date
    corrections: tuple[str, ...]
    """Each correction in words: what was sent, what it should be, and why."""
    lines: tuple[ReopeningLine, ...]
    requested_by: str


def render(request: ReopeningRequest) -> bytes:
    """The request as a PDF."""
    page = Page(title=f"Reopening request {request.reference}", dated=request.dated)
    page.heading("Request for a clerical error reopening")
    page.paragraph(
        f"To: {request.payer_name}",
        f"Date: {day(request.dated)}",
        f"Our reference: {request.reference}",
    )
    page.section("Claim")
    page.paragraph(
        f"Claim number of the contractor (ICN): {request.payer_control_number}",
        f"Patient control number: {request.claim_control_number}",
        f"Beneficiary: {request.patient_name}    Medicare number: {request.member_id}",
        f"Provider: {request.provider_name}    NPI: {request.provider_npi}    TIN: {request.provider_tax_id}",
        f"Remittance advice of: {day(request.remittance_date)}",
    )
    page.section("What is to be corrected, and why")
    page.paragraph(*(f"{place}. {text}" for place, text in enumerate(request.corrections, start=1)))
    page.section("The claim as it should read")
    page.table(
        ("Line", "Procedure and modifiers", "Diagnoses", "Date", "Units", "Charge"),
        [
            (
                str(line.number),
                " ".join((line.procedure, *line.modifiers)),
                ", ".join(line.diagnoses),
                line.service_date.isoformat(),
                line.units,
                dollars(line.charge_cents),
            )
            for line in request.lines
        ],
        widths=(8, 28, 26, 16, 10, 16),
    )
    page.paragraph(
        "The error is clerical. We ask for a reopening under 42 CFR 405.980 within one year of the initial "
        "determination. This is not an appeal, and no right of appeal is given up.",
        f"Requested by: {request.requested_by}",
    )
    return page.render()
