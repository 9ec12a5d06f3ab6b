from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.remittance.balancing import Level, claim_balances, claim_problems, dollars, problems
from domain.remittance.remittance import ProviderAdjustment, RemittedClaim
from tests.unit.domain.remits import cas, claims, remittance, remitted, remitted_line

PAID = remitted(remitted_line(12500, cas("CO-45", 2500), cas("PR-3", 2000)))


def test_a_sound_remittance_has_no_problem() -> None:
    withheld = ProviderAdjustment(reason="WO", reference="ICN9", amount_cents=1500)
    sound = remittance(PAID, plb=(withheld,))
    assert sound.payment_cents == 6500
    assert problems(sound) == ()


def test_a_line_that_fails_is_told_with_its_arithmetic_and_so_is_its_claim() -> None:
    broken = remitted(remitted_line(12500, cas("CO-45", 2500), paid_cents=10001))
    (line,) = claim_problems(broken)[:1]
    assert (line.level, line.claim, line.expected_cents, line.found_cents) == (
        Level.LINE,
        "10000001-1",
        10000,
        10001,
    )
    assert line.message == "line 1: SVC02 125.00 less adjustments 25.00 is 100.00, but SVC03 says 100.01"
    assert [p.level for p in claim_problems(broken)] == [Level.LINE, Level.CLAIM]


def test_an_adjustment_at_claim_level_counts_once_beside_those_of_the_lines() -> None:
    claim = remitted(remitted_line(10000, cas("CO-45", 1000)), adjustments=(cas("PR-1", 4000),))
    assert claim.paid_cents == 5000
    assert claim_balances(claim)
    assert not claim_balances(replace(claim, paid_cents=9000))


def test_a_claim_without_lines_balances_on_its_own() -> None:
    assert claim_balances(remitted(charge_cents=5000, paid_cents=0, adjustments=(cas("OA-18", 5000),)))


def test_a_transaction_that_fails_is_told_even_when_its_claims_hold() -> None:
    wrong = replace(remittance(PAID), payment_cents=8100)
    (problem,) = problems(wrong)
    assert (problem.level, problem.claim, problem.expected_cents, problem.found_cents) == (
        Level.TRANSACTION, "", 8000, 8100,
    )  # fmt: skip


def test_a_remittance_of_provider_level_entries_alone_can_balance() -> None:
    interest = ProviderAdjustment(reason="L6", reference="ICN9", amount_cents=-120)
    assert problems(remittance(plb=(interest,), payment_cents=120)) == ()


def test_one_broken_claim_does_not_accuse_the_others() -> None:
    broken = replace(PAID, control_number="10000002-1", paid_cents=7999)
    both = remittance(PAID, broken)
    assert {p.claim for p in problems(both)} == {"10000002-1"}


@given(st.lists(claims, max_size=4), st.lists(st.integers(-9_999, 9_999), max_size=3))
def test_what_adds_up_is_never_accused(several: list[RemittedClaim], held_back: list[int]) -> None:
    plb = tuple(ProviderAdjustment(reason="WO", reference="R", amount_cents=cents) for cents in held_back)
    assert problems(remittance(*several, plb=plb)) == ()


@given(claims, st.integers(-100_000, 100_000).filter(bool))
def test_one_wrong_cent_anywhere_is_found(claim: RemittedClaim, wrong: int) -> None:
    assert not claim_balances(replace(claim, paid_cents=claim.paid_cents + wrong))
    first = replace(claim.lines[0], charge_cents=claim.lines[0].charge_cents + wrong)
    assert not claim_balances(replace(claim, lines=(first, *claim.lines[1:])))
    sound = remittance(claim)
    (problem,) = problems(replace(sound, payment_cents=sound.payment_cents + wrong))
    assert problem.found_cents - problem.expected_cents == wrong


def test_amounts_read_as_people_write_them() -> None:
    assert [dollars(c) for c in (0, 5, -5, 123456, -99999900)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1,234.56",
        "-999,999.00",
    ]
