"""The demo's refund desk: one person approves, another sends, and who helps itself is let do so for a while."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cli.demo.data_files import read
from cli.demo.encounters import chart_of, forgetful
from cli.demo.refund_desk import APPROVES, RECOUPS_ITSELF, SENDS, order_about
from domain.cases.orders import parse_order
from simulator.persona import load_personas

DUE = date(2026, 5, 1)
VISITS = [chart_of(7, number, date(2026, 3, 2)) for number in range(1, 61)]
BY_REFERENCE = {visit.encounter.source.claim_reference: visit for visit in VISITS}


@pytest.mark.parametrize("details", [{"payer_code": "HMO01"}, {"payer_code": ""}, {}])
def test_a_case_is_approved_by_one_and_sent_by_another(details: dict[str, object]) -> None:
    approve = order_about(50_001, "open", details, DUE, DUE - timedelta(days=30))
    sent = order_about(50_001, "approved", details, DUE, DUE - timedelta(days=30))
    assert approve is not None
    assert sent is not None
    assert (approve.verb, approve.by, sent.verb, sent.by) == ("approve", APPROVES, "sent", SENDS)
    assert APPROVES != SENDS
    for body in (approve, sent):
        parse_order(vars(body))


def test_an_approval_that_was_taken_back_is_a_new_order() -> None:
    again = order_about(50_001, "open", {"payer_code": "HMO01", "approvals": 1}, DUE, DUE)
    first = order_about(50_001, "open", {"payer_code": "HMO01"}, DUE, DUE)
    assert again is not None
    assert first is not None
    assert again.id != first.id


def test_a_payer_that_holds_its_money_back_itself_is_let_do_so_until_shortly_before_the_due_day() -> None:
    details = {"payer_code": "PPO01"}
    assert order_about(50_001, "open", details, DUE, DUE - timedelta(days=8)) is None
    assert order_about(50_001, "open", details, DUE, DUE - timedelta(days=7)) is not None


def test_the_simulators_payers_hold_back_before_the_staff_would_send_a_check() -> None:
    personas = load_personas()
    assert {code for code, one in personas.items() if one.pays_twice.recoups_days} == RECOUPS_ITSELF
    for code in RECOUPS_ITSELF:
        assert personas[code].pays_twice.recoups_days[-1] < 30 - 7


def test_twenty_visits_hold_a_payment_made_twice_that_is_refunded_and_one_that_is_recouped() -> None:
    struck = set()
    for visit in VISITS[:20]:
        payer = visit.chart.coverage.payer.code
        if {line.procedure for line in visit.chart.lines} & set(load_personas()[payer].pays_twice.procedures):
            struck.add(payer)
    assert struck == {"HMO01", "PPO01"}


def test_the_patient_who_pays_twice_has_a_copay_and_does_not_come_again() -> None:
    visit = BY_REFERENCE[forgetful(BY_REFERENCE)]
    assert load_personas()[visit.chart.coverage.payer.code].share.copay_cents > 0
    story = read("stories")["stories"]["returning_patient"]
    again = [other.number - story["returns_after"] for other in VISITS if other.fault == "returning_patient"]
    assert visit.number not in again
    assert forgetful({}) == ""
