"""What every paper about a claim says first: which claim, whose, and the services it bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gateways.papers.page import Page, day, dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One service line of the claim."""

    number: int
    procedure: str
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    units: str
    charge_cents: int
    service_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """What a payer needs to find the claim."""

    reference: str
    """Our number of the paper; the decision names it."""
    dated: date
    payer_name: str
    provider_name: str
    provider_npi: str
    provider_tax_id: str
    patient_name: str
    member_id: str
    claim_control_number: str
    payer_control_number: str
    """The payer's claim number (ICN) from the remittance."""
    remittance_date: date
    lines: tuple[PaperLine, ...]
    requested_by: str


def open_paper(heading: str, claim: ClaimFacts) -> Page:
    """A page that names the paper, its reader and the claim."""
    page = Page(title=f"{heading} {claim.reference}", dated=claim.dated)
    page.heading(heading)
    page.paragraph(
        f"To: {claim.payer_name}",
        f"Date: {day(claim.dated)}",
        f"Our reference: {claim.reference}",
    )
    page.section("Claim")
    page.paragraph(
        f"Claim number of the payer (ICN): {claim.payer_control_number}",
        f"Patient control number: {claim.claim_control_number}",
        f"Patient: {claim.patient_name}    Member number: {claim.member_id}",
        f"Provider: {claim.provider_name}    NPI: {claim.provider_npi}    TIN: {claim.provider_tax_id}",
        f"Remittance advice of: {day(claim.remittance_date)}",
    )
    return page


def numbered(page: Page, section: str, points: Sequence[str]) -> None:
    """A section of numbered points; no section where there are none."""
    if points:
        page.section(section)
        page.paragraph(*(f"{place}. {text}" for place, text in enumerate(points, start=1)))


def services(page: Page, section: str, lines: Sequence[PaperLine]) -> None:
    """The claim's service lines as a table."""
    page.section(section)
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
            for line in lines
        ],
        widths=(8, 28, 26, 16, 10, 16),
    )
