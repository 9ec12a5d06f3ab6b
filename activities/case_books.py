"""The case's steps as activities."""

from __future__ import annotations

from sqlalchemy.orm import Session
from temporalio import activity

from activities.cases import looking, orders
from activities.compliance import case as review
from activities.records import case as records
from contracts.case import CaseAnswer, CaseBooks, CaseRef, CaseSnapshot, MisfitOrder, OrderedCase
from storage.unit_of_work import Books


class CaseBooksInPostgres(CaseBooks):
    """Every step locks what the case is about, then the case."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books

    @activity.defn(name="look_at_case")
    def look(self, case: CaseRef) -> CaseSnapshot:
        """Read the row against the ledger."""
        return self._books.run(case.organisation_id, lambda s: _look(s, case))

    @activity.defn(name="remind_case")
    def remind(self, case: CaseRef) -> CaseSnapshot:
        """A date passed: remind, and escalate from the due date on."""
        return self._books.run(case.organisation_id, lambda s: _remind(s, case))

    @activity.defn(name="apply_case_order")
    def apply_order(self, ordered: OrderedCase) -> CaseAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        return self._books.run(ordered.case.organisation_id, lambda s: _apply_order(s, ordered))

    @activity.defn(name="record_misfit_case_order")
    def record_misfit(self, misfit: MisfitOrder) -> CaseSnapshot:
        """Keep an order that did not fit as a work item."""
        return self._books.run(misfit.case.organisation_id, lambda s: _record_misfit(s, misfit))


# A review is a story of its own, which shows itself to nobody else; a request for records is answered and not paid;
# every other case is about money.


def _look(session: Session, case: CaseRef) -> CaseSnapshot:
    if review.is_one(session, case.case_number):
        return review.look(session, case)
    of_records = records.is_one(session, case.case_number)
    return records.look(session, case) if of_records else looking.look(session, case)


def _remind(session: Session, case: CaseRef) -> CaseSnapshot:
    if review.is_one(session, case.case_number):
        return review.remind(session, case)
    of_records = records.is_one(session, case.case_number)
    return records.remind(session, case) if of_records else looking.remind(session, case)


def _apply_order(session: Session, ordered: OrderedCase) -> CaseAnswer:
    if review.is_one(session, ordered.case.case_number):
        return review.apply_order(session, ordered)
    of_records = records.is_one(session, ordered.case.case_number)
    return records.apply_order(session, ordered) if of_records else orders.apply_order(session, ordered)


def _record_misfit(session: Session, misfit: MisfitOrder) -> CaseSnapshot:
    if review.is_one(session, misfit.case.case_number):
        return review.record_misfit(session, misfit)
    of_records = records.is_one(session, misfit.case.case_number)
    return records.record_misfit(session, misfit) if of_records else orders.record_misfit(session, misfit)
