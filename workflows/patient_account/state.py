"""What an account workflow remembers, and how it shows itself."""

from __future__ import annotations

from temporalio import workflow

from contracts import search_attributes as shown
from contracts.account import AccountMessage, AccountOpened, AccountPlan, AccountRef, AccountState
from contracts.claim import REMEMBERED_MESSAGES
from workflows.waiting import Today


class AccountMemory:
    """Today, which messages were seen, and whether one rang since the row was last read."""

    def __init__(self, opened: AccountOpened) -> None:
        """Restore the state of an earlier run, or begin one."""
        self.state = opened.state or AccountState(
            organisation_id=opened.organisation_id,
            account_number=opened.account_number,
            told_at=opened.business_at,
        )
        self.today = Today(max(self.state.told_at, opened.business_at))
        self.rung = False

    def ref(self) -> AccountRef:
        """The account and today's date, for a step."""
        return AccountRef(
            organisation_id=self.state.organisation_id,
            account_number=self.state.account_number,
            today=self.today.now(),
        )

    def hear(self, message: AccountMessage | None) -> None:
        """Take a doorbell once; one without a body only asks to look."""
        if message is None:
            self.rung = True
            return
        self.today.tell(message.business_at)
        if message.message_id in self.state.message_ids:
            return
        self.state.message_ids = [*self.state.message_ids, message.message_id][-REMEMBERED_MESSAGES:]
        self.rung = True

    def show(self, plan: AccountPlan) -> None:
        """Say in the Temporal UI what the account waits for."""
        self.state.told_at = self.today.told_at
        if plan.settled or plan.due_at is None:
            workflow.set_current_details("**Nothing is asked**: the account is settled.")
            return
        workflow.set_current_details(f"Waits for: {plan.what} on **{plan.due_at:%A, %d %B %Y}**.")
        workflow.upsert_search_attributes(
            [
                shown.NEXT_DEADLINE.value_set(plan.due_at),
                shown.ORGANISATION.value_set(str(self.state.organisation_id)),
            ]
        )

    def continued(self, opened: AccountOpened) -> AccountOpened:
        """Input of the next run."""
        return AccountOpened(
            organisation_id=opened.organisation_id,
            account_number=opened.account_number,
            business_at=self.today.now(),
            state=self.state,
        )
