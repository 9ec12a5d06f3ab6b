"""The claim workflow: one claim's story, durable from check-in to a zero balance."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior
from temporalio.exceptions import ApplicationError

from contracts.claim import (
    CLAIM_WORKFLOW,
    COMMAND_SIGNAL,
    ClaimBooks,
    ClaimClosed,
    ClaimMessage,
    ClaimOpened,
    CommandAnswer,
    CommandBody,
    MisfitCommand,
    OrderedCommand,
)
from domain.bodies import BodyInvalid
from domain.claim import commands
from domain.claim.commands import CommandInvalid, Verb
from domain.claim.stages import Stage
from workflows.claim.state import ClaimMemory
from workflows.claim.steps import PAYER_TO_ASK, ClaimSteps
from workflows.ordered import the_one_body
from workflows.own_books import inside


@workflow.defn(name=CLAIM_WORKFLOW, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
class ClaimWorkflow:
    """Carries one claim; startable from its row at any stage."""

    @workflow.init
    def __init__(self, opened: ClaimOpened) -> None:
        """Restore what an earlier run remembered: signals may arrive before ``run`` starts."""
        self._memory = ClaimMemory(opened)
        self._lock = asyncio.Lock()
        self._steps = ClaimSteps(self._memory, self._lock)
        self._renewing = False

    @workflow.run
    async def run(self, opened: ClaimOpened) -> ClaimClosed:
        """The story: verify, prepare, submit, hear the answer, act, until nobody owes anything."""
        await self._steps.take_up()
        while await self._still_open():
            await self._verify_eligibility()
            await self._prepare_and_submit()
            await self._await_word()
            await self._act_on_word()
            if workflow.info().is_continue_as_new_suggested():
                await self._continue_as_new(opened)
        self._memory.show()
        return ClaimClosed(claim_number=opened.claim_number, outcome=self._memory.snapshot.outcome)

    async def _still_open(self) -> bool:
        if self._memory.snapshot.unread_answers or self._memory.rung:
            await self._steps.act_on_answer()
        if self._memory.stage is not Stage.CLOSED:
            return True
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._memory.rung or self._memory.stage is not Stage.CLOSED

    async def _verify_eligibility(self) -> None:
        while self._memory.stage is Stage.CHECKED_IN and not self._memory.snapshot.held:
            await self._steps.verify_eligibility()
            if self._memory.stage is Stage.CHECKED_IN and await self._steps.wait():
                return

    async def _prepare_and_submit(self) -> None:
        if self._memory.snapshot.to_prepare and not self._memory.snapshot.held:
            self._memory.commanded = False
            await self._steps.scrub()
        if self._memory.snapshot.to_prepare and not self._memory.snapshot.held:
            await self._steps.commit_ready()

    async def _await_word(self) -> None:
        snapshot = self._memory.snapshot
        if snapshot.stage is Stage.CLOSED or (snapshot.stage is Stage.CHECKED_IN and not snapshot.held):
            return
        if await self._steps.wait():
            return
        if self._memory.stage in PAYER_TO_ASK and not self._memory.snapshot.held:
            await self._steps.ask_status()
        else:
            await self._steps.remind()

    async def _act_on_word(self) -> None:
        self._memory.commanded = False
        if self._memory.rung:
            await self._steps.act_on_answer()

    async def _continue_as_new(self, opened: ClaimOpened) -> None:
        self._renewing = True
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._memory.rung:
            # A doorbell rang while the handlers drained: this run answers it, and renews afterwards.
            self._renewing = False
            return
        workflow.continue_as_new(
            ClaimOpened(
                organisation_id=opened.organisation_id,
                claim_number=opened.claim_number,
                business_at=self._memory.today.now(),
                state=self._memory.state,
            )
        )

    # What machines say: a row reference and a small outcome; the row is the truth.

    @workflow.signal
    def rejected(self, message: ClaimMessage | None = None) -> None:
        """A 999 or 277CA refused an attempt."""
        self._memory.hear(message)

    @workflow.signal
    def status_reported(self, message: ClaimMessage | None = None) -> None:
        """A payer reported a status that needs a decision."""
        self._memory.hear(message)

    @workflow.signal
    def remitted(self, message: ClaimMessage | None = None) -> None:
        """A remittance was posted on the claim."""
        self._memory.hear(message)

    @workflow.signal
    def patient_settled(self, message: ClaimMessage | None = None) -> None:
        """The account has settled the patient's share."""
        self._memory.hear(message)

    @workflow.signal
    def letter(self, message: ClaimMessage | None = None) -> None:
        """A letter about the claim was entered."""
        self._memory.hear(message)

    @workflow.signal
    def decision(self, message: ClaimMessage | None = None) -> None:
        """A case or an appeal about the claim was decided."""
        self._memory.hear(message)

    # What people order. Updates and not signals: the person is told at once what became of it.

    @workflow.update
    async def correct(self, body: CommandBody) -> CommandAnswer:
        """Correct the claim's content and send it again as the payer's policy says."""
        return await self._obey(body)

    @workflow.update
    async def resubmit(self, body: CommandBody) -> CommandAnswer:
        """Send the claim again as it is, where that is allowed."""
        return await self._obey(body)

    @workflow.update
    async def appeal(self, body: CommandBody) -> CommandAnswer:
        """Ask the payer on paper to decide a denial again; the reason is the argument."""
        return await self._obey(body)

    @workflow.update
    async def send_records(self, body: CommandBody) -> CommandAnswer:
        """Send the records that the payer asked for."""
        return await self._obey(body)

    @workflow.update
    async def write_off(self, body: CommandBody) -> CommandAnswer:
        """Give up what the payer did not pay."""
        return await self._obey(body)

    @workflow.update
    async def self_pay(self, body: CommandBody) -> CommandAnswer:
        """Make what a payer denied for want of coverage (CO-26, 27, 31) the patient's."""
        return await self._obey(body)

    @workflow.update
    async def void(self, body: CommandBody) -> CommandAnswer:
        """Withdraw a claim that should never have been."""
        return await self._obey(body)

    @workflow.update
    async def hold(self, body: CommandBody) -> CommandAnswer:
        """Stop the claim from going on until it is released."""
        return await self._obey(body)

    @workflow.update
    async def release(self, body: CommandBody) -> CommandAnswer:
        """Let a held claim go on."""
        return await self._obey(body)

    @correct.validator
    def _may_correct(self, body: CommandBody) -> None:
        self._check(body, Verb.CORRECT)

    @resubmit.validator
    def _may_resubmit(self, body: CommandBody) -> None:
        self._check(body, Verb.RESUBMIT)

    @appeal.validator
    def _may_appeal(self, body: CommandBody) -> None:
        self._check(body, Verb.APPEAL)

    @send_records.validator
    def _may_send_records(self, body: CommandBody) -> None:
        self._check(body, Verb.SEND_RECORDS)

    @write_off.validator
    def _may_write_off(self, body: CommandBody) -> None:
        self._check(body, Verb.WRITE_OFF)

    @self_pay.validator
    def _may_be_self_pay(self, body: CommandBody) -> None:
        self._check(body, Verb.SELF_PAY)

    @void.validator
    def _may_void(self, body: CommandBody) -> None:
        self._check(body, Verb.VOID)

    @hold.validator
    def _may_hold(self, body: CommandBody) -> None:
        self._check(body, Verb.HOLD)

    @release.validator
    def _may_release(self, body: CommandBody) -> None:
        self._check(body, Verb.RELEASE)

    @workflow.signal(dynamic=True, description="biller_command: an order of a person, as one JSON object")
    async def hear_anything(self, name: str, bodies: Sequence[RawValue]) -> None:
        """``biller_command``: the same orders from the Temporal UI. What does not fit becomes a work item.

        Dynamic, because a named signal that comes without its body, or with two, fails the workflow's
        task for ever.
        """
        await workflow.wait_condition(lambda: self._memory.state.snapshot is not None)
        async with self._lock:
            problems: tuple[str, ...]
            try:
                body = self._fitting(the_one_body(name, bodies, COMMAND_SIGNAL, "claims"), recorded=True)
                answer = await self._carry_out(body)
                problems = () if answer.accepted else (answer.refusal,)
            except BodyInvalid as misfit:
                problems = misfit.problems
            if problems:
                await self._record_misfit(problems)

    def _check(self, body: CommandBody, verb: Verb, *, recorded: bool = False) -> None:
        try:
            parsed = self._fitting(getattr(body, "__dict__", body), recorded=recorded)
        except CommandInvalid as misfit:
            raise ApplicationError("; ".join(misfit.problems), type="Refused") from None
        if parsed.command != verb.value:
            raise ApplicationError(f"the body says {parsed.command}, the update {verb.value}", type="Refused")

    def _fitting(self, body: object, *, recorded: bool) -> CommandBody:
        """Shape, stage and version from memory; raises CommandInvalid with the reasons.

        ``recorded``: the history knows the order already, so a verb that became legal later needs its patch. A
        validator runs before anything is recorded, and may not ask.
        """
        command = commands.parse_command(body)
        snapshot = self._memory.state.snapshot
        if snapshot is None or self._renewing:
            raise CommandInvalid(("the claim is being taken up: try again in a moment",))
        refusal = commands.refusal(command, snapshot.stage, snapshot.held, snapshot.version)
        if refusal is not None and not self._memory.obeyed(command.business_id):
            raise CommandInvalid((refusal,))
        new_here = command.verb is Verb.RESUBMIT and snapshot.stage is Stage.FINDINGS
        if recorded and new_here and not workflow.patched("resubmit-what-is-late"):
            raise CommandInvalid(("resubmit is not possible in stage findings",))
        return CommandBody(
            command=command.verb.value,
            id=command.business_id,
            by=command.by,
            expected_version=command.expected_version,
            reason=command.reason,
            changes=dict(command.changes),
        )

    async def _obey(self, body: CommandBody) -> CommandAnswer:
        async with self._lock:
            # The claim may have moved on between the validator and the lock.
            self._check(body, Verb(body.command), recorded=True)
            answer = await self._carry_out(body)
        if not answer.accepted:
            raise ApplicationError(answer.refusal, type="Refused")
        return answer

    async def _carry_out(self, body: CommandBody) -> CommandAnswer:
        ordered = OrderedCommand(claim=self._memory.ref(), command=body)
        answer: CommandAnswer = await inside(ClaimBooks.apply_command, ordered, f"Carry out: {body.command}")
        if answer.accepted and answer.snapshot is not None:
            self._memory.learn(answer.snapshot)
            self._memory.remember_order(body.id)
        return answer

    async def _record_misfit(self, problems: tuple[str, ...]) -> None:
        info = workflow.info()
        key = f"misfit:{info.workflow_id}:{workflow.uuid4()}"
        misfit = MisfitCommand(claim=self._memory.ref(), key=key, problems=problems)
        self._memory.learn(await inside(ClaimBooks.record_misfit, misfit, "Keep the command that did not fit"))
