"""How a closed claim ended, in one word for reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.remittance.balancing import dollars


class Outcome(StrEnum):
    """The end of a claim's story."""

    CLEAN = "clean"
    """Paid by the payer on the first attempt, nothing left over."""
    REJECTED_CORRECTED = "rejected_corrected"
    DENIED_CORRECTED = "denied_corrected"
    DENIED_WRITTEN_OFF = "denied_written_off"
    PARTLY_PAID = "partly_paid"
    """The payer paid a part, and a part of what it refused was given up."""
    PATIENT_PAID = "patient_paid"
    PATIENT_COLLECTIONS = "patient_collections"
    SELF_PAY = "self_pay"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedClaim:
    """The facts of a closed claim that decide its outcome."""

    voided: bool = False
    self_pay: bool = False
    """No payer was asked, or a named person made it the patient's."""
    placed_with_agency: bool = False
    rejected: bool = False
    """Some attempt was rejected."""
    denied: bool = False
    """Some decision denied it, in whole or in part."""
    payer_paid_cents: int = 0
    patient_share_cents: int = 0
    """Moved to the patient by the payer (PR), after reversals."""
    patient_paid_cents: int = 0
    written_off_cents: int = 0
    """Given up by decision, contractual amounts apart."""


def outcome(facts: ClosedClaim) -> Outcome:
    """The first that is true, from the strongest to the plainest.

    What ends the story outweighs what happened on the way: a claim that was corrected and whose patient
    then went to an agency counts as ``patient_collections``.
    """
    given_up = facts.written_off_cents > 0
    payer_took_part = facts.payer_paid_cents > 0 or facts.patient_share_cents > 0
    if facts.voided:
        return Outcome.VOIDED
    if facts.placed_with_agency:
        return Outcome.PATIENT_COLLECTIONS
    if facts.self_pay:
        return Outcome.SELF_PAY
    if given_up and not payer_took_part:
        return Outcome.DENIED_WRITTEN_OFF
    if given_up:
        return Outcome.PARTLY_PAID
    if facts.denied:
        return Outcome.DENIED_CORRECTED
    if facts.rejected:
        return Outcome.REJECTED_CORRECTED
    if facts.patient_paid_cents > 0:
        return Outcome.PATIENT_PAID
    return Outcome.CLEAN


def share_in_words(*, paid_cents: int, written_off_cents: int, placed_cents: int) -> str:
    """What became of a patient's share that is open no more."""
    parts = (
        (placed_cents, "was placed with the collection agency"),
        (paid_cents, "was paid"),
        (written_off_cents, "was written off"),
    )
    told = [f"${dollars(cents)} {what}" for cents, what in parts if cents > 0]
    return f"of the patient's share {', '.join(told)}" if told else "nothing of the patient's share is open any more"
