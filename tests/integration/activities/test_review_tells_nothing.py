"""A claim and its review on the real server: neither histories nor search attributes nor the UI's text tell why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowUpdateFailedError

from activities.remittances.receive import remittance_received
from contracts.case import CaseAnswer, CaseOrderBody
from contracts.converter import KEYS_VARIABLE
from contracts.ids import case_workflow_id, claim_workflow_id
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.remittance.remittance import Remittance
from stack.temporal_server import TemporalEndpoint
from storage import compliance, doorbells
from storage.models import Claim
from storage.organisations import LOCAL_PRACTICE
from tests.histories.keys import KEYS_OF_RECORDINGS
from tests.integration.activities.conftest import Desk
from tests.integration.workflows.office import BUILD, namespace_of_its_own
from tests.support.eventually import assert_eventually
from workers import registry
from workers.deployment import make_current
from workers.dispatcher import Dispatcher

TELLING = ("fraud", "compliance", "suspic", "referral", "n35", "integrity", "looked into")
NewDesk = Callable[..., Desk]
_traces = count(1)


class Stack:
    """A worker on one claim's books, and its doorbells."""

    def __init__(self, client: Client, desk: Desk) -> None:
        self.client = client
        self.desk = desk
        self._dispatcher = Dispatcher(desk.books, client)
        desk.today = datetime.now(UTC)
        desk._run(self._begin)

    def _begin(self, session: Session) -> None:
        session.execute(text("update claims set next_at = now() + interval '30 days'"))
        compliance.grant(session, LOCAL_PRACTICE, "cora", "root", self.desk.today.date())
        opened = Doorbell(
            recipient=Recipient.CLAIM, number=str(self.desk.claim), kind=MessageKind.OPEN, business_at=self.desk.today
        )
        doorbells.ring(session, LOCAL_PRACTICE, opened)

    async def deliver(self) -> None:
        while await self._dispatcher.deliver_due():
            pass

    def claim(self) -> Claim:
        return self.desk._run(lambda session: session.get_one(Claim, self.desk.claim))

    def remit_denial(self) -> None:
        """The payer's program integrity unit denies (RARC N35): posted, and the claim's workflow is told."""
        decision = replace(self.desk.decision("CO-226", "CO-226"), remarks=("N35",))
        remittance = Remittance(
            handling="I", payment_cents=0, payment_method="NON", payment_date=self.desk.today.date(),
            trace_number=f"R{next(_traces)}", payer_identifier="1999999999", payer_name="EVERGREEN",
            payee_npi="1234567893", claims=(decision,),
        )  # fmt: skip
        self.desk._run(lambda session: remittance_received(self.desk._inbound(session), remittance))

    def referral(self) -> int:
        def read(session: Session) -> int:
            compliance.as_compliance(session)
            (row,) = compliance.listed(session, only_open=False, limit=5, after=None)
            return int(row["referral"])

        return self.desk._run(read)

    async def told(self, *identifiers: str) -> str:
        """Everything the server keeps and shows of these workflows."""
        shown = []
        for identifier in identifiers:
            handle = self.client.get_workflow_handle(identifier)
            description = await handle.describe()
            shown += [
                str(description.typed_search_attributes), str(await description.memo()),
                await description.static_summary() or "", await description.static_details() or "",
            ]  # fmt: skip
            shown += [str(event) for event in (await handle.fetch_history()).events]
        return "\n".join(shown).lower()


@pytest.fixture
async def stack(
    new_desk: NewDesk, temporal_endpoint: TemporalEndpoint, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stack]:
    monkeypatch.setenv(KEYS_VARIABLE, KEYS_OF_RECORDINGS)
    client = await namespace_of_its_own(temporal_endpoint.address, temporal_endpoint.namespace)
    with ThreadPoolExecutor(12) as threads:
        desk = new_desk()
        async with registry.stories_worker(client, desk.books, threads, build=BUILD):
            await make_current(client, BUILD)
            yield Stack(client, desk)
            async for execution in client.list_workflows("ExecutionStatus = 'Running'"):
                await client.get_workflow_handle(execution.id).terminate("the test is over")


async def test_neither_the_claim_nor_its_review_tell_why_and_compliance_lets_it_go_on(stack: Stack) -> None:
    await stack.deliver()
    stack.remit_denial()
    await stack.deliver()
    await assert_eventually(lambda: stack.claim().held_for_review, why="the claim is held")
    await stack.deliver()
    number = stack.referral()
    claim, review = claim_workflow_id(stack.desk.claim), case_workflow_id(number)
    handle = stack.client.get_workflow_handle(review)

    body = CaseOrderBody(verb="release", id="r-1", by="cora", reason="looked into it")
    tries = count(1)

    async def released() -> bool:
        try:
            answer: CaseAnswer = await handle.execute_update(
                "release", body, id=f"{body.id}-{next(tries)}", result_type=CaseAnswer
            )
        except WorkflowUpdateFailedError:
            return False  # the case is still being taken up: callers try again
        return answer.accepted

    await assert_eventually(released, timeout=30, why="the review is released")
    told = await stack.told(claim, review)
    assert "held for review" in told
    assert [word for word in TELLING if word in told] == []

    await stack.deliver()
    await assert_eventually(lambda: not stack.claim().held_for_review, why="the claim goes on")
    await assert_eventually(lambda: stack.claim().stage in ("denied", "needs_review"), why="it reads its answer")
    assert stack.claim().denial_group == "incomplete", "as CO-226 by itself"
    told = await stack.told(claim, review)
    assert [word for word in ("fraud", "compliance", "suspic", "referral", "looked into") if word in told] == []
