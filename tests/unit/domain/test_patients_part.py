"""What the payers' decisions leave to the patient: only what no payer calls the practice's."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from domain.claim.earlier_decision import EarlierDecision
from domain.claim.patients_part import PatientsPart
from domain.remittance.remittance import Adjustment


def decided(sequence: str, paid: int, *codes: str) -> EarlierDecision:
    """A decision at claim level; a code is ``GROUP-CARC:cents``."""
    adjustments = []
    for code in codes:
        name, _, cents = code.partition(":")
        group, _, reason = name.partition("-")
        adjustments.append(Adjustment(group=group, reason=reason, amount_cents=int(cents)))
    return EarlierDecision(
        sequence=sequence, payer_control_number="ICN1", paid_cents=paid, decided_on=date(2026, 3, 20),
        adjustments=tuple(adjustments),
    )  # fmt: skip


FIRST = decided("P", 11_200, "CO-45:3500", "PR-1:2000", "PR-2:800")
"""Of a charge of 17,500: 2,800 is left to the patient."""


@pytest.mark.parametrize(
    ("later", "left", "given_up", "self_pay"),
    [
        ((), 2_800, 2_800, 2_800),
        ((decided("S", 0, "OA-23:17500"),), 2_800, 2_800, 2_800),
        ((decided("S", 2_000, "OA-23:14700", "PR-2:800"),), 800, 800, 800),
        ((decided("S", 0, "OA-23:14700", "CO-197:2800"),), 0, 0, 0),
        ((decided("S", 0, "OA-23:15500", "CO-197:2000"),), 800, 800, 800),
        ((decided("S", 0, "OA-23:14700", "PI-197:2800"),), 0, 0, 0),
        ((decided("S", 0, "OA-23:14700", "OA-109:2800"),), 0, 2_800, 0),
        ((decided("S", 0, "OA-23:14700", "CO-27:2800"),), 0, 0, 2_800),
        ((decided("S", 65, "CO-45:17435"),), 0, 0, 0),
        ((decided("S", 1_000, "OA-23:14700", "PR-2:1800"), decided("T", 0, "OA-23:17500")), 1_800, 1_800, 1_800),
        ((decided("S", 0, "OA-23:14700", "CO-29:2800"), decided("T", 0, "OA-23:17500")), 0, 0, 0),
    ],
    ids=[
        "no later payer", "the later one had nothing to add", "it paid a part", "it calls it the practice's",
        "it calls a part the practice's", "PI is no patient's", "OA waits until it is given up",
        "it insures nobody here", "its CO over the whole charge", "three payers", "one of three takes it off",
    ],
)  # fmt: skip
def test_an_earlier_share_is_the_patients_where_no_later_payer_paid_it_or_took_it_off(
    later: tuple[EarlierDecision, ...], left: int, given_up: int, self_pay: int
) -> None:
    part = PatientsPart(decisions=(FIRST, *later))
    assert part.left_cents() == left
    assert part.left_cents(given_up=True) == given_up
    assert part.left_cents(self_pay=True) == self_pay


@pytest.mark.parametrize("code", ["CO-26", "CO-27", "CO-31", "PR-26", "PR-27", "PR-31"])
def test_want_of_coverage_is_the_patients_by_a_persons_act_alone(code: str) -> None:
    part = PatientsPart(decisions=(decided("P", 0, f"{code}:17500"),))
    assert (part.left_cents(), part.left_cents(self_pay=True)) == (0, 17_500)
    assert part.want_of_coverage == (code,)


@pytest.mark.parametrize(("group", "reason"), list(product(("CO", "PI", "OA"), ("16", "22", "29", "50", "96", "197"))))
def test_no_other_denial_ever_becomes_the_patients(group: str, reason: str) -> None:
    part = PatientsPart(decisions=(decided("P", 0, f"{group}-{reason}:17500"),))
    assert part.left_cents(self_pay=True, given_up=True) == 0
    assert part.practices_own == (f"{group}-{reason}",)


def test_beside_a_denial_for_want_of_coverage_another_one_stays_the_practices() -> None:
    part = PatientsPart(decisions=(decided("P", 0, "CO-27:15000", "CO-50:2500"),))
    assert part.left_cents(self_pay=True) == 15_000


def test_what_the_first_payer_refused_is_no_patients_because_the_second_insures_nobody() -> None:
    first = decided("P", 0, "CO-96:17500")
    part = PatientsPart(decisions=(first, decided("S", 0, "CO-27:17500")))
    assert part.left_cents(self_pay=True) == 0


def test_balance_billing_is_no_share() -> None:
    assert PatientsPart(decisions=(decided("P", 0, "PR-45:17500"),)).left_cents(self_pay=True, given_up=True) == 0
