"""Ordinals of segments that no object keeps, counted from the segment that opens their loop.

The tables fix the order of a loop, and each field of its object is as many segments as it has items. 0 stands for an
object made by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from x12.transactions.claim_parts import BillingProvider, Patient, Subscriber
from x12.transactions.institutional_claim import InstitutionalClaim
from x12.transactions.parts import Adjustment, Party

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


def adjustment(first: int, adjustments: Sequence[Adjustment], index: int) -> int:
    """The CAS that holds the adjustment of this index, where the first CAS has the ordinal `first`; as the writer
    groups them: one group to a segment, six of it at most. One past the last where `index` is their number."""
    if not first:
        return 0
    at, group, several = first - 1, "", 0
    for one in adjustments[: index + 1]:
        if one.group != group or several == 6:
            at, group, several = at + 1, one.group, 0
        several += 1
    return at + (index == len(adjustments))


def other_amount(other: Any, qualifier: str) -> int:
    """The AMT of 2320 with this qualifier, or where it should stand."""
    if not other.position:
        return 0
    at = adjustment(other.position + 1, other.adjustments, len(other.adjustments))
    for index, amount in enumerate(other.amounts):
        if amount.qualifier == qualifier:
            return at + index
    return at + len(other.amounts)


def remark(line: Any, index: int) -> int:
    """The LQ*HE of this index of a line of an 835."""
    if not line.position:
        return 0
    at = adjustment(line.position + 1 + len(line.dates), line.adjustments, len(line.adjustments))
    return at + len(line.references) + len(line.amounts) + len(line.quantities) + index


def claim_remark(claim: Any) -> int:
    """MOA (MIA) of a claim of an 835."""
    if not claim.position:
        return 0
    return adjustment(claim.position + 1, claim.adjustments, len(claim.adjustments)) + len(claim.names)


def status_line(claim: Any, index: int) -> int:
    """The SVC of this index of a claim of a 277 or 277CA."""
    if not claim.position:
        return 0
    at: int = claim.position + 1
    for one in (claim, *claim.lines[:index]):
        at += len(one.statuses) + len(one.references) + len(one.dates)
    return at + len(claim.amounts) + index


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


def institutional_line_date(line: Any) -> int:
    """The DTP of a line of an 837I, or where it should stand."""
    return line.position and line.position + 2 + len(line.attachments)  # type: ignore[no-any-return]


_HEALTH = (
    "principal_diagnosis", "admitting_diagnosis", "visit_reasons", "external_causes", "drg", "other_diagnoses",
    "principal_procedure", "other_procedures", "occurrence_spans", "occurrences", "value_amounts", "condition_codes",
    "treatment_codes",
)  # fmt: skip


def health_code(claim: Any, name: str, index: int = 0) -> int:
    """The HI of an 837I that holds this field's code of this index, or where it should stand."""
    at = claim_references(claim)
    if not at:
        return 0
    at += sum(len(getattr(claim, one)) for one in _BEFORE_DIAGNOSES)
    for one in _HEALTH[: _HEALTH.index(name)]:
        held = getattr(claim, one)
        at += -(-len(held) // 12) if isinstance(held, tuple) else bool(held)
    return at + index // 12
