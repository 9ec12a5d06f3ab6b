"""Money that a person enters from paper: the same balancing and posting as the machine's, all of a batch or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.inbound.context import Inbound
from activities.patient_payments import post_patient_payment
from activities.remittances.receive import remittance_received
from domain.cash.payment import HandPayment
from domain.cash.slip import check_slip
from domain.remittance import balancing, keys
from domain.remittance.remittance import Remittance
from edi.money_by_hand import HandBatch
from storage import files, slips
from storage.locks import lock_accounts
from storage.models import RemittanceClaim, RemittanceRow
from storage.once import once

KIND = "money by hand"


class DoesNotBalance(ValueError):
    """What was typed does not add up; the text shows the arithmetic. Nothing was booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """Who enters it and when."""

    session: Session
    organisation_id: int
    by: str
    at: datetime
    today: date


def enter_batch(entering: Entering, batch: HandBatch, content: bytes, name: str, *, as_printed: bool) -> dict[str, Any]:
    """Book a batch once, whatever name its document has: ``{"new", "remittances": [...], "payments": [...]}``.

    ``as_printed``: the paper itself does not balance; what does not is held for a person, as of an 835.

    Raises:
        SlipDoesNotSum, DoesNotBalance, UnknownAccounts, EnteredBefore: nothing was booked.
    """
    if batch.slip_total_cents is not None:
        check_slip(batch.slip, batch.slip_total_cents, batch.amounts_cents)
    if not as_printed:
        _require_balance(batch.remittances)
    session = entering.session
    slips.require_accounts(session, batch.payments)
    file = files.receive(session, entering.organisation_id, name, content, entering.at)
    if file.new:
        files.finish(session, file.id, kind=KIND, state="processed")
    first = {"new": False}

    def book() -> dict[str, Any]:
        first["new"] = True
        remittances = [
            _enter_remittance(entering, one, file.id, ordinal, batch.slip)
            for ordinal, one in enumerate(batch.remittances, start=1)
        ]
        return {"remittances": remittances, "payments": enter_payments(entering, batch.payments, file_id=file.id)}

    return first | once(session, f"by hand:{file.sha256}", book) | first


def enter_payments(entering: Entering, payments: Sequence[HandPayment], *, file_id: int = 0) -> list[dict[str, Any]]:
    """Book patients' payments: ``[{"account", "receipt", "amount_cents", "new"}]``; a repeat changes nothing.

    Raises:
        UnknownAccounts, EnteredBefore: the caller's transaction must not commit.
    """
    slips.require_accounts(entering.session, payments)
    lock_accounts(entering.session, {payment.account_number for payment in payments})
    inbound = _inbound(entering, file_id, 0)
    done = [_enter_payment(inbound, entering.by, payment) for payment in payments]
    inbound.deliver_bells()
    return done


def _enter_payment(inbound: Inbound, by: str, payment: HandPayment) -> dict[str, Any]:
    receipt_id = slips.keep_receipt(inbound.session, inbound.organisation_id, payment, by=by, at=inbound.business_at)
    if receipt_id is not None:
        post_patient_payment(
            inbound,
            receipt_id=receipt_id,
            account_number=payment.account_number,
            amount_cents=payment.amount_cents,
            cites=f"{payment.method} {payment.reference} of {payment.received_on}, entered by {by}",
            by=by,
            chosen=payment.claims,
            statement_number=payment.statement_number,
        )
    return {
        "account": payment.account_number,
        "receipt": receipt_id,
        "amount_cents": payment.amount_cents,
        "new": receipt_id is not None,
    }


def _enter_remittance(
    entering: Entering, remittance: Remittance, file_id: int, ordinal: int, slip: str
) -> dict[str, Any]:
    session = entering.session
    inbound = _inbound(entering, file_id, ordinal)
    remittance_received(inbound, remittance)
    row = session.scalars(select(RemittanceRow).where(RemittanceRow.key == keys.remittance_key(remittance))).one()
    decided = session.execute(
        select(RemittanceClaim.id, RemittanceClaim.claim_number, RemittanceClaim.state)
        .where(RemittanceClaim.remittance_id == row.id)
        .order_by(RemittanceClaim.id)
    ).all()
    for claim in decided:
        if claim.claim_number is not None:
            inbound.note(
                claim.claim_number,
                f"remittance_claim:{claim.id}:by-hand",
                f"Paper EOB entered by {entering.by}",
                f"trace {remittance.trace_number}",
                by=entering.by,
            )
    inbound.deliver_bells()
    files.record_transaction(
        session,
        entering.organisation_id,
        file_id,
        ordinal,
        kind=slips.BY_HAND,
        state="held" if inbound.held else "processed",
        control_number=remittance.trace_number,
        summary={"matched": inbound.matched, "queued": inbound.queued, "slip": slip, "by": entering.by},
    )
    states: dict[str, int] = {}
    for claim in decided:
        states[claim.state] = states.get(claim.state, 0) + 1
    return {
        "remittance": row.id,
        "trace": remittance.trace_number,
        "payment_cents": remittance.payment_cents,
        "state": row.state,
        "claims": states,
    }


def _require_balance(remittances: Sequence[Remittance]) -> None:
    found = [
        f"remittance {remittance.trace_number}: {f'claim {problem.claim}, ' if problem.claim else ''}{problem.message}"
        for remittance in remittances
        for problem in balancing.problems(remittance)
    ]
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise DoesNotBalance(
            f"{found[0]}{more}: correct what was typed, or enter the paper with --as-printed; nothing was booked"
        )


def _inbound(entering: Entering, file_id: int, ordinal: int) -> Inbound:
    return Inbound(
        session=entering.session,
        organisation_id=entering.organisation_id,
        file_id=file_id,
        ordinal=ordinal,
        business_at=entering.at,
        today=entering.today,
    )
