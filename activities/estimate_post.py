"""Handing good faith estimates over: looked at once more in the moment of sending; the clock stops when one left."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy.orm import Session
from temporalio.exceptions import ApplicationError

from activities.cases.desk import Desk
from activities.frontdesk import estimates
from activities.frontdesk.estimate_sending import EMAIL, address, allowed, why_void
from contracts.wire import OutboxRef
from domain.billing.contact_policy import Channel
from gateways.errors import GatewayError, MailUncertain, SettingsMissing
from gateways.mail import PaperMail
from gateways.smtp import SmtpLine, SmtpSettings
from storage import estimate_sendings, frontdesk_estimates, outbox, timeline, work_items
from storage.models import EstimateRow, EstimateSending, Patient
from storage.outbox import Outgoing
from storage.unit_of_work import Books

HAND_OVER_SECONDS = 20.0
"""The estimate's row is held no longer."""
_MAY_HAVE_LEFT = "an attempt before may have left"


class EstimatePost:
    """Sends what orders put into the outbox, one at a time."""

    def __init__(self, books: Books, mail: PaperMail, smtp: SmtpLine | None = None) -> None:
        """Send letters through this mail room, e-mails through this server."""
        self._books = books
        self._mail = mail
        self._smtp = smtp

    async def send(self, ref: OutboxRef) -> bool:
        """Begin in one transaction; look, hand over, mark and stop the clock in the next. False: a person was asked.

        Raises:
            ApplicationError: nobody took it now; the next look tries again.
        """
        outgoing = await asyncio.to_thread(self._books.run, ref.organisation_id, partial(_begin, ref=ref))
        if outgoing is None:
            return False
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.to_thread(self._look_and_hand_over, ref, outgoing, loop)
        except GatewayError as error:
            await asyncio.to_thread(
                self._books.run, ref.organisation_id, partial(_failed, ref=ref, outgoing=outgoing, error=error)
            )
            if error.retryable:
                raise ApplicationError(str(error), type="Unreachable") from error
            return False
        except TimeoutError as error:
            raise ApplicationError("the mail room took too long; the estimate is tried again", type="Slow") from error

    def _look_and_hand_over(self, ref: OutboxRef, outgoing: Outgoing, loop: asyncio.AbstractEventLoop) -> bool:
        with self._books.transaction(ref.organisation_id) as session:
            desk, sending, row = _locked(session, ref)
            if sending.left_on is not None:
                return True
            if why := _why_not(desk, sending, row):
                _keep_back(desk, sending, row, why, uncertain=outgoing.earlier_outcome_uncertain)
                return False
            self._hand_over(outgoing, loop)
            outbox.mark_sent(session, ref.outbox_id, desk.now)
            sending.left_on = desk.today
            way = "e-mail" if sending.channel == EMAIL else "mail"
            estimates.provided(desk, row.number, sending.by, f"by {way}, {sending.language}")
            return True

    def _hand_over(self, outgoing: Outgoing, loop: asyncio.AbstractEventLoop) -> None:
        manifest = outgoing.manifest or {}
        if outgoing.channel == EMAIL:
            if self._smtp is None:
                raise SettingsMissing("no mail server is configured: set CLAIMFLOW_SMTP_HOST and its companions")
            self._smtp.send(str(manifest["to"]), outgoing.content)
            return
        sending = self._mail.send(outgoing.name, outgoing.content, manifest)
        under_way = asyncio.run_coroutine_threadsafe(sending, loop)
        try:
            under_way.result(timeout=HAND_OVER_SECONDS)
        except TimeoutError:
            under_way.cancel()
            raise


def _locked(session: Session, ref: OutboxRef) -> tuple[Desk, EstimateSending, EstimateRow]:
    """Whoever hands it over at the desk in this moment, or another look, comes before or after.

    The estimate is locked before its outbox row, always.
    """
    sending = estimate_sendings.of_outbox(session, ref.outbox_id)
    row = frontdesk_estimates.get(session, sending.estimate_number, for_update=True)
    session.refresh(sending)
    return Desk.at(session, ref.organisation_id, ref.business_at), sending, row


def _begin(session: Session, ref: OutboxRef) -> Outgoing | None:
    desk, sending, row = _locked(session, ref)
    outgoing = outbox.begin(session, ref.outbox_id)
    if outgoing is None and outbox.state_of(session, ref.outbox_id) == "uncertain":
        _ask(desk, sending, row, "uncertain", "nobody knows whether it arrived")
    return outgoing


def _why_not(desk: Desk, sending: EstimateSending, row: EstimateRow) -> str:
    """Why it stays in the house, read in the moment of sending."""
    if row.provided_on is not None:
        return f"it was given to the patient on {row.provided_on}"
    if why := why_void(desk, row):
        return why
    way = Channel(sending.channel)
    if way is Channel.EMAIL and not SmtpSettings.configured():
        return "no mail server is configured: set CLAIMFLOW_SMTP_HOST and its companions"
    if way not in allowed(desk, row):
        return f"{'e-mail' if way is Channel.EMAIL else 'mail'} is not allowed any more: consent or address is gone"
    if address(desk, row, way) != sending.sent_to:
        return "the address changed since the order"
    return ""


def _keep_back(desk: Desk, sending: EstimateSending, row: EstimateRow, why: str, *, uncertain: bool) -> None:
    if uncertain and row.provided_on is None:
        # No machine says "it stayed" of what may be in the mail room.
        outbox.mark_uncertain(desk.session, sending.outbox_id, f"{why}; {_MAY_HAVE_LEFT}")
        _ask(desk, sending, row, "uncertain", f"{why}, and {_MAY_HAVE_LEFT}")
        return
    outbox.mark_refused(desk.session, sending.outbox_id, why)
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"estimate:{row.number}:kept_back:{sending.attempt}",
        at=desk.now,
        by="system",
        what=f"Good faith estimate {row.number} stayed in the house",
        why=why,
        account_number=_account(desk, row),
    )
    if row.provided_on is None:
        _ask(desk, sending, row, "kept_back", f"it stayed in the house: {why}")


def _failed(session: Session, ref: OutboxRef, outgoing: Outgoing, error: GatewayError) -> None:
    desk, sending, row = _locked(session, ref)
    if sending.left_on is not None:
        return
    if isinstance(error, MailUncertain):
        outbox.mark_uncertain(session, ref.outbox_id, str(error))
        _ask(desk, sending, row, "uncertain", "nobody knows whether it arrived")
    elif not error.retryable:
        outbox.mark_refused(session, ref.outbox_id, str(error))
        _ask(desk, sending, row, "refused", f"it was not taken: {error}")
    elif outgoing.channel == EMAIL:
        # Nothing was handed over: a blind send may be tried again too.
        outbox.mark_not_sent(session, ref.outbox_id, str(error))


def _ask(desk: Desk, sending: EstimateSending, row: EstimateRow, what: str, reason: str) -> None:
    way = "e-mail" if sending.channel == EMAIL else "mail"
    find_out = "Ask the patient, or look at the server's log; then " if what == "uncertain" else ""
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=estimates.sending_key(row.number, sending.attempt),
        kind=f"estimate_{what}",
        reason=f"Good faith estimate {row.number} by {way}, due {row.due_on}: {reason}",
        remedy=(
            f"{find_out}send it again (`claimflow estimate send {row.number} --by-way mail`), or hand it over "
            f"(`claimflow estimate provide {row.number}`): its clock runs until then"
        ),
        owner=estimates.FRONT_DESK,
        due_on=max(desk.today, row.due_on) if row.due_on else desk.today,
        opened_on=desk.today,
        account_number=_account(desk, row),
    )


def _account(desk: Desk, row: EstimateRow) -> int:
    return desk.session.get_one(Patient, row.patient_id).account_number
