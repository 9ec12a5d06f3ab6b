"""Appeals level by level over the books: opened, gathered for, filed in time or late, decided, overdue, settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind
from storage.models import Appeal
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.appeal_desk import levels, newest, register_of
from tests.integration.activities.conftest import Desk

MEDICARE, COMMERCIAL = PayerKind.MEDICARE, PayerKind.COMMERCIAL
EVERY_LEVEL = [*((MEDICARE, level) for level in range(1, 6)), *((COMMERCIAL, level) for level in (1, 2, 3))]


def appealed(desk: Desk, code: str = "CO-50") -> Desk:
    """Denied and appealed at the first level."""
    assert desk.deny(code).stage is Stage.DENIED
    said = desk.order("appeal")
    assert said.accepted, said.refusal
    return desk


def refused_until(desk: Desk, level: int) -> None:
    """Every level below is decided against us, and this one is open and filed."""
    while newest(desk).row()["level"] < level:
        desk.pass_days(20)
        newest(desk).decide("unfavourable")
        desk.pass_days(1)
        said = desk.order("appeal", id=f"level-up-{desk.claim}-{newest(desk).row()['level']}")
        assert said.accepted, said.refusal
        up = newest(desk)
        if up.row()["state"] == "gathering":
            assert up.order("evidence", item="all_evidence", reason="binder of the chart").accepted
            said = up.order("file")
            assert said.accepted, said.refusal


@pytest.mark.parametrize(("kind", "level"), EVERY_LEVEL)
def test_each_level_can_be_overturned_and_is_paid(new_desk: Callable[..., Desk], kind: PayerKind, level: int) -> None:
    desk = appealed(new_desk(kind))
    raise_amount(desk)
    refused_until(desk, level)
    top = newest(desk)
    desk.pass_days(10)

    assert top.decide("favourable").accepted

    assert (top.row()["level"], top.row()["state"]) == (level, "overturned")
    assert desk.snapshot().stage is Stage.UNDER_REVIEW, "the 835 moves the money"
    ended = desk.remit(desk.decision("CO-50", "CO-50", status="22", sign=-1), desk.decision(icn="ICN1B"))
    assert (ended.stage, ended.outcome) == (Stage.CLOSED, "denied_corrected")
    assert [one.row()["state"] for one in levels(desk)] == ["closed"] * level
    assert top.row()["decision"] == "favourable"
    if kind is MEDICARE:
        assert register_of(desk) == [(line, "redetermination", "overturned", level) for line in (1, 2)]


@pytest.mark.parametrize(("kind", "level"), EVERY_LEVEL)
def test_each_level_can_be_upheld_and_a_person_is_told_what_is_left(
    new_desk: Callable[..., Desk], kind: PayerKind, level: int
) -> None:
    desk = appealed(new_desk(kind))
    raise_amount(desk)
    refused_until(desk, level)
    top = newest(desk)
    desk.pass_days(30)

    assert top.decide("unfavourable").accepted

    assert desk.snapshot().stage is Stage.DENIED
    assert desk.work() == ["review_refused"]
    is_last = level == (5 if kind is MEDICARE else 3)
    row = top.row()
    assert row["state"] == ("closed" if is_last else "upheld")
    assert (row["next_file_by"] is None) is is_last
    given_up = desk.order("write_off")
    assert given_up.snapshot is not None
    assert given_up.snapshot.stage is Stage.CLOSED
    assert {one.row()["state"] for one in levels(desk)} == {"closed"}
    if kind is MEDICARE:
        assert {state for _, _, state, _ in register_of(desk)} == {"settled"}


def raise_amount(desk: Desk) -> None:
    """So much that every level hears it: the encounter's own charge is $175."""

    def work(session: object) -> None:
        for row in session.query(Appeal).filter_by(claim_number=desk.claim):  # type: ignore[attr-defined]
            row.amount_cents = 200_000

    desk.books.run(LOCAL_PRACTICE, work)


def test_a_hearing_is_refused_for_less_than_the_years_amount(new_desk: Callable[..., Desk]) -> None:
    desk = appealed(new_desk(MEDICARE))
    refused_until(desk, 2)
    desk.pass_days(30)
    newest(desk).decide("unfavourable")

    said = desk.order("appeal", id="hearing")

    assert not said.accepted
    assert "$175.00 is in controversy, a hearing filed in 2026 needs $200.00 (90 FR 55869)" in said.refusal
    assert len(levels(desk)) == 2
    assert "90 FR 55869" in newest_remedy(desk)


def newest_remedy(desk: Desk) -> str:
    from sqlalchemy import select

    from storage.models import WorkItem

    with desk.books.transaction(LOCAL_PRACTICE) as session:
        return session.scalars(
            select(WorkItem.remedy).where(WorkItem.claim_number == desk.claim).order_by(WorkItem.id.desc()).limit(1)
        ).one()


def test_a_late_redetermination_is_heard_for_good_cause_alone(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(MEDICARE)
    desk.deny("CO-50")
    desk.pass_days(126)

    assert "good cause" in desk.order("appeal", id="late").refusal
    assert levels(desk) == []
    said = order_with(desk, "good cause: the office burnt; the note documents an effusion")

    assert said.accepted, said.refusal
    assert newest(desk).row()["late_under"] == "42 CFR 405.942(b)"
    assert desk.papers()[-1]["level"] == 1


def order_with(desk: Desk, reason: str) -> object:
    from activities.claim import commands
    from contracts.claim import CommandBody, OrderedCommand
    from storage import claims

    def work(session: object) -> object:
        body = CommandBody(
            command="appeal",
            id=f"worded-{desk.claim}-{len(levels(desk))}",
            by="ann",
            expected_version=claims.get(session, desk.claim).version,  # type: ignore[arg-type]
            reason=reason,
            changes={},
        )
        return commands.apply_command(session, OrderedCommand(claim=desk.ref, command=body))  # type: ignore[arg-type]

    return desk.books.run(LOCAL_PRACTICE, work)


def test_a_person_gathers_papers_first_and_is_warned_until_the_last_day(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(MEDICARE)
    desk.deny("CO-50")
    last_day = desk.today.date() + timedelta(days=125)
    order_with(desk, "gather: the surgeon still writes; the note documents an effusion")
    level = newest(desk)

    assert level.row()["state"] == "gathering"
    assert desk.papers() == []
    assert desk.snapshot().stage is Stage.UNDER_REVIEW
    days = []
    while level.row()["state"] == "gathering":
        level.reaches_its_date()
        days.append((last_day - desk.today.date()).days)
    assert days == [118, 30, 14, 7, 3, 1, -1]
    assert level.row()["decision"] == "lapsed"
    assert desk.act().stage is Stage.DENIED
    assert "review_refused" in desk.work()
    assert "good cause" in newest_remedy(desk)


def test_it_is_filed_on_the_last_day_and_not_a_day_later(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(MEDICARE)
    desk.deny("CO-50")
    order_with(desk, "gather: the note documents an effusion")
    level = newest(desk)
    desk.pass_days(126)
    late = level.order("file")
    assert "the time to file the redetermination ended on" in late.refusal
    desk.pass_days(-1)

    assert level.order("file").accepted

    assert level.row()["filed_on"] == level.row()["file_by"]
    assert desk.snapshot().next_what == "MCARE to decide on the appeal"
    assert register_of(desk)[0][2:] == ("filed", 1)


def test_what_is_required_holds_the_filing_until_a_named_person_provides_or_waives_it(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    desk.deny("CO-29")
    assert desk.order("appeal").accepted
    level = newest(desk)
    assert level.evidence() == {"decision": "system", "claim_copy": "system", "proof_of_timely_filing": None}
    assert "not filed without proof of timely filing" in level.order("file").refusal
    assert "has no such item" in level.order("evidence", item="a_letter").refusal

    assert level.order("evidence", item="proof_of_timely_filing", waive=True, reason="the portal shows it").accepted
    assert level.order("file").accepted

    (paper,) = desk.papers()
    assert paper["enclosed"] == ["decision", "claim_copy"]


def test_an_overdue_decision_is_asked_for_and_only_the_rule_lets_it_be_escalated(new_desk: Callable[..., Desk]) -> None:
    desk = appealed(new_desk(MEDICARE))
    raise_amount(desk)
    first = newest(desk)
    assert "is not overdue" in first.order("escalate").refusal or "no right to go on" in first.order("escalate").refusal
    first.reaches_its_date()
    assert desk.work() == ["appeal_overdue"]
    assert "gives no right to go on without its decision" in first.order("escalate").refusal
    refused_until(desk, 2)
    second = newest(desk)
    assert "is not overdue" in second.order("escalate").refusal
    second.reaches_its_date()

    assert second.order("escalate").accepted

    assert second.row()["decision"] == "escalated"
    assert desk.snapshot().stage is Stage.DENIED
    assert desk.order("appeal", id="hearing-after-silence").accepted
    assert newest(desk).row()["level"] == 3


def test_a_favourable_decision_without_money_is_asked_for(new_desk: Callable[..., Desk]) -> None:
    desk = appealed(new_desk())
    level = newest(desk)
    level.decide("favourable")
    level.reaches_its_date()

    assert desk.work() == ["appeal_money"]
    assert level.row()["state"] == "overturned"


def test_a_level_that_nobody_takes_further_ends_on_its_day_with_a_person_told(new_desk: Callable[..., Desk]) -> None:
    desk = appealed(new_desk())
    level = newest(desk)
    level.decide("partly_favourable")
    assert level.row()["next_file_by"] == (desk.today.date() + timedelta(days=60)).isoformat()
    while level.row()["state"] == "upheld":
        level.reaches_its_date()

    assert "appeal_lapsed" in desk.work()
    assert (desk.today.date() - date.fromisoformat(level.row()["next_file_by"])).days == 1


def test_a_withdrawn_level_may_be_opened_again_in_time(new_desk: Callable[..., Desk]) -> None:
    desk = appealed(new_desk())
    assert newest(desk).order("withdraw").accepted
    assert desk.snapshot().stage is Stage.DENIED
    assert desk.order("appeal", id="again").accepted
    assert [one.row()["level"] for one in levels(desk)] == [1, 1]
    name = f"AP-{desk.claim}-v1-d1"
    assert [paper["reference"] for paper in desk.papers()] == [name, f"{name}-a2"]
    desk.letter("favourable", f"{name}-a2")
    assert newest(desk).row()["state"] == "overturned"


def test_a_review_maintained_by_remittance_leads_to_the_next_level(new_desk: Callable[..., Desk]) -> None:
    desk = appealed(new_desk())
    desk.pass_days(30)
    desk.deny("CO-50")
    assert newest(desk).row()["decision"] == "decided_anew"
    assert desk.order("appeal", id="anew").accepted
    assert newest(desk).row()["level"] == 1


def test_the_same_order_again_changes_nothing(new_desk: Callable[..., Desk]) -> None:
    desk = appealed(new_desk())
    level = newest(desk)
    first = level.order("withdraw", id="once")
    again = level.order("withdraw", id="once")

    assert (first.accepted, again.accepted) == (True, True)
    assert desk.timeline().count("Internal appeal") == 0
    assert level.order("file", id="once").refusal == "the id belongs to another order"


def test_a_hearing_that_can_be_filed_in_a_year_without_a_figure_asks_a_person_for_it(
    new_desk: Callable[..., Desk],
) -> None:
    desk = appealed(new_desk(MEDICARE))
    refused_until(desk, 2)
    desk.pass_days((date(2026, 12, 10) - desk.today.date()).days)

    assert newest(desk).decide("unfavourable").accepted

    assert "amount_not_known" in desk.work()
    (asked,) = [reason for reason in desk.reasons() if "not known" in reason]
    assert "a hearing needs in 2027" in asked
