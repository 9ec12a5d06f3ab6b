"""Claims that a payer sends on to the next one by itself: the patient's supplement behind Medicare."""

from __future__ import annotations

from dataclasses import replace

from simulator.adjudication.coordination import SENT_ON_REMARK, sent_on_status
from simulator.adjudication.verdict import Verdict
from simulator.claim import OtherPayer, OtherPayerLine, SubmittedClaim
from simulator.persona import Persona


def successor_of(persona: Persona, claim: SubmittedClaim, verdict: Verdict) -> OtherPayer | None:
    """The payer that this one sends the claim on to: the next on the claim, where they have an agreement.

    What was denied as a whole, or left nothing to anybody, stays.
    """
    if claim.sequence != "P" or verdict.denied or not verdict.patient_cents:
        return None
    return next((other for other in claim.other_payers if other.payer in persona.sends_on_to), None)


def told_as_sent_on(verdict: Verdict) -> Verdict:
    """The decision with CLP02 19 and MA18."""
    return replace(verdict, status=sent_on_status(verdict.status), remarks=(*verdict.remarks, SENT_ON_REMARK))


def claim_sent_on(claim: SubmittedClaim, verdict: Verdict, successor: OtherPayer) -> SubmittedClaim:
    """The claim as the next payer gets it, with what was decided."""
    decided = OtherPayer(
        sequence=claim.sequence,
        payer=claim.payer,
        member_id=claim.member_id,
        paid_cents=verdict.paid_cents,
        patient_cents=verdict.patient_cents,
        lines=tuple(
            OtherPayerLine(number=line.number, paid_cents=line.paid_cents, patient_cents=line.patient_cents)
            for line in verdict.lines
        ),
    )
    rest = tuple(other for other in claim.other_payers if other is not successor)
    return replace(
        claim,
        payer=successor.payer,
        member_id=successor.member_id,
        sequence=successor.sequence,
        original_reference="",
        other_payers=(decided, *rest),
    )
