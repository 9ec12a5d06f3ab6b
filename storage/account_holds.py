"""What pauses an account: consulted before every paper, contact and step towards collections."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.models import AccountHoldRow

STATEMENT, CONTACT, COLLECTION = "statement", "contact", "collection"
EVERYTHING = frozenset({STATEMENT, CONTACT, COLLECTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHold:
    """A pause that stands: of the whole account, or of one claim."""

    id: int
    key: str
    kind: str
    """``complaint``, ``dispute``, ``assistance``, ``flag:bankrupt`` ..."""
    claim_number: int | None
    """None: the whole account."""
    since: date
    until: date | None
    """The last day on which it stands; None: until it is lifted."""
    stops: frozenset[str]
    """``statement``, ``contact``, ``collection``."""
    reason: str


def open_holds(session: Session, organisation_id: int, account_number: int, on: date) -> tuple[AccountHold, ...]:
    """The holds that stand on a day, the oldest first. The caller holds the account's lock when it acts on them."""
    rows = session.scalars(
        select(AccountHoldRow)
        .where(
            AccountHoldRow.organisation_id == organisation_id,
            AccountHoldRow.account_number == account_number,
            AccountHoldRow.since <= on,
            or_(AccountHoldRow.ends_on.is_(None), AccountHoldRow.ends_on >= on),
            or_(AccountHoldRow.lifted_on.is_(None), AccountHoldRow.lifted_on > on),
        )
        .order_by(AccountHoldRow.since, AccountHoldRow.id)
    )
    return tuple(_of(row) for row in rows)


def hold(
    session: Session,
    organisation_id: int,
    *,
    key: str,
    account_number: int,
    kind: str,
    since: date,
    stops: Collection[str],
    reason: str,
    by: str,
    claim_number: int | None = None,
    until: date | None = None,
) -> bool:
    """Pause an account, or one claim of it; False when this key was used before, also when it is lifted by now.

    Ring the account (``decision``) in the same transaction, so that its story plans anew.

    Raises:
        ValueError: it stops nothing, or something that nobody asks about.
    """
    if not stops or not set(stops) <= EVERYTHING:
        raise ValueError(f"a hold stops some of {', '.join(sorted(EVERYTHING))}")
    statement = insert(AccountHoldRow).values(
        organisation_id=organisation_id,
        key=key,
        account_number=account_number,
        claim_number=claim_number,
        kind=kind,
        since=since,
        ends_on=until,
        stops=sorted(stops),
        reason=reason,
        by=by,
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(AccountHoldRow.id)) is not None


def lift(session: Session, organisation_id: int, *, key: str, by: str, on: date, reason: str) -> bool:
    """End the hold of this key; False when none stands under it."""
    statement = update(AccountHoldRow).where(
        AccountHoldRow.organisation_id == organisation_id,
        AccountHoldRow.key == key,
        AccountHoldRow.lifted_on.is_(None),
    )
    lifted = statement.values(lifted_on=on, lifted_by=by, lifted_reason=reason).returning(AccountHoldRow.id)
    return session.scalar(lifted) is not None


def stopped(holds: Collection[AccountHold], what: str, claim_number: int | None = None) -> tuple[AccountHold, ...]:
    """The holds that stop this (``statement``, ``contact``, ``collection``) for the account or this claim of it.

    Without a claim only holds of the whole account count: a hold of one claim takes that claim off the paper.
    """
    return tuple(one for one in holds if what in one.stops and one.claim_number in {None, claim_number})


def _of(row: AccountHoldRow) -> AccountHold:
    return AccountHold(
        id=row.id,
        key=row.key,
        kind=row.kind,
        claim_number=row.claim_number,
        since=row.since,
        until=row.ends_on,
        stops=frozenset(row.stops),
        reason=row.reason,
    )
