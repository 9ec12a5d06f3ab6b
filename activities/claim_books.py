"""The claim's steps as activities: each one transaction, each repeatable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session
from temporalio import activity

from activities.claim import answer, commands, follow_up, prepare
from activities.claim.step import Step
from activities.compliance import gate
from contracts.claim import (
    ClaimBooks,
    ClaimRef,
    ClaimSnapshot,
    CommandAnswer,
    MisfitCommand,
    OrderedCommand,
    PayerSilent,
)
from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books


class ClaimBooksInPostgres(ClaimBooks):
    """Every step locks the claim's row, works, and says where the claim stands."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books
        self._clock = PostgresBusinessClock(books)

    def _dated(self, claim: ClaimRef) -> ClaimRef:
        """The step's date: never behind the business clock, which a lagging workflow on a conducted stack
        has not been told of (a person's order carries no date)."""
        return replace(claim, today=max(claim.today, self._clock.now()))

    def _gated(self, claim: ClaimRef, work: Callable[[Session, ClaimRef], ClaimSnapshot]) -> ClaimSnapshot:
        """A step of a claim that is not held for review."""
        dated = self._dated(claim)
        return self._books.run(claim.organisation_id, lambda s: gate.through(s, dated, work))

    @activity.defn(name="take_up_claim")
    def take_up(self, claim: ClaimRef) -> ClaimSnapshot:
        """Read the claim's row: where it stands now."""
        return self._gated(claim, lambda s, ref: Step.begin(s, ref).snapshot())

    @activity.defn(name="payer_silent")
    def payer_silent(self, claim: PayerSilent) -> ClaimSnapshot:
        """Note that the payer did not answer a question, and when it is asked again."""
        dated = replace(claim, claim=self._dated(claim.claim))
        return self._gated(dated.claim, lambda s, ref: follow_up.payer_silent(s, replace(dated, claim=ref)))

    @activity.defn(name="scrub_claim")
    def scrub(self, claim: ClaimRef) -> ClaimSnapshot:
        """Check the content; findings become a work item and the stage FINDINGS."""
        return self._gated(claim, prepare.scrub)

    @activity.defn(name="commit_ready_attempt")
    def commit_ready(self, claim: ClaimRef) -> ClaimSnapshot:
        """Book the charge and commit a ready row (or a paper request)."""
        return self._gated(claim, prepare.commit_ready)

    @activity.defn(name="act_on_answer")
    def act_on_answer(self, claim: ClaimRef) -> ClaimSnapshot:
        """Decide from posted remittances and rejections what comes next."""
        return self._gated(claim, answer.act_on_answer)

    @activity.defn(name="remind_owner")
    def remind(self, claim: ClaimRef) -> ClaimSnapshot:
        """A date passed and nobody acted: remind, then escalate."""
        return self._gated(claim, follow_up.remind)

    @activity.defn(name="apply_command")
    def apply_command(self, ordered: OrderedCommand) -> CommandAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        dated = replace(ordered, claim=self._dated(ordered.claim))
        return self._books.run(dated.claim.organisation_id, lambda s: gate.ordered(s, dated))

    @activity.defn(name="record_misfit_command")
    def record_misfit(self, misfit: MisfitCommand) -> ClaimSnapshot:
        """Keep a command that did not fit as a work item with the reason."""
        dated = replace(misfit, claim=self._dated(misfit.claim))
        return self._books.run(dated.claim.organisation_id, lambda s: commands.record_misfit(s, dated))
