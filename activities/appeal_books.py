"""The steps of an appeal's level as activities."""

from __future__ import annotations

from dataclasses import replace

from temporalio import activity

from activities.appeals import looking, orders
from contracts.appeal import AppealAnswer, AppealBooks, AppealRef, AppealSnapshot, MisfitAppealOrder, OrderedAppeal
from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books


class AppealBooksInPostgres(AppealBooks):
    """Every step locks the claim, then the level."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books
        self._clock = PostgresBusinessClock(books)

    def _dated(self, appeal: AppealRef) -> AppealRef:
        """Never behind the business clock: a person's order carries no date."""
        return replace(appeal, today=max(appeal.today, self._clock.now()))

    @activity.defn(name="look_at_appeal")
    def look(self, appeal: AppealRef) -> AppealSnapshot:
        """Read the row against the claim."""
        return self._books.run(appeal.organisation_id, lambda s: looking.look(s, self._dated(appeal)))

    @activity.defn(name="act_on_appeal_date")
    def act_on_date(self, appeal: AppealRef) -> AppealSnapshot:
        """A date came: warn, let lapse, or ask."""
        return self._books.run(appeal.organisation_id, lambda s: looking.act_on_date(s, self._dated(appeal)))

    @activity.defn(name="apply_appeal_order")
    def apply_order(self, ordered: OrderedAppeal) -> AppealAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        dated = replace(ordered, appeal=self._dated(ordered.appeal))
        return self._books.run(dated.appeal.organisation_id, lambda s: orders.apply_order(s, dated))

    @activity.defn(name="record_misfit_appeal_order")
    def record_misfit(self, misfit: MisfitAppealOrder) -> AppealSnapshot:
        """Keep an order that did not fit as a work item."""
        dated = replace(misfit, appeal=self._dated(misfit.appeal))
        return self._books.run(dated.appeal.organisation_id, lambda s: orders.record_misfit(s, dated))
