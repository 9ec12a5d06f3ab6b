"""Orders of people through the real workflow, worker, dispatcher and books; and what operations bring back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus

from cli.claims.ordering import Outcome, order
from cli.connection import Servers, connect_temporal
from cli.failures import explain
from cli.ops.resurrect import ring_for
from cli.ops.running import describe_all, not_running
from contracts.converter import KEYS_VARIABLE, new_keys
from contracts.ids import claim_workflow_id
from domain.claim.claim import Encounter
from domain.claim.commands import CommandInvalid
from domain.claim.stages import Owes, Stage
from domain.doorbell import Recipient
from stack.temporal_server import TemporalEndpoint
from storage import claims, doorbells
from storage.models import Command, WorkflowMessage
from storage.open_stories import open_stories
from storage.unit_of_work import Books
from tests.integration.storage.samples import check_in, encounter
from tests.integration.workflows.office import namespace_of_its_own
from tests.support.eventually import assert_eventually
from workers import registry
from workers.deployment import make_current
from workers.dispatcher import Dispatcher

FAR = datetime(2036, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A biller's desk: books, servers and the people's orders."""

    books: Books
    servers: Servers
    client: Client
    practice: int

    async def order(self, claim: int, verb: str, **more: Any) -> Outcome:
        body: dict[str, Any] = {"command": verb, "by": "ann", "reason": "test", "expected_version": None, "changes": {}}
        return await order(self.books, self.servers, self.practice, claim, body | {"id": f"{verb}:{claim}"} | more)

    async def terminate(self, claim: int) -> None:
        await self.client.get_workflow_handle(claim_workflow_id(claim)).terminate("test")

    async def is_running(self, claim: int) -> None:
        async def running() -> bool:
            (found,) = await describe_all(self.client, [claim_workflow_id(claim)])
            return found is not None and found.status is WorkflowExecutionStatus.RUNNING

        await assert_eventually(running, 20)


@pytest.fixture
async def desk(
    books: Books, practice: int, temporal_endpoint: TemporalEndpoint, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    """Workers that carry the stories, and the dispatcher, in a namespace of the test's own."""
    monkeypatch.setenv(KEYS_VARIABLE, new_keys())
    namespace = (await namespace_of_its_own(temporal_endpoint.address, temporal_endpoint.namespace)).namespace
    variables = {
        "DATABASE_URL": database_url,
        "TEMPORAL_ADDRESS": temporal_endpoint.address,
        "TEMPORAL_NAMESPACE": namespace,
    }
    servers = Servers(variables=variables)
    client = await connect_temporal(servers)
    stop = asyncio.Event()
    with ThreadPoolExecutor(max_workers=registry.BOOK_THREADS) as threads:
        async with registry.stories_worker(client, books, threads, build="test"):
            await make_current(client, "test")
            dispatcher = asyncio.create_task(Dispatcher(books, client).run(stop))
            yield Desk(books=books, servers=servers, client=client, practice=practice)
            async for execution in client.list_workflows("ExecutionStatus = 'Running'"):
                await client.get_workflow_handle(execution.id).terminate("end of test")
            stop.set()
            await dispatcher


def _of_this_week(visit: Encounter) -> Encounter:
    """The workers' clock is the machine's: a visit of long ago is past its filing limit."""
    served = datetime.now(UTC).date() - timedelta(days=3)
    lines = tuple(replace(line, service_from=served) for line in visit.content.lines)
    return replace(visit, content=replace(visit.content, lines=lines))


@pytest.fixture
def claim(desk: Desk) -> Callable[..., int]:
    """A claim that waits in a stage; its check-in's doorbell is taken back, so that nothing runs for it yet."""

    def new(stage: Stage = Stage.FINDINGS, ordinal: int = 1) -> int:
        number = check_in(desk.books, desk.practice, _of_this_week(encounter(ordinal))).claim_number
        with desk.books.transaction(desk.practice) as session:
            doorbells.mark_delivered(session, session.scalars(select(WorkflowMessage.id)))
            closed = stage is Stage.CLOSED
            claims.set_stage(
                session,
                number,
                stage=stage,
                owes=Owes.NOBODY if closed else Owes.PAYER,
                next_at=None if closed else FAR,
                next_what="" if closed else "a biller",
                owner="system" if closed else "biller",
                closed_on=FAR.date() if closed else None,
                outcome="paid" if closed else None,
            )
        return number

    return new


def _move(desk: Desk, number: int, *stages: Stage) -> None:
    with desk.books.transaction(desk.practice) as session:
        for stage in stages:
            claims.set_stage(
                session, number, stage=stage, owes=Owes.PAYER, next_at=FAR, next_what="a biller", owner="biller"
            )


def _kept(desk: Desk) -> list[tuple[str, bool]]:
    with desk.books.system() as session:
        return [(row.verb, row.accepted) for row in session.scalars(select(Command).order_by(Command.id))]


async def test_an_order_rouses_a_claim_that_nobody_runs_and_is_carried_out_once(
    desk: Desk, claim: Callable[..., int]
) -> None:
    number = claim()
    done = await desk.order(number, "hold")
    assert (done.accepted, done.repeated, done.claim["held"]) == (True, False, True)
    again = await desk.order(number, "hold")
    assert (again.accepted, again.repeated) == (True, True)
    assert _kept(desk) == [("hold", True)]
    assert "hold was carried out before" in again.in_words()


async def test_a_refusal_gives_the_reasons_and_leaves_the_claim_alone(desk: Desk, claim: Callable[..., int]) -> None:
    number = claim()
    refused = await desk.order(number, "send_records")
    assert not refused.accepted
    assert refused.refusal == (
        "send_records is not possible in stage findings; possible now: correct, hold, resubmit, void, write_off"
    )
    stale = await desk.order(number, "hold", expected_version=7)
    assert "it has version 1, the command expects 7" in stale.refusal
    assert _kept(desk) == []


async def test_a_line_less_and_a_line_more_are_a_version_and_the_charge_follows(
    desk: Desk, claim: Callable[..., int]
) -> None:
    number = claim()
    half = await desk.order(number, "correct", changes={"lines.3.procedure": "36415"})
    assert "set lines.3.procedure and lines.3.charge_cents" in half.refusal
    changes = {"lines.2.remove": "yes", "lines.3.procedure": "36415", "lines.3.charge_cents": "1500"}
    done = await desk.order(number, "correct", changes=changes, id="correct:lines")
    assert done.accepted, done.refusal
    assert [(line["number"], line["procedure"]) for line in done.claim["lines"]] == [(1, "99213"), (3, "36415")]
    assert done.claim["charge_cents"] == 15000 + 1500


async def test_a_refusal_of_a_correction_repeats_no_value(desk: Desk, claim: Callable[..., int]) -> None:
    refused = await desk.order(claim(), "correct", changes={"subscriber.birth_date": "Testpatient"})
    assert not refused.accepted
    assert "YYYY-MM-DD" in refused.refusal
    assert "Testpatient" not in str(refused.as_document())


async def test_a_body_that_is_no_command_is_refused_before_anything_is_asked(
    desk: Desk, claim: Callable[..., int]
) -> None:
    with pytest.raises(CommandInvalid) as caught:
        await desk.order(claim(), "correct", changes={"shoe_size": "44"})
    assert explain(caught.value).exit_code == 1
    assert "field 1 is not known" in explain(caught.value).line


async def test_an_id_of_another_order_is_not_taken_for_this_one(desk: Desk, claim: Callable[..., int]) -> None:
    number = claim()
    await desk.order(number, "hold", id="monday-1")
    other = await desk.order(number, "release", id="monday-1")
    assert (other.accepted, other.refusal) == (False, "the id belongs to another order: give another --id")


async def test_a_claim_terminated_by_hand_takes_the_next_order(desk: Desk, claim: Callable[..., int]) -> None:
    number = claim()
    await desk.order(number, "hold")
    await desk.terminate(number)
    released = await desk.order(number, "release")
    assert (released.accepted, released.claim["held"]) == (True, False)
    await desk.is_running(number)


async def test_a_closed_claim_is_reopened_by_an_order_and_refuses_what_is_not_possible(
    desk: Desk, claim: Callable[..., int]
) -> None:
    number = claim(Stage.CLOSED)
    refused = await desk.order(number, "write_off")
    assert "write_off is not possible in stage closed" in refused.refusal
    done = await desk.order(number, "correct", changes={"authorization_number": "A77"})
    assert done.accepted
    assert done.claim["version"] == 2
    assert _kept(desk) == [("correct", True)]


@pytest.mark.parametrize("verb", ["appeal", "send_records"])
async def test_a_paper_about_no_denial_is_refused_in_words(desk: Desk, claim: Callable[..., int], verb: str) -> None:
    number = claim(Stage.WITH_PAYER)
    _move(desk, number, Stage.DENIED)
    refused = await desk.order(number, verb)
    assert not refused.accepted
    assert "denies nothing" in refused.refusal
    assert _kept(desk) == [(verb, False)]


@pytest.mark.parametrize("verb", ["appeal", "send_records"])
async def test_a_paper_is_ordered_only_while_a_decision_waits_for_a_person(
    desk: Desk, claim: Callable[..., int], verb: str
) -> None:
    number = claim(Stage.WITH_PAYER)
    _move(desk, number, Stage.DENIED, Stage.UNDER_REVIEW)
    refused = await desk.order(number, verb)
    assert refused.refusal == f"{verb} is not possible in stage under_review; possible now: hold"
    assert _kept(desk) == []


async def test_what_is_open_and_does_not_run_is_found_and_started(desk: Desk, claim: Callable[..., int]) -> None:
    running, lost, closed = claim(ordinal=1), claim(ordinal=2), claim(Stage.CLOSED, ordinal=3)
    await desk.order(running, "hold")
    with desk.books.system() as session:
        stories = open_stories(session)
    assert [(story.recipient, story.number) for story in stories] == [
        (Recipient.CLAIM, str(running)),
        (Recipient.CLAIM, str(lost)),
    ]
    missing = await not_running(desk.client, stories)
    assert [story.number for story in missing] == [str(lost)]
    ring_for(desk.books, missing)
    await desk.is_running(lost)
    assert await not_running(desk.client, stories) == []
    assert str(closed) not in {story.number for story in stories}


async def test_an_answer_of_nobody_ends_with_a_clear_line(desk: Desk, claim: Callable[..., int]) -> None:
    number = claim()
    nowhere = Servers(variables={**desk.servers.variables, "TEMPORAL_ADDRESS": "127.0.0.1:1"})
    with pytest.raises(Exception, match=r"Temporal does not answer at 127\.0\.0\.1:1") as caught:
        await order(
            desk.books,
            nowhere,
            desk.practice,
            number,
            {"command": "hold", "id": "x", "by": "ann", "expected_version": None, "reason": "r", "changes": {}},
        )
    assert explain(caught.value).exit_code == 2


async def test_self_pay_without_a_denial_for_want_of_coverage_is_refused_in_words(
    desk: Desk, claim: Callable[..., int]
) -> None:
    number = claim(Stage.WITH_PAYER)
    _move(desk, number, Stage.DENIED)
    refused = await desk.order(number, "self_pay")
    assert "only what a payer denied with CO-26, CO-27 or CO-31 can be made the patient's" in refused.refusal
    assert _kept(desk) == [("self_pay", False)]


async def test_a_coverage_is_replaced_by_an_order_and_the_claim_is_the_new_payers(
    desk: Desk, claim: Callable[..., int]
) -> None:
    number = claim(Stage.FINDINGS)
    with desk.books.transaction(desk.practice) as session:
        before = claims.content(session, number).coverage.payer.code
    changes = {
        "coverage.end": before,
        "coverage.add.payer": "HMO09",
        "coverage.add.payer_name": "HARBOR",
        "coverage.add.payer_kind": "commercial",
        "coverage.add.member_id": "H7",
    }
    done = await desk.order(number, "correct", changes=changes)
    assert done.accepted, done.refusal
    assert (done.claim["payer"], done.claim["version"]) == ("HMO09", 2)
    with desk.books.transaction(desk.practice) as session:
        assert claims.content(session, number).coverage.member_id == "H7"
    refused = await desk.order(number, "correct", id="nobody", changes={"coverage.end": "HMO09"})
    assert not refused.accepted
