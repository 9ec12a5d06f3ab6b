"""The claim's steps as activities: each one transaction, each repeatable."""

from __future__ import annotations

from temporalio import activity

from activities.claim import answer, commands, follow_up, prepare
from activities.claim.step import Step
from contracts.claim import (
    ClaimBooks,
    ClaimRef,
    ClaimSnapshot,
    CommandAnswer,
    MisfitCommand,
    OrderedCommand,
    PayerSilent,
)
from storage.unit_of_work import Books


class ClaimBooksInPostgres(ClaimBooks):
    """Every step locks the claim's row, works, and says where the claim stands."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books

    @activity.defn(name="take_up_claim")
    def take_up(self, claim: ClaimRef) -> ClaimSnapshot:
        """Read the claim's row: where it stands now."""
        return self._books.run(claim.organisation_id, lambda s: Step.begin(s, claim).snapshot())

    @activity.defn(name="payer_silent")
    def payer_silent(self, claim: PayerSilent) -> ClaimSnapshot:
        """Note that the payer did not answer a question, and when it is asked again."""
        return self._books.run(claim.claim.organisation_id, lambda s: follow_up.payer_silent(s, claim))

    @activity.defn(name="scrub_claim")
    def scrub(self, claim: ClaimRef) -> ClaimSnapshot:
        """Check the content; findings become a work item and the stage FINDINGS."""
        return self._books.run(claim.organisation_id, lambda s: prepare.scrub(s, claim))

    @activity.defn(name="commit_ready_attempt")
    def commit_ready(self, claim: ClaimRef) -> ClaimSnapshot:
        """Book the charge and commit a ready row (or a paper request)."""
        return self._books.run(claim.organisation_id, lambda s: prepare.commit_ready(s, claim))

    @activity.defn(name="act_on_answer")
    def act_on_answer(self, claim: ClaimRef) -> ClaimSnapshot:
        """Decide from posted remittances and rejections what comes next."""
        return self._books.run(claim.organisation_id, lambda s: answer.act_on_answer(s, claim))

    @activity.defn(name="remind_owner")
    def remind(self, claim: ClaimRef) -> ClaimSnapshot:
        """A date passed and nobody acted: remind, then escalate."""
        return self._books.run(claim.organisation_id, lambda s: follow_up.remind(s, claim))

    @activity.defn(name="apply_command")
    def apply_command(self, ordered: OrderedCommand) -> CommandAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        return self._books.run(ordered.claim.organisation_id, lambda s: commands.apply_command(s, ordered))

    @activity.defn(name="record_misfit_command")
    def record_misfit(self, misfit: MisfitCommand) -> ClaimSnapshot:
        """Keep a command that did not fit as a work item with the reason."""
        return self._books.run(misfit.claim.organisation_id, lambda s: commands.record_misfit(s, misfit))
