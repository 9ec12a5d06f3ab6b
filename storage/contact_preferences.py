"""How a guarantor wants to be reached: language, channels, consents, and what mail and stop words changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.billing.contact_policy import Channel
from storage.models import ContactConsent, ContactPreferences


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What stands now."""

    language: str = "en"
    channels: tuple[Channel, ...] = (Channel.MAIL,)
    """The one they like best first."""
    email: str = ""
    phone: str = ""
    time_zone: str = ""
    """Empty: the practice's."""
    address_bad_since: date | None = None
    consents: frozenset[Channel] = frozenset()
    """Channels with a consent that stands."""


def read(session: Session, account_number: int) -> Preferences:
    """The preferences of an account; without a row: mail, in English, no consent to anything else."""
    row = session.scalars(
        select(ContactPreferences).where(ContactPreferences.account_number == account_number)
    ).one_or_none()
    given = session.scalars(
        select(ContactConsent.channel).where(
            ContactConsent.account_number == account_number, ContactConsent.revoked_at.is_(None)
        )
    )
    consents = frozenset(Channel(channel) for channel in given)
    if row is None:
        return Preferences(consents=consents)
    return Preferences(
        language=row.language,
        channels=tuple(Channel(channel) for channel in row.channels),
        email=row.email,
        phone=row.phone,
        time_zone=row.time_zone,
        address_bad_since=row.address_bad_since,
        consents=consents,
    )


def prefer(
    session: Session,
    organisation_id: int,
    account_number: int,
    *,
    language: str | None = None,
    channels: Sequence[Channel] | None = None,
    email: str | None = None,
    phone: str | None = None,
    time_zone: str | None = None,
) -> None:
    """Keep what the guarantor said at check-in or later; None leaves a value as it is."""
    said = {
        "language": language,
        "channels": None if channels is None else [channel.value for channel in channels],
        "email": email,
        "phone": phone,
        "time_zone": time_zone,
    }
    values = {name: value for name, value in said.items() if value is not None}
    statement = insert(ContactPreferences).values(
        organisation_id=organisation_id, account_number=account_number, **values
    )
    key = ["organisation_id", "account_number"]
    if values:
        session.execute(statement.on_conflict_do_update(index_elements=key, set_=values))
    else:
        session.execute(statement.on_conflict_do_nothing())


def consent(
    session: Session, organisation_id: int, account_number: int, channel: Channel, *, how: str, at: datetime
) -> None:
    """Keep a consent once: what is given already is not given again."""
    if channel not in read(session, account_number).consents:
        session.add(
            ContactConsent(
                organisation_id=organisation_id,
                account_number=account_number,
                channel=channel.value,
                given_at=at,
                given_how=how,
            )
        )
        session.flush()


def revoke(session: Session, account_number: int, channel: Channel, *, how: str, at: datetime) -> bool:
    """End the consent to a channel at once; False when none stood."""
    statement = update(ContactConsent).where(
        ContactConsent.account_number == account_number,
        ContactConsent.channel == channel.value,
        ContactConsent.revoked_at.is_(None),
    )
    ended = session.scalars(statement.values(revoked_at=at, revoked_how=how).returning(ContactConsent.id)).all()
    return bool(ended)


def mark_address(session: Session, organisation_id: int, account_number: int, bad_since: date | None) -> None:
    """Mail came back (a day), or there is a new address (None)."""
    prefer(session, organisation_id, account_number)
    session.execute(
        update(ContactPreferences)
        .where(ContactPreferences.account_number == account_number)
        .values(address_bad_since=bad_since)
    )
