"""What people do about a household: applications, complaints, approvals, agencies, estimates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from activities.account import agreeing
from activities.care import applications, complaints
from activities.care.agency import PaidOver, parse_remittance, post_remittance
from activities.care.case import CareCase
from activities.care.complaints import NewComplaint
from activities.care.placements import recall
from activities.care.relieving import Relieved
from activities.frontdesk import estimates
from contracts.case import CaseAnswer, CaseOrderBody
from domain.care.assistance import Application
from domain.care.complaints import Complainant
from domain.estimates.planned import PlannedService
from storage import account_decisions, care, frontdesk, intake
from storage.models import CaseRow, EstimateRow
from storage.organisations import LOCAL_PRACTICE
from tests.integration.frontdesk.conftest import VISIT
from tests.integration.storage.samples import _PROVIDER, person
from tests.support.household_life import Life

DOCUMENTS = ("tax_return", "household_statement")


def apply_for_help(
    life: Life, yearly_income: int, *, household: int = 1, documents: tuple[str, ...] = DOCUMENTS, language: str = ""
) -> int:
    """The household asks for assistance; returns the case."""
    asked = Application(
        household=household, income_cents=yearly_income * 100, state="NY", applied_on=life.today, documents=documents
    )
    return life.at_desk(
        lambda desk: applications.apply(
            desk, life.account, asked, key=f"day {life.day}", by="ana", language=language
        ).row.number
    )


def bring(life: Life, case: int, *documents: str) -> None:
    life.at_desk(lambda desk: applications.bring_documents(CareCase.lock(desk, case), documents, "ana"))


def grant(life: Life, case: int) -> Relieved:
    return life.at_desk(lambda desk: applications.approve(CareCase.lock(desk, case), "bea", "documents seen"))


def deny(life: Life, case: int, why: str) -> None:
    life.at_desk(lambda desk: applications.reject(CareCase.lock(desk, case), "bea", why))


def complain(life: Life, category: str, words: str, *, claim: int | None = None) -> int:
    new = NewComplaint(
        category=category, origin=Complainant.PATIENT, words=words, account_number=life.account, claim_number=claim
    )
    return life.at_desk(lambda desk: complaints.record(desk, new, key=f"day {life.day}", by="ana").row.number)


def answer(life: Life, case: int, text: str, *, cause: str, upheld: bool) -> None:
    life.at_desk(
        lambda desk: complaints.answer(CareCase.lock(desk, case), text, cause=cause, upheld=upheld, by="ben")
    )


def approve_placement(life: Life) -> None:
    """A named person approves the hand-over to an agency; the gates decide by themselves."""
    life.run(
        lambda session: account_decisions.approve_placement(
            session,
            LOCAL_PRACTICE,
            life.account,
            business_id=f"approved on day {life.day}",
            by="bea",
            reason="nobody answered",
            business_at=life.now,
        )
    )


def reach_the_agency(life: Life) -> None:
    """Nobody answers until every condition is met, and a person approves."""
    due = life.until("placement_approval")
    assert due.waits_for_person
    assert life.shut() == []
    approve_placement(life)
    life.do_what_is_due()
    assert [one.state for one in life.placements()] == ["placed"]


def recall_from_agency(life: Life, why: str) -> int:
    """Cents that stand in our books again."""
    number = life.placements()[-1].number
    return life.at_desk(lambda desk: recall(desk, care.placement(desk.session, number), "bea", why))


def agency_pays(life: Life, *lines: str) -> PaidOver:
    text = "\n".join(("remittance,placement,account,paid_on,gross,fee", *lines))
    return life.at_desk(lambda desk: post_remittance(desk, parse_remittance(text), by="ana"))


def change_plan(life: Life, monthly_cents: int, why: str) -> None:
    life.run(
        lambda session: agreeing.change_plan(
            life.entering(session), life.account, reason=why, monthly_cents=monthly_cents
        )
    )


def pay_back(life: Life, check: str) -> CaseRow:
    """The refund case of the account: approved by one person, its check sent by another."""
    (case,) = life.run(lambda s: [row for row in s.query(CaseRow).all() if row.kind == "refund"])
    for verb, by in (("approve", "ann"), ("sent", "bea")):
        said = _order(life, case.number, verb, by, check if verb == "sent" else "")
        assert said.accepted, said.refusal
    return life.run(lambda s: s.query(CaseRow).filter(CaseRow.number == case.number).one())


def _order(life: Life, case: int, verb: str, by: str, check: str) -> CaseAnswer:
    body = CaseOrderBody(verb=verb, id=f"{verb}-{case}", by=by, reason="paid before help was given", check=check)
    return life.order_case(case, body)


def estimate_given(life: Life, cents: int, visit_on: date) -> EstimateRow:
    """A good faith estimate of a visit's cost, in the patient's hands."""
    service: PlannedService = replace(VISIT, charge_cents=cents)

    def made(desk):  # type: ignore[no-untyped-def]
        patient = intake.find_or_add_patient(desk.session, LOCAL_PRACTICE, person())
        row = frontdesk.schedule(
            desk.session,
            LOCAL_PRACTICE,
            frontdesk.NewAppointment(
                key="the visit",
                patient_id=patient.id,
                on_day=visit_on,
                scheduled_on=desk.today,
                provider=_PROVIDER,
                coverages=(),
                services=(service,),
            ),
            ask_at=desk.now,
        )
        estimate = estimates.make_good_faith(desk, row.number, "kim", on_request=True)
        return estimates.provided(desk, estimate.number, "kim", "on paper")

    found: EstimateRow = life.at_desk(made)
    return found
