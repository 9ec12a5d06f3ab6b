"""A patient's money: to what they chose or whose statement they quote, then the oldest; the rest is their credit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from activities.inbound.context import Inbound
from domain.billing.applying import in_order
from domain.doorbell import MessageKind
from domain.ledger.planning import plan_patient_payment
from domain.remittance.balancing import dollars
from storage import account_holds, ledger, statements, timeline
from storage.models import Claim


def post_patient_payment(
    inbound: Inbound,
    *,
    receipt_id: int,
    account_number: int,
    amount_cents: int,
    cites: str,
    by: str,
    chosen: Sequence[int] = (),
    statement_number: int | None = None,
) -> None:
    """Post one receipt and wake the account, and each claim that it settles. The account is locked by the caller."""
    session = inbound.session
    holds = account_holds.open_holds(session, inbound.organisation_id, account_number, inbound.today)
    open_before = in_order(
        ledger.open_by_claim(session, account_number),
        chosen=chosen,
        quoted=statements.claims_of(session, account_number, statement_number),
        disputed={hold.claim_number for hold in holds if hold.claim_number is not None},
    )
    ledger.post(
        session,
        inbound.organisation_id,
        key=f"receipt:{receipt_id}",
        kind="patient_payment",
        cites=cites,
        by=by,
        business_date=inbound.today,
        legs=plan_patient_payment(amount_cents, open_before, account_number, cites),
    )
    timeline.note(
        session,
        inbound.organisation_id,
        key=f"receipt:{receipt_id}",
        at=inbound.business_at,
        by=by,
        what=f"Patient paid ${dollars(amount_cents)}",
        why=cites,
        account_number=account_number,
    )
    inbound.ring_account(account_number, MessageKind.PAYMENT_RECEIVED, str(receipt_id))
    open_after = ledger.open_by_claim(session, account_number)
    touched = [number for number in open_before if open_after.get(number) != open_before[number]]
    for number in touched:
        inbound.note(
            number, f"receipt:{receipt_id}:claim:{number}", "Patient's payment applied", cites, by=by
        )
    settled = [number for number in touched if number not in open_after]
    for number in session.scalars(select(Claim.number).where(Claim.number.in_(settled)).order_by(Claim.number)):
        inbound.ring_claim(number, MessageKind.PATIENT_SETTLED, str(receipt_id))
