"""The supported guides as tables of our own making, from public facts."""

from __future__ import annotations

from x12.engine.guide import Guide
from x12.guides import acknowledgement, claim_status, eligibility, institutional, professional, remittance

GUIDES: tuple[Guide, ...] = (
    professional.GUIDE,
    institutional.GUIDE,
    remittance.GUIDE,
    eligibility.INQUIRY,
    eligibility.RESPONSE,
    claim_status.REQUEST,
    claim_status.RESPONSE,
    claim_status.ACKNOWLEDGEMENT,
    acknowledgement.GUIDE,
)

_BY_VERSION = {(guide.transaction, version): guide for guide in GUIDES for version in guide.versions}
_BY_CONTENT = {guide.root.shape: guide for guide in GUIDES}


def find_guide(transaction: str, version: str) -> Guide | None:
    """The guide of ST01 and ST03 (or GS08); None when it is not supported."""
    return _BY_VERSION.get((transaction, version))


def guide_of(content: object) -> Guide | None:
    """The guide that writes this content."""
    return _BY_CONTENT.get(type(content))
