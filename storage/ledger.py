"""Double entry: postings in, balances out. A mistake is reversed, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from domain.ledger.chart import LedgerAccount, Leg, check_balanced
from storage.bulk import CHUNK, insert_rows, insert_together
from storage.models import Entry, Posting
from storage.periods import first_open_day

__all__ = [
    "Leg",
    "NewPosting",
    "account_open_cents",
    "claim_balances",
    "is_balanced",
    "open_by_claim",
    "post",
    "post_all",
    "trial_balance",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPosting:
    """A posting to write: what it rests on and its legs."""

    key: str
    """Business key: the same thing posted twice is one posting."""
    kind: str
    cites: str
    by: str
    business_date: date
    legs: tuple[Leg, ...]


def post(
    session: Session,
    organisation_id: int,
    *,
    key: str,
    kind: str,
    cites: str,
    by: str,
    business_date: date,
    legs: Iterable[Leg],
) -> bool:
    """Write a balanced posting; False, and nothing written, when the key is already posted.

    Legs of zero cents say nothing and are left out. The caller holds the locks of the claims and accounts
    concerned (``storage.locks``).

    Raises:
        Unbalanced: before anything is written; the database would refuse it too.
    """
    posting = NewPosting(key=key, kind=kind, cites=cites, by=by, business_date=business_date, legs=tuple(legs))
    return post_all(session, organisation_id, [posting]) == {key}


def post_all(session: Session, organisation_id: int, postings: Sequence[NewPosting]) -> set[str]:
    """Write many postings in two statements for each chunk; return the keys that were new.

    Raises:
        Unbalanced: one of them is not balanced; nothing is written.
    """
    for posting in postings:
        check_balanced(posting.legs)
    if not postings:
        return set()
    open_from = first_open_day(session, organisation_id)
    written = insert_rows(
        session,
        Posting,
        [
            {
                "organisation_id": organisation_id,
                "key": posting.key,
                "kind": posting.kind,
                "by": posting.by,
                **_dated(posting, open_from),
            }
            for posting in postings
        ],
        skip_known=True,
        returning=("id", "key"),
    )
    ids: dict[str, int] = {row.key: row.id for row in written}
    entries: list[dict[str, object]] = []
    for posting in postings:
        if posting.key not in ids:
            continue
        entries += [_entry(organisation_id, ids[posting.key], leg) for leg in posting.legs if leg.amount_cents]
        if len(entries) >= CHUNK:
            # All legs of a posting in one statement: the database refuses a statement whose entries do not balance.
            insert_together(session, Entry, entries)
            entries = []
    if entries:
        insert_together(session, Entry, entries)
    return set(ids)


def _dated(posting: NewPosting, open_from: date) -> dict[str, object]:
    """What belongs to a closed month is dated into the open one, and says so."""
    if posting.business_date >= open_from:
        return {"business_date": posting.business_date, "cites": posting.cites}
    cites = f"{posting.cites} (of {posting.business_date}, whose month is closed)"
    return {"business_date": open_from, "cites": cites}


def _entry(organisation_id: int, posting_id: int, leg: Leg) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "posting_id": posting_id,
        "ledger_account": leg.ledger_account.value,
        "amount_cents": leg.amount_cents,
        "claim_number": leg.claim_number,
        "account_number": leg.account_number,
        "cites": leg.cites,
    }


def claim_balances(session: Session, claim_number: int) -> dict[str, int]:
    """Return the sum in cents of each ledger account that this claim touches."""
    return _sums(session, Entry.claim_number == claim_number)


def returned_to_payers(session: Session, claim_number: int) -> int:
    """Return the cents that payers had back of what they paid on a claim: refunds and recoupments."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Entry.amount_cents), 0))
            .join(Posting, Posting.id == Entry.posting_id)
            .where(
                Entry.claim_number == claim_number,
                Entry.ledger_account == LedgerAccount.PAYER_RECEIVABLE.value,
                Posting.kind.in_(("refund", "recoupment")),
            )
        )
        or 0
    )


def trial_balance(session: Session) -> dict[str, int]:
    """Return the sum in cents of every ledger account, zero where nothing was posted."""
    return {account.value: 0 for account in LedgerAccount} | _sums(session)


def account_open_cents(session: Session, account_number: int) -> int:
    """Return what the guarantor owes now, in cents: negative when overpaid."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Entry.amount_cents), 0)).where(
                Entry.account_number == account_number,
                Entry.ledger_account == LedgerAccount.PATIENT_RECEIVABLE.value,
            )
        )
        or 0
    )


def open_by_claim(session: Session, account_number: int) -> dict[int, int]:
    """Return what the guarantor owes for each claim, in cents: oldest first, claims at zero left out."""
    total = func.sum(Entry.amount_cents)
    rows = session.execute(
        select(Entry.claim_number, total)
        .where(
            Entry.account_number == account_number,
            Entry.ledger_account == LedgerAccount.PATIENT_RECEIVABLE.value,
            Entry.claim_number.is_not(None),
        )
        .group_by(Entry.claim_number)
        .having(total != 0)
        .order_by(Entry.claim_number)
    )
    return {claim: int(cents) for claim, cents in rows if claim is not None}


def is_balanced(session: Session) -> bool:
    """Whether every posting that the session sees has entries and sums to zero."""
    total = func.coalesce(func.sum(Entry.amount_cents), 0)
    broken = (
        select(Posting.id)
        .outerjoin(Entry, Entry.posting_id == Posting.id)
        .group_by(Posting.id)
        .having((total != 0) | (func.count(Entry.id) == 0))
        .limit(1)
    )
    return session.scalar(broken) is None


def _sums(session: Session, *where: ColumnElement[bool]) -> dict[str, int]:
    rows = session.execute(
        select(Entry.ledger_account, func.sum(Entry.amount_cents)).where(*where).group_by(Entry.ledger_account)
    )
    return {account: int(cents) for account, cents in rows}
