"""Requests for records as cases: opened by a denial, a status or a letter; due, late, answered with proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from activities.claim import follow_up
from activities.records import case as records
from contracts.case import CaseAnswer, CaseOrderBody, CaseRef, OrderedCase
from domain.claim.stages import Owes, Stage
from domain.claim.status import StatusAnswer, StatusKind
from domain.coverage.coverage import PayerKind
from storage import cases, claims
from storage.models import CaseRow
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk


def requests(desk: Desk) -> list[CaseRow]:
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        found = cases.of_claim(session, "records", desk.claim)
        session.expunge_all()
        return found


def ref(desk: Desk, row: CaseRow) -> CaseRef:
    return CaseRef(organisation_id=LOCAL_PRACTICE, case_number=row.number, today=desk.today)


def order(desk: Desk, verb: str, **more: str) -> CaseAnswer:
    (row,) = requests(desk)
    body = CaseOrderBody(**{"verb": verb, "id": f"records-{verb}", "by": "ann", **more})
    ordered = OrderedCase(case=ref(desk, row), order=body)
    return desk.books.run(LOCAL_PRACTICE, lambda session: records.apply_order(session, ordered))


@pytest.mark.parametrize(("kind", "days"), [(PayerKind.MEDICARE, 45), (PayerKind.COMMERCIAL, 30)])
def test_a_denial_that_asks_for_records_opens_one_request_with_its_clock(
    new_desk: Callable[..., Desk], kind: PayerKind, days: int
) -> None:
    desk = new_desk(kind)
    desk.deny("CO-252", "N706")
    desk.act()

    (row,) = requests(desk)

    assert row.due_on == desk.today.date() + timedelta(days=days)
    assert row.details["attachment_control_number"] == f"MR{row.number}"
    assert next(one["item"] for one in row.details["checklist"]) == "medical_records"


def test_the_records_go_out_with_their_number_and_their_proof_ends_the_request(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-252")
    assert desk.order("send_records").accepted

    (row,) = requests(desk)

    assert (row.state, row.decision, row.details["late"]) == ("closed", "sent", False)
    assert row.details["proof"] == f"MR-{desk.claim}-v1-d1"
    assert desk.papers()[-1]["attachment_control_number"] == f"MR{row.number}"


def test_nobody_answers_and_the_manager_is_told_what_late_means(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-252")
    for _ in range(4):
        (row,) = requests(desk)
        assert row.next_at is not None
        desk.today = max(desk.today, row.next_at)
        desk.books.run(LOCAL_PRACTICE, lambda session, row=row: records.remind(session, ref(desk, row)))

    assert requests(desk)[0].owner == "billing_manager"
    assert "records_overdue" in desk.work()
    assert any("day 46" in reason for reason in desk.reasons())


def test_a_status_that_asks_for_information_is_a_request_that_a_tracking_number_ends(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()

    def ask(session: Any) -> None:
        claims.set_stage(session, desk.claim, stage=Stage.WITH_PAYER, owes=Owes.PAYER, next_at=desk.today,
                         next_what="an answer", owner="system")  # fmt: skip
        answer = StatusAnswer(kind=StatusKind.NEEDS_INFORMATION, category="R4", code="294", payer_control_number="")
        follow_up.note_status(session, desk.ref, answer)

    desk.books.run(LOCAL_PRACTICE, ask)
    (row,) = requests(desk)
    assert row.details["asked_by"] == "277 R4:294"
    assert "check must be" in order(desk, "sent").refusal
    assert order(desk, "sent", check="1Z999").accepted
    assert requests(desk)[0].details["proof"] == "1Z999"
    assert "nothing can be ordered" in order(desk, "reject", reason="too late").refusal


def test_a_letter_that_asks_for_records_opens_a_request(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.letter("request", "ADR-1", "records_request")

    (row,) = requests(desk)
    assert row.details["asked_by"] == "a letter"
    assert order(desk, "reject", reason="another practice's patient").accepted


def test_a_settled_claim_waits_for_no_records(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-252")
    desk.order("write_off")

    assert [row.decision for row in requests(desk)] == ["settled"]


def announced(desk: Desk) -> list[str]:
    """Attachment control numbers that the newest attempt carries."""
    return [paper.control_number for paper in desk.for_submission(desk.attempts()[-1].attempt).papers]


def test_a_claim_that_goes_again_announces_the_records_that_its_payer_asked_for(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    assert announced(desk) == []
    desk.deny("CO-252")
    assert desk.order("correct", lines__2__modifiers="59").accepted, desk.told
    desk.send()
    (row,) = requests(desk)
    assert announced(desk) == [f"MR{row.number}"]
    assert order(desk, "sent", check="1Z999").accepted
    assert announced(desk) == [f"MR{row.number}"], "they left after it was made ready"


def test_records_that_are_not_sent_are_not_announced(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-252")
    assert order(desk, "reject", reason="the payer has them").accepted
    assert desk.order("correct", lines__2__modifiers="59").accepted, desk.told
    desk.send()
    assert announced(desk) == []
