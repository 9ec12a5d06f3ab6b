"""What named people decide about an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.billing.schedule import StepKind
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import doorbells
from storage.locks import lock_accounts
from storage.models import Command, WorkItem

APPROVE_PLACEMENT = "approve_placement"
"""The account may go to a collection agency: never a machine's own step."""


class BusinessIdTaken(ValueError):
    """The business id belongs to another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision as it is kept; ``new`` is False for a repeat."""

    by: str
    business_at: datetime
    new: bool


def is_known(session: Session, organisation_id: int, business_id: str) -> bool:
    """Whether an order of this id is kept already."""
    found = select(Command.id).where(Command.organisation_id == organisation_id, Command.business_id == business_id)
    return session.scalar(found) is not None


def asks_for_placement(session: Session, account_number: int) -> bool:
    """Whether the account waits for a named person to approve the hand-over: the open work item says so."""
    found = select(WorkItem.id).where(
        WorkItem.account_number == account_number,
        WorkItem.kind == StepKind.PLACEMENT_APPROVAL.value,
        WorkItem.closed_on.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def approve_placement(
    session: Session,
    organisation_id: int,
    account_number: int,
    *,
    business_id: str,
    by: str,
    reason: str,
    business_at: datetime,
) -> Decision:
    """Keep a named person's approval and wake the account, once for each business id.

    Raises:
        BusinessIdTaken: the id belongs to an order about something else.
    """
    lock_accounts(session, {account_number})
    written = session.scalar(
        insert(Command)
        .values(
            organisation_id=organisation_id,
            business_id=business_id,
            account_number=account_number,
            verb=APPROVE_PLACEMENT,
            by=by,
            reason=reason,
            changes={},
            accepted=True,
            answer="",
            business_at=business_at,
        )
        .on_conflict_do_nothing()
        .returning(Command.id)
    )
    if written is None:
        return _earlier(session, organisation_id, account_number, business_id)
    bell = Doorbell(
        recipient=Recipient.ACCOUNT,
        number=str(account_number),
        kind=MessageKind.DECISION,
        reference=str(written),
        outcome=APPROVE_PLACEMENT,
        business_at=business_at,
    )
    doorbells.ring(session, organisation_id, bell)
    return Decision(by=by, business_at=business_at, new=True)


def _earlier(session: Session, organisation_id: int, account_number: int, business_id: str) -> Decision:
    row = session.scalars(
        select(Command).where(Command.organisation_id == organisation_id, Command.business_id == business_id)
    ).one()
    if (row.verb, row.account_number) != (APPROVE_PLACEMENT, account_number):
        raise BusinessIdTaken(f"the id {business_id} belongs to another order: give another --id")
    return Decision(by=row.by, business_at=row.business_at, new=False)
