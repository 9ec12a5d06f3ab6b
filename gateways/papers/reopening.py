"""A request to Medicare to reopen a claim for a clerical error (42 CFR 405.980; never an 837P)."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.papers.claim_facts import ClaimFacts, numbered, open_paper, services


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopeningRequest:
    """What the contractor needs to find the claim and correct it."""

    claim: ClaimFacts
    corrections: tuple[str, ...]
    """Each correction in words: what was sent, what it should be, and why."""


def render(request: ReopeningRequest) -> bytes:
    """The request as a PDF."""
    page = open_paper("Request for a clerical error reopening", request.claim)
    numbered(page, "What is to be corrected, and why", request.corrections)
    services(page, "The claim as it should read", request.claim.lines)
    page.paragraph(
        "The error is clerical. We ask for a reopening under 42 CFR 405.980 within one year of the initial "
        "determination. This is not an appeal, and no right of appeal is given up.",
        f"Requested by: {request.claim.requested_by}",
    )
    return page.render()
