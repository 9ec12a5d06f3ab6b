"""A cover sheet for medical records that a payer asked for: what is sent, and to which claim it belongs."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.papers.claim_facts import ClaimFacts, numbered, open_paper, services


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsSheet:
    """What the payer asked for, and what is enclosed."""

    claim: ClaimFacts
    asked_by: str
    """Codes of the remittance that asked, such as ``CO-252 N706``."""
    enclosed: tuple[str, ...]
    """Each record in words: of which service and day it tells."""
    remark: str
    """What the records show, in the words of the person who sends them."""
    attachment_number: str = ""
    """Our attachment control number (PWK06), which ties the papers to the claim."""


def render(sheet: RecordsSheet) -> bytes:
    """The sheet as a PDF."""
    page = open_paper("Medical records as you asked for them", sheet.claim)
    page.section("Your request")
    page.paragraph(
        f"Your remittance asked for records ({sheet.asked_by}). They belong to your claim number "
        f"{sheet.claim.payer_control_number}; this is no new claim."
    )
    if sheet.attachment_number:
        page.paragraph(f"Attachment control number: {sheet.attachment_number}")
    numbered(page, "What is sent", sheet.enclosed)
    page.section("What the records show")
    page.paragraph(sheet.remark)
    services(page, "The claim", sheet.claim.lines)
    page.paragraph(
        "The records hold protected health information and are for the review of this claim only "
        "(45 CFR 164.506(c)).",
        f"Sent by: {sheet.claim.requested_by}",
    )
    return page.render()
