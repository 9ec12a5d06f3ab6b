"""The appeal workflow: one level is gathered for, filed, decided, and followed by the next or by money."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior

from contracts.appeal import (
    APPEAL_WORKFLOW,
    ORDER_SIGNAL,
    AppealAnswer,
    AppealBooks,
    AppealClosed,
    AppealMessage,
    AppealOpened,
    AppealOrderBody,
    AppealSnapshot,
    MisfitAppealOrder,
    OrderedAppeal,
)
from domain.appeals.orders import parse_order
from domain.appeals.states import AppealState, AppealVerb, refusal
from workflows.appeal.state import AppealMemory
from workflows.ordered import OrderedStory
from workflows.own_books import inside
from workflows.waiting import wait_until


@workflow.defn(name=APPEAL_WORKFLOW, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
class AppealWorkflow(OrderedStory[AppealMemory, AppealOrderBody, AppealAnswer]):
    """Carries one level of one appeal; startable from its row at any state."""

    _which = "the level"

    @workflow.init
    def __init__(self, opened: AppealOpened) -> None:
        """Restore what an earlier run remembered."""
        super().__init__(AppealMemory(opened))

    @workflow.run
    async def run(self, opened: AppealOpened) -> AppealClosed:
        """Warn before each deadline, act on it when it comes, hear people and the payer, until the level has ended."""
        await self._look()
        while await self._still_open():
            if not await self._word_before_the_date():
                await self._act_on_date()
            if workflow.info().is_continue_as_new_suggested() and await self._may_renew():
                workflow.continue_as_new(self._memory.continued(opened))
        return AppealClosed(appeal_number=opened.appeal_number, decision=self._memory.snapshot.decision)

    async def _read(self) -> AppealSnapshot:
        snapshot: AppealSnapshot = await inside(
            AppealBooks.look, self._memory.ref(), "Read where the level stands against its claim"
        )
        return snapshot

    async def _word_before_the_date(self) -> bool:
        """Wait for an order, the payer or the books until the next date."""
        snapshot = self._memory.snapshot
        why = f"{snapshot.next_what} (deadline {snapshot.deadline})" if snapshot.deadline else snapshot.next_what
        return await wait_until(snapshot.next_at, self._memory.heard, self._memory.today, why)

    async def _act_on_date(self) -> None:
        async with self._lock:
            self._memory.learn(
                await inside(AppealBooks.act_on_date, self._memory.ref(), "Warn, let it lapse, or ask for the decision")
            )
            self._memory.show()

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
        await self._hear(name, bodies, ORDER_SIGNAL, "appeals")

    def _fitting(self, body: object) -> AppealOrderBody:
        """Shape and state from memory; raises BodyInvalid with the reasons."""
        order = parse_order(body)
        snapshot = self._taken_up()
        self._refuse(refusal(order.verb, AppealState(snapshot.state), snapshot.decision), order.business_id)
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

    async def _apply(self, body: AppealOrderBody) -> AppealAnswer:
        ordered = OrderedAppeal(appeal=self._memory.ref(), order=body)
        answer: AppealAnswer = await inside(AppealBooks.apply_order, ordered, f"Carry out: {body.verb}")
        return answer

    async def _keep_misfit(self, key: str, problems: tuple[str, ...]) -> AppealSnapshot:
        misfit = MisfitAppealOrder(appeal=self._memory.ref(), key=key, problems=problems)
        snapshot: AppealSnapshot = await inside(AppealBooks.record_misfit, misfit, "Keep the order that did not fit")
        return snapshot
