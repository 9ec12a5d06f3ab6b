"""An appeal of a payer's decision: what was refused, why that is wrong, and what is enclosed."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.papers.claim_facts import ClaimFacts, numbered, open_paper, services
from gateways.papers.page import dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPart:
    """One reason for which money was refused."""

    codes: str
    """Group, reason and remark codes as the remittance gave them, such as ``CO-50 N115``."""
    line: int
    """Service line; 0 for the whole claim."""
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealLetter:
    """What is appealed, and the argument."""

    claim: ClaimFacts
    refused: tuple[RefusedPart, ...]
    meaning: str
    """What the reasons mean, in words of our own."""
    argument: str
    """Why the decision should change, in the words of the person who appeals."""
    corrections: tuple[str, ...] = ()
    """What has been corrected since the claim was sent."""
    heading: str = "Appeal of a claim decision"
    text: tuple[str, ...] = ()
    """Paragraphs of a template, in place of the common words; the argument is in them."""
    enclosed: tuple[str, ...] = ()
    """What goes with the letter."""


def render(letter: AppealLetter) -> bytes:
    """The letter as a PDF."""
    page = open_paper(letter.heading, letter.claim)
    page.section("The decision that we appeal")
    page.table(
        ("Reason", "Service line", "Refused"),
        [
            (part.codes, str(part.line) if part.line else "whole claim", dollars(part.cents))
            for part in letter.refused
        ],
        widths=(44, 40, 20),
    )
    if letter.text:
        page.section("What we ask, and why")
        for paragraph in letter.text:
            page.paragraph(paragraph)
    else:
        page.paragraph(f"As we read it: {letter.meaning}.")
        page.section("Why we ask you to change it")
        page.paragraph(letter.argument)
    numbered(page, "What we have corrected since", letter.corrections)
    services(page, "The claim", letter.claim.lines)
    numbered(page, "Enclosed", letter.enclosed)
    if not letter.text:
        page.paragraph(
            "We ask you to decide this claim again and to send us your decision in writing, with its reasons and "
            "the next level of appeal should you keep to it."
        )
    page.paragraph(f"Appealed by: {letter.claim.requested_by}")
    return page.render()
