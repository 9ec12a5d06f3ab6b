"""A claim held for review: nothing goes on, nobody but compliance learns why, and it goes on at their word."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from activities.case_books import CaseBooksInPostgres
from activities.cases.desk import Desk as CaseDesk
from activities.claim_books import ClaimBooksInPostgres
from activities.compliance.referring import refer
from contracts.case import CaseAnswer, CaseOrderBody, CaseRef, OrderedCase
from contracts.claim import ClaimSnapshot
from domain.claim.stages import Stage
from domain.coding.audit.finding import Evidence
from domain.compliance.patterns import Suspected, Suspicion
from storage import cases, compliance, read_models
from storage.models import CaseRow, Claim, WorkflowMessage, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.appeal_desk import newest
from tests.integration.activities.conftest import Desk

NewDesk = Callable[..., Desk]
TELLING = ("fraud", "compliance", "n35", "suspic", "integrity", "referral", "cloned")


class Review:
    """A claim's desk, its gated steps, and compliance's."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.books = ClaimBooksInPostgres(desk.books)
        self._at = datetime.now(UTC)
        self._cases = CaseBooksInPostgres(desk.books)
        self._run(lambda s: compliance.grant(s, LOCAL_PRACTICE, "cora", "root", desk.today.date()))

    def _run(self, work: Callable[[Session], Any]) -> Any:
        return self.desk.books.run(LOCAL_PRACTICE, work)

    def act(self) -> ClaimSnapshot:
        return self.books.act_on_answer(replace(self.desk.ref, today=datetime.now(UTC)))

    def refer(self) -> bool:
        suspected = Suspected(
            key="cloned:1:2026", suspicion=Suspicion.CLONED_CLAIMS, claims=(self.desk.claim,),
            evidence=(Evidence(what="7 claims have the same content"),),
        )  # fmt: skip

        def work(session: Session) -> bool:
            return refer(CaseDesk.at(session, LOCAL_PRACTICE, self.desk.today), suspected, by="audit")

        return bool(self._run(work))

    def item(self, kind: str) -> WorkItem:
        """The one open work item of a kind."""

        def read(session: Session) -> WorkItem:
            wanted = select(WorkItem).where(WorkItem.kind == kind, WorkItem.closed_on.is_(None))
            found = session.scalars(wanted).one()
            session.expunge(found)
            return found

        item: WorkItem = self._run(read)
        return item

    def referrals(self) -> list[dict[str, Any]]:
        def work(session: Session) -> list[dict[str, Any]]:
            compliance.require_role(session, "cora")
            return compliance.listed(session, only_open=False, limit=10, after=None)

        found: list[dict[str, Any]] = self._run(work)
        return found

    def decide(self, verb: str, by: str = "cora") -> CaseAnswer:
        number = self.referrals()[-1]["referral"]
        ref = CaseRef(organisation_id=LOCAL_PRACTICE, case_number=number, today=datetime.now(UTC))
        body = CaseOrderBody(verb=verb, id=f"{verb}-{by}-{number}", by=by, reason="looked into it")
        return self._cases.apply_order(OrderedCase(case=ref, order=body))

    def seen_by_everybody(self) -> str:
        """Claim, timeline, work lists and every doorbell, as those without the role see them."""

        def work(session: Session) -> str:
            shown = {
                "list": read_models.claim_list(session),
                "show": read_models.claim_show(session, self.desk.claim),
                "timeline": read_models.timeline(session, self.desk.claim),
                "work": read_models.work_list(session),
                "commands": [
                    dict(row._mapping) for row in session.execute(text("select verb, reason, changes from commands"))
                ],
                "bells": [
                    f"{one.recipient} {one.kind} {one.outcome}" for one in session.scalars(select(WorkflowMessage))
                ],
            }
            return json.dumps(shown, default=str)

        told: str = self._run(work)
        return told


@pytest.fixture
def review(new_desk: NewDesk) -> Review:
    return Review(new_desk())


def denied_for_integrity(review: Review) -> ClaimSnapshot:
    """The payer's program integrity unit decided (RARC N35)."""
    desk = review.desk
    desk.deny("CO-226", "N35")
    return review.act()


def test_a_denial_that_suggests_fraud_holds_the_claim_and_tells_compliance_alone(review: Review) -> None:
    held = denied_for_integrity(review)
    assert (held.held, held.denial_group, held.next_what) == (True, "", "held for review")
    assert held.stage is Stage.WITH_PAYER
    assert review.desk.work() == ["held_for_review"]
    (referral,) = review.referrals()
    assert referral["claims"] == [review.desk.claim]
    assert "N35" in json.dumps(referral["evidence"])
    told = review.seen_by_everybody().lower()
    assert "held for review" in told
    assert [word for word in TELLING if word in told] == []


def test_nobody_without_the_role_sees_or_decides_it(review: Review) -> None:
    denied_for_integrity(review)
    number = review.referrals()[0]["referral"]
    with review.desk.books.transaction(LOCAL_PRACTICE) as session:
        assert session.scalars(select(CaseRow)).all() == []
        with pytest.raises(cases.UnknownCase):
            cases.get(session, number)
        with pytest.raises(compliance.NotCompliance):
            compliance.require_role(session, "ann")
        with pytest.raises(compliance.NotCompliance):
            compliance.grant(session, LOCAL_PRACTICE, "ann", "ann", review.desk.today.date())
    answer = review.decide("release", by="ann")
    assert not answer.accepted
    assert review.act().held


def test_a_held_claim_takes_no_orders_and_does_no_step(review: Review) -> None:
    assert review.refer()
    assert not review.refer(), "the same pattern is not referred twice"
    desk = review.desk
    told = review.books.remind(replace(desk.ref, today=datetime.now(UTC)))
    assert (told.stage, told.held) == (Stage.WITH_PAYER, True)
    from contracts.claim import CommandBody, OrderedCommand

    body = CommandBody(command="release", id="r1", by="ann", expected_version=1, reason="let it go")
    answer = review.books.apply_command(OrderedCommand(claim=desk.ref, command=body))
    assert (answer.accepted, answer.refusal) == (False, "the claim is held for review")


def test_compliance_releases_it_to_the_edge_it_was_at(review: Review) -> None:
    denied_for_integrity(review)
    assert review.decide("release").accepted
    first = review.act()
    assert (first.held, first.unread_answers) == (False, 1)
    denied = review.act()
    assert (denied.stage, denied.denial_group) == (Stage.DENIED, "incomplete"), "CO-226 by itself asks for records"
    assert denied.next_at is not None
    assert "held_for_review" not in review.desk.work()
    asked = review.item("denied")
    assert (asked.details["remedy"], asked.details["group"]) == ("send_records", "incomplete")
    assert asked.details["deadline_days"]
    assert [word for word in TELLING if word in json.dumps([asked.reason, asked.remedy, asked.details]).lower()] == []
    assert len(review.referrals()) == 1, "the same denial is not referred again"
    assert review.referrals()[0]["carried_out"]


def test_what_people_had_been_asked_comes_back_with_the_release(review: Review) -> None:
    review.desk.deny("CO-197")
    before = review.desk.snapshot()
    assert before.stage is Stage.DENIED
    asked = review.desk.work()
    review.refer()
    assert review.desk.work() == ["held_for_review"]
    assert review.act().denial_group == ""
    review.decide("release")
    after = review.act()
    assert (after.stage, after.denial_group, after.next_what, after.owner) == (
        before.stage, before.denial_group, before.next_what, before.owner,
    )  # fmt: skip
    assert sorted(review.desk.work()) == sorted(asked)


def test_compliance_voids_what_the_payer_has_through_a_person_and_repays_what_it_paid(review: Review) -> None:
    desk = review.desk
    desk.remit(desk.decision())
    assert desk.snapshot().stage is Stage.CLOSED
    review.refer()
    assert review.decide("repay").accepted
    review.act()
    balances = desk.balances()
    assert balances["payer_receivable"] == -14_000, "what it paid: 80 % of both lines"
    assert "repay_after_review" in desk.work()
    assert desk._run(lambda s: cases.open_numbers(s, "refund"))
    assert not review.decide("release", by="cora").accepted, "it is decided"


def test_a_claim_that_no_payer_has_is_voided_here(review: Review) -> None:
    desk = review.desk
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        session.execute(text("update submissions set state = 'ready'"))
    review.refer()
    assert [attempt.state for attempt in desk.attempts()] == ["withdrawn"], "it does not leave the house"
    review.decide("void")
    assert review.act().stage is Stage.CLOSED
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        assert session.get_one(Claim, desk.claim).outcome == "voided"


def test_a_level_of_appeal_waits_with_its_claim_without_telling_why_and_goes_on_with_it(review: Review) -> None:
    desk = review.desk
    desk.deny("CO-50")
    assert desk.order("appeal").accepted, desk.told
    level = newest(desk)
    before, date_before = level.row(), level.look().next_at
    review.refer()

    told = level.reaches_its_date()

    assert (told.state, told.next_what) == ("filed", before["next_what"])
    assert told.next_at is not None
    assert told.next_at > desk.today, "it looks again much later"
    assert desk.work() == ["held_for_review"]
    assert level.order("withdraw").refusal == "the claim is held for review"
    assert [word for word in TELLING if word in json.dumps(level.row(), default=str).lower()] == []

    assert review.decide("release").accepted
    review.act()
    assert level.look().next_at == date_before
    level.reaches_its_date()
    assert "appeal_overdue" in desk.work()


def test_a_decision_that_comes_while_the_claim_is_held_is_kept_and_the_next_level_waits(review: Review) -> None:
    desk = review.desk
    desk.deny("CO-50")
    assert desk.order("appeal").accepted, desk.told
    level = newest(desk)
    desk.pass_days(30)
    review.refer()
    assert level.decide("unfavourable").accepted
    assert level.row()["state"] == "upheld"
    level.reaches_its_date()
    assert desk.work() == ["held_for_review"], "nobody is asked to file the next level"
    assert review.decide("release").accepted
    review.act()
    level.reaches_its_date()
    assert set(desk.work()) & {"appeal_due", "appeal_lapsed"}
