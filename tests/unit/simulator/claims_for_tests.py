"""Claims of invented patients, one clean claim for each payer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from simulator.adjudication.case import Case
from simulator.adjudication.pipeline import adjudicate
from simulator.adjudication.verdict import Verdict
from simulator.claim import SubmittedClaim, SubmittedLine, SubmittedPerson
from simulator.persona import load_fee_schedule, load_personas

SERVICE_DAY = date(2026, 1, 5)
RECEIVED = date(2026, 1, 12)
MEMBER_IDS = {
    "MCARE": "1EG4TE5MK73",
    "PPO01": "SUM100200300",
    "HMO01": "H1234567890",
    "MCAID": "90000001A",
    "SUPP1": "SV100200300",
}
PATIENT = SubmittedPerson(last_name="TESTER", first_name="PAT", birth_date=date(1950, 2, 3))


def a_line(number: int = 1, **changes: Any) -> SubmittedLine:
    """An office visit, unless something else is asked for."""
    line = SubmittedLine(
        number=number,
        procedure="99213",
        charge_cents=20000,
        service_from=SERVICE_DAY,
        diagnosis_pointers=(1,),
        control_number=f"L{number}",
    )
    return replace(line, **changes)


def a_claim(payer: str = "PPO01", *lines: SubmittedLine, **changes: Any) -> SubmittedClaim:
    """A claim that this payer pays."""
    services = lines or (a_line(),)
    claim = SubmittedClaim(
        control_number="1001-1",
        frequency="1",
        submitter="PRACTICE1",
        payer=payer,
        billing_name="TEST FAMILY CARE",
        billing_npi="1234567893",
        billing_tax_id="990000009",
        member_id=MEMBER_IDS[payer],
        subscriber=PATIENT,
        patient=PATIENT,
        charge_cents=sum(line.charge_cents for line in services),
        place_of_service="11",
        diagnoses=("M1711",),
        referral_number="REF1" if payer == "HMO01" else "",
        lines=services,
    )
    return replace(claim, **changes)


def verdict_of(claim: SubmittedClaim, **facts: Any) -> Verdict:
    """The payer's verdict on a claim that came a week after its service."""
    persona = load_personas()[claim.payer]
    case = Case(claim=claim, persona=persona, received_on=facts.pop("received_on", RECEIVED), **facts)
    return adjudicate(case, load_fee_schedule())


def denials_of(verdict: Verdict) -> set[tuple[str, str]]:
    """Group and reason of every denied line."""
    return {(line.adjustments[0].group, line.adjustments[0].reason) for line in verdict.lines if line.denied}
