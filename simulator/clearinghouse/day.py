"""A business day at the clearinghouse, from the morning's mail to the evening's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulator.clearinghouse.answers import release_due_answers
from simulator.clearinghouse.arrivals import waiting_names
from simulator.clearinghouse.bank import report_deposits
from simulator.clearinghouse.desk import Desk
from simulator.clearinghouse.intake import take_claims
from simulator.clearinghouse.papers import take_mail
from simulator.clearinghouse.patients import bank_due_payments
from simulator.clearinghouse.remittances import pay_due_claims
from simulator.store.database import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was done, and what is still to come."""

    accepted: int
    """Files taken in by this call."""
    released: int
    """Files laid into the mailbox by this call."""
    next_due: datetime | None
    mailbox: int
    """Files waiting to be fetched."""
    unread: int
    """Complete files waiting to be taken in."""
    now: datetime | None


def advance(desk: Desk, now: datetime) -> Standing:
    """Take in everything that waits, then release what is due by `now`. Doing it twice does nothing more."""
    with desk.database.transaction():
        now = desk.advance_to(now)
    accepted = take_claims(desk, now) + take_mail(desk, now)
    pay_due_claims(desk, now)
    bank_due_payments(desk, now)
    report_deposits(desk, now)
    released = release_due_answers(desk, now)
    return standing(desk, accepted=accepted, released=released)


def standing(desk: Desk, *, accepted: int = 0, released: int = 0) -> Standing:
    """How things stand, without moving anything."""
    unread = waiting_names(desk.folders.inbound)
    unread += [name for name in waiting_names(desk.folders.mail) if name.endswith(".json")]
    return Standing(
        accepted=accepted,
        released=released,
        next_due=_next_due(desk),
        mailbox=len(waiting_names(desk.folders.outbound)),
        unread=len(unread),
        now=desk.now(),
    )


def _next_due(desk: Desk) -> datetime | None:
    row = desk.database.row(
        "SELECT MIN(due) AS due FROM (SELECT due FROM answers WHERE state IN ('waiting', 'ready') "
        "UNION ALL SELECT due FROM decisions WHERE state = 'waiting' "
        "UNION ALL SELECT due FROM patient_payments WHERE state = 'waiting')"
    )
    return moment(row["due"]) if row is not None and row["due"] else None
