"""What people do in a walk: the front desk, billers, patient accounts, and patients who pay."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from contracts import task_queues
from contracts.claim import CLAIM_WORKFLOW, ClaimOpened, CommandAnswer, CommandBody
from contracts.ids import claim_workflow_id
from storage import intake
from storage.account_decisions import approve_placement
from tests.walk import payer, visits
from tests.walk.payers import post
from tests.walk.walk import Broken, Envelope, Impossible, Order, Walk
from tests.walk.world import ORGANISATION

ANSWER_WITHIN = timedelta(seconds=30)
_VERBS = ("correct", "resubmit", "appeal", "send_records", "write_off", "self_pay", "void", "hold", "release")


async def check_in(walk: Walk, facts: dict[str, Any]) -> None:
    """A visit becomes a claim; the payer's line is in the mood for it."""
    slot = visits.SLOTS[facts["slot"]]
    if slot.number in walk.claims:
        raise Impossible
    now = await walk.world.now()
    encounter = visits.encounter(slot, (now - timedelta(days=3)).date(), without_pointer=facts.get("fault", False))

    def work() -> intake.CheckedIn:
        return walk.world.books.run(
            ORGANISATION,
            lambda session: intake.check_in(session, ORGANISATION, encounter, by="desk", business_at=now),
        )

    # The mood is set before the doorbell can be heard: the row's number is known only now.
    walk.world.line.default = facts.get("mood", "active")
    done = await asyncio.to_thread(work)
    walk.world.line.moods[done.claim_number] = facts.get("mood", "active")
    walk.claims[slot.number] = done.claim_number
    walk.charges[slot.number] = slot.charges
    walk.accounts[slot.patient] = done.account_number
    walk.model.checked_in(done.claim_number, done.account_number, sum(slot.charges))


async def line(walk: Walk, facts: dict[str, Any]) -> None:
    """The payer's real-time line changes its mood about a claim."""
    walk.world.line.moods[_claim(walk, facts)] = facts["mood"]


async def command(walk: Walk, facts: dict[str, Any]) -> None:
    """A person orders something, by update or by the signal of the Temporal UI."""
    number = _claim(walk, facts)
    assert walk.seen is not None
    row = walk.seen.claims[number]
    stale = {"stale": 7, "right": 0}.get(facts["body"], 0)
    body: dict[str, Any] = {
        "command": facts["verb"],
        "id": f"walk-{facts['id']}",
        "by": "BILLER1",
        "expected_version": row.version + stale,
        "reason": "as the chart says",
        "changes": facts.get("changes", {}),
    }
    if facts["body"] == "wrong":
        body = _wrong(body, facts["how"])
    if any(order.body.get("id") == body.get("id") for order in walk.orders):
        raise Impossible
    await _give(walk, Order(claim=number, verb=facts["verb"], body=body), facts)


async def repeat_command(walk: Walk, facts: dict[str, Any]) -> None:
    """The same order again, under the same business id: it changes nothing."""
    if facts["which"] >= len(walk.orders):
        raise Impossible
    order = walk.orders[facts["which"]]
    assert walk.seen is not None
    if str(order.body.get("id", "")) not in walk.seen.commands:
        raise Impossible
    before = {n: c for n, c in walk.seen.counts.items() if n != "work_items"}
    await _give(walk, order, facts, repeated=True)
    walk.expect_counts = before


async def _give(walk: Walk, order: Order, facts: dict[str, Any], *, repeated: bool = False) -> None:
    assert walk.seen is not None
    handle = walk.world.client.get_workflow_handle(claim_workflow_id(order.claim))
    row = walk.seen.claims[order.claim]
    if not repeated:
        walk.orders.append(order)
    walk.world.suspect_claim(order.claim)
    if facts["via"] == "signal":
        walk.signalled.append(order)
        argument: Any = "please write it off" if order.body.get("text") else order.body
        if row.running:
            await handle.signal("biller_command", argument)
        else:
            await _start_with(walk, order.claim, argument)
        return
    if not row.running:
        raise Impossible
    if order.verb not in _VERBS or "text" in order.body or "id" not in order.body:
        raise Impossible
    try:
        answer: CommandAnswer = await handle.execute_update(
            order.verb,
            CommandBody(**order.body),
            id=order.body["id"],
            result_type=CommandAnswer,
            rpc_timeout=ANSWER_WITHIN,
        )
    except WorkflowUpdateFailedError as failure:
        cause = failure.cause
        refused = isinstance(cause, ApplicationError) and (cause.type == "Refused" or facts.get("body") == "wrong")
        if not refused or not str(cause):
            raise Broken(f"{order.verb} on {order.claim} failed without a reason: {cause}") from failure
        return
    except RPCError as failure:
        if failure.status is RPCStatusCode.NOT_FOUND:
            return
        raise Broken(f"{order.verb} on {order.claim} got no answer: {failure.status.name}") from failure
    if not answer.accepted:
        raise Broken(f"{order.verb} on {order.claim} was neither accepted nor refused")
    if facts.get("body") in ("stale", "wrong"):
        raise Broken(f"a {facts['body']} {order.verb} on {order.claim} was accepted")
    if not repeated:
        walk.carried_out(order)


async def _start_with(walk: Walk, number: int, argument: Any) -> None:
    await walk.world.client.start_workflow(
        CLAIM_WORKFLOW,
        ClaimOpened(organisation_id=ORGANISATION, claim_number=number, business_at=await walk.world.now()),
        id=claim_workflow_id(number),
        task_queue=task_queues.STORIES,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="biller_command",
        start_signal_args=[argument],
    )


def _wrong(body: dict[str, Any], how: str) -> dict[str, Any]:
    if how == "text":
        return {"text": True}
    if how == "no id":
        return {name: value for name, value in body.items() if name != "id"}
    if how == "unknown field":
        return {**body, "changes": {"lines.1.colour": "blue"}}
    if how == "unknown verb":
        return {**body, "command": "dance"}
    if how == "no line":
        return {**body, "changes": {"lines.9.units": "2"}}
    return {**body, "expected_version": "one"}


async def pay(walk: Walk, facts: dict[str, Any]) -> None:
    """A patient's check comes through the lockbox: exact, in part, too much, or its line twice in one file."""
    account = walk.accounts.get(facts["patient"])
    if account is None:
        raise Impossible
    owed = walk.model.asked_at_most(account)
    cents = {"exact": owed, "part": owed // 3, "more": max(owed, 0) + 1234}[facts["amount"]]
    if cents <= 0:
        raise Impossible
    row = ("DEP1", f"C{facts['check']}", account, cents)
    if any(known[1] == row[1] for known in walk.checks):
        raise Impossible
    walk.checks.append(row)
    lines = [row, row] if facts.get("twice") else [row]
    content = payer.lockbox(lines, await walk.world.now())
    await post(walk, [Envelope(name=f"lockbox-{walk.serial}.csv", content=content, payment=(account, cents))], facts)


async def pay_again(walk: Walk, facts: dict[str, Any]) -> None:
    """The bank reports a check again, in another file: it is posted once."""
    if facts["which"] >= len(walk.checks):
        raise Impossible
    row = walk.checks[facts["which"]]
    content = payer.lockbox([row], await walk.world.now(), blank_lines=1 + walk.serial % 40)
    await post(walk, [Envelope(name=f"lockbox-again-{walk.serial}.csv", content=content)], facts)
    walk.quiet = True


async def approve(walk: Walk, facts: dict[str, Any]) -> None:
    """A named person approves the hand-over of an account to the agency."""
    account = walk.accounts.get(facts["patient"])
    if account is None:
        raise Impossible
    now = await walk.world.now()

    def work() -> None:
        walk.world.books.run(
            ORGANISATION,
            lambda session: approve_placement(
                session,
                ORGANISATION,
                account,
                business_id=f"walk-approve-{facts['id']}",
                by="MANAGER1",
                reason="every letter unanswered",
                business_at=now,
            ),
        )

    await asyncio.to_thread(work)
    walk.model.account_moved(account)


def _claim(walk: Walk, facts: dict[str, Any]) -> int:
    number = walk.claims.get(facts["slot"])
    if number is None:
        raise Impossible
    return number
