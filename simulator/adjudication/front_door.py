"""What is refused before a payer decides anything: the 277CA's edits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from simulator.claim import SubmittedClaim
from simulator.persona import Persona


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """STC01: category, status and entity."""

    category: str
    status: str
    entity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDoor:
    """A claim at the door, and whether the payer knows the claim it names in REF*F8."""

    claim: SubmittedClaim
    persona: Persona
    names_known_claim: bool


_CHANGE = frozenset({"D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "E0"})
"""NUBC claim change reasons: CMS Pub. 100-04 ch. 1 s130."""
_REOPENING = frozenset({"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"})
"""NUBC reasons of a reopening request: CMS change request 8581."""

Edit = Callable[[FrontDoor], Refusal | None]


def member_id_has_the_payers_shape(door: FrontDoor) -> Refusal | None:
    """A7:164:IL, the subscriber's member number is invalid."""
    if re.fullmatch(door.persona.members.shape, door.claim.member_id):
        return None
    return Refusal(category="A7", status="164", entity="IL")


def npis_have_their_check_digit(door: FrontDoor) -> Refusal | None:
    """A7:562, an entity's NPI: 85 billing, 82 rendering provider."""
    for entity, npi in (("85", door.claim.billing_npi), ("82", door.claim.rendering_npi)):
        if npi and not is_npi(npi):
            return Refusal(category="A7", status="562", entity=entity)
    return None


def is_npi(text: str) -> bool:
    """Ten digits whose Luhn sum, with 80840 before them, ends in 0 (45 CFR 162.406)."""
    if not re.fullmatch(r"[12][0-9]{9}", text):
        return False
    digits = [int(digit) for digit in reversed(f"80840{text}")]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def frequency_is_taken(door: FrontDoor) -> Refusal | None:
    """A7:535, the claim frequency code: Medicare Part B takes neither 7 nor 8; Part A takes both of an
    institution, and its request to reopen (type of bill XXQ)."""
    policy = door.persona.policy
    taken = policy.takes_institutional_frequencies if door.claim.is_institutional else policy.takes_frequencies
    return None if door.claim.frequency in taken else Refusal(category="A7", status="535")


def changed_bill_says_why(door: FrontDoor) -> Refusal | None:
    """A3:460, returned to the provider: an institution's changed bill without the condition code of its reason."""
    if not door.claim.is_institutional or not door.persona.policy.wants_change_reasons:
        return None
    reasons = _REOPENING if door.claim.frequency == "Q" else _CHANGE
    if door.claim.frequency == "1" or reasons & set(door.claim.condition_codes):
        return None
    return Refusal(category="A3", status="460")


def replaced_claim_is_known(door: FrontDoor) -> Refusal | None:
    """A6:464 or A7:464, the payer's claim control number: missing, or not of a claim we have."""
    if door.claim.frequency == "1" or door.names_known_claim:
        return None
    return Refusal(category="A7" if door.claim.original_reference else "A6", status="464")


def charge_is_the_sum_of_the_lines(door: FrontDoor) -> Refusal | None:
    """A8:178, submitted charges."""
    if door.claim.charge_cents == sum(line.charge_cents for line in door.claim.lines):
        return None
    return Refusal(category="A8", status="178")


def diagnoses_are_stated_once(door: FrontDoor) -> Refusal | None:
    """A7:255, diagnosis code, when one is repeated; A6:254 when there is none."""
    codes = door.claim.diagnoses
    if not codes:
        return Refusal(category="A6", status="254")
    return None if len(set(codes)) == len(codes) else Refusal(category="A7", status="255")


EDITS: tuple[Edit, ...] = (
    npis_have_their_check_digit,
    member_id_has_the_payers_shape,
    frequency_is_taken,
    replaced_claim_is_known,
    changed_bill_says_why,
    charge_is_the_sum_of_the_lines,
    diagnoses_are_stated_once,
)

PAYER_UNKNOWN = Refusal(category="A3", status="116", entity="PR")
"""The clearinghouse has no such payer: claim submitted to incorrect payer."""


def refusal_at_the_door(door: FrontDoor) -> Refusal | None:
    """The first edit that refuses a claim, or None: it goes to adjudication."""
    return next((refusal for edit in EDITS if (refusal := edit(door)) is not None), None)
