"""Ordinals of segments that no object keeps, counted from the segment that opens their loop.

The tables fix the order of a loop, and each field of its object is as many segments as it has items. 0 stands for an
object made by hand.
"""

from __future__ import annotations

from typing import Any

from x12.transactions.claim_parts import BillingProvider, Patient, Subscriber
from x12.transactions.institutional_claim import InstitutionalClaim
from x12.transactions.parts import Party

_BEFORE_DIAGNOSES = ("references", "file_information", "notes", "conditions")
_BEFORE_LINE_DATES = ("attachments", "conditions")


def street(party: Party) -> int:
    """N3 of a party, or where it should stand."""
    return party.position and party.position + 1


def city(party: Party) -> int:
    """N4 of a party, or where it should stand."""
    return party.position and party.position + 1 + bool(party.address is not None and party.address.line1)


def demographics(party: Party) -> int:
    """DMG of a person, or where it should stand."""
    return party.position and city(party) + bool(party.address is not None and party.address.city)


def subscriber(subscriber: Subscriber) -> int:
    """SBR of 2000B."""
    at = subscriber.person.position
    return at and at - 1 - (subscriber.facts is not None)


def patient(patient: Patient) -> int:
    """PAT of 2000C."""
    at = patient.person.position
    return at and at - 1


def billing_taxonomy(billing: BillingProvider) -> int:
    """PRV of 2000A."""
    at = billing.provider.position
    return at and at - 1 - bool(billing.currency)


def claim_date(claim: Any, index: int) -> int:
    """The claim's DTP of this index; in an 837I the discharge hour stands before."""
    at: int = claim.position
    return at and at + 1 + index + (getattr(claim, "discharge_time", None) is not None)


def claim_amount(claim: Any, index: int = 0) -> int:
    """The AMT of this index of a claim; in an 837I CL1 stands before."""
    if not claim.position:
        return 0
    at = claim_date(claim, len(claim.dates)) + isinstance(claim, InstitutionalClaim)
    return at + len(claim.attachments) + (claim.contract is not None) + index


def claim_references(claim: Any) -> int:
    """The first REF of a claim, or where it should stand."""
    return claim_amount(claim, len(claim.amounts))


def other_amount(other: Any, qualifier: str) -> int:
    """The AMT of 2320 with this qualifier, or where it should stand; CAS as the writer groups them."""
    at: int = other.position
    if not at:
        return 0
    group, several = "", 0
    for one in other.adjustments:
        if one.group != group or several == 6:
            at, group, several = at + 1, one.group, 0
        several += 1
    for amount in other.amounts:
        at += 1
        if amount.qualifier == qualifier:
            return at
    return at + 1


def diagnoses(claim: Any) -> int:
    """The HI of the diagnoses of a professional claim, or where it should stand."""
    at = claim_references(claim)
    if not at:
        return 0
    at += sum(len(getattr(claim, name)) for name in _BEFORE_DIAGNOSES)
    return at + sum(segment[0] in ("CR1", "CR2") for segment in claim.supplements)


def service(line: Any) -> int:
    """SV1 (SV2) of a line."""
    return line.position and line.position + 1  # type: ignore[no-any-return]


def line_date(line: Any, index: int = 0) -> int:
    """The DTP of this index of a professional line."""
    at: int = line.position
    if not at:
        return 0
    at += 2 + (line.equipment is not None) + sum(len(getattr(line, name)) for name in _BEFORE_LINE_DATES) + index
    return at + sum(segment[0] in ("CR1", "CR3") for segment in line.supplements)
