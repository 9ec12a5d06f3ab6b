"""The demo's people: they read their work list each day and order through the same doors as anybody."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from activities.account.balance import OpenAccount
from activities.care.approving import approve_placement
from activities.care.case import NotPossible
from cli.demo.decisions import INFORMATION, PATIENT_ACCOUNTS, Order, orders_for
from cli.demo.encounters import DemoVisit
from cli.demo.refund_desk import CaseOrder, refund_orders
from cli.demo.review_desk import review_orders
from contracts.account import AccountRef
from contracts.claim import CommandBody
from contracts.ids import case_workflow_id, claim_workflow_id
from storage import claims, work_items
from storage.models import Claim, EncounterRow, WorkItem
from storage.unit_of_work import Books

BY_SIGNAL_EVERY = 5
"""Orders about every fifth claim go by the signal of the Temporal UI instead of an update."""
SLIPS_EVERY = 3
"""The first body of every third of these is wrong."""
PLACEMENT_APPROVAL = "placement_approval"
PEOPLE = 6
"""How many work at the same time, each on another claim."""
SERVER_TRIES = 60
SERVER_PAUSE = 1.0
"""Seconds of real time between two tries when Temporal does not answer: it may be restarting."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A work item with what its claim looks like now."""

    item: WorkItem
    claim_number: int | None
    version: int
    orders: tuple[Order, ...]


class Staff:
    """People of one organisation; they decide from the charts, the same way in every run."""

    def __init__(self, books: Books, client: Client, charts: Mapping[str, DemoVisit], organisation_id: int) -> None:
        """Work on these books; ``charts`` are the visits by the claim reference of their encounter."""
        self._books = books
        self._client = client
        self._charts = charts
        self._organisation = organisation_id
        self._given: Counter[int] = Counter()
        self._case_orders: set[str] = set()
        self.orders = 0
        """Orders that were carried out or are on their way."""
        self.refused: list[str] = []
        """Refusals, in the words of the system."""

    async def act(self, now: datetime) -> int:
        """Do what the work list asks for; return how many things were done."""
        tasks = await asyncio.to_thread(self._read)
        await asyncio.to_thread(self._close_information, tasks, now)
        done = 0
        by_claim: dict[int, list[Task]] = {}
        for task in tasks:
            if task.item.kind == PLACEMENT_APPROVAL:
                done += await asyncio.to_thread(self._approve, task.item, now)
            elif task.claim_number is not None:
                by_claim.setdefault(task.claim_number, []).append(task)
        places = asyncio.Semaphore(PEOPLE)
        done += sum(await asyncio.gather(*(self._work(claim, listed, places) for claim, listed in by_claim.items())))
        done += await self._cases(now)
        self.orders += done
        return done

    async def _work(self, claim_number: int, tasks: list[Task], places: asyncio.Semaphore) -> bool:
        """Give one order about one claim; False when there is none to give."""
        async with places:
            for task in tasks:
                if await self._next_order(task, claim_number):
                    return True
        return False

    async def _cases(self, now: datetime) -> int:
        """Give the next order about each refund and each review; return how many were carried out."""

        def read() -> list[CaseOrder]:
            with self._books.transaction(self._organisation) as session:
                reviews = review_orders(session, self._organisation, now.date())
                return [*refund_orders(session, now.date()), *reviews]

        fresh = [order for order in await asyncio.to_thread(read) if order.body.id not in self._case_orders]
        return sum([await self._order_case(order) for order in fresh])

    async def _order_case(self, order: CaseOrder) -> bool:
        self._case_orders.add(order.body.id)
        handle = self._client.get_workflow_handle(case_workflow_id(order.case_number))
        try:
            await self._persist(lambda: handle.execute_update(order.body.verb, order.body, id=order.body.id))
        except WorkflowUpdateFailedError as refusal:
            self.refused.append(f"case {order.case_number}: {order.body.verb} refused: {refusal.cause}")
            return False
        return True

    async def not_understood(self) -> dict[str, int]:
        """Open items that nobody here acted on or could close, by kind."""
        tasks = await asyncio.to_thread(self._read)
        return dict(Counter(task.item.kind for task in tasks))

    def _read(self) -> list[Task]:
        with self._books.transaction(self._organisation) as session:
            items = session.scalars(select(WorkItem).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id))
            return [self._task(session, item) for item in items]

    def _task(self, session: Session, item: WorkItem) -> Task:
        if item.claim_number is None:
            return Task(item=item, claim_number=None, version=0, orders=())
        version, reference = session.execute(
            select(Claim.version, EncounterRow.source_reference)
            .join(EncounterRow, EncounterRow.id == Claim.encounter_id)
            .where(Claim.number == item.claim_number)
        ).one()
        content = claims.content(session, item.claim_number)
        remedy = str((item.details or {}).get("remedy", ""))
        orders = orders_for(item.kind, version, content, self._charts.get(reference), remedy)
        return Task(item=item, claim_number=item.claim_number, version=version, orders=orders)

    def _close_information(self, tasks: list[Task], now: datetime) -> None:
        """Read and close what only tells; a refused command stays open as long as its order is open too."""
        asked = {task.claim_number for task in tasks if task.orders}
        read = [
            task
            for task in tasks
            if task.item.kind in INFORMATION and task.claim_number is not None and task.claim_number not in asked
        ]
        if not read:
            return
        with self._books.transaction(self._organisation) as session:
            for task in read:
                work_items.close_items(
                    session, claim_number=task.claim_number, kinds=INFORMATION, by=task.item.owner, on=now.date()
                )

    def _approve(self, item: WorkItem, now: datetime) -> int:
        account = item.account_number
        if account is None:
            return 0
        ref = AccountRef(organisation_id=self._organisation, account_number=account, today=now)

        def approve(session: Session) -> bool:
            _, decision = approve_placement(
                OpenAccount.lock(session, ref),
                by=PATIENT_ACCOUNTS,
                reason="no answer to any notice, and no application for help",
                business_id=f"demo/{item.key}",
            )
            return decision.new

        try:
            return int(self._books.run(self._organisation, approve))
        except NotPossible as refusal:
            # The account asks again when every condition is met.
            if (said := str(refusal)) not in self.refused:
                self.refused.append(said)
            return 0

    async def _next_order(self, task: Task, claim_number: int) -> bool:
        """Give the best order that was not given yet; the next one when it is refused. False: none is left."""
        while task.orders and self._given[task.item.id] < len(task.orders) + _extra(claim_number):
            turn = self._given[task.item.id]
            self._given[task.item.id] += 1
            if _wrong_first(claim_number) and turn == 0:
                await self._signal(claim_number, {"command": "corect", "by": task.orders[0].by, "changes": []})
                return True
            order = task.orders[turn - _extra(claim_number)]
            body = CommandBody(
                command=order.verb.value,
                id=f"demo/{task.item.key}/{turn}",
                by=order.by,
                expected_version=task.version,
                reason=order.reason,
                changes=order.changes,
            )
            if claim_number % BY_SIGNAL_EVERY == 0:
                await self._signal(claim_number, {name: getattr(body, name) for name in body.__dataclass_fields__})
                return True
            if await self._update(claim_number, body):
                return True
        return False

    async def _signal(self, claim_number: int, body: dict[str, Any]) -> None:
        handle = self._client.get_workflow_handle(claim_workflow_id(claim_number))
        await self._persist(lambda: handle.signal("biller_command", body))

    async def _update(self, claim_number: int, body: CommandBody) -> bool:
        handle = self._client.get_workflow_handle(claim_workflow_id(claim_number))
        try:
            await self._persist(lambda: handle.execute_update(body.command, body, id=body.id))
        except WorkflowUpdateFailedError as refusal:
            self.refused.append(f"claim {claim_number}: {body.command} refused: {refusal.cause}")
            return False
        return True

    async def _persist(self, call: Any) -> None:
        """Repeat a call while the server is away; its business id makes the repeat harmless."""
        for left in range(SERVER_TRIES, 0, -1):
            try:
                await call()
            except RPCError as error:
                if left == 1 or error.status not in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED):
                    raise
                await asyncio.sleep(SERVER_PAUSE)
            else:
                return


def _wrong_first(claim_number: int) -> bool:
    return claim_number % (BY_SIGNAL_EVERY * SLIPS_EVERY) == 0


def _extra(claim_number: int) -> int:
    return int(_wrong_first(claim_number))
