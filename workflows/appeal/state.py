"""What an appeal workflow remembers, and how it shows itself."""

from __future__ import annotations

from datetime import datetime

from temporalio import workflow

from contracts import search_attributes as shown
from contracts.appeal import AppealOpened, AppealRef, AppealSnapshot, AppealStory
from contracts.claim import REMEMBERED_MESSAGES
from domain.appeals.states import AppealState
from workflows.doorbells import DoorbellMemory


class AppealMemory(DoorbellMemory[AppealStory]):
    """The level as its row last said, and which orders were carried out."""

    def __init__(self, opened: AppealOpened) -> None:
        """Restore the state of an earlier run, or begin one."""
        fresh = AppealStory(
            organisation_id=opened.organisation_id, appeal_number=opened.appeal_number, told_at=opened.business_at
        )
        super().__init__(opened.state or fresh, opened.business_at)
        self.ordered = False
        """An order changed the row and the story has not gone on from it yet."""
        self._shown: datetime | None = None

    @property
    def snapshot(self) -> AppealSnapshot:
        """Where the level stands, as its row last said."""
        assert self.state.snapshot is not None, "the row is read before anything else"
        return self.state.snapshot

    @property
    def closed(self) -> bool:
        """Whether the level has ended."""
        return self.snapshot.state == AppealState.CLOSED.value

    def ref(self) -> AppealRef:
        """The level and today's date, for a step."""
        return AppealRef(
            organisation_id=self.state.organisation_id,
            appeal_number=self.state.appeal_number,
            today=self.today.now(),
        )

    def learn(self, snapshot: AppealSnapshot) -> None:
        """Take what a step found."""
        self.state.snapshot = snapshot
        self.state.told_at = self.today.told_at

    def obeyed(self, business_id: str) -> bool:
        """Whether this order was carried out before: its repetition gets the same answer from the books."""
        return business_id in self.state.order_ids

    def remember_order(self, business_id: str) -> None:
        """Note that an order was carried out."""
        if not self.obeyed(business_id):
            self.state.order_ids = [*self.state.order_ids, business_id][-REMEMBERED_MESSAGES:]
            self.ordered = True

    def show(self) -> None:
        """Say in the Temporal UI where the level stands; search attributes only when they changed."""
        snapshot = self.snapshot
        workflow.set_current_details(describe(snapshot))
        if snapshot.next_at is not None and snapshot.next_at != self._shown:
            self._shown = snapshot.next_at
            workflow.upsert_search_attributes(
                [
                    shown.NEXT_DEADLINE.value_set(snapshot.next_at),
                    shown.ORGANISATION.value_set(str(self.state.organisation_id)),
                    shown.PAYER.value_set(snapshot.payer_code),
                ]
            )

    def continued(self, opened: AppealOpened) -> AppealOpened:
        """Input of the next run."""
        return AppealOpened(
            organisation_id=opened.organisation_id,
            appeal_number=opened.appeal_number,
            business_at=self.today.now(),
            state=self.state,
        )


def describe(snapshot: AppealSnapshot) -> str:
    """What the level waits for and until when, in plain words (Markdown)."""
    name = f"{snapshot.level_name.capitalize()} (level {snapshot.level}) with {snapshot.payer_code}"
    if snapshot.state == AppealState.CLOSED.value:
        return f"**{name}, closed**: {snapshot.decision.replace('_', ' ')}. Claim {snapshot.claim_number}."
    until = f"; looked at on **{snapshot.next_at:%A, %d %B %Y}**" if snapshot.next_at else ""
    deadline = f", deadline **{snapshot.deadline}**" if snapshot.deadline else ""
    return (
        f"**{name}, {snapshot.state}**{deadline}. Claim {snapshot.claim_number}.\n\n"
        f"Waits for: {snapshot.next_what}{until}. Owner: {snapshot.owner.replace('_', ' ')}."
    )
