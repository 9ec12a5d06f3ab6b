"""The other payers that an imported claim names (loop 2320), as further coverages of the patient."""

from __future__ import annotations

from collections.abc import Iterator

from domain.coverage.coverage import SEQUENCES, Coverage, OtherCoverage
from domain.people.parties import Person
from edi.encounters import people
from edi.encounters.imported import NotImportable, require
from edi.encounters.payers import known_payer
from edi.parties import SELF
from x12.transactions.institutional_claim import InstitutionalCoverage
from x12.transactions.professional_claim import OtherCoverage as ProfessionalCoverage

X12OtherCoverage = ProfessionalCoverage | InstitutionalCoverage
_FIRST = SEQUENCES[0]


def require_first_turn(claim: people.AnyClaim) -> None:
    """Refuse a claim that is not the first payer's: what was booked for the payers before it is another system's.

    Raises:
        NotImportable: SBR01 is not P.
    """
    sequence = claim.subscriber.payer_responsibility
    if sequence == _FIRST:
        return
    decided = any(amount.qualifier == "D" for other in claim.other_coverages for amount in other.amounts)
    raise NotImportable(
        "SBR01",
        f"a claim to a later payer ({sequence or 'none'}): import the claim as it went to the first payer; "
        + (
            "the earlier payer's decision in it is booked in another system"
            if decided
            else "it does not say what the first payer decided"
        ),
    )


def other_coverages_of(claim: people.AnyClaim, treated: Person) -> tuple[OtherCoverage, ...]:
    """Those that can be billed after the first, in the order of their SBR01 (S, then T)."""
    return tuple(coverage for _, coverage, _ in _read(claim, treated) if coverage is not None)


def warnings_about(claim: people.AnyClaim, treated: Person) -> Iterator[str]:
    """What of other payers is told and not carried: a payer that could not be billed, a decision on a claim that
    nobody has decided yet."""
    for other, _, why in _read(claim, treated):
        place = f"2320 (SBR01 {other.payer_responsibility})"
        if why:
            yield f"{place}: not carried over, {why}"
        elif other.adjustments or other.amounts or _adjudicated(other):
            yield f"{place}: its decision is not carried over; its 835 brings it"
    if any(line.adjudications for line in claim.lines):
        yield "2430: decisions of other payers on lines are not carried over; their 835 bring them"


def _adjudicated(other: X12OtherCoverage) -> bool:
    if isinstance(other, ProfessionalCoverage):
        return other.adjudication is not None
    return other.inpatient is not None or other.outpatient is not None


def _read(
    claim: people.AnyClaim, treated: Person
) -> list[tuple[X12OtherCoverage, OtherCoverage | None, str]]:
    """Each other payer with its coverage, or with the reason why it has none here."""
    found: list[tuple[X12OtherCoverage, OtherCoverage | None, str]] = []
    seen = {_FIRST}
    named: tuple[X12OtherCoverage, ...] = claim.other_coverages
    for other in sorted(named, key=lambda other: _order(other.payer_responsibility)):
        place = other.payer_responsibility
        if place not in SEQUENCES or place in seen:
            found.append((other, None, "it stands at no place of its own in the order P, S, T"))
            continue
        try:
            found.append((other, _other(other, treated), ""))
            seen.add(place)
        except NotImportable as reason:
            found.append((other, None, str(reason)))
    return found


def _order(place: str) -> int:
    return SEQUENCES.index(place) if place in SEQUENCES else len(SEQUENCES)


def _other(other: X12OtherCoverage, treated: Person) -> OtherCoverage:
    subscriber, payer = other.subscriber, other.payer
    if subscriber is None or payer is None:
        missing = "2330A" if subscriber is None else "2330B"
        raise NotImportable(f"NM1 ({missing})", "the other subscriber or payer is missing")
    relationship = require(other.relationship, "SBR02 (2320)", "the relationship to the other subscriber")
    coverage = Coverage(
        payer=known_payer(require(payer.last_name, "NM103 (2330B)", "the payer's name"), other.filing_indicator),
        member_id=require(subscriber.identifier, "NM109 (2330A)", "the member id"),
        relationship=relationship,
        subscriber=treated if relationship == SELF else people.other_subscriber(subscriber, treated),
        group_number=other.group_number,
    )
    return OtherCoverage(
        coverage=coverage, insurance_type=other.insurance_type, why="in the order of the imported claim"
    )
