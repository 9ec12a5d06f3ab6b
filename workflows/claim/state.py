"""What a claim workflow remembers between its steps, and how it shows itself in the Temporal UI."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from contracts import search_attributes as shown
from contracts.claim import (
    REMEMBERED_MESSAGES,
    ClaimOpened,
    ClaimRef,
    ClaimSnapshot,
    ClaimState,
)
from domain.claim.stages import Stage
from workflows.doorbells import DoorbellMemory


class ClaimMemory(DoorbellMemory[ClaimState]):
    """The claim as its row last said, which orders were carried out, and what is shown of it."""

    def __init__(self, opened: ClaimOpened) -> None:
        """Restore the state of an earlier run, or begin one."""
        fresh = ClaimState(
            organisation_id=opened.organisation_id,
            claim_number=opened.claim_number,
            told_at=opened.business_at,
        )
        super().__init__(opened.state or fresh, opened.business_at)
        self.commanded = False
        """A person's order changed the row and the story has not gone on from it yet."""
        self._shown: tuple[object, ...] = ()

    @property
    def snapshot(self) -> ClaimSnapshot:
        """Where the claim stands, as its row last said."""
        assert self.state.snapshot is not None, "the row is read before anything else"
        return self.state.snapshot

    @property
    def stage(self) -> Stage:
        """Stage of the last snapshot."""
        return self.snapshot.stage

    def ref(self) -> ClaimRef:
        """The claim and today's date, for a step."""
        return ClaimRef(
            organisation_id=self.state.organisation_id,
            claim_number=self.state.claim_number,
            today=self.today.now(),
        )

    def obeyed(self, business_id: str) -> bool:
        """Whether this order was carried out before: its repetition gets the same answer from the books."""
        return business_id in self.state.order_ids

    def remember_order(self, business_id: str) -> None:
        """Note that an order was carried out; a repetition is not news for the story."""
        if self.obeyed(business_id):
            return
        self.state.order_ids = [*self.state.order_ids, business_id][-REMEMBERED_MESSAGES:]
        self.commanded = True

    def learn(self, snapshot: ClaimSnapshot) -> None:
        """Take what a step found."""
        self.state.snapshot = snapshot
        self.state.told_at = self.today.told_at

    def show(self) -> None:
        """Show where the claim stands: details in words, search attributes only when they changed."""
        snapshot = self.snapshot
        face = (snapshot.stage, snapshot.owes, snapshot.next_at, snapshot.denial_group, snapshot.payer_code)
        workflow.set_current_details(describe(snapshot))
        if face == self._shown:
            return
        before_denial_group = self._shown[3] if self._shown else ""
        self._shown = face
        updates: list[SearchAttributeUpdate[Any]] = [
            shown.CLAIM_STAGE.value_set(snapshot.stage.value),
            shown.PAYER.value_set(snapshot.payer_code),
            shown.WHO_OWES.value_set(snapshot.owes.value),
            shown.ORGANISATION.value_set(str(self.state.organisation_id)),
        ]
        if snapshot.next_at is not None:
            updates.append(shown.NEXT_DEADLINE.value_set(snapshot.next_at))
        if snapshot.denial_group:
            updates.append(shown.DENIAL_GROUP.value_set(snapshot.denial_group))
        elif before_denial_group:
            updates.append(shown.DENIAL_GROUP.value_unset())
        workflow.upsert_search_attributes(updates)


def describe(snapshot: ClaimSnapshot) -> str:
    """What the claim waits for and until when, in plain words (Markdown)."""
    if snapshot.stage is Stage.CLOSED:
        return f"**Closed**: {snapshot.outcome.replace('_', ' ') or 'nothing is owed'}."
    until = f" until **{snapshot.next_at:%A, %d %B %Y}**" if snapshot.next_at else ""
    held = "\n\nOn hold by a person's order." if snapshot.held else ""
    return (
        f"**{snapshot.stage.value.replace('_', ' ').capitalize()}** with {snapshot.payer_code}; "
        f"owed by {snapshot.owes.value}.\n\nWaits for: {snapshot.next_what}{until}. Owner: {snapshot.owner}.{held}"
    )
