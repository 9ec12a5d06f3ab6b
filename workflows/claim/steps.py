"""The named steps of a claim's story: each one activity and what is learnt from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from contracts import policies, task_queues
from contracts.claim import (
    ClaimBooks,
    ClaimSnapshot,
    EligibilityVerified,
    PayerConversations,
    PayerSilent,
)
from domain.claim.stages import Stage
from workflows.claim.state import ClaimMemory
from workflows.own_books import inside
from workflows.waiting import wait_until

PAYER_TO_ASK = frozenset({Stage.WITH_PAYER})


class ClaimSteps:
    """Steps of one claim. Inside steps take the lock that command handlers take too."""

    def __init__(self, memory: ClaimMemory, lock: asyncio.Lock) -> None:
        """Work on the claim's memory."""
        self._memory = memory
        self._lock = lock

    async def take_up(self) -> None:
        """Read the row: a workflow can be started at any stage of its claim."""
        await self._inside(ClaimBooks.take_up, "Read where the claim stands")

    async def verify_eligibility(self) -> None:
        """Ask the payer whether the coverage is active; silence never blocks the visit."""
        verified: EligibilityVerified | None = await self._ask_payer(
            PayerConversations.verify_eligibility, "Ask the payer whether the coverage is active (270/271)"
        )
        if verified is not None:
            self._memory.learn(verified.snapshot)

    async def scrub(self) -> None:
        """Check the claim before it leaves the house; findings keep it here."""
        await self._inside(ClaimBooks.scrub, "Check the claim before it leaves")

    async def commit_ready(self) -> None:
        """Commit the attempt as a ready row; the next batch carries it."""
        await self._inside(ClaimBooks.commit_ready, "Make the attempt ready for the next batch")

    async def act_on_answer(self) -> None:
        """Decide what a remittance, a rejection, a letter or the patient's payment means."""
        self._memory.rung = False
        await self._inside(ClaimBooks.act_on_answer, "Decide what the answer means")

    async def ask_status(self) -> None:
        """Ask the payer what became of the attempt."""
        snapshot: ClaimSnapshot | None = await self._ask_payer(
            PayerConversations.ask_status, "Ask the payer what became of the claim (276/277)"
        )
        if snapshot is None:
            return
        if self._memory.commanded or self._memory.rung:
            await self.take_up()
        else:
            self._memory.learn(snapshot)

    async def remind(self) -> None:
        """A date passed and nobody acted: remind, then escalate."""
        await self._inside(ClaimBooks.remind, "Remind the owner")

    async def wait(self) -> bool:
        """Wait for a doorbell or a person until the next date; True when one of them came."""
        memory = self._memory
        memory.show()
        return await wait_until(
            memory.snapshot.next_at,
            lambda: memory.rung or memory.commanded,
            memory.today,
            memory.snapshot.next_what,
        )

    async def _ask_payer(self, question: Callable[..., Any], summary: str) -> Any:
        """Ask over the real-time line; None when nobody answered, which is noted."""
        try:
            answer = await workflow.execute_activity_method(
                question,
                self._memory.ref(),
                task_queue=task_queues.OUTSIDE,
                summary=summary,
                **policies.PAYER_REAL_TIME.options(),
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            await self._note_silence()
            return None
        self._memory.state.times_payer_silent = 0
        return answer

    async def _note_silence(self) -> None:
        self._memory.state.times_payer_silent += 1
        async with self._lock:
            self._memory.learn(
                await inside(
                    ClaimBooks.payer_silent,
                    PayerSilent(claim=self._memory.ref(), times=self._memory.state.times_payer_silent),
                    "Note that the payer did not answer",
                )
            )

    async def _inside(self, step: Callable[..., ClaimSnapshot], summary: str) -> None:
        async with self._lock:
            self._memory.learn(await inside(step, self._memory.ref(), summary))
