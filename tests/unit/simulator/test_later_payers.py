"""Payers behind other payers: what they add, and what Medicare sends on by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.adjudication.coordination import Standing, after_others
from simulator.adjudication.verdict import CasTriplet, LineVerdict
from simulator.claim import OtherPayer, OtherPayerLine
from simulator.clearinghouse.crossover import claim_sent_on, successor_of, told_as_sent_on
from simulator.persona import load_personas
from tests.unit.simulator.claims_for_tests import a_claim, a_line, verdict_of
from tests.unit.simulator.practice_for_tests import LATER, Practice, check_balance

PERSONAS = load_personas()
SUPPLEMENT = OtherPayer(sequence="S", payer="SUPP1", member_id="SV100200300")


def own(charge: int, allowed: int, paid: int | None = None) -> LineVerdict:
    """What a payer would decide as the first."""
    paid = allowed if paid is None else paid
    shares = (("CO", "45", charge - allowed), ("PR", "2", allowed - paid))
    return LineVerdict(
        number=1,
        charge_cents=charge,
        allowed_cents=allowed,
        paid_cents=paid,
        adjustments=tuple(CasTriplet(group=g, reason=r, amount_cents=c) for g, r, c in shares if c),
    )


def codes(line: LineVerdict) -> dict[str, int]:
    return {f"{one.group}-{one.reason}": one.amount_cents for one in line.adjustments}


@pytest.mark.parametrize(
    ("payer", "mine", "paid_before", "left", "pays", "adjustments"),
    [
        ("MCAID", own(50_000, 36_500), 30_000, 7_500, 6_500, {"CO-45": 43_500}),
        ("MCAID", own(50_000, 20_000), 30_000, 7_500, 0, {"CO-45": 50_000}),
        ("SUPP1", own(20_000, 9_000), 8_000, 2_000, 2_000, {"OA-23": 18_000}),
        ("HMO01", own(20_000, 12_000), 8_000, 2_000, 2_000, {"OA-23": 18_000}),
        ("HMO01", own(20_000, 9_500), 8_000, 2_000, 2_000, {"OA-23": 18_000}),
        ("HMO01", own(20_000, 9_500, paid=500), 8_000, 2_000, 500, {"OA-23": 18_000, "CO-45": 500, "PR-2": 1_000}),
        ("HMO01", own(20_000, 9_500), 20_000, 0, 0, {"OA-23": 20_000}),
    ],
)
def test_a_later_payer_pays_what_its_kind_pays(
    payer: str, mine: LineVerdict, paid_before: int, left: int, pays: int, adjustments: dict[str, int]
) -> None:
    line = after_others(PERSONAS[payer], mine, Standing(paid_cents=paid_before, left_cents=left))
    assert line.paid_cents == pays
    assert codes(line) == adjustments
    assert line.paid_cents + sum(codes(line).values()) == line.charge_cents


def behind_medicare(payer: str, member_id: str) -> OtherPayer:
    told = OtherPayerLine(number=1, paid_cents=8_000, patient_cents=2_000)
    return OtherPayer(
        sequence="P", payer=payer, member_id=member_id, paid_cents=8_000, patient_cents=2_000, lines=(told,)
    )


def test_a_second_claim_is_decided_behind_the_first_payers_decision() -> None:
    claim = a_claim(
        "MCAID",
        member_id="90000001A",
        sequence="S",
        other_payers=(behind_medicare("MCARE", "1EG4TE5MK73"),),
    )
    verdict = verdict_of(claim)
    assert verdict.status == "2"
    (line,) = verdict.lines
    assert line.paid_cents == min(2_000, max(0, line.allowed_cents - 8_000))
    assert line.paid_cents + sum(codes(line).values()) == line.charge_cents


def test_what_a_later_payer_does_not_cover_is_denied_for_what_was_left_only() -> None:
    line = a_line(procedure="98941")
    claim = a_claim("MCAID", line, member_id="90000001A", sequence="S", other_payers=(behind_medicare("MCARE", "1"),))
    (decided,) = verdict_of(claim).lines
    assert codes(decided) == {"OA-23": line.charge_cents - 2_000, "CO-96": 2_000}


def test_a_decision_on_the_whole_claim_fills_the_lines_in_their_order() -> None:
    whole = OtherPayer(sequence="P", payer="PPO01", member_id="1", paid_cents=25_000, patient_cents=15_000)
    claim = a_claim("SUPP1", a_line(1), a_line(2), member_id="SV100200300", sequence="S", other_payers=(whole,))
    first, second = verdict_of(claim).lines
    assert (first.paid_cents, codes(first)) == (0, {"OA-23": 20_000})
    assert (second.paid_cents, codes(second)) == (15_000, {"OA-23": 5_000})


def test_medicare_sends_on_what_it_left_to_the_patient_of_a_supplement_and_nothing_else() -> None:
    medicare = PERSONAS["MCARE"]
    claim = a_claim("MCARE", member_id="1EG4TE5MK73", other_payers=(SUPPLEMENT,))
    verdict = verdict_of(claim)
    assert verdict.patient_cents > 0
    assert successor_of(medicare, claim, verdict) == SUPPLEMENT
    assert successor_of(medicare, replace(claim, other_payers=()), verdict) is None
    elsewhere = replace(SUPPLEMENT, payer="MCAID")
    assert successor_of(medicare, replace(claim, other_payers=(elsewhere,)), verdict) is None
    assert successor_of(PERSONAS["PPO01"], claim, verdict) is None

    told = told_as_sent_on(verdict)
    assert (told.status, told.remarks[-1]) == ("19", "MA18")
    arrived = claim_sent_on(claim, told, SUPPLEMENT)
    assert (arrived.payer, arrived.member_id, arrived.sequence) == ("SUPP1", "SV100200300", "S")
    later = verdict_of(arrived)
    assert (later.status, later.paid_cents, later.patient_cents) == ("2", verdict.patient_cents, 0)


def test_what_was_denied_as_a_whole_is_not_sent_on() -> None:
    claim = a_claim("MCARE", a_line(procedure="99396"), member_id="1EG4TE5MK73", other_payers=(SUPPLEMENT,))
    verdict = verdict_of(claim)
    assert verdict.denied
    assert successor_of(PERSONAS["MCARE"], claim, verdict) is None


def test_the_supplement_answers_by_itself_what_medicare_sent_on(practice: Practice) -> None:
    practice.sends(a_claim("MCARE", member_id="1EG4TE5MK73", other_payers=(SUPPLEMENT,)))
    practice.waits_until(LATER)
    first, second = sorted(practice.remittances(), key=lambda one: one.payment.effective_date)
    for remittance in (first, second):
        check_balance(remittance)
    (medicares,), (supplements,) = first.claims, second.claims
    assert (medicares.status, supplements.status) == ("19", "2")
    assert medicares.outpatient is not None
    assert "MA18" in medicares.outpatient.remark_codes
    assert medicares.claim_id == supplements.claim_id == "1001-1", "it carries the number that we gave it"
    assert supplements.paid_cents == medicares.patient_responsibility_cents
    assert first.payment.effective_date < second.payment.effective_date


def test_a_second_claim_that_came_by_us_is_read_with_what_the_first_payer_decided(practice: Practice) -> None:
    whole = OtherPayer(sequence="P", payer="HMO01", member_id="H1234567890", paid_cents=8_000, patient_cents=2_000)
    practice.sends(a_claim("SUPP1", member_id="SV100200300", sequence="S", other_payers=(whole,)))
    practice.waits_until(LATER)
    (remittance,) = practice.remittances()
    check_balance(remittance)
    (claim,) = remittance.claims
    assert (claim.status, claim.paid_cents, claim.patient_responsibility_cents) == ("2", 2_000, None)
