"""Sweeps: short looks that write rows and messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.cases.desk import Desk
from activities.cases.finding import look_for_credits
from activities.cash import missing, unborn
from activities.deliveries import MAIL, DeliveriesByOutbox
from activities.estimate_post import EstimatePost
from activities.scrubbing_lessons import learn
from contracts.wire import OutboxRef, Sweep, Sweeps, Swept
from domain.claim.submission import AttemptState
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.words import counted
from gateways.clearinghouse import ClearinghouseMailbox
from gateways.errors import GatewayError
from storage import doorbells, files, work_items
from storage.clock import PostgresBusinessClock
from storage.models import Batch, EstimateSending, Organisation, Outbox, Statement, Submission
from storage.practice_day import day_at
from storage.unit_of_work import Books

log = structlog.get_logger(__name__)

ACKNOWLEDGED_WITHIN = timedelta(days=3)
"""A TA1 or 999 comes within one business day (CAQH CORE); three calendar days leave room for a weekend."""


class SweepsOfOneOrganisation(Sweeps):
    """Looks for every organisation of the books; the mailbox is one clearinghouse account's."""

    def __init__(
        self,
        books: Books,
        clock: PostgresBusinessClock,
        *,
        mailbox: ClearinghouseMailbox | None,
        deliveries: DeliveriesByOutbox | None,
        estimates: EstimatePost | None = None,
        mailbox_organisation: int = 1,
    ) -> None:
        """Look into these books and this mailbox."""
        self._books = books
        self._clock = clock
        self._mailbox = mailbox
        self._deliveries = deliveries
        self._estimates = estimates
        self._organisation = mailbox_organisation

    @activity.defn(name="sweep_ready")
    def ready(self, sweep: Sweep) -> Swept:
        """Open one batch for each payer that has ready claims and none opened yet."""
        now = self._clock.now()
        return Swept(found=sum(self._open_batches(number, now) for number in self._organisations()))

    def _open_batches(self, organisation_id: int, now: datetime) -> int:
        def work(session: Session) -> int:
            payers = session.scalars(
                select(Submission.payer_code)
                .where(Submission.state == AttemptState.READY)
                .distinct()
                .order_by(Submission.payer_code)
            ).all()
            waiting = set(session.scalars(select(Batch.payer_code).where(Batch.state == "open")))
            opened = 0
            for payer in payers:
                if payer in waiting:
                    continue
                batch = Batch(
                    organisation_id=organisation_id,
                    payer_code=payer,
                    window_key=f"{organisation_id}:{payer}:{now:%Y%m%dT%H%M%S.%f}",
                    state="open",
                    business_at=now,
                )
                session.add(batch)
                session.flush()
                doorbells.ring(
                    session,
                    organisation_id,
                    Doorbell(
                        recipient=Recipient.BATCH,
                        number=str(batch.number),
                        kind=MessageKind.OPEN,
                        business_at=now,
                    ),
                )
                opened += 1
            return opened

        return self._books.run(organisation_id, work)

    @activity.defn(name="sweep_mailbox")
    async def mailbox(self, sweep: Sweep) -> Swept:
        """Store each waiting file by content, ring its workflow, then take it out of the mailbox."""
        assert self._mailbox is not None
        now = self._clock.now()
        taken = 0
        try:
            for waiting in await self._mailbox.list_waiting():
                content = await self._mailbox.fetch(waiting.name)
                await asyncio.to_thread(self._store, waiting.name, content, now)
                await self._mailbox.remove(waiting.name)
                taken += 1
        except GatewayError as error:
            # What was stored is safe; what was not is still there for the next look.
            if not error.retryable:
                raise ApplicationError(str(error), type="Refused", non_retryable=True) from error
            log.warning("mailbox_unreachable", error=type(error).__name__, count=taken)
        return Swept(found=taken)

    def _store(self, name: str, content: bytes, now: datetime) -> None:
        with self._books.transaction(self._organisation) as session:
            received = files.receive(session, self._organisation, name, content, now)
            if received.new:
                doorbells.ring(
                    session,
                    self._organisation,
                    Doorbell(
                        recipient=Recipient.FILE,
                        number=received.sha256,
                        kind=MessageKind.OPEN,
                        reference=str(received.id),
                        business_at=now,
                    ),
                )

    @activity.defn(name="sweep_unacknowledged")
    def unacknowledged(self, sweep: Sweep) -> Swept:
        """One work item for each interchange that nobody acknowledged in time."""
        now = self._clock.now()
        return Swept(found=sum(self._miss_acknowledgements(n, now) for n in self._organisations()))

    def _miss_acknowledgements(self, organisation_id: int, now: datetime) -> int:
        with self._books.transaction(organisation_id) as session:
            today = day_at(session, organisation_id, now)
            late = session.scalars(
                select(Batch).where(Batch.state == "sent", Batch.business_at < now - ACKNOWLEDGED_WITHIN)
            ).all()
            return sum(
                work_items.open_item(
                    session,
                    organisation_id,
                    key=f"batch:{batch.number}:unacknowledged",
                    kind="acknowledgement_missing",
                    reason=(
                        f"Interchange {batch.interchange_control_number} of {batch.business_at:%Y-%m-%d} "
                        f"to {batch.payer_code} with {counted(batch.claims, 'claim')} has no TA1 or 999"
                    ),
                    remedy="Ask the clearinghouse whether the file arrived before anything is sent again",
                    owner="operations",
                    due_on=today,
                    opened_on=today,
                )
                for batch in late
            )

    @activity.defn(name="sweep_outbox")
    async def outbox(self, sweep: Sweep) -> Swept:
        """Deliver papers that no story sends itself: requests, letters, estimates; statements have their own sender."""
        assert self._deliveries is not None
        sent = 0
        for ref, is_estimate in await asyncio.to_thread(self._waiting_papers):
            try:
                if is_estimate:
                    assert self._estimates is not None
                    sent += await self._estimates.send(ref)
                    continue
                await self._deliveries.deliver(ref)
            except ApplicationError as error:
                log.warning("paper_not_sent", outbox_id=ref.outbox_id, error=error.type)
                continue
            sent += 1
        return Swept(found=sent)

    def _waiting_papers(self) -> list[tuple[OutboxRef, bool]]:
        statements = select(Statement.outbox_id).where(Statement.outbox_id.is_not(None))
        with self._books.system() as session:
            rows = session.execute(
                select(Outbox.organisation_id, Outbox.id, EstimateSending.id.is_not(None).label("is_estimate"))
                .outerjoin(EstimateSending, EstimateSending.outbox_id == Outbox.id)
                .where(
                    or_(Outbox.channel == MAIL, EstimateSending.id.is_not(None)),
                    Outbox.state.in_(("intended", "sending")),
                    Outbox.id.not_in(statements),
                )
                .order_by(Outbox.id)
                .limit(200)
            ).all()
        now = self._clock.now()
        return [
            (OutboxRef(organisation_id=row.organisation_id, outbox_id=row.id, business_at=now), row.is_estimate)
            for row in rows
        ]

    @activity.defn(name="sweep_deposits")
    def deposits(self, sweep: Sweep) -> Swept:
        """Match the bank's deposits; one work item for each that is overdue on either side."""
        return self._look_everywhere(missing.match_and_ask)

    @activity.defn(name="sweep_visits")
    def visits(self, sweep: Sweep) -> Swept:
        """Link visits to their charges; one work item for each visit without."""
        return self._look_everywhere(unborn.link_and_ask)

    @activity.defn(name="sweep_lessons")
    def lessons(self, sweep: Sweep) -> Swept:
        """Learn from denials that nobody has looked at."""
        return self._look_everywhere(learn)

    @activity.defn(name="sweep_overpayments")
    def overpayments(self, sweep: Sweep) -> Swept:
        """Open refund cases for credit balances without one; follow the ledger with those that are open."""
        now = self._clock.now()

        def look_at(organisation_id: int) -> int:
            return self._books.run(
                organisation_id, lambda session: look_for_credits(Desk.at(session, organisation_id, now))
            )

        return Swept(found=sum(look_at(number) for number in self._organisations()))

    def _look_everywhere(self, look: Callable[[Session, int, date], int]) -> Swept:
        """Look for each organisation on its own calendar day, in a transaction of its own."""
        now = self._clock.now()

        def look_at(organisation_id: int) -> int:
            def work(session: Session) -> int:
                return look(session, organisation_id, day_at(session, organisation_id, now))

            return self._books.run(organisation_id, work)

        return Swept(found=sum(look_at(number) for number in self._organisations()))

    def _organisations(self) -> list[int]:
        with self._books.system() as session:
            return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
