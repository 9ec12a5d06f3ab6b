"""The case's steps as activities."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session
from temporalio import activity

from activities.care import steps as care
from activities.care.case import is_one as is_care
from activities.cases import looking, orders
from activities.compliance import case as review
from activities.frontdesk import copay_case
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


# A review is a story of its own, which shows itself to nobody else; a request for records is answered and not paid; an
# application and a complaint are about a person; every other case is about money.


class _Story(Protocol):
    """What a kind of case does in its steps."""

    def look(self, session: Session, ref: CaseRef, /) -> CaseSnapshot: ...

    def remind(self, session: Session, ref: CaseRef, /) -> CaseSnapshot: ...

    def apply_order(self, session: Session, ordered: OrderedCase, /) -> CaseAnswer: ...

    def record_misfit(self, session: Session, misfit: MisfitOrder, /) -> CaseSnapshot: ...


class _Money:
    """Refunds."""

    look = staticmethod(looking.look)
    remind = staticmethod(looking.remind)
    apply_order = staticmethod(orders.apply_order)
    record_misfit = staticmethod(orders.record_misfit)


def _story(session: Session, case_number: int) -> _Story:
    if review.is_one(session, case_number):
        return review
    if records.is_one(session, case_number):
        return records
    if copay_case.is_one(session, case_number):
        return copay_case
    return care if is_care(session, case_number) else _Money()


def _look(session: Session, case: CaseRef) -> CaseSnapshot:
    return _story(session, case.case_number).look(session, case)


def _remind(session: Session, case: CaseRef) -> CaseSnapshot:
    return _story(session, case.case_number).remind(session, case)


def _apply_order(session: Session, ordered: OrderedCase) -> CaseAnswer:
    return _story(session, ordered.case.case_number).apply_order(session, ordered)


def _record_misfit(session: Session, misfit: MisfitOrder) -> CaseSnapshot:
    return _story(session, misfit.case.case_number).record_misfit(session, misfit)
