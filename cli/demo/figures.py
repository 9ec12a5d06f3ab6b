"""The figures of a demo: read from the books and from Temporal, never counted along the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, median_low
from typing import Any

from sqlalchemy import func, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from contracts.ids import claim_workflow_id
from domain.cases.kinds import REFUND
from storage import cases, ledger, read_models
from storage.clock import PostgresBusinessClock
from storage.models import Account, CaseRow, Claim, EncounterRow, Submission
from storage.reference import HOUSE, refund_policy
from storage.unit_of_work import Books

_TIME_SKIPPING = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    }
)
"""Events of the local stack's clock: a move adds two, a skip one; production has none."""
HISTORIES_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where everything stands at one moment."""

    now: datetime
    stages: dict[str, int]
    ledger: dict[str, int]
    open_accounts: int

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return sum(self.stages.values())

    @property
    def open_claims(self) -> int:
        """Claims that are not closed."""
        return self.claims - self.stages.get("closed", 0)


def standing(books: Books, organisation_id: int) -> Standing:
    """Read where everything stands."""
    now = PostgresBusinessClock(books).now()
    with books.transaction(organisation_id) as session:
        rows = session.execute(select(Claim.stage, func.count()).group_by(Claim.stage).order_by(Claim.stage))
        accounts = session.scalar(select(func.count()).where(Account.stage != "settled")) or 0
        return Standing(
            now=now,
            stages={row.stage: row[1] for row in rows},
            ledger=ledger.trial_balance(session),
            open_accounts=accounts,
        )


def account_of(books: Books, organisation_id: int, claim_reference: str) -> int | None:
    """Number of the guarantor's account of a visit."""
    with books.transaction(organisation_id) as session:
        return session.scalar(
            select(Claim.account_number)
            .join(EncounterRow, EncounterRow.id == Claim.encounter_id)
            .where(EncounterRow.source_reference == claim_reference)
        )


def credit_rests_until(books: Books, organisation_id: int) -> datetime | None:
    """When the next patient's credit that nothing needs has rested long enough to be returned; None: there is none."""
    now = PostgresBusinessClock(books).now()
    with books.transaction(organisation_id) as session:
        rests = timedelta(days=refund_policy(session, HOUSE, "", now.date()).refund_rests_days + 1)
        days = [since for _, since in cases.credited_accounts(session)]
    if not days:
        return None
    return max(now + timedelta(days=1), datetime.combine(min(days), now.timetz()) + rests)


def refunds(books: Books, organisation_id: int) -> dict[str, int]:
    """Refund cases by how they ended, such as refunded to a payer; open ones as they stand."""
    with books.transaction(organisation_id) as session:
        rows = session.execute(
            select(CaseRow.details["creditor"].astext, CaseRow.decision, CaseRow.state).where(CaseRow.kind == REFUND)
        )
        found = Counter(f"{creditor}_{decision or state}" for creditor, decision, state in rows)
    return dict(sorted(found.items()))


def closing(books: Books, organisation_id: int) -> dict[str, Any]:
    """Claims by outcome and the ledger at the end, and what is not finished."""
    with books.transaction(organisation_id) as session:
        sheet = ledger.trial_balance(session)
        open_claims = session.execute(
            select(Claim.number, Claim.stage, Claim.next_what).where(Claim.stage != "closed").order_by(Claim.number)
        ).all()
        open_accounts = session.execute(
            select(Account.number, Account.next_what).where(Account.stage != "settled").order_by(Account.number)
        ).all()
        attempts = session.scalar(select(func.count()).select_from(Submission)) or 0
        return {
            "by_outcome": read_models.outcomes(session),
            "ledger_balanced": ledger.is_balanced(session) and sum(sheet.values()) == 0,
            "ledger": sheet,
            "attempts": attempts,
            "open_claims": [
                {"claim": row.number, "stage": row.stage, "waits_for": row.next_what} for row in open_claims
            ],
            "open_accounts": [{"account": row.number, "waits_for": row.next_what} for row in open_accounts],
        }


async def events_by_outcome(books: Books, client: Client, organisation_id: int) -> dict[str, dict[str, Any]]:
    """History events and size of each closed claim's runs: least, median and most, by outcome."""
    outcomes = await asyncio.to_thread(_outcomes, books, organisation_id)
    limit = asyncio.Semaphore(HISTORIES_AT_ONCE)

    async def measure(number: int) -> tuple[int, int, int]:
        async with limit:
            return await _history(client, claim_workflow_id(number))

    measured = await asyncio.gather(*(measure(number) for number in outcomes))
    found: dict[str, list[tuple[int, int, int]]] = {}
    for outcome, figures in zip(outcomes.values(), measured, strict=True):
        found.setdefault(outcome, []).append(figures)
    return {outcome: _spread(found[outcome]) for outcome in sorted(found)}


def _outcomes(books: Books, organisation_id: int) -> dict[int, str]:
    with books.transaction(organisation_id) as session:
        rows = session.execute(
            select(Claim.number, Claim.outcome).where(Claim.stage == "closed").order_by(Claim.number)
        )
        return {row.number: row.outcome for row in rows}


async def _history(client: Client, identifier: str) -> tuple[int, int, int]:
    """Events, bytes and time-skipping events over all runs of one claim."""
    events = size = skips = 0
    async for run in client.list_workflows(f'WorkflowId = "{identifier}"'):
        history = await client.get_workflow_handle(identifier, run_id=run.run_id).fetch_history()
        for event in history.events:
            if event.event_type in _TIME_SKIPPING:
                skips += 1
            else:
                events += 1
                size += event.ByteSize()
    return events, size, skips


def _spread(figures: list[tuple[int, int, int]]) -> dict[str, Any]:
    events, sizes, skips = zip(*figures, strict=True)
    return {
        "claims": len(figures),
        "events": {"min": min(events), "median": median_low(events), "max": max(events)},
        "kilobytes": {
            "min": round(min(sizes) / 1024, 1),
            "median": round(median(sizes) / 1024, 1),
            "max": round(max(sizes) / 1024, 1),
        },
        "time_skipping_events": {"median": median_low(skips), "max": max(skips)},
    }
