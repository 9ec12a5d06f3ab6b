"""What an account workflow remembers, and how it shows itself."""

from __future__ import annotations

from temporalio import workflow

from contracts import search_attributes as shown
from contracts.account import AccountOpened, AccountPlan, AccountRef, AccountState
from workflows.doorbells import DoorbellMemory


class AccountMemory(DoorbellMemory[AccountState]):
    """What the account was told; it keeps no balance."""

    def __init__(self, opened: AccountOpened) -> None:
        """Restore the state of an earlier run, or begin one."""
        fresh = AccountState(
            organisation_id=opened.organisation_id,
            account_number=opened.account_number,
            told_at=opened.business_at,
        )
        super().__init__(opened.state or fresh, opened.business_at)

    def ref(self) -> AccountRef:
        """The account and today's date, for a step."""
        return AccountRef(
            organisation_id=self.state.organisation_id,
            account_number=self.state.account_number,
            today=self.today.now(),
        )

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
