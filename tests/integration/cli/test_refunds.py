"""Refunds from the command line, through the real workflow, worker, dispatcher and books."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from activities.cases.desk import Desk as CaseDesk
from activities.cases.finding import look_for_credits
from cli.connection import Servers, connect_temporal
from cli.refunds.ordering import order
from cli.story_orders import Outcome
from contracts.converter import KEYS_VARIABLE, new_keys
from contracts.ids import case_workflow_id
from domain.claim.stages import Owes, Stage
from domain.doorbell import Recipient
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from stack.in_flight import InFlight
from stack.temporal_server import TemporalEndpoint
from storage import claims, ledger
from storage.open_stories import open_stories
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import check_in, encounter
from tests.integration.workflows.office import namespace_of_its_own
from tests.support.eventually import assert_eventually
from workers import registry
from workers.deployment import make_current
from workers.dispatcher import Dispatcher

NOW = datetime.now(UTC)
CREDIT = 2500


def credit(books: Books, practice: int) -> int:
    """A closed claim whose patient paid too much, and the case that the nightly look opens for it."""
    checked_in = check_in(books, practice, encounter())
    with books.transaction(practice) as session:
        claims.set_stage(
            session, checked_in.claim_number, stage=Stage.CLOSED, owes=Owes.NOBODY, next_at=None, next_what="",
            owner="system", outcome="clean", closed_on=date(2026, 3, 2),
        )  # fmt: skip
        ledger.post(
            session, practice, key="receipt:1", kind="patient_payment", cites="receipt 1", by="patient",
            business_date=(NOW - timedelta(days=40)).date(),
            legs=pair(
                LedgerAccount.BANK, LedgerAccount.PATIENT_CREDIT, CREDIT, "receipt 1", None, checked_in.account_number
            ),
        )  # fmt: skip
        assert look_for_credits(CaseDesk.at(session, practice, NOW)) == 1
    with books.system() as session:
        (story,) = [story for story in open_stories(session) if story.recipient is Recipient.CASE]
    return int(story.number)


@dataclass(frozen=True, kw_only=True)
class Office:
    """Workers and dispatcher in a namespace of the test's own."""

    books: Books
    servers: Servers
    client: Client
    practice: int

    async def order(self, number: int, verb: str, **more: str) -> Outcome:
        by = "bea" if verb == "sent" else "ann"
        body = {"verb": verb, "id": f"{verb}:{number}", "by": by, "reason": "paid twice", **more}
        return await order(self.books, self.servers, self.practice, number, body)

    async def status(self, number: int) -> WorkflowExecutionStatus | None:
        return (await self.client.get_workflow_handle(case_workflow_id(number)).describe()).status


@pytest.fixture
async def office(
    books: Books, practice: int, temporal_endpoint: TemporalEndpoint, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.setenv(KEYS_VARIABLE, new_keys())
    namespace = (await namespace_of_its_own(temporal_endpoint.address, temporal_endpoint.namespace)).namespace
    servers = Servers(
        variables={
            "DATABASE_URL": database_url,
            "TEMPORAL_ADDRESS": temporal_endpoint.address,
            "TEMPORAL_NAMESPACE": namespace,
        }
    )
    client = await connect_temporal(servers)
    stop = asyncio.Event()
    with ThreadPoolExecutor(max_workers=registry.BOOK_THREADS) as threads:
        async with registry.stories_worker(client, books, threads, build="test"):
            await make_current(client, "test")
            dispatcher = asyncio.create_task(Dispatcher(books, client).run(stop))
            yield Office(books=books, servers=servers, client=client, practice=practice)
            async for execution in client.list_workflows("ExecutionStatus = 'Running'"):
                await client.get_workflow_handle(execution.id).terminate("end of test")
            stop.set()
            await dispatcher


async def test_a_refund_is_approved_and_sent_even_when_its_workflow_was_lost_in_between(office: Office) -> None:
    number = await asyncio.to_thread(credit, office.books, office.practice)
    approved = await office.order(number, "approve")
    assert (approved.accepted, approved.shown["state"]) == (True, "approved")
    assert [name for _, name in InFlight(office.books, office.client).deadlines()] == [case_workflow_id(number)]

    await office.client.get_workflow_handle(case_workflow_id(number)).terminate("lost")
    sent = await office.order(number, "sent", check="10442")
    assert (sent.accepted, sent.shown["decision"], sent.shown["check"]) == (True, "refunded", "10442")
    assert "closed (refunded)" in sent.in_words()

    async def completed() -> bool:
        return await office.status(number) is WorkflowExecutionStatus.COMPLETED

    await assert_eventually(completed, 20)
    with office.books.transaction(office.practice) as session:
        assert not {name: cents for name, cents in ledger.trial_balance(session).items() if cents}
        assert ledger.is_balanced(session)
    again = await office.order(number, "sent", check="10442")
    assert (again.accepted, again.repeated) == (True, True)
    late = await office.order(number, "reject")
    assert (late.accepted, late.refusal) == (
        False, "the case is closed (refunded): nothing can be ordered about it",
    )  # fmt: skip


async def test_an_order_that_does_not_fit_is_refused_with_one_reason(office: Office) -> None:
    number = await asyncio.to_thread(credit, office.books, office.practice)
    assert "not possible while the case is open" in (await office.order(number, "sent", check="1")).refusal
    assert "federal payer" in (await office.order(number, "suspend")).refusal


def test_refunds_are_listed_and_shown(run: CommandLine, books: Books, practice: int) -> None:
    number = credit(books, practice)
    (row,) = run("refund", "list", "--open", "--json").document
    assert (row["refund"], row["creditor"], row["amount_cents"], row["state"]) == (number, "patient", CREDIT, "open")
    shown = run("refund", "show", number)
    assert "$25.00" in shown.stdout
    assert "unclaimed property" in shown.stdout


def test_an_unknown_refund_and_an_order_without_a_name_are_one_clear_line(run: CommandLine, practice: int) -> None:
    unknown = run("refund", "show", 7)
    assert (unknown.exit_code, unknown.error_line) == (
        1, "claimflow: no refund case has the number 7: see `claimflow refund list`",
    )  # fmt: skip
    nobody = run("refund", "approve", 7, "--by", " ", "--reason", "x")
    assert nobody.exit_code == 1
    assert "by must name the person" in nobody.error_line
