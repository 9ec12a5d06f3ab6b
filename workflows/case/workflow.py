"""The case workflow: somebody owns it, is reminded, and decides in time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior
from temporalio.exceptions import ApplicationError

from contracts.case import (
    CASE_WORKFLOW,
    ORDER_SIGNAL,
    CaseAnswer,
    CaseBooks,
    CaseClosed,
    CaseMessage,
    CaseOpened,
    CaseOrderBody,
    MisfitOrder,
    OrderedCase,
)
from domain.cases.kinds import CaseState, CaseVerb
from domain.cases.orders import OrderInvalid, parse_order, refusal
from workflows.case.state import CaseMemory
from workflows.own_books import inside
from workflows.waiting import wait_until


@workflow.defn(name=CASE_WORKFLOW, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
class CaseWorkflow:
    """Carries one case of any kind; startable from its row at any state."""

    @workflow.init
    def __init__(self, opened: CaseOpened) -> None:
        """Restore what an earlier run remembered."""
        self._memory = CaseMemory(opened)
        self._lock = asyncio.Lock()
        self._renewing = False

    @workflow.run
    async def run(self, opened: CaseOpened) -> CaseClosed:
        """Wait for a decision, remind before it is due, escalate when it is, until it was made."""
        await self._look()
        while await self._still_open():
            if not await self._word_before_the_date():
                await self._remind()
            if workflow.info().is_continue_as_new_suggested():
                await self._renew(opened)
        return CaseClosed(case_number=opened.case_number, decision=self._memory.snapshot.decision)

    async def _still_open(self) -> bool:
        self._memory.ordered = False
        if self._memory.rung:
            await self._look()
        if not self._memory.closed:
            return True
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._memory.rung or not self._memory.closed

    async def _look(self) -> None:
        async with self._lock:
            self._memory.rung = False
            self._memory.learn(
                await inside(CaseBooks.look, self._memory.ref(), "Read where the case stands against the ledger")
            )
            self._memory.show()

    async def _word_before_the_date(self) -> bool:
        """Wait for an order or a change in the books until somebody must be reminded."""
        snapshot = self._memory.snapshot
        why = f"{snapshot.next_what} (due {snapshot.due_on})"
        return await wait_until(snapshot.next_at, self._heard, self._memory.today, why)

    def _heard(self) -> bool:
        return self._memory.rung or self._memory.ordered or self._memory.closed

    async def _remind(self) -> None:
        async with self._lock:
            self._memory.learn(
                await inside(CaseBooks.remind, self._memory.ref(), "Remind the owner, or escalate when it is due")
            )
            self._memory.show()

    async def _renew(self, opened: CaseOpened) -> None:
        self._renewing = True
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._memory.rung or self._memory.closed:
            self._renewing = False
            return
        workflow.continue_as_new(self._memory.continued(opened))

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
        await workflow.wait_condition(lambda: self._memory.state.snapshot is not None)
        async with self._lock:
            problems: tuple[str, ...]
            try:
                answer = await self._carry_out(self._fitting(_decoded(name, bodies)))
                problems = () if answer.accepted else (answer.refusal,)
            except OrderInvalid as misfit:
                problems = misfit.problems
            if problems:
                key = f"misfit:{workflow.uuid4()}"
                misfit_order = MisfitOrder(case=self._memory.ref(), key=key, problems=problems)
                self._memory.learn(
                    await inside(CaseBooks.record_misfit, misfit_order, "Keep the order that did not fit")
                )

    def _check(self, body: CaseOrderBody, verb: CaseVerb) -> None:
        try:
            fitting = self._fitting(vars(body))
        except OrderInvalid as misfit:
            raise ApplicationError(str(misfit), type="Refused") from None
        if fitting.verb != verb.value:
            raise ApplicationError(f"the body says {fitting.verb}, the update {verb.value}", type="Refused")

    def _fitting(self, body: object) -> CaseOrderBody:
        """Shape and state from memory; raises OrderInvalid with the reasons."""
        order = parse_order(body)
        snapshot = self._memory.state.snapshot
        if snapshot is None or self._renewing:
            raise OrderInvalid(("the case is being taken up: try again in a moment",))
        why = refusal(order.verb, snapshot.kind, CaseState(snapshot.state), snapshot.decision)
        if why is not None and not self._memory.obeyed(order.business_id):
            raise OrderInvalid((why,))
        return CaseOrderBody(
            verb=order.verb.value, id=order.business_id, by=order.by, reason=order.reason, check=order.check
        )

    async def _obey(self, body: CaseOrderBody) -> CaseAnswer:
        async with self._lock:
            # The case may have moved on between the validator and the lock.
            self._check(body, CaseVerb(body.verb))
            answer = await self._carry_out(body)
        if not answer.accepted:
            raise ApplicationError(answer.refusal, type="Refused")
        return answer

    async def _carry_out(self, body: CaseOrderBody) -> CaseAnswer:
        ordered = OrderedCase(case=self._memory.ref(), order=body)
        answer: CaseAnswer = await inside(CaseBooks.apply_order, ordered, f"Carry out: {body.verb}")
        if answer.snapshot is not None:
            self._memory.learn(answer.snapshot)
            self._memory.show()
        if answer.accepted:
            self._memory.remember_order(body.id)
        return answer


def _decoded(name: str, bodies: Sequence[RawValue]) -> object:
    """The one body of an order, whatever tool sent it; raises OrderInvalid when there is none."""
    if name != ORDER_SIGNAL:
        raise OrderInvalid((f"a signal came that cases do not know: people's orders are called {ORDER_SIGNAL}",))
    if len(bodies) != 1:
        raise OrderInvalid((f"the signal came with {len(bodies)} bodies: send one JSON object",))
    try:
        return workflow.payload_converter().from_payload(bodies[0].payload)
    except Exception as unreadable:  # noqa: BLE001 - anything else would fail the workflow's task for ever
        kind = type(unreadable).__name__
        raise OrderInvalid((f"the signal's body is not JSON ({kind}): send one JSON object",)) from None
