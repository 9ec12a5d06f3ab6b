"""Effects outside: intended in the transaction of their cause, then sent, then acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.sending import SendKind, machine_may_repeat
from storage.models import File, Outbox
from storage.models.base import Json

_OVER = frozenset({"sent", "acknowledged", "refused"})
_BEGUN = frozenset({"sending", "uncertain"})
_ERROR_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What to hand over now: the same name and bytes on every attempt."""

    id: int
    key: str
    send_kind: SendKind
    channel: str
    name: str
    content: bytes
    manifest: Json | None
    attempt: int
    earlier_outcome_uncertain: bool
    """An earlier attempt began and nobody knows how it ended."""


def intend(
    session: Session,
    organisation_id: int,
    key: str,
    send_kind: SendKind,
    channel: str,
    name: str,
    file_id: int,
    manifest: Json | None,
    business_at: datetime,
) -> int:
    """Write the intention in the transaction of its cause; return its id, the same for the same key."""
    statement = insert(Outbox).values(
        organisation_id=organisation_id,
        key=key,
        send_kind=send_kind.value,
        channel=channel,
        name=name,
        file_id=file_id,
        manifest=manifest,
        state="intended",
        business_at=business_at,
    )
    outbox_id: int | None = session.scalar(statement.on_conflict_do_nothing().returning(Outbox.id))
    if outbox_id is not None:
        return outbox_id
    return session.scalars(select(Outbox.id).where(Outbox.organisation_id == organisation_id, Outbox.key == key)).one()


def begin(session: Session, outbox_id: int) -> Outgoing | None:
    """Mark the row ``sending`` and return what to hand over; commit before the hand-over starts.

    None when there is nothing a machine may do: already sent, or a blind send whose earlier attempt began
    and never reported (the row is then ``uncertain`` and waits for a person).
    """
    row = session.scalars(
        select(Outbox).where(Outbox.id == outbox_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if row.state in _OVER:
        return None
    kind = SendKind(row.send_kind)
    row.uncertain = row.uncertain or row.state in _BEGUN
    if row.uncertain and not machine_may_repeat(kind):
        row.state = "uncertain"
        return None
    row.state = "sending"
    row.attempts += 1
    session.flush()
    return Outgoing(
        id=row.id,
        key=row.key,
        send_kind=kind,
        channel=row.channel,
        name=row.name,
        content=session.scalars(select(File.content).where(File.id == row.file_id)).one(),
        manifest=row.manifest,
        attempt=row.attempts,
        earlier_outcome_uncertain=row.uncertain,
    )


def mark_sent(session: Session, outbox_id: int, sent_at: datetime | None = None) -> None:
    """Keep that the receiver took it; never takes back an acknowledgement that came first."""
    session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state.in_(("intended", "sending", "uncertain")))
        .values(state="sent", sent_at=sent_at or func.clock_timestamp(), last_error="")
    )


def mark_acknowledged(session: Session, outbox_id: int) -> None:
    """Keep that the receiver confirmed it (TA1, 999, delivery receipt)."""
    session.execute(update(Outbox).where(Outbox.id == outbox_id).values(state="acknowledged", last_error=""))


def mark_refused(session: Session, outbox_id: int, error: str) -> None:
    """Keep that the receiver refused it for good; nothing sends this row again."""
    session.execute(
        update(Outbox).where(Outbox.id == outbox_id).values(state="refused", last_error=error[:_ERROR_LIMIT])
    )


def mark_uncertain(session: Session, outbox_id: int, error: str) -> None:
    """Keep that an attempt ended without a known outcome."""
    session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state.in_(("intended", "sending", "uncertain")))
        .values(state="uncertain", uncertain=True, last_error=error[:_ERROR_LIMIT])
    )


def mark_not_sent(session: Session, outbox_id: int, error: str) -> None:
    """Keep that an attempt surely handed nothing over (no connection): any kind may try again."""
    session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state == "sending")
        .values(state="intended", last_error=error[:_ERROR_LIMIT])
    )


def state_of(session: Session, outbox_id: int) -> str:
    """Return ``intended``, ``sending``, ``sent``, ``acknowledged``, ``uncertain`` or ``refused``."""
    return session.scalars(select(Outbox.state).where(Outbox.id == outbox_id)).one()
