from __future__ import annotations

import pytest

from domain.claim.outcome import ClosedClaim, Outcome, outcome

CASES = [
    (ClosedClaim(payer_paid_cents=9000), Outcome.CLEAN),
    (ClosedClaim(payer_paid_cents=9000, rejected=True), Outcome.REJECTED_CORRECTED),
    (ClosedClaim(payer_paid_cents=9000, denied=True), Outcome.DENIED_CORRECTED),
    (ClosedClaim(payer_paid_cents=9000, denied=True, rejected=True), Outcome.DENIED_CORRECTED),
    (ClosedClaim(denied=True, written_off_cents=9000), Outcome.DENIED_WRITTEN_OFF),
    (ClosedClaim(rejected=True, written_off_cents=9000), Outcome.DENIED_WRITTEN_OFF),
    (ClosedClaim(denied=True, payer_paid_cents=5000, written_off_cents=4000), Outcome.PARTLY_PAID),
    (ClosedClaim(payer_paid_cents=5000, patient_share_cents=2000, patient_paid_cents=2000), Outcome.PATIENT_PAID),
    (ClosedClaim(patient_share_cents=2000, patient_paid_cents=2000), Outcome.PATIENT_PAID),
    (
        ClosedClaim(denied=True, payer_paid_cents=1, patient_share_cents=2, patient_paid_cents=2),
        Outcome.DENIED_CORRECTED,
    ),
    (
        ClosedClaim(payer_paid_cents=1, patient_share_cents=2, placed_with_agency=True, written_off_cents=2),
        Outcome.PATIENT_COLLECTIONS,
    ),
    (ClosedClaim(self_pay=True, patient_paid_cents=9000), Outcome.SELF_PAY),
    (ClosedClaim(self_pay=True, placed_with_agency=True), Outcome.PATIENT_COLLECTIONS),
    (ClosedClaim(voided=True, payer_paid_cents=0, denied=True), Outcome.VOIDED),
]


@pytest.mark.parametrize(("facts", "end"), CASES)
def test_the_strongest_fact_names_the_end(facts: ClosedClaim, end: Outcome) -> None:
    assert outcome(facts) is end


def test_every_end_is_reached_by_some_case() -> None:
    assert {end for _, end in CASES} == set(Outcome)
