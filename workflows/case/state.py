"""What a case workflow remembers, and how it shows itself."""

from __future__ import annotations

from datetime import datetime

from temporalio import workflow

from contracts import search_attributes as shown
from contracts.case import CaseOpened, CaseRef, CaseSnapshot, CaseStory
from contracts.claim import REMEMBERED_MESSAGES
from domain.cases.kinds import CaseState
from workflows.doorbells import DoorbellMemory


class CaseMemory(DoorbellMemory[CaseStory]):
    """The case as its row last said, and which orders were carried out."""

    def __init__(self, opened: CaseOpened) -> None:
        """Restore the state of an earlier run, or begin one."""
        fresh = CaseStory(
            organisation_id=opened.organisation_id, case_number=opened.case_number, told_at=opened.business_at
        )
        super().__init__(opened.state or fresh, opened.business_at)
        self.ordered = False
        """An order changed the row and the story has not gone on from it yet."""
        self._shown: datetime | None = None

    @property
    def snapshot(self) -> CaseSnapshot:
        """Where the case stands, as its row last said."""
        assert self.state.snapshot is not None, "the row is read before anything else"
        return self.state.snapshot

    @property
    def closed(self) -> bool:
        """Whether it was decided."""
        return self.snapshot.state == CaseState.CLOSED.value

    def ref(self) -> CaseRef:
        """The case and today's date, for a step."""
        return CaseRef(
            organisation_id=self.state.organisation_id,
            case_number=self.state.case_number,
            today=self.today.now(),
        )

    def learn(self, snapshot: CaseSnapshot) -> None:
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
        """Say in the Temporal UI where the case stands; search attributes only when they changed."""
        snapshot = self.snapshot
        workflow.set_current_details(describe(snapshot))
        if snapshot.next_at is not None and snapshot.next_at != self._shown:
            self._shown = snapshot.next_at
            workflow.upsert_search_attributes(
                [
                    shown.NEXT_DEADLINE.value_set(snapshot.next_at),
                    shown.ORGANISATION.value_set(str(self.state.organisation_id)),
                ]
            )

    def continued(self, opened: CaseOpened) -> CaseOpened:
        """Input of the next run."""
        return CaseOpened(
            organisation_id=opened.organisation_id,
            case_number=opened.case_number,
            business_at=self.today.now(),
            state=self.state,
        )


def describe(snapshot: CaseSnapshot) -> str:
    """What the case waits for and until when, in plain words (Markdown)."""
    kind = snapshot.kind.replace("_", " ").capitalize()
    if snapshot.state == CaseState.CLOSED.value:
        return f"**{kind} closed**: {snapshot.decision.replace('_', ' ')}."
    until = f"; asked again on **{snapshot.next_at:%A, %d %B %Y}**" if snapshot.next_at else ""
    return (
        f"**{kind}, {snapshot.state}**, due **{snapshot.due_on}**.\n\n"
        f"Waits for: {snapshot.next_what}{until}. Owner: {snapshot.owner.replace('_', ' ')}."
    )
