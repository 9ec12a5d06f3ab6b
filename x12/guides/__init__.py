"""The supported guides as tables of our own making, from public facts."""

from __future__ import annotations

from x12.engine.guide import Guide
from x12.guides import (
    acknowledgement,
    claim_acknowledgement,
    claim_status,
    eligibility,
    institutional,
    professional,
    remittance,
    services_review,
)

GUIDES: tuple[Guide, ...] = (
    professional.GUIDE,
    institutional.GUIDE,
    remittance.GUIDE,
    eligibility.INQUIRY,
    eligibility.RESPONSE,
    claim_status.REQUEST,
    claim_status.RESPONSE,
    claim_acknowledgement.GUIDE,
    services_review.REQUEST,
    services_review.RESPONSE,
    acknowledgement.GUIDE,
)

_BY_VERSION: dict[tuple[str, str], list[Guide]] = {}
for _guide in GUIDES:
    for _version in _guide.versions:
        _BY_VERSION.setdefault((_guide.transaction, _version), []).append(_guide)
_BY_CONTENT = {guide.root.shape: guide for guide in GUIDES}


def find_guide(transaction: str, version: str) -> Guide | None:
    """The guide of ST01 and ST03 (or GS08), the first where only BHT02 tells several apart; None when it is not
    supported."""
    found = _BY_VERSION.get((transaction, version))
    return found[0] if found else None


def guide_by_purpose(guide: Guide, purpose: str) -> Guide:
    """The guide of this transaction and version whose BHT02 this is; the guide itself when there is none."""
    versions = _BY_VERSION[guide.transaction, guide.versions[0]]
    return next((one for one in versions if one.purpose == purpose), guide)


def guide_of(content: object) -> Guide | None:
    """The guide that writes this content."""
    return _BY_CONTENT.get(type(content))
