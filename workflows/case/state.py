"""What a case workflow remembers, and how it shows itself."""

from __future__ import annotations

from contracts.case import CaseOpened, CaseRef, CaseSnapshot, CaseStory
from domain.cases.kinds import CaseState
from workflows.ordered import OrderedMemory


class CaseMemory(OrderedMemory[CaseStory, CaseSnapshot]):
    """The case as its row last said, and which orders were carried out."""

    def __init__(self, opened: CaseOpened) -> None:
        """Restore the state of an earlier run, or begin one."""
        fresh = CaseStory(
            organisation_id=opened.organisation_id, case_number=opened.case_number, told_at=opened.business_at
        )
        super().__init__(opened.state or fresh, opened.business_at)

    def ref(self) -> CaseRef:
        """The case and today's date, for a step."""
        return CaseRef(
            organisation_id=self.state.organisation_id,
            case_number=self.state.case_number,
            today=self.today.now(),
        )

    def details(self) -> str:
        """What it waits for and until when."""
        return describe(self.snapshot)

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
