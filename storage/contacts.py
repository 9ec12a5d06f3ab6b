"""Contacts with a guarantor about money, and word that came from them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.billing.contact_policy import Channel, Reached
from storage.models import Contact

REMEMBERED = timedelta(days=60)
"""Longer than any limit of a policy looks back."""

KEPT_BACK = "kept_back"
"""A contact that was written and never was."""


def note(
    session: Session,
    organisation_id: int,
    account_number: int,
    *,
    key: str,
    channel: Channel,
    what: str,
    at: datetime,
    by: str,
    text: str = "",
) -> bool:
    """Keep a contact; False when it was kept before."""
    statement = insert(Contact).values(
        organisation_id=organisation_id,
        account_number=account_number,
        key=key,
        channel=channel.value,
        what=what,
        at=at,
        by=by,
        note=text,
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(Contact.id)) is not None


def kept_back(session: Session, key: str, why: str) -> None:
    """What was to leave stayed in the house: nobody was reached, and no limit counts it."""
    session.execute(update(Contact).where(Contact.key == key).values(what=KEPT_BACK, note=why))


def recent(session: Session, account_number: int, at: datetime) -> tuple[Reached, ...]:
    """The contacts that a limit may count, the oldest first."""
    rows = session.execute(
        select(Contact.channel, Contact.what, Contact.at)
        .where(Contact.account_number == account_number, Contact.at > at - REMEMBERED)
        .order_by(Contact.at, Contact.id)
    )
    return tuple(Reached(channel=Channel(row.channel), what=row.what, at=row.at) for row in rows)
