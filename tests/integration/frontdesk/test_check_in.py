"""Check-in: who it is is said by a person, merges are undone, answers order the coverages, enrolment holds claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from activities.cases.desk import Desk
from activities.claim import answer, prepare
from activities.claim.enrolment import wake_waiting
from activities.frontdesk import arrivals
from activities.frontdesk.arrivals import NotKnownWho, QuestionsOpen, Said, arrive, who_is_it
from contracts.claim import ClaimRef, ClaimSnapshot
from domain.billing.contact_policy import Channel
from domain.checkin.medicare_secondary import AboutCoverage, Answers
from domain.claim.stages import Owes, Stage
from domain.coverage.coverage import Payer, PayerKind
from domain.coverage.order_of_benefits import Basis
from storage import claims, contact_preferences, frontdesk_people, intake
from storage.models import Appointment, Claim, EncounterRow, Patient, WorkItem
from tests.integration.frontdesk.conftest import MEDICARE, MONDAY_AFTER, NOW, TODAY, FrontOffice, coverage, person
from tests.integration.storage.samples import encounter

T = TypeVar("T")


def at_desk(office: FrontOffice, work: Callable[[Desk], T]) -> T:
    return office.books.run(
        office.organisation_id, lambda session: work(Desk.at(session, office.organisation_id, NOW))
    )


def test_a_returning_patient_is_known_and_somebody_alike_is_never_taken_for_them(office: FrontOffice) -> None:
    first = at_desk(office, lambda desk: who_is_it(desk, person(), "")).id
    assert at_desk(office, lambda desk: who_is_it(desk, person(), "")).id == first
    alike = replace(person(), first_name="Anne")
    with pytest.raises(NotKnownWho, match="likely") as refused:
        at_desk(office, lambda desk: who_is_it(desk, alike, ""))
    assert [one.patient_id for one in refused.value.candidates] == [first]
    assert at_desk(office, lambda desk: who_is_it(desk, alike, str(first))).id == first
    second = at_desk(office, lambda desk: who_is_it(desk, alike, "new")).id
    assert second != first


def test_a_merge_moves_what_is_theirs_and_an_unmerge_brings_it_back(office: FrontOffice) -> None:
    alike = replace(person(), first_name="Anne")
    kept = at_desk(office, lambda desk: who_is_it(desk, person(), "")).id
    merged = at_desk(office, lambda desk: who_is_it(desk, alike, "new")).id
    office.appoint(coverage(), patient=alike)
    claim = checked_in(office, replace(encounter(), patient=alike))

    def owners() -> set[int]:
        with office.books.transaction(office.organisation_id) as session:
            return {
                session.scalars(select(Appointment.patient_id)).one(),
                session.get_one(Claim, claim).patient_id,
                session.scalars(select(EncounterRow.patient_id)).one(),
            }

    assert owners() == {merged}
    at_desk(office, lambda desk: _merge(desk, kept, merged))
    assert owners() == {kept}
    assert at_desk(office, lambda desk: who_is_it(desk, alike, "")).id == kept, "who comes back is the one kept"
    with pytest.raises(frontdesk_people.NotMerged):
        at_desk(office, lambda desk: _merge(desk, kept, merged))
    at_desk(
        office,
        lambda desk: frontdesk_people.unmerge(desk.session, merged=merged, by="Lee", reason="twins", today=TODAY),
    )
    assert owners() == {merged}
    with pytest.raises(frontdesk_people.NotMerged):
        at_desk(
            office,
            lambda desk: frontdesk_people.unmerge(desk.session, merged=merged, by="Lee", reason="x", today=TODAY),
        )


def _merge(desk: Desk, kept: int, merged: int) -> None:
    frontdesk_people.merge(
        desk.session, desk.organisation_id, kept=kept, merged=merged, by="Kim", reason="same card", today=TODAY
    )


def test_medicare_is_not_checked_in_before_its_questions_and_their_answers_order_the_coverages(
    office: FrontOffice,
) -> None:
    row = office.appoint(coverage("1EG4TE5MK73", MEDICARE), coverage())
    with pytest.raises(QuestionsOpen, match="Medicare Secondary Payer"):
        at_desk(office, lambda desk: arrive(desk, row.number, Said(), "Kim"))
    said = Said(medicare=Answers(asked_on=TODAY, works=True, employees=50))
    for _ in range(2):
        done = at_desk(office, lambda desk: arrive(desk, row.number, said, "Kim"))
        assert [one["coverage"]["payer"]["code"] for one in done.coverages] == ["PPO01", "MCARE"]
    assert (done.coverages[1]["insurance_type"], done.state) == ("12", "arrived")


def test_the_answers_about_each_coverage_order_them_and_the_claim_of_the_visit_follows(office: FrontOffice) -> None:
    gap = coverage("GAP1", Payer(code="GAP01", name="Gap", kind=PayerKind.COMMERCIAL, filing_indicator="CI"))
    row = office.appoint(coverage("1EG4TE5MK73", MEDICARE), gap, coverage())
    asked = Answers(asked_on=TODAY, works=True)
    with pytest.raises(QuestionsOpen, match=r"GAP01.*PPO01"):
        at_desk(office, lambda desk: arrive(desk, row.number, Said(medicare=asked), "Kim"))
    told = replace(
        asked,
        about=(
            AboutCoverage(payer_code="GAP01", basis=Basis.SUPPLEMENT),
            AboutCoverage(payer_code="PPO01", basis=Basis.CURRENT_EMPLOYMENT, employees=50),
        ),
    )
    at_desk(office, lambda desk: arrive(desk, row.number, Said(medicare=told), "Kim"))
    visit = encounter()
    lines = tuple(replace(one, service_from=MONDAY_AFTER) for one in visit.content.lines)
    content = replace(visit.content, lines=lines, coverage=coverage("1EG4TE5MK73", MEDICARE).coverage)
    claim = checked_in(office, replace(visit, content=content))
    with office.books.transaction(office.organisation_id) as session:
        found = claims.content(session, claim)
        assert session.get_one(Claim, claim).payer_code == "PPO01"
    assert [one.payer.code for one in found.coverages] == ["PPO01", "MCARE", "GAP01"]
    assert [one.insurance_type for one in found.other_coverages] == ["12", ""]


def test_texts_need_consent_and_a_no_revokes_it(office: FrontOffice) -> None:
    row = office.appoint(coverage())

    def preferences() -> contact_preferences.Preferences:
        with office.books.transaction(office.organisation_id) as session:
            account = session.get_one(Patient, row.patient_id).account_number
            return contact_preferences.read(session, account)

    yes = Said(language="es", phone="5185550100", consents=(("text", True),))
    at_desk(office, lambda desk: arrive(desk, row.number, yes, "Kim"))
    assert (preferences().language, preferences().consents) == ("es", frozenset({Channel("text")}))
    no = replace(yes, consents=(("text", False),))
    at_desk(office, lambda desk: arrive(desk, row.number, no, "Kim"))
    assert preferences().consents == frozenset()


def checked_in(office: FrontOffice, visit=None) -> int:  # type: ignore[no-untyped-def]
    return office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(
            session, office.organisation_id, visit or encounter(), by="desk", business_at=NOW
        ),
    ).claim_number


def step(office: FrontOffice, claim: int, work: Callable[..., ClaimSnapshot]) -> ClaimSnapshot:
    ref = ClaimRef(organisation_id=office.organisation_id, claim_number=claim, today=NOW)
    return office.books.run(office.organisation_id, lambda session: work(session, ref))


def test_a_claim_before_its_providers_enrolment_waits_and_goes_on_once_it_is_entered(office: FrontOffice) -> None:
    visit = encounter()
    lines = tuple(replace(line, units=1) for line in visit.content.lines)
    claim = checked_in(office, replace(visit, content=replace(visit.content, lines=lines)))

    def enrol(begins: date | None) -> None:
        at_desk(
            office,
            lambda desk: frontdesk_people.enter_enrolment(
                desk.session, desk.organisation_id, npi="1234567893", payer="PPO01", begins=begins, ends=None, by="Kim"
            ),
        )

    def to_coding(desk: Desk) -> None:
        claims.set_stage(
            desk.session, claim, stage=Stage.CODING, owes=Owes.PAYER, next_at=NOW, next_what="coding", owner="system"
        )

    enrol(None)
    at_desk(office, to_coding)
    assert step(office, claim, prepare.scrub).stage is Stage.FINDINGS
    assert "enrolment" in _findings(office, claim)
    enrol(TODAY + timedelta(days=1))
    assert step(office, claim, answer.act_on_answer).stage is Stage.FINDINGS, "its first day is after the service"
    enrol(date(2026, 1, 1))
    assert at_desk(office, lambda desk: wake_waiting(desk.session, desk.organisation_id, "PPO01", NOW)) == 1
    assert step(office, claim, answer.act_on_answer).stage is Stage.CODING
    step(office, claim, prepare.scrub)
    with office.books.transaction(office.organisation_id) as session:
        assert frontdesk_people.not_enrolled(session, ["1234567893"], "PPO01", date(2026, 2, 27)) == []


def _findings(office: FrontOffice, claim: int) -> set[str]:
    with office.books.transaction(office.organisation_id) as session:
        details = session.scalars(select(WorkItem.details).where(WorkItem.claim_number == claim)).all()
    return {found["rule"] for one in details for found in one.get("findings", ())}


def test_a_provider_of_whom_nothing_is_kept_counts_as_enrolled(office: FrontOffice) -> None:
    with office.books.transaction(office.organisation_id) as session:
        assert frontdesk_people.not_enrolled(session, ["1234567893"], "PPO01", TODAY) == []


def test_another_organisations_patient_is_nobody_here(office: FrontOffice) -> None:
    known = at_desk(office, lambda desk: who_is_it(desk, person(), "")).id
    with (
        office.books.transaction(office.organisation_id + 1) as session,
        pytest.raises(frontdesk_people.UnknownPatient),
    ):
        frontdesk_people.patient(session, known)
    assert arrivals.NotKnownWho(()).candidates == ()
