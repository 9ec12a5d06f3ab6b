"""A person ends a coverage or adds one, and the claim goes to the right payer in the right order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from activities.cases.payments import payers_of
from domain.claim.stages import Owes, Stage
from domain.coverage.coverage import PayerKind
from storage.models import PayerRow, WorkflowMessage
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import CHARGES, Desk
from tests.integration.activities.test_next_payer import MEDICAID, SECOND, primary, told

CHARGE = sum(CHARGES)
NewDesk = Callable[..., Desk]
WORK = {"coverage__add__basis": "current_employment", "coverage__add__employees": "400"}


def add(code: str, **more: str) -> dict[str, str]:
    """The fields of a coverage that the practice never billed before."""
    return {
        "coverage__add__payer": code,
        "coverage__add__payer_name": f"{code} PLAN",
        "coverage__add__payer_kind": "commercial",
        "coverage__add__member_id": f"{code}77",
    } | more


def turns(desk: Desk) -> list[tuple[int, str, str, str]]:
    return [(one.attempt, one.sequence, one.payer_code, one.frequency) for one in desk.attempts()]


def order(desk: Desk, **changes: str) -> Any:
    said = desk.order("correct", id=f"cover-{len(desk.told)}", **changes)
    assert said.accepted, said.refusal
    return said.snapshot


@pytest.mark.parametrize("code", ["CO-26", "CO-27", "CO-22"])
def test_after_want_of_coverage_the_payer_of_that_day_is_billed_as_the_first_one(new_desk: NewDesk, code: str) -> None:
    desk = new_desk()
    desk.deny(code)
    snapshot = order(desk, coverage__end="PPO01", **add("HMO09"))
    assert (snapshot.stage, snapshot.payer_code, snapshot.to_prepare) == (Stage.CODING, "HMO09", True)
    assert desk.work() == []
    desk.send()
    assert turns(desk) == [(1, "P", "PPO01", "1"), (2, "P", "HMO09", "1")]
    sent = desk.for_submission(2)
    assert (sent.coverage.member_id, sent.original_reference, sent.earlier) == ("HMO0977", "", ())
    snapshot = desk.remit(desk.decision())
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "denied_corrected")
    assert desk.balances() == {"revenue": -CHARGE, "contractual": 3_500, "unapplied_cash": 14_000}


def test_after_co_22_the_other_payer_comes_first_and_the_one_that_refused_second(new_desk: NewDesk) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-22")
    snapshot = order(desk, **add("GHP01", **WORK))
    assert (snapshot.stage, snapshot.payer_code) == (Stage.CODING, "GHP01")
    assert not desk.order("resubmit", id="too-early", next_payer="yes").accepted
    desk.send()
    codes = ("1:CO-45:3000", "1:PR-2:2400", "2:CO-45:500", "2:PR-2:400")
    desk.remit(told(desk, 2, "1", (9_600, 1_600), *codes))
    snapshot = desk.snapshot()
    assert (snapshot.stage, snapshot.payer_code) == (Stage.CODING, "MCARE")
    desk.send()
    assert turns(desk) == [(1, "P", "MCARE", "1"), (2, "P", "GHP01", "1"), (3, "S", "MCARE", "1")]
    sent = desk.for_submission(3)
    assert [one.paid_cents for one in sent.earlier] == [11_200], "Medicare's own denial is no earlier decision"
    assert sent.content.other_coverages[0].insurance_type == "12"
    snapshot = desk.remit(told(desk, 3, "2", (2_400, 400), "1:OA-23:12600", "2:OA-23:2100"))
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "denied_corrected")
    assert desk.balances() == {"revenue": -CHARGE, "contractual": 3_500, "unapplied_cash": 14_000}


def test_a_second_coverage_that_ends_leaves_the_first_ones_share_to_the_patient(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    desk.remit(told(desk, 2, "2", (0, 0), "1:OA-23:12600", "1:CO-27:2400", "2:OA-23:2100", "2:CO-27:400"))
    assert desk.snapshot().stage is Stage.DENIED
    snapshot = order(desk, coverage__end="HMO01")
    assert (snapshot.stage, snapshot.owes) == (Stage.PATIENT_BALANCE, Owes.PATIENT)
    assert desk.balances()["patient_receivable"] == 2_800
    assert "payer_receivable" not in desk.balances()
    assert desk.work() == []


def test_a_third_coverage_follows_a_second_one_that_ended(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    desk.remit(told(desk, 2, "2", (0, 0), "1:OA-23:12600", "1:CO-27:2400", "2:OA-23:2100", "2:CO-27:400"))
    snapshot = order(desk, coverage__end="HMO01", **add("HMO09"))
    assert (snapshot.stage, snapshot.payer_code) == (Stage.CODING, "HMO09")
    desk.send()
    assert turns(desk)[2] == (3, "S", "HMO09", "1")
    assert [one.sequence for one in desk.for_submission(3).earlier] == ["P"]


def test_a_coverage_found_while_the_patient_is_asked_comes_before_the_patient(new_desk: NewDesk) -> None:
    desk = new_desk()
    snapshot = desk.remit(primary(desk))
    assert (snapshot.stage, desk.balances()["patient_receivable"]) == (Stage.PATIENT_BALANCE, 2_800)
    snapshot = order(desk, **add("SUPP9", coverage__add__basis="supplement"))
    assert (snapshot.stage, snapshot.owes, snapshot.payer_code) == (Stage.CODING, Owes.PAYER, "SUPP9")
    assert "patient_receivable" not in desk.balances()
    assert desk.balances()["payer_receivable"] == 2_800
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        rung = session.scalars(select(WorkflowMessage.recipient).order_by(WorkflowMessage.id.desc())).first()
    assert rung == "account", "nobody is reminded meanwhile"
    desk.send()
    snapshot = desk.remit(told(desk, 2, "2", (2_000, 0), "1:OA-23:12600", "1:PR-2:400", "2:OA-23:2100", "2:PR-2:400"))
    assert snapshot.stage is Stage.PATIENT_BALANCE
    assert desk.balances() == {
        "revenue": -CHARGE,
        "contractual": 3_500,
        "unapplied_cash": 13_200,
        "patient_receivable": 800,
    }


def test_a_coverage_found_after_self_pay_takes_the_whole_claim(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-27")
    assert desk.order("self_pay").accepted
    snapshot = order(desk, coverage__end="PPO01", **add("HMO09"))
    assert (snapshot.stage, snapshot.payer_code) == (Stage.CODING, "HMO09")
    assert desk.balances() == {"revenue": -CHARGE, "payer_receivable": CHARGE}
    desk.send()
    assert desk.remit(desk.decision()).stage is Stage.CLOSED
    assert desk.balances() == {"revenue": -CHARGE, "contractual": 3_500, "unapplied_cash": 14_000}


def test_a_coverage_after_one_that_refused_waits_for_the_billers_word(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-197")
    snapshot = order(desk, **add("HMO09"))
    assert (snapshot.stage, snapshot.payer_code, desk.work()) == (Stage.DENIED, "PPO01", ["denied"])
    assert desk.order("appeal").accepted, "the first payer's denial is still worked"


def test_medicaid_that_ended_no_longer_keeps_the_claim_from_the_patient(new_desk: NewDesk) -> None:
    desk = new_desk(others=(MEDICAID,))
    desk.remit(primary(desk))
    desk.send()
    desk.remit(told(desk, 2, "2", (0, 0), "1:OA-23:12600", "1:CO-26:2400", "2:OA-23:2100", "2:CO-26:400"))
    assert "42 CFR 447.15" in desk.order("self_pay").refusal
    assert order(desk, coverage__end="MCAID").stage is Stage.PATIENT_BALANCE
    assert desk.balances()["patient_receivable"] == 2_800


def test_what_a_payer_paid_before_its_coverage_ended_is_still_its_money(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    order(desk, coverage__end="PPO01", **add("HMO09"))
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        payers = payers_of(session, desk.claim)
        known = set(session.scalars(select(PayerRow.code)))
    assert {code: payer.payments for code, payer in payers.items()} == {"PPO01": [14_000]}
    assert {"PPO01", "HMO09"} <= known


def test_an_order_that_changes_nothing_or_leaves_nobody_is_refused(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-27")
    assert "no coverage would be left" in desk.order("correct", id="a", coverage__end="PPO01").refusal
    assert "names no coverage of that payer" in desk.order("correct", id="b", coverage__end="HMO09").refusal
    assert desk.snapshot().version == 1
