"""What a payer's free text may name, which attempt a loop means, and when a whole remittance waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.remittance import balancing
from domain.remittance.claim_matching import SentAttempt, match_claim
from domain.remittance.handling import whole_problems
from domain.remittance.provider_reference import possible_numbers
from domain.remittance.remittance import RemittedClaim
from tests.unit.domain.remits import cas, remittance, remitted, remitted_line

DAY = date(2026, 3, 2)


def sent(number: int = 10_000_001, attempt: int = 1, **changes: object) -> SentAttempt:
    values: dict[str, object] = {
        "claim_number": number,
        "attempt": attempt,
        "control_number": f"{number}-{attempt}",
        "charge_cents": 12500,
        "service_date": DAY,
        "member_id": "W1",
    }
    return SentAttempt(**(values | changes))  # type: ignore[arg-type]


def told(control_number: str, **changes: object) -> RemittedClaim:
    return remitted(remitted_line(12500, service_date=DAY), control_number=control_number, **changes)


@pytest.mark.parametrize(
    ("reference", "numbers"),
    [
        ("10000001-1", ("10000001-1",)),
        (
            "10000001-120260302 ICN00042",
            ("10000001-120260302 ICN00042", "10000001-120260302", "10000001-1", "ICN00042"),
        ),
        ("PTACCT7#20260302 CLAIM#99", ("PTACCT7#20260302 CLAIM#99", "PTACCT7", "CLAIM")),
        ("20260302", ()),
        ("L6", ()),
        ("", ()),
    ],
)
def test_the_parts_of_a_provider_level_reference_that_may_be_claims(reference: str, numbers: tuple[str, ...]) -> None:
    assert possible_numbers(reference) == numbers


def test_the_whole_control_number_needs_nothing_else() -> None:
    found = match_claim(remitted(remitted_line(1), control_number="10000001-1"), named=[sent()], attempt_named=1)
    assert (found.attempt, found.by) == (sent(), "CLM01")


def test_without_its_suffix_the_open_attempt_is_meant_else_the_last() -> None:
    several = [sent(attempt=1), sent(attempt=2, open=True), sent(attempt=3)]
    assert match_claim(told("10000001"), named=several, attempt_named=None).attempt == several[1]
    closed = [replace(one, open=False) for one in several]
    assert match_claim(told("10000001"), named=closed, attempt_named=None).attempt == closed[2]


def test_a_number_that_agrees_in_nothing_else_is_a_candidate() -> None:
    other = sent(charge_cents=1, service_date=None, member_id="X")
    found = match_claim(told("10000001"), named=[other], attempt_named=None)
    assert found.attempt is None
    assert [one.claim_number for one in found.candidates] == [10_000_001]


def test_the_payers_number_is_believed_only_of_one_claim_that_agrees() -> None:
    one, two = sent(payer_control_number="ICN1"), sent(10_000_002, payer_control_number="ICN1")
    assert match_claim(told("?"), named=(), attempt_named=None, same_payer_number=[one]).attempt == one
    both = match_claim(told("?"), named=(), attempt_named=None, same_payer_number=[one, two])
    assert both.attempt is None
    assert len(both.candidates) == 2


def test_member_day_and_charge_must_all_agree_and_name_one_claim() -> None:
    same = told("?", member_id="w1")
    assert match_claim(same, named=(), attempt_named=None, same_day=[sent()]).attempt == sent()
    for other in (sent(member_id="W2"), sent(charge_cents=9), sent(service_date=date(2026, 3, 3))):
        assert match_claim(same, named=(), attempt_named=None, same_day=[other]).attempt is None
    assert match_claim(same, named=(), attempt_named=None, same_day=[sent(), sent(10_000_002)]).attempt is None


def test_a_reversal_matches_by_the_charge_it_negates() -> None:
    back = remitted(remitted_line(-12500, service_date=DAY), control_number="?", status="22", member_id="W1")
    assert match_claim(back, named=(), attempt_named=None, same_day=[sent()]).attempt == sent()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ()),
        ({"payment_cents": 9999}, ("claims paid 100.00 less provider-level adjustments 0.00 is 100.00",)),
        ({"handling": "H"}, ("BPR01 H moves no money, but BPR02 says 100.00",)),
        ({"handling": "P"}, ("BPR01 P moves no money",)),
    ],
)
def test_a_remittance_waits_whole_where_its_sum_or_its_handling_contradicts(
    changes: dict[str, object], says: tuple[str, ...]
) -> None:
    one = remittance(remitted(remitted_line(12500, cas("CO-45", 2500))), **changes)
    found = whole_problems(one, balancing.problems(one))
    assert len(found) == len(says)
    assert all(part in problem for part, problem in zip(says, found, strict=True))
