"""Quick looks at a claim of an 837P or 835: True where whole families of rules have nothing to say.

A look may be wrong in one direction only: what it calls plain must be so (a test runs every rule beside it).
"""

from __future__ import annotations

from typing import Any

from x12.validation.explained import EXPLAINED

_KEPT = 10_000
_POINTERS: dict[int, set[tuple[int, ...]]] = {}
_MEDICARE = ("MA", "MB")


def plain_subscriber(claim: Any) -> bool:
    """Subscriber and patient are persons with full addresses and birth dates, their relationship fits, the subscriber
    has a number and is not covered by Medicare; nothing else is said of the patient (PAT)."""
    subscriber, patient = claim.subscriber, claim.patient
    person = subscriber.person
    if (
        person.identifier == ""
        or subscriber.filing_indicator in _MEDICARE
        or claim.payer.address is not None
        or (patient or subscriber).facts is not None
    ):
        return False
    if patient is None:
        if subscriber.relationship != "18":
            return False
    elif subscriber.relationship or patient.relationship not in KIN or not _whole(patient.person.address):
        return False
    elif person.address is None:
        return True
    return person.birth_date is not None and _whole(person.address)


KIN = frozenset(("01", "19", "20", "21", "39", "40", "53", "G8"))
"""PAT01 of a patient who is not the subscriber."""


def _whole(address: Any) -> bool:
    return (
        address is not None
        and address.line1 != ""
        and address.city != ""
        and address.state != ""
        and address.postal_code != ""
    )


def plain_others(claim: Any) -> bool:
    """No other payer; or others that each decided once on every line, with amounts that account for every charge."""
    seen = [claim.subscriber.payer_responsibility]
    decided: dict[str, list[int]] = {}
    for other in claim.other_coverages:
        payer, amounts, code = other.payer, other.amounts, other.payer_responsibility
        if payer is None or len(amounts) != 1 or amounts[0].qualifier != "D" or code in seen:
            return False
        seen.append(code)
        if other.adjustments or payer.identifier in decided:
            return False
        decided[payer.identifier] = [amounts[0].amount_cents, 0, 0]
    for line in claim.lines:
        charge, several = line.charge_cents, line.adjudications
        if len(several) != len(decided):
            return False
        for one in several:
            sums = decided.get(one.payer_id)
            if sums is None or one.bundled_line:
                return False
            adjusted = 0
            for adjustment in one.adjustments:
                adjusted += adjustment.amount_cents
            if one.paid_cents + adjusted != charge:
                return False
            sums[1] += one.paid_cents
            sums[2] += charge
    whole = claim.charge_cents
    return not decided or all(paid == lines and charged == whole for paid, lines, charged in decided.values())


def plain_diagnoses(claim: Any) -> bool:
    """ICD-10-CM only, each code once."""
    seen: list[str] = []
    for one in claim.diagnoses:
        code = one.code
        if code in seen or one.qualifier not in ("ABF", "ABK"):
            return False
        seen.append(code)
    return True


def plain_lines(claim: Any) -> bool:
    """Each line of units, on one day after the patient's birth, with good pointers, at most one reference, nothing
    else beside them; and the billing provider rendered none of them as somebody else."""
    born = (claim.patient or claim.subscriber).person.birth_date
    known = len(claim.diagnoses)
    fine = _POINTERS.get(known)
    if fine is None:
        fine = _POINTERS[known] = set()
    seen: list[str] = []
    rendering = claim.rendering_provider
    if rendering is not None and rendering.identifier == claim.billing_provider.provider.identifier:
        return False
    for line in claim.lines:
        if (
            line.unit != "UN"
            or line.drug is not None
            or line.rendering_provider is not None
            or (line.diagnosis_pointers not in fine and not _are_fine(line.diagnosis_pointers, known, fine))
        ):
            return False
        dates, references = line.dates, line.references
        if len(dates) != 1 or len(references) > 1:
            return False
        when = dates[0]
        if when.end is not None or (born is not None and when.start < born):
            return False
        if references:
            number = references[0].value
            if number in seen:
                return False
            seen.append(number)
        code = line.procedure.code
        if code < "02000" and code.isdigit():
            return False
    return True


def _are_fine(pointers: tuple[int, ...], known: int, fine: set[tuple[int, ...]]) -> bool:
    if not pointers or min(pointers) < 1 or max(pointers) > known or len(set(pointers)) < len(pointers):
        return False
    if len(fine) > _KEPT:
        fine.clear()
    fine.add(pointers)
    return True


def plain_payment(claim: Any) -> bool:
    """Paid or left as a first payer (CLP02 1), with the payer's number, every line dated, no adjustment of zero or
    on the claim itself, no reason that wants explaining, no reason twice, and a patient's share that adds up."""
    if claim.status != "1" or not claim.payer_claim_number or claim.charge_cents < 0 or claim.adjustments:
        return False
    share = 0
    for line in claim.lines:
        if not line.dates:
            return False
        several = line.adjustments
        if len(several) > 1 and len({one.reason for one in several}) < len(several):
            return False
        for one in several:
            if not one.amount_cents or one.reason in EXPLAINED:
                return False
            if one.group == "PR":
                share += one.amount_cents
    return share == (claim.patient_responsibility_cents or 0)
