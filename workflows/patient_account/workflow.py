"""The account workflow: what is asked of a guarantor, step by step, and never after it was paid."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import VersioningBehavior

from contracts import policies, task_queues
from contracts.account import (
    ACCOUNT_WORKFLOW,
    AccountBooks,
    AccountMessage,
    AccountOpened,
    AccountPlan,
    AccountSettled,
    StatementIssued,
    StatementPost,
    StatementToSend,
)
from workflows.own_books import inside
from workflows.patient_account.state import AccountMemory
from workflows.waiting import wait_until


@workflow.defn(name=ACCOUNT_WORKFLOW, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
class PatientAccountWorkflow:
    """Runs while a patient balance is open; keeps no balance of its own."""

    @workflow.init
    def __init__(self, opened: AccountOpened) -> None:
        """Restore what an earlier run remembered."""
        self._memory = AccountMemory(opened)

    @workflow.run
    async def run(self, opened: AccountOpened) -> AccountSettled:
        """Ask by schedule until the balance is zero or the debt is placed."""
        while True:
            plan = await self._plan()
            if plan.settled:
                await workflow.wait_condition(workflow.all_handlers_finished)
                if not self._memory.rung:
                    return AccountSettled(account_number=opened.account_number)
                continue
            if await self._word_before(plan):
                continue
            await self._ask(plan)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._memory.continued(opened))

    async def _plan(self) -> AccountPlan:
        self._memory.rung = False
        plan: AccountPlan = await inside(
            AccountBooks.plan, self._memory.ref(), "Read the balance and say what is due"
        )
        self._memory.show(plan)
        return plan

    async def _word_before(self, plan: AccountPlan) -> bool:
        """Wait for a payment or a change until the next step is due."""
        return await wait_until(plan.due_at, lambda: self._memory.rung, self._memory.today, plan.what)

    async def _ask(self, plan: AccountPlan) -> None:
        issued: StatementIssued = await inside(
            AccountBooks.issue, self._memory.ref(), f"Write the {plan.kind.replace('_', ' ')}"
        )
        if issued.outbox_id is None or issued.statement_number is None:
            return
        await workflow.execute_activity_method(
            StatementPost.send,
            StatementToSend(
                account=self._memory.ref(),
                statement_number=issued.statement_number,
                outbox_id=issued.outbox_id,
            ),
            task_queue=task_queues.OUTSIDE,
            summary=f"Hand the {plan.kind.replace('_', ' ')} to the print vendor",
            **policies.RECOGNISED_SEND.options(),
        )

    # What the books say: the row is the truth.

    @workflow.signal
    def balance_changed(self, message: AccountMessage | None = None) -> None:
        """A claim's patient share was posted, reversed or corrected."""
        self._memory.hear(message)

    @workflow.signal
    def payment_received(self, message: AccountMessage | None = None) -> None:
        """A receipt was posted."""
        self._memory.hear(message)

    @workflow.signal
    def decision(self, message: AccountMessage | None = None) -> None:
        """A named person decided about the account."""
        self._memory.hear(message)
