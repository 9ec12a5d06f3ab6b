"""Until when a credit must be returned: by the kind of payer, its contract, or the house."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain.coverage.coverage import PayerKind
from domain.remittance.remittance import RemittedClaim
from storage.models import PayerPolicyRow
from storage.reference import HOUSE, refund_policy
from tests.integration.activities.conftest import Desk
from tests.integration.activities.refund_desk import (
    order,
    pay_twice,
    remind,
    rows,
    run,
)
from tests.integration.activities.test_next_payer import SUPPLEMENT, primary, told


def test_a_federal_payers_case_is_due_in_sixty_days_reminded_escalated_and_suspended_by_a_person(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    number = pay_twice(desk)
    (case,) = rows(desk)
    assert case.due_on == desk.today.date() + timedelta(days=60)
    assert "42 CFR 401.305" in case.due_rule
    opened = desk.today

    desk.pass_days(47)
    assert remind(desk, number).owner == "biller"
    assert "refund_due" in desk.work()
    assert order(desk, number, "suspend", reason="a billing error in the same code is looked into").accepted
    (case,) = rows(desk)
    assert case.due_on == opened.date() + timedelta(days=180 + 13)
    desk.today = opened + timedelta(days=194)
    snapshot = remind(desk, number)
    assert (snapshot.owner, snapshot.state) == ("billing_manager", "open")
    assert "refund_overdue" in desk.work()


@pytest.mark.parametrize("kind", list(PayerKind))
def test_every_kind_of_payer_and_the_house_has_a_clock_with_its_rule(new_desk: Callable[..., Desk], kind: str) -> None:
    desk = new_desk()
    federal = kind in (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE, PayerKind.MEDICAID)
    found = run(desk, lambda s: refund_policy(s, kind, "ANY", desk.today.date()))
    assert (found.refund_due_days == 60) is federal
    assert found.refund_due_rule
    assert run(desk, lambda s: refund_policy(s, HOUSE, "", desk.today.date())).refund_rests_days > 0


def test_a_contracts_own_term_goes_before_the_house_rule(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    with desk.books.system() as session:
        for name, value in (("refund_due_days", "45"), ("refund_due_rule", "45 days (contract 2026, section 7)")):
            session.add(
                PayerPolicyRow(
                    payer_kind="commercial", payer_code="PPO01", name=name, value=value,
                    effective_from=date(2026, 1, 1), effective_to=None, source="contract 2026",
                )
            )  # fmt: skip
    pay_twice(desk)
    (case,) = rows(desk)
    assert case.due_on == desk.today.date() + timedelta(days=45)
    assert "contract 2026" in case.due_rule


def test_only_a_federal_payers_clock_is_suspended(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    refused = order(desk, pay_twice(desk), "suspend")
    assert not refused.accepted
    assert "federal payer" in refused.refusal


def supplement_paid(desk: Desk, icn: str) -> RemittedClaim:
    """The later payer, to whom the claim was sent on, takes over what the first left to the patient."""
    codes = ("1:OA-23:12600", "2:OA-23:2100")
    return told(desk, 1, "2", (2_400, 400), *codes, icn=icn)


def test_a_later_payer_that_pays_twice_is_the_one_who_is_owed_and_by_its_own_rule(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(PayerKind.MEDICARE, (SUPPLEMENT,))
    desk.remit(primary(desk, "19", "MA18"))
    desk.remit(supplement_paid(desk, "S1"))
    desk.remit(supplement_paid(desk, "S2"))

    (case,) = rows(desk)
    assert (case.details["payer_code"], case.amount_cents) == ("SUPP1", 2_800)
    assert case.due_on == desk.today.date() + timedelta(days=30), "a commercial plan's, although Medicare paid first"
