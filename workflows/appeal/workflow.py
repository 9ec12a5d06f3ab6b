"""The appeal workflow: one level is gathered for, filed, decided, and followed by the next or by money."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior
from temporalio.exceptions import ApplicationError

from contracts.appeal import (
    APPEAL_WORKFLOW,
    ORDER_SIGNAL,
    AppealAnswer,
    AppealBooks,
    AppealClosed,
    AppealMessage,
    AppealOpened,
    AppealOrderBody,
    MisfitAppealOrder,
    OrderedAppeal,
)
from domain.appeals.orders import OrderInvalid, parse_order
from domain.appeals.states import AppealState, AppealVerb, refusal
from workflows.appeal.state import AppealMemory
from workflows.own_books import inside
from workflows.waiting import wait_until


@workflow.defn(name=APPEAL_WORKFLOW, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
class AppealWorkflow:
    """Carries one level of one appeal; startable from its row at any state."""

    @workflow.init
    def __init__(self, opened: AppealOpened) -> None:
        """Restore what an earlier run remembered."""
        self._memory = AppealMemory(opened)
        self._lock = asyncio.Lock()
        self._renewing = False

    @workflow.run
    async def run(self, opened: AppealOpened) -> AppealClosed:
        """Warn before each deadline, act on it when it comes, hear people and the payer, until the level has ended."""
        await self._look()
        while await self._still_open():
            if not await self._word_before_the_date():
                await self._act_on_date()
            if workflow.info().is_continue_as_new_suggested():
                await self._renew(opened)
        return AppealClosed(appeal_number=opened.appeal_number, decision=self._memory.snapshot.decision)

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
                await inside(AppealBooks.look, self._memory.ref(), "Read where the level stands against its claim")
            )
            self._memory.show()

    async def _word_before_the_date(self) -> bool:
        """Wait for an order, the payer or the books until the next date."""
        snapshot = self._memory.snapshot
        why = f"{snapshot.next_what} (deadline {snapshot.deadline})" if snapshot.deadline else snapshot.next_what
        return await wait_until(snapshot.next_at, self._heard, self._memory.today, why)

    def _heard(self) -> bool:
        return self._memory.rung or self._memory.ordered or self._memory.closed

    async def _act_on_date(self) -> None:
        async with self._lock:
            self._memory.learn(
                await inside(AppealBooks.act_on_date, self._memory.ref(), "Warn, let it lapse, or ask for the decision")
            )
            self._memory.show()

    async def _renew(self, opened: AppealOpened) -> None:
        self._renewing = True
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._memory.rung or self._memory.closed:
            self._renewing = False
            return
        workflow.continue_as_new(self._memory.continued(opened))

    # What the books say: the row is the truth.

    @workflow.signal
    def decision(self, message: AppealMessage | None = None) -> None:
        """A letter or a remittance decided, or the claim went on without it."""
        self._memory.hear(message)

    @workflow.signal
    def letter(self, message: AppealMessage | None = None) -> None:
        """A letter about the level was entered."""
        self._memory.hear(message)

    # What people order. Updates and not signals: the person is told at once what became of it.

    @workflow.update
    async def evidence(self, body: AppealOrderBody) -> AppealAnswer:
        """Say that a thing of the checklist is there, or that it is filed without it."""
        return await self._obey(body)

    @workflow.update
    async def file(self, body: AppealOrderBody) -> AppealAnswer:
        """File the request: its letter leaves by mail."""
        return await self._obey(body)

    @workflow.update
    async def decide(self, body: AppealOrderBody) -> AppealAnswer:
        """Enter a decision that came on paper."""
        return await self._obey(body)

    @workflow.update
    async def escalate(self, body: AppealOrderBody) -> AppealAnswer:
        """Go to the next level without a decision that is overdue."""
        return await self._obey(body)

    @workflow.update
    async def withdraw(self, body: AppealOrderBody) -> AppealAnswer:
        """Withdraw the request."""
        return await self._obey(body)

    @workflow.update
    async def end(self, body: AppealOrderBody) -> AppealAnswer:
        """Accept a decision: no next level."""
        return await self._obey(body)

    @evidence.validator
    def _may_evidence(self, body: AppealOrderBody) -> None:
        self._check(body, AppealVerb.EVIDENCE)

    @file.validator
    def _may_file(self, body: AppealOrderBody) -> None:
        self._check(body, AppealVerb.FILE)

    @decide.validator
    def _may_decide(self, body: AppealOrderBody) -> None:
        self._check(body, AppealVerb.DECIDE)

    @escalate.validator
    def _may_escalate(self, body: AppealOrderBody) -> None:
        self._check(body, AppealVerb.ESCALATE)

    @withdraw.validator
    def _may_withdraw(self, body: AppealOrderBody) -> None:
        self._check(body, AppealVerb.WITHDRAW)

    @end.validator
    def _may_end(self, body: AppealOrderBody) -> None:
        self._check(body, AppealVerb.END)

    @workflow.signal(dynamic=True, description="appeal_command: an order of a person, as one JSON object")
    async def hear_anything(self, name: str, bodies: Sequence[RawValue]) -> None:
        """``appeal_command``: the same orders from the Temporal UI. What does not fit becomes a work item.

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
                misfit_order = MisfitAppealOrder(appeal=self._memory.ref(), key=key, problems=problems)
                self._memory.learn(
                    await inside(AppealBooks.record_misfit, misfit_order, "Keep the order that did not fit")
                )

    def _check(self, body: AppealOrderBody, verb: AppealVerb) -> None:
        try:
            fitting = self._fitting(vars(body))
        except OrderInvalid as misfit:
            raise ApplicationError(str(misfit), type="Refused") from None
        if fitting.verb != verb.value:
            raise ApplicationError(f"the body says {fitting.verb}, the update {verb.value}", type="Refused")

    def _fitting(self, body: object) -> AppealOrderBody:
        """Shape and state from memory; raises OrderInvalid with the reasons."""
        order = parse_order(body)
        snapshot = self._memory.state.snapshot
        if snapshot is None or self._renewing:
            raise OrderInvalid(("the level is being taken up: try again in a moment",))
        why = refusal(order.verb, AppealState(snapshot.state), snapshot.decision)
        if why is not None and not self._memory.obeyed(order.business_id):
            raise OrderInvalid((why,))
        return AppealOrderBody(
            verb=order.verb.value,
            id=order.business_id,
            by=order.by,
            reason=order.reason,
            item=order.item,
            waive=order.waive,
            decision=order.decision,
            dated=order.dated.isoformat() if order.dated is not None else "",
            good_cause=order.good_cause,
        )

    async def _obey(self, body: AppealOrderBody) -> AppealAnswer:
        async with self._lock:
            # The level may have moved on between the validator and the lock.
            self._check(body, AppealVerb(body.verb))
            answer = await self._carry_out(body)
        if not answer.accepted:
            raise ApplicationError(answer.refusal, type="Refused")
        return answer

    async def _carry_out(self, body: AppealOrderBody) -> AppealAnswer:
        ordered = OrderedAppeal(appeal=self._memory.ref(), order=body)
        answer: AppealAnswer = await inside(AppealBooks.apply_order, ordered, f"Carry out: {body.verb}")
        if answer.snapshot is not None:
            self._memory.learn(answer.snapshot)
            self._memory.show()
        if answer.accepted:
            self._memory.remember_order(body.id)
        return answer


def _decoded(name: str, bodies: Sequence[RawValue]) -> object:
    """The one body of an order, whatever tool sent it; raises OrderInvalid when there is none."""
    if name != ORDER_SIGNAL:
        raise OrderInvalid((f"a signal came that appeals do not know: people's orders are called {ORDER_SIGNAL}",))
    if len(bodies) != 1:
        raise OrderInvalid((f"the signal came with {len(bodies)} bodies: send one JSON object",))
    try:
        return workflow.payload_converter().from_payload(bodies[0].payload)
    except Exception as unreadable:  # noqa: BLE001 - anything else would fail the workflow's task for ever
        kind = type(unreadable).__name__
        raise OrderInvalid((f"the signal's body is not JSON ({kind}): send one JSON object",)) from None
