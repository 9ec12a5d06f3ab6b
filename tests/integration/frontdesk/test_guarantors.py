"""A guarantor changes at the desk: new visits follow the person named, what is there stays, nobody is guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from activities.cases.desk import Desk
from activities.frontdesk.arrivals import Said, arrive
from activities.frontdesk.copays import due_at_check_in
from activities.frontdesk.guarantors import GuarantorUnclear, NoChange, change_guarantor
from domain.checkin.guarantor import Cause
from domain.people.parties import Person
from storage import guarantors, intake
from storage.models import Claim, CopayRow, GuarantorChange, Patient, PatientFlagRow, TimelineEntry, WorkItem
from tests.integration.frontdesk.conftest import NOW, TODAY, FrontOffice, coverage, person
from tests.integration.storage.samples import encounter

T = TypeVar("T")
CHILD = replace(person(), first_name="Nora", birth_date=date(2008, 3, 2))
FATHER = replace(person(), first_name="Otto", birth_date=date(1979, 1, 9), sex="M")


def at_desk(office: FrontOffice, work: Callable[[Desk], T]) -> T:
    return office.books.run(
        office.organisation_id, lambda session: work(Desk.at(session, office.organisation_id, NOW))
    )


@pytest.fixture
def child(office: FrontOffice) -> Patient:
    """Nora, of age today, whose father guarantees."""

    def work(desk: Desk) -> Patient:
        patient = intake.find_or_add_patient(desk.session, desk.organisation_id, CHILD)
        account = guarantors.open_account(desk.session, desk.organisation_id, FATHER)
        patient.account_number = account
        desk.session.flush()
        return patient

    return at_desk(office, work)


def visited(office: FrontOffice, on: date, ordinal: int) -> int:
    visit = encounter(ordinal=ordinal, patient=CHILD)
    lines = tuple(replace(one, service_from=on) for one in visit.content.lines)
    visit = replace(visit, content=replace(visit.content, lines=lines))
    done = office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(session, office.organisation_id, visit, by="desk", business_at=NOW),
    )
    with office.books.transaction(office.organisation_id) as session:
        assert session.get_one(Claim, done.claim_number).account_number == done.account_number
    return done.account_number


def change(
    office: FrontOffice, patient: Patient, *, who: Person | None = None, account: str = "new", on: date | None = None
) -> GuarantorChange:
    return at_desk(
        office,
        lambda desk: change_guarantor(
            desk, patient.id, who, chosen=account, cause=Cause.CAME_OF_AGE, on=on, by="Kim", reason="turned 18"
        ),
    )


def test_new_visits_go_to_the_new_guarantor_and_a_late_charge_of_an_older_visit_to_the_old_one(
    office: FrontOffice, child: Patient
) -> None:
    old = child.account_number
    assert visited(office, TODAY - timedelta(days=3), 1) == old
    row = change(office, child)
    assert row.from_account == old != row.to_account
    assert visited(office, TODAY, 2) == row.to_account
    assert visited(office, TODAY - timedelta(days=1), 3) == old
    with office.books.transaction(office.organisation_id) as session:
        assert guarantors.guarantor(session, row.to_account).first_name == "Nora"
        told = session.scalars(select(TimelineEntry.account_number).where(TimelineEntry.key.like("guarantor:%"))).all()
    assert set(told) == {old, row.to_account}, "both accounts say it"


def test_accounts_of_somebody_alike_are_shown_and_nobody_is_taken_for_another(
    office: FrontOffice, child: Patient
) -> None:
    mother = replace(person(), first_name="Mara", birth_date=date(1981, 7, 7))
    account = at_desk(office, lambda desk: guarantors.open_account(desk.session, desk.organisation_id, mother))
    with pytest.raises(GuarantorUnclear, match=str(account)) as refused:
        change(office, child, who=mother, account="")
    assert refused.value.candidates[0].account == account
    assert change(office, child, who=mother, account=str(account)).to_account == account
    with pytest.raises(NoChange, match="already"):
        change(office, child, who=mother, account=str(account))


def test_an_account_of_somebody_else_is_not_taken_for_the_person_named(office: FrontOffice, child: Patient) -> None:
    far = replace(
        person(), last_name="Zeller", first_name="Hugo", birth_date=date(1955, 5, 5), sex="M",
        address=replace(person().address, street="9 Far Lane", zip_code="99501"),
    )  # fmt: skip
    other = at_desk(office, lambda desk: guarantors.open_account(desk.session, desk.organisation_id, far))
    with pytest.raises(NoChange, match="not like the person named"):
        change(office, child, account=str(other))


@pytest.mark.parametrize("days", [1, -40])
def test_a_change_is_entered_on_its_day_and_after_the_change_before(
    office: FrontOffice, child: Patient, days: int
) -> None:
    change(office, child, on=TODAY - timedelta(days=30))
    with pytest.raises(NoChange):
        change(office, child, on=TODAY + timedelta(days=days))


def test_who_comes_of_age_under_somebody_elses_account_is_asked_once_and_the_change_answers_it(
    office: FrontOffice, child: Patient
) -> None:
    row = office.appoint(coverage(), patient=CHILD)

    def asked() -> list[WorkItem]:
        with office.books.transaction(office.organisation_id) as session:
            return list(session.scalars(select(WorkItem).where(WorkItem.kind == "guarantor")))

    for _ in range(2):
        at_desk(office, lambda desk: arrive(desk, row.number, Said(), "Kim"))
    (item,) = asked()
    assert (item.owner, item.closed_on) == ("front_desk", None)
    assert f"claimflow checkin guarantor {child.id}" in item.remedy
    assert item.details["candidates"], "whose accounts are alike is shown with it"
    change(office, child)
    assert asked()[0].closed_on == TODAY


def test_what_protects_the_patient_goes_along_and_the_old_guarantors_own_affairs_do_not(
    office: FrontOffice, child: Patient
) -> None:
    old = child.account_number

    def flag(desk: Desk, kind: str, patient_id: int | None) -> None:
        desk.session.add(
            PatientFlagRow(
                organisation_id=desk.organisation_id, key=f"{kind}:{patient_id}", account_number=old,
                patient_id=patient_id, claim_number=None, kind=kind, began_on=TODAY, ends_on=None,
                evidence="271", by="Kim",
            )
        )  # fmt: skip
        desk.session.flush()

    for kind, patient_id in (("qmb", child.id), ("hospice", None), ("bankrupt", None), ("minor", child.id)):
        at_desk(office, lambda desk, kind=kind, patient_id=patient_id: flag(desk, kind, patient_id))  # type: ignore[misc]
    new = change(office, child).to_account
    with office.books.transaction(office.organisation_id) as session:
        rows = session.execute(
            select(PatientFlagRow.kind, PatientFlagRow.patient_id).where(PatientFlagRow.account_number == new)
        ).all()
    assert {tuple(row) for row in rows} == {("qmb", child.id), ("hospice", child.id)}


def test_an_unpaid_copay_of_a_coming_visit_follows_and_a_claim_of_the_day_is_shown(
    office: FrontOffice, child: Patient
) -> None:
    row = office.appoint(coverage(), patient=CHILD)
    copay = at_desk(office, lambda desk: due_at_check_in(desk, row.number)).number
    visited(office, TODAY, 1)
    new = change(office, child).to_account
    with office.books.transaction(office.organisation_id) as session:
        assert session.get_one(CopayRow, copay).account_number == new
        items = session.scalars(select(WorkItem).where(WorkItem.kind == "guarantor_claims")).all()
    assert [item.account_number for item in items] == [child.account_number]
