"""The case workflow: somebody owns it, is reminded, and decides in time."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior

from contracts.case import (
    CASE_WORKFLOW,
    ORDER_SIGNAL,
    CaseAnswer,
    CaseBooks,
    CaseClosed,
    CaseMessage,
    CaseOpened,
    CaseOrderBody,
    CaseSnapshot,
    MisfitOrder,
    OrderedCase,
)
from domain.cases.kinds import CaseState, CaseVerb
from domain.cases.orders import parse_order, refusal
from workflows.case.state import CaseMemory
from workflows.ordered import OrderedStory
from workflows.own_books import inside
from workflows.waiting import wait_until


@workflow.defn(name=CASE_WORKFLOW, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
class CaseWorkflow(OrderedStory[CaseMemory, CaseOrderBody, CaseAnswer]):
    """Carries one case of any kind; startable from its row at any state."""

    _which = "the case"

    @workflow.init
    def __init__(self, opened: CaseOpened) -> None:
        """Restore what an earlier run remembered."""
        super().__init__(CaseMemory(opened))

    @workflow.run
    async def run(self, opened: CaseOpened) -> CaseClosed:
        """Wait for a decision, remind before it is due, escalate when it is, until it was made."""
        await self._look()
        while await self._still_open():
            if not await self._word_before_the_date():
                await self._remind()
            if workflow.info().is_continue_as_new_suggested() and await self._may_renew():
                workflow.continue_as_new(self._memory.continued(opened))
        return CaseClosed(case_number=opened.case_number, decision=self._memory.snapshot.decision)

    async def _read(self) -> CaseSnapshot:
        snapshot: CaseSnapshot = await inside(
            CaseBooks.look, self._memory.ref(), "Read where the case stands against the ledger"
        )
        return snapshot

    async def _word_before_the_date(self) -> bool:
        """Wait for an order or a change in the books until somebody must be reminded."""
        snapshot = self._memory.snapshot
        why = f"{snapshot.next_what} (due {snapshot.due_on})"
        return await wait_until(snapshot.next_at, self._memory.heard, self._memory.today, why)

    async def _remind(self) -> None:
        async with self._lock:
            self._memory.learn(
                await inside(CaseBooks.remind, self._memory.ref(), "Remind the owner, or escalate when it is due")
            )
            self._memory.show()

    # What the books say: the row is the truth.

    @workflow.signal
    def balance_changed(self, message: CaseMessage | None = None) -> None:
        """A posting, a recoupment or a look changed what the case is about."""
        self._memory.hear(message)

    @workflow.signal
    def decision(self, message: CaseMessage | None = None) -> None:
        """Somebody decided about the case elsewhere."""
        self._memory.hear(message)

    # What people order. Updates and not signals: the person is told at once what became of it.

    @workflow.update
    async def approve(self, body: CaseOrderBody) -> CaseAnswer:
        """Approve that the money goes back."""
        return await self._obey(body)

    @workflow.update
    async def reject(self, body: CaseOrderBody) -> CaseAnswer:
        """Decide that nothing goes back, with the reason."""
        return await self._obey(body)

    @workflow.update
    async def sent(self, body: CaseOrderBody) -> CaseAnswer:
        """Say that the approved money left, by which check or transfer."""
        return await self._obey(body)

    @workflow.update
    async def suspend(self, body: CaseOrderBody) -> CaseAnswer:
        """Suspend the clock for a good-faith investigation, where the payer's rule knows that."""
        return await self._obey(body)

    @workflow.update
    async def release(self, body: CaseOrderBody) -> CaseAnswer:
        """Decide a review: what it held goes on where it was."""
        return await self._obey(body)

    @workflow.update
    async def void(self, body: CaseOrderBody) -> CaseAnswer:
        """Decide a review: what it held is withdrawn."""
        return await self._obey(body)

    @workflow.update
    async def repay(self, body: CaseOrderBody) -> CaseAnswer:
        """Decide a review: what was paid for what it held goes back."""
        return await self._obey(body)

    @approve.validator
    def _may_approve(self, body: CaseOrderBody) -> None:
        self._check(body, CaseVerb.APPROVE)

    @reject.validator
    def _may_reject(self, body: CaseOrderBody) -> None:
        self._check(body, CaseVerb.REJECT)

    @sent.validator
    def _may_be_sent(self, body: CaseOrderBody) -> None:
        self._check(body, CaseVerb.SENT)

    @suspend.validator
    def _may_suspend(self, body: CaseOrderBody) -> None:
        self._check(body, CaseVerb.SUSPEND)

    @release.validator
    def _may_release(self, body: CaseOrderBody) -> None:
        self._check(body, CaseVerb.RELEASE)

    @void.validator
    def _may_void(self, body: CaseOrderBody) -> None:
        self._check(body, CaseVerb.VOID)

    @repay.validator
    def _may_repay(self, body: CaseOrderBody) -> None:
        self._check(body, CaseVerb.REPAY)

    @workflow.signal(dynamic=True, description="case_command: an order of a person, as one JSON object")
    async def hear_anything(self, name: str, bodies: Sequence[RawValue]) -> None:
        """``case_command``: the same orders from the Temporal UI. What does not fit becomes a work item.

        Dynamic, because a named signal that comes without its body, or with two, fails the workflow's task for ever.
        """
        await self._hear(name, bodies, ORDER_SIGNAL, "cases")

    def _fitting(self, body: object) -> CaseOrderBody:
        """Shape and state from memory; raises BodyInvalid with the reasons."""
        order = parse_order(body)
        snapshot = self._taken_up()
        self._refuse(
            refusal(order.verb, snapshot.kind, CaseState(snapshot.state), snapshot.decision), order.business_id
        )
        return CaseOrderBody(
            verb=order.verb.value, id=order.business_id, by=order.by, reason=order.reason, check=order.check
        )

    async def _apply(self, body: CaseOrderBody) -> CaseAnswer:
        ordered = OrderedCase(case=self._memory.ref(), order=body)
        answer: CaseAnswer = await inside(CaseBooks.apply_order, ordered, f"Carry out: {body.verb}")
        return answer

    async def _keep_misfit(self, key: str, problems: tuple[str, ...]) -> CaseSnapshot:
        misfit = MisfitOrder(case=self._memory.ref(), key=key, problems=problems)
        snapshot: CaseSnapshot = await inside(CaseBooks.record_misfit, misfit, "Keep the order that did not fit")
        return snapshot
