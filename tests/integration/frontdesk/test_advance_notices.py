"""An advance notice is Medicare's own, signed before the service, and its modifiers reach the claim's lines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from activities.claim import answer, prepare
from activities.frontdesk import notices
from activities.scrubbing import findings_of
from contracts.claim import ClaimRef
from domain.claim.correction import apply_changes
from domain.claim.stages import Owes, Stage
from domain.claim.submission import NextAttempt
from domain.coverage.advance_notice import Cause, Option
from gateways.papers.advance_notice import words_of
from storage import claims, frontdesk_notices, intake
from storage.models import AdvanceNotice, Claim, WorkflowMessage, WorkItem
from tests.integration.frontdesk.conftest import MEDICARE, MONDAY_AFTER, NOW, TODAY, FrontOffice, coverage
from tests.integration.storage.samples import encounter

T = TypeVar("T")


def issued(office: FrontOffice, payer=MEDICARE, cause: Cause = Cause.FREQUENCY) -> AdvanceNotice:  # type: ignore[no-untyped-def]
    row = office.appoint(coverage("1EG4TE5MK73", payer))
    return office.books.run(
        office.organisation_id,
        lambda session: frontdesk_notices.issue(
            session, office.organisation_id, row.number, cause=cause, procedures=("99213",), by="Kim", today=TODAY
        ),
    )


def sign(office: FrontOffice, number: int, on: date) -> AdvanceNotice:
    return office.books.run(
        office.organisation_id,
        lambda session: frontdesk_notices.sign(session, number, option=Option.BILL_MEDICARE, on=on),
    )


@pytest.mark.parametrize(("signed", "modifier"), [(True, "GA"), (False, "GZ")])
def test_the_line_of_the_notice_alone_takes_its_modifier(office: FrontOffice, signed: bool, modifier: str) -> None:
    notice = issued(office)
    assert (issued(office).number, notice.estimated_cents) == (notice.number, 15_000)
    if signed:
        sign(office, notice.number, TODAY)
    visit = encounter()
    lines = tuple(replace(one, service_from=MONDAY_AFTER) for one in visit.content.lines)
    content = replace(visit.content, lines=lines, coverage=coverage("1EG4TE5MK73", MEDICARE).coverage)
    number = office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(
            session, office.organisation_id, replace(visit, content=content), by="desk", business_at=NOW
        ),
    ).claim_number
    with office.books.transaction(office.organisation_id) as session:
        found = claims.content(session, number)
    assert [one.modifiers for one in found.lines] == [("25", modifier), ()]


def test_a_notice_is_signed_once_and_never_after_the_service(office: FrontOffice) -> None:
    notice = issued(office)
    with pytest.raises(frontdesk_notices.NoNotice, match="after it is none"):
        sign(office, notice.number, MONDAY_AFTER + timedelta(days=1))
    sign(office, notice.number, MONDAY_AFTER)
    with pytest.raises(frontdesk_notices.NoNotice, match="was signed"):
        sign(office, notice.number, MONDAY_AFTER)


def test_another_payers_patient_and_a_units_edit_get_none(office: FrontOffice) -> None:
    with pytest.raises(frontdesk_notices.NoNotice, match="MUE"):
        issued(office, cause=Cause.UNITS_OR_BUNDLING)


def at_desk(office: FrontOffice, work: Callable[[Desk], T], after: timedelta = timedelta(0)) -> T:
    return office.books.run(
        office.organisation_id, lambda session: work(Desk.at(session, office.organisation_id, NOW + after))
    )


def claim_of_the_visit(office: FrontOffice) -> int:
    visit = encounter()
    lines = tuple(replace(one, service_from=MONDAY_AFTER, units=1) for one in visit.content.lines)
    content = replace(visit.content, lines=lines, coverage=coverage("1EG4TE5MK73", MEDICARE).coverage)
    return office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(
            session, office.organisation_id, replace(visit, content=content), by="desk", business_at=NOW
        ),
    ).claim_number


def signed_late(office: FrontOffice, number: int, option: Option = Option.BILL_MEDICARE) -> AdvanceNotice:
    """The paper of the day of service, entered two days later."""
    return at_desk(
        office,
        lambda desk: notices.sign(desk, number, option=option, signer="patient", by="Kim", on=MONDAY_AFTER),
        timedelta(days=9),
    )


def to_stage(office: FrontOffice, claim: int, stage: Stage) -> None:
    at_desk(
        office,
        lambda desk: claims.set_stage(
            desk.session, claim, stage=stage, owes=Owes.PAYER, next_at=NOW, next_what="x", owner="system"
        ),
    )


def modifiers_of(office: FrontOffice, claim: int) -> tuple[int, tuple[str, ...]]:
    with office.books.transaction(office.organisation_id) as session:
        return session.get_one(Claim, claim).version, claims.content(session, claim).lines[0].modifiers


def asked(office: FrontOffice, kind: str = "late_paper") -> list[WorkItem]:
    with office.books.transaction(office.organisation_id) as session:
        return list(session.scalars(select(WorkItem).where(WorkItem.kind == kind, WorkItem.closed_on.is_(None))))


def test_a_notice_entered_after_check_in_reaches_the_claim_that_was_not_sent_as_a_version_of_its_own(
    office: FrontOffice,
) -> None:
    notice = issued(office)
    claim = claim_of_the_visit(office)
    assert modifiers_of(office, claim) == (1, ("25", "GZ"))
    row = signed_late(office, notice.number)
    assert (row.signed_on, row.signed_by, row.taken_by, row.option) == (MONDAY_AFTER, "patient", "Kim", 1)
    assert modifiers_of(office, claim) == (2, ("25", "GA"))
    assert asked(office) == []
    with office.books.transaction(office.organisation_id) as session:
        bells = session.scalars(select(WorkflowMessage.kind).where(WorkflowMessage.number == str(claim)))
        assert "decision" in bells.all(), "its story is told"


def test_what_the_scrubber_found_in_the_version_before_is_looked_at_again(office: FrontOffice) -> None:
    notice = issued(office)
    claim = claim_of_the_visit(office)
    ref = ClaimRef(organisation_id=office.organisation_id, claim_number=claim, today=NOW + timedelta(days=9))

    def findings(desk: Desk) -> None:
        desk_claim = claims.get(desk.session, claim)
        prepare.Step.begin(desk.session, ref).ask_person(
            f"v{desk_claim.version}:findings", "findings", "something", "mend it", within=timedelta(days=3)
        )

    to_stage(office, claim, Stage.CODING)
    at_desk(office, findings)
    to_stage(office, claim, Stage.FINDINGS)
    look = lambda: office.books.run(office.organisation_id, lambda session: answer.act_on_answer(session, ref))  # noqa: E731
    assert look().stage is Stage.FINDINGS, "nothing has changed"
    signed_late(office, notice.number)
    assert look().stage is Stage.CODING
    assert asked(office, "findings") == []


def test_a_claim_with_an_open_attempt_is_left_as_it_went_and_a_person_is_told_the_order(office: FrontOffice) -> None:
    notice = issued(office)
    claim = claim_of_the_visit(office)
    at_desk(office, lambda desk: claims.commit_ready(desk.session, claim, NextAttempt(frequency="1"), TODAY))
    signed_late(office, notice.number)
    assert modifiers_of(office, claim) == (1, ("25", "GZ"))
    (item,) = asked(office)
    assert (item.claim_number, item.owner) == (claim, "biller")
    assert "an attempt of the claim is under way" in item.reason
    assert f"claimflow claim correct {claim} --set lines.1.modifiers=25,GA" in item.remedy


def test_a_patient_who_wants_no_bill_to_medicare_is_said_before_the_claim_goes(office: FrontOffice) -> None:
    notice = issued(office)
    claim = claim_of_the_visit(office)
    signed_late(office, notice.number, Option.DO_NOT_BILL)
    assert modifiers_of(office, claim) == (2, ("25",))
    (item,) = asked(office)
    assert f"claimflow claim correct {claim} --set lines.1.remove=yes" in item.remedy


def found(office: FrontOffice, claim: int) -> list[str]:
    def look(session: Session) -> list[str]:
        row = claims.get(session, claim)
        findings = findings_of(session, row, claims.content(session, claim), TODAY)
        return [f"{one.message}; {one.remedy}" for one in findings if one.rule == "notice-no-bill"]

    return office.books.run(office.organisation_id, look)


@pytest.mark.parametrize("option", [Option.DO_NOT_BILL, Option.NOT_WANTED])
def test_what_the_patient_does_not_want_billed_stays_in_the_house(office: FrontOffice, option: Option) -> None:
    notice = issued(office)
    office.books.run(
        office.organisation_id,
        lambda session: frontdesk_notices.sign(session, notice.number, option=option, on=TODAY),
    )
    claim = claim_of_the_visit(office)
    (finding,) = found(office, claim)
    assert f"line 1: by option {option.value} of advance notice {notice.number}" in finding
    assert "lines.1.remove=yes" in finding

    changed = signed_late(office, notice.number, Option.BILL_MEDICARE)
    assert (changed.signed_on, changed.option) == (TODAY, 1), "the first signature was before the service"
    assert found(office, claim) == []
    assert modifiers_of(office, claim)[1] == ("25", "GA")
    with pytest.raises(frontdesk_notices.NoNotice, match="with option 1"):
        signed_late(office, notice.number, Option.BILL_MEDICARE)


def test_a_line_taken_off_satisfies_the_notice(office: FrontOffice) -> None:
    notice = issued(office)
    claim = claim_of_the_visit(office)
    signed_late(office, notice.number, Option.DO_NOT_BILL)
    assert found(office, claim) != []

    def take_off(desk: Desk) -> None:
        content = apply_changes(claims.content(desk.session, claim), {"lines.1.remove": "yes"})
        claims.add_version(
            desk.session, claim, content=content, by="ann", reason="no bill", changes={}, business_date=TODAY
        )

    at_desk(office, take_off)
    assert found(office, claim) == []


def test_a_notice_is_not_signed_on_a_day_that_has_not_come_or_before_it_was_issued(office: FrontOffice) -> None:
    notice = issued(office)
    for day, why in ((TODAY + timedelta(days=1), "not come"), (TODAY - timedelta(days=1), "nobody signed")):
        with pytest.raises(frontdesk_notices.NoNotice, match=why):
            at_desk(
                office,
                lambda desk, on=day: notices.sign(  # type: ignore[misc]
                    desk, notice.number, option=Option.BILL_MEDICARE, signer="patient", by="Kim", on=on
                ),
            )


def test_the_form_is_written_from_the_notice_and_kept_by_its_hash(office: FrontOffice) -> None:
    notice = issued(office)
    written = at_desk(
        office,
        lambda desk: notices.write(
            desk, notice.number, words_of("en"), additional="Ask for Lee.", as_plain_text=True, by="Kim"
        ),
    )
    text = " ".join(written.decode().split())
    assert "A. Notifier: Elm Street Family Practice" in text
    assert "D. Service(s): Office visit (99213)" in text
    assert "F. Estimated Cost: $150.00" in text
    assert "Ask for Lee." in text
    assert "1EG4TE5MK73" not in text, "no Medicare number stands on it"
    with office.books.transaction(office.organisation_id) as session:
        (paper,) = frontdesk_notices.get(session, notice.number).papers
    assert (paper["sha256"], paper["edition"], paper["by"]) == (
        hashlib.sha256(written).hexdigest(), "CMS-R-131 Exp. 01/31/2026", "Kim",
    )  # fmt: skip
