"""What becomes the patient's: an earlier payer's share after the last payer, and self-pay by a named person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from domain.claim.stages import Owes, Stage
from domain.coverage.coverage import PayerKind
from domain.ledger.explaining import rule_of
from storage.models import Entry, Posting
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import CHARGES, Desk
from tests.integration.activities.test_next_payer import MEDICAID, SECOND, primary, told

CHARGE = sum(CHARGES)
NewDesk = Callable[..., Desk]
NOTHING_MORE = ("1:OA-23:15000", "2:OA-23:2500")
"""What a second payer says that has nothing to add to the first one's decision."""


def entries(desk: Desk, kind: str) -> list[tuple[str, str, int, str]]:
    """Who posted it, and each leg with what it cites."""
    statement = select(Posting, Entry).join(Entry, Entry.posting_id == Posting.id).where(Posting.kind == kind)
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        rows = session.execute(statement.order_by(Entry.id)).all()
        return [(one.by, leg.ledger_account, leg.amount_cents, leg.cites) for one, leg in rows]


@pytest.mark.parametrize("code", ["CO-26", "CO-27", "CO-31", "PR-26", "PR-27", "PR-31"])
def test_a_person_makes_it_the_patients_where_the_payer_insures_nobody(new_desk: NewDesk, code: str) -> None:
    desk = new_desk()
    assert desk.deny(code).stage in (Stage.DENIED, Stage.NEEDS_REVIEW)
    assert desk.balances() == {"revenue": -CHARGE, "payer_receivable": CHARGE}, "no machine moves it"

    said = desk.order("self_pay", id="desk-1")

    assert said.accepted, said.refusal
    assert said.snapshot is not None
    assert (said.snapshot.stage, said.snapshot.owes) == (Stage.PATIENT_BALANCE, Owes.PATIENT)
    assert desk.balances() == {"revenue": -CHARGE, "patient_receivable": CHARGE}
    assert desk.work() == []
    cites = f"made self-pay by ann after {code}"
    assert entries(desk, "self_pay") == [
        ("ann", "patient_receivable", CHARGE, cites),
        ("ann", "payer_receivable", -CHARGE, cites),
    ]
    assert rule_of("patient_receivable", cites) == "made the patient's by decision of a named person"
    assert desk.order("self_pay", id="desk-1").accepted, "the same order again"
    assert desk.balances() == {"revenue": -CHARGE, "patient_receivable": CHARGE}
    assert f"Made self-pay: ${CHARGE / 100:,.2f}" in desk.timeline()


@pytest.mark.parametrize("codes", [("CO-50",), ("CO-29",), ("CO-22",), ("PI-96",), ("CO-197",), ("PR-45",)])
def test_no_other_denial_is_made_the_patients(new_desk: NewDesk, codes: tuple[str, ...]) -> None:
    desk = new_desk()
    desk.deny(*codes)
    before = desk.balances()
    said = desk.order("self_pay")
    assert not said.accepted
    assert "only what a payer denied with CO-26, CO-27 or CO-31" in said.refusal
    assert codes[0] in said.refusal
    assert desk.balances() == before


@pytest.mark.parametrize(
    ("kind", "remarks", "told_why"),
    [
        (PayerKind.MEDICAID, (), "42 CFR 447.15"),
        (PayerKind.MEDICARE, ("N781",), "Qualified Medicare Beneficiary"),
        (PayerKind.COMMERCIAL, ("N830",), "No Surprises Act"),
    ],
)
def test_a_patient_who_may_not_be_asked_is_not_made_a_self_payer(
    new_desk: NewDesk, kind: PayerKind, remarks: tuple[str, ...], told_why: str
) -> None:
    desk = new_desk(kind)
    desk.deny("CO-27", *remarks)
    assert told_why in desk.order("self_pay").refusal
    assert "patient_receivable" not in desk.balances()


def test_a_coverage_that_was_not_asked_comes_before_the_patient(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(told(desk, 1, "1", (0, 0), "1:CO-27:15000", "2:CO-27:2500"))
    assert "HMO01 has not decided on this claim" in desk.order("self_pay", id="early").refusal
    assert desk.order("resubmit", id="next", next_payer="yes").accepted, desk.told
    desk.send()
    desk.remit(told(desk, 2, "2", (0, 0), "1:CO-26:15000", "2:CO-26:2500"))
    assert desk.order("self_pay", id="late").accepted, desk.told
    assert desk.balances() == {"revenue": -CHARGE, "patient_receivable": CHARGE}


def test_beside_want_of_coverage_another_denial_stays_with_the_practice(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.remit(told(desk, 1, "1", (0, 0), "1:CO-27:15000", "2:CO-50:2500"))
    assert desk.order("self_pay", id="one").accepted
    assert desk.balances() == {"revenue": -CHARGE, "patient_receivable": 15_000, "payer_receivable": 2_500}
    assert desk.snapshot().stage is Stage.NEEDS_REVIEW
    assert not desk.order("self_pay", id="two").accepted
    assert "nothing is open that could be made the patient's" in desk.told[-1]
    assert desk.order("write_off").accepted
    assert desk.snapshot().stage is Stage.PATIENT_BALANCE


def test_what_was_made_self_pay_goes_back_when_the_payer_pays_after_all(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-31")
    assert desk.order("self_pay").accepted
    desk.pass_days(20)
    snapshot = desk.remit(desk.decision("", icn="ICN9"))
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "denied_corrected")
    assert desk.balances() == {"revenue": -CHARGE, "contractual": 3_500, "unapplied_cash": 14_000}


def test_self_pay_stands_when_the_payer_only_denies_again(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-31")
    assert desk.order("self_pay").accepted
    snapshot = desk.remit(replace(desk.decision("CO-31", "CO-31", icn="ICN9")))
    assert snapshot.stage is Stage.PATIENT_BALANCE
    assert desk.balances() == {"revenue": -CHARGE, "patient_receivable": CHARGE}


def test_self_pay_goes_back_with_the_denial_that_it_rests_on(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-27")
    assert desk.order("self_pay").accepted
    snapshot = desk.remit(desk.decision("CO-27", "CO-27", status="22", sign=-1))
    assert snapshot.stage is Stage.NEEDS_REVIEW
    assert desk.balances() == {"revenue": -CHARGE, "payer_receivable": CHARGE}
    assert not desk.order("self_pay", id="again").accepted, "no denial stands"


def test_what_the_first_payer_left_is_the_patients_where_the_last_one_has_nothing_to_add(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    snapshot = desk.remit(told(desk, 2, "2", (0, 0), *NOTHING_MORE))
    assert (snapshot.stage, snapshot.owes) == (Stage.PATIENT_BALANCE, Owes.PATIENT)
    assert desk.balances()["patient_receivable"] == 2_800
    assert "payer_receivable" not in desk.balances()
    (share, _) = entries(desk, "earlier_share")
    assert share[:3] == ("system", "patient_receivable", 2_800)
    assert "deductible, coinsurance or copay of an earlier payer" in rule_of("patient_receivable", share[3])


def test_of_a_last_payers_denial_the_earlier_share_is_the_patients_and_its_co_is_not(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    snapshot = desk.remit(told(desk, 2, "2", (0, 0), "1:OA-23:12600", "1:CO-197:2400", "2:OA-23:2500"))
    assert (snapshot.stage, desk.work()) == (Stage.DENIED, ["denied"])
    assert (desk.balances()["patient_receivable"], desk.balances()["payer_receivable"]) == (400, 2_400)
    assert desk.order("write_off").accepted
    snapshot = desk.snapshot()
    assert (snapshot.stage, desk.balances()["write_off"]) == (Stage.PATIENT_BALANCE, 2_400)
    assert desk.balances()["patient_receivable"] == 400


def test_an_oa_of_the_last_payer_is_worked_first_and_then_the_share_stands(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    codes = ("1:OA-23:12600", "1:OA-18:2400", "2:OA-23:2100", "2:OA-18:400")
    assert desk.remit(told(desk, 2, "2", (0, 0), *codes)).stage is not Stage.PATIENT_BALANCE
    assert "patient_receivable" not in desk.balances()
    assert desk.order("write_off").accepted
    assert desk.snapshot().stage is Stage.PATIENT_BALANCE
    assert desk.balances()["patient_receivable"] == 2_800
    assert "write_off" not in desk.balances(), "a coinsurance is not given up as a matter of course"


def test_a_last_payer_that_insures_nobody_leaves_the_share_to_a_persons_word(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    codes = ("1:OA-23:12600", "1:CO-27:2400", "2:OA-23:2100", "2:CO-27:400")
    assert desk.remit(told(desk, 2, "2", (0, 0), *codes)).stage is Stage.DENIED
    assert "patient_receivable" not in desk.balances()
    assert desk.order("self_pay").accepted, desk.told
    assert desk.balances()["patient_receivable"] == 2_800


def test_a_last_payer_that_pays_after_all_takes_over_the_share_that_had_gone_to_the_patient(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    desk.remit(told(desk, 2, "2", (0, 0), *NOTHING_MORE))
    codes = ("1:OA-23:12600", "1:PR-2:400", "2:OA-23:2100")
    snapshot = desk.remit(told(desk, 2, "2", (2_000, 400), *codes, icn="ICN77"))
    assert snapshot.stage is Stage.PATIENT_BALANCE
    assert desk.balances() == {
        "revenue": -CHARGE,
        "contractual": 3_500,
        "unapplied_cash": 13_600,
        "patient_receivable": 400,
    }


@pytest.mark.parametrize(("others", "remarks"), [((MEDICAID,), ()), ((SECOND,), ("N782",))])
def test_an_earlier_share_is_not_the_patients_where_a_rule_protects_them(
    new_desk: NewDesk, others: tuple[object, ...], remarks: tuple[str, ...]
) -> None:
    desk = new_desk(PayerKind.MEDICARE, others=others)
    snapshot = desk.remit(primary(desk, "1", *remarks))
    if snapshot.stage is Stage.CODING:
        desk.send()
    elif not desk.order("resubmit", id="on", next_payer="yes").accepted:
        raise AssertionError(desk.told)
    else:
        desk.send()
    snapshot = desk.remit(told(desk, 2, "2", (0, 0), *NOTHING_MORE))
    assert snapshot.stage is Stage.NEEDS_REVIEW
    assert "patient_receivable" not in desk.balances()
    assert desk.order("write_off").accepted
    assert "patient_receivable" not in desk.balances()


def test_what_a_later_payer_leaves_to_a_protected_patient_is_not_asked_of_them(new_desk: NewDesk) -> None:
    """Medicare says by N781 that the patient is a QMB; its supplement knows nothing of that and says PR."""
    desk = new_desk(PayerKind.MEDICARE, others=(SECOND,))
    assert desk.remit(primary(desk, "1", "N781")).stage is Stage.NEEDS_REVIEW
    assert desk.order("resubmit", id="on", next_payer="yes").accepted, desk.told
    desk.send()
    codes = ("1:OA-23:12600", "1:PR-2:400", "2:OA-23:2100", "2:PR-2:400")
    snapshot = desk.remit(told(desk, 2, "2", (2_000, 0), *codes))
    assert "patient_receivable" not in desk.balances()
    assert (snapshot.stage, desk.balances()["payer_receivable"]) == (Stage.NEEDS_REVIEW, 800)
    assert desk.order("write_off").accepted
    assert desk.snapshot().stage is Stage.CLOSED
    assert desk.balances()["write_off"] == 800
