"""What an appeal workflow remembers, and how it shows itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporalio.common import SearchAttributeUpdate

from contracts import search_attributes as shown
from contracts.appeal import AppealOpened, AppealRef, AppealSnapshot, AppealStory
from domain.appeals.states import AppealState
from workflows.ordered import OrderedMemory


class AppealMemory(OrderedMemory[AppealStory, AppealSnapshot]):
    """The level as its row last said, and which orders were carried out."""

    def __init__(self, opened: AppealOpened) -> None:
        """Restore the state of an earlier run, or begin one."""
        fresh = AppealStory(
            organisation_id=opened.organisation_id, appeal_number=opened.appeal_number, told_at=opened.business_at
        )
        super().__init__(opened.state or fresh, opened.business_at)

    def ref(self) -> AppealRef:
        """The level and today's date, for a step."""
        return AppealRef(
            organisation_id=self.state.organisation_id,
            appeal_number=self.state.appeal_number,
            today=self.today.now(),
        )

    def details(self) -> str:
        """What it waits for and until when."""
        return describe(self.snapshot)

    def attributes(self) -> Sequence[SearchAttributeUpdate[Any]]:
        """The payer too."""
        return (shown.PAYER.value_set(self.snapshot.payer_code),)

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
