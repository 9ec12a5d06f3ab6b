"""The case's steps as activities."""

from __future__ import annotations

from temporalio import activity

from activities.cases import looking, orders
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
        return self._books.run(case.organisation_id, lambda s: looking.look(s, case))

    @activity.defn(name="remind_case")
    def remind(self, case: CaseRef) -> CaseSnapshot:
        """A date passed: remind, and escalate from the due date on."""
        return self._books.run(case.organisation_id, lambda s: looking.remind(s, case))

    @activity.defn(name="apply_case_order")
    def apply_order(self, ordered: OrderedCase) -> CaseAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        return self._books.run(ordered.case.organisation_id, lambda s: orders.apply_order(s, ordered))

    @activity.defn(name="record_misfit_case_order")
    def record_misfit(self, misfit: MisfitOrder) -> CaseSnapshot:
        """Keep an order that did not fit as a work item."""
        return self._books.run(misfit.case.organisation_id, lambda s: orders.record_misfit(s, misfit))
