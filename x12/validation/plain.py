"""Quick looks at a claim of an 837P: True where whole families of rules have nothing to say.

A look may be wrong in one direction only: what it calls plain must be so (a test runs every rule beside it).
"""

from __future__ import annotations

from typing import Any

_KEPT = 10_000
_POINTERS: dict[int, set[tuple[int, ...]]] = {}
_MEDICARE = ("MA", "MB")


def plain_subscriber(claim: Any) -> bool:
    """The subscriber is the patient, a person with number, birth date and full address, not of Medicare."""
    subscriber = claim.subscriber
    person = subscriber.person
    address = person.address
    return (
        claim.patient is None
        and subscriber.relationship == "18"
        and person.birth_date is not None
        and person.identifier != ""
        and address is not None
        and address.line1 != ""
        and address.city != ""
        and address.state != ""
        and address.postal_code != ""
        and subscriber.filing_indicator not in _MEDICARE
        and claim.payer.address is None
    )


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
    else beside them."""
    born = (claim.patient or claim.subscriber).person.birth_date
    known = len(claim.diagnoses)
    fine = _POINTERS.get(known)
    if fine is None:
        fine = _POINTERS[known] = set()
    seen: list[str] = []
    for line in claim.lines:
        if (
            line.unit != "UN"
            or line.drug is not None
            or line.rendering_provider is not None
            or line.adjudications
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
