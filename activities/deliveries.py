"""Recognised sends: an outbox row handed to its channel, repeated only with the same name and bytes."""

from __future__ import annotations

import asyncio

from sqlalchemy import select, update
from temporalio import activity
from temporalio.exceptions import ApplicationError

from contracts.wire import Deliveries, OutboxRef
from domain.claim.submission import AttemptState
from gateways.clearinghouse import ClearinghouseMailbox
from gateways.errors import GatewayError
from gateways.mail import PaperMail
from storage import outbox, work_items
from storage.models import Batch, Outbox, Submission
from storage.outbox import Outgoing
from storage.practice_day import day_at
from storage.unit_of_work import Books

CLAIMS = "claims"
MAIL = "mail"


class DeliveriesByOutbox(Deliveries):
    """Sends what the outbox intends."""

    def __init__(self, books: Books, mailbox: ClearinghouseMailbox, mail: PaperMail) -> None:
        """Send claims to the clearinghouse and papers to the mail house."""
        self._books = books
        self._mailbox = mailbox
        self._mail = mail

    @activity.defn(name="deliver")
    async def deliver(self, send: OutboxRef) -> None:
        """Begin, hand over, mark; a crash in between repeats the same name and bytes."""
        outgoing = await asyncio.to_thread(self._begin, send)
        if outgoing is None:
            return
        try:
            await hand_over(outgoing, self._mailbox, self._mail)
        except GatewayError as error:
            if error.retryable:
                raise ApplicationError(str(error), type="Unreachable") from error
            await asyncio.to_thread(self._refused, send, outgoing, str(error))
            raise ApplicationError(str(error), type="Refused", non_retryable=True) from error
        await asyncio.to_thread(self._sent, send)

    def _begin(self, send: OutboxRef) -> Outgoing | None:
        return self._books.run(send.organisation_id, lambda session: outbox.begin(session, send.outbox_id))

    def _sent(self, send: OutboxRef) -> None:
        with self._books.transaction(send.organisation_id) as session:
            outbox.mark_sent(session, send.outbox_id, send.business_at)
            row = session.get_one(Outbox, send.outbox_id)
            batch = session.scalars(select(Batch).where(Batch.file_id == row.file_id)).one_or_none()
            if batch is None:
                return
            if batch.state == "built":
                batch.state = "sent"
            session.execute(
                update(Submission)
                .where(Submission.batch_number == batch.number, Submission.state == AttemptState.BATCHED)
                .values(state=AttemptState.SENT, sent_at=send.business_at)
            )

    def _refused(self, send: OutboxRef, outgoing: Outgoing, why: str) -> None:
        with self._books.transaction(send.organisation_id) as session:
            today = day_at(session, send.organisation_id, send.business_at)
            outbox.mark_refused(session, send.outbox_id, why)
            work_items.open_item(
                session,
                send.organisation_id,
                key=f"outbox:{send.outbox_id}:refused",
                kind="send_refused",
                reason=f"{outgoing.name} was not taken: {why}",
                remedy="Mend the connection or the file, then send it again",
                owner="operations",
                due_on=today,
                opened_on=today,
            )


async def hand_over(outgoing: Outgoing, mailbox: ClearinghouseMailbox | None, mail: PaperMail) -> None:
    """Put one outbox row into its channel's folder."""
    if outgoing.channel == CLAIMS:
        assert mailbox is not None, "claims go through the clearinghouse's mailbox"
        await mailbox.deliver(outgoing.name, outgoing.content)
    else:
        await mail.send(outgoing.name, outgoing.content, outgoing.manifest or {})
