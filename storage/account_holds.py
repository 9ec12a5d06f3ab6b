"""What pauses an account: consulted before every paper, contact and step towards collections.

Flags (``domain.care.flags``) are no rows of this table: what they stop is read from them, so that a claim that
comes later is covered too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.care.flags import COLLECTION, CONTACT, EVERYTHING, STATEMENT, Flag, FlagSet
from storage.models import AccountHoldRow, Claim, PatientFlagRow, PayerRow, Submission

__all__ = [
    "COLLECTION",
    "CONTACT",
    "EVERYTHING",
    "STATEMENT",
    "AccountHold",
    "hold",
    "kept_from_patient",
    "lift",
    "open_holds",
    "stopped",
]

FLAG = "flag:"
"""How the kinds of holds begin that come from a flag."""


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

    @property
    def is_flag(self) -> bool:
        """Whether a flag says that somebody else, or nobody, is billed."""
        return self.kind.startswith(FLAG)


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
    found = [_of(row) for row in rows] + _by_flags(session, organisation_id, account_number, on)
    return tuple(sorted(found, key=lambda one: (one.since, one.key)))


def _by_flags(session: Session, organisation_id: int, account_number: int, on: date) -> list[AccountHold]:
    """What the flags of an account stop: all of it, or the claims that they are about."""
    rows = session.scalars(
        select(PatientFlagRow)
        .where(PatientFlagRow.organisation_id == organisation_id, PatientFlagRow.account_number == account_number)
        .order_by(PatientFlagRow.id)
    ).all()
    standing = [(row, flag) for row in rows if (flag := flag_of(row)).stands_on(on)]
    found = [_by_flag(row, flag, None) for row, flag in standing if flag.whole_account]
    if any(not flag.whole_account for _, flag in standing):
        kinds = _payer_kinds(session, account_number)
        for number, patient_id, service_date, kind in session.execute(
            select(Claim.number, Claim.patient_id, Claim.service_date, Claim.payer_kind)
            .where(Claim.organisation_id == organisation_id, Claim.account_number == account_number)
            .order_by(Claim.number)
        ):
            found += [
                _by_flag(row, flag, number)
                for row, flag in standing
                if not flag.whole_account
                and flag.covers(
                    claim_number=number,
                    patient_id=patient_id,
                    service_date=service_date,
                    payer_kinds=kinds.get(number, frozenset()) | {kind},
                )
            ]
    return found


def _payer_kinds(session: Session, account_number: int) -> dict[int, frozenset[str]]:
    """Kinds of every payer that a claim went to: the secondary's turn does not end what Medicare's share is."""
    rows = session.execute(
        select(Submission.claim_number, PayerRow.kind)
        .join(PayerRow, PayerRow.code == Submission.payer_code)
        .join(Claim, Claim.number == Submission.claim_number)
        .where(Claim.account_number == account_number)
        .distinct()
    )
    found: dict[int, frozenset[str]] = {}
    for number, kind in rows:
        found[number] = found.get(number, frozenset()) | {kind}
    return found


def kept_from_patient(session: Session, claim_numbers: Collection[int], on: date) -> dict[int, FlagSet]:
    """Claims whose share (PR) a flag keeps from the patient, each with the flag; one look for a whole remittance."""
    accounts = select(Claim.account_number).where(Claim.number == func.any(sorted(claim_numbers)))
    rows = session.scalars(
        select(PatientFlagRow).where(PatientFlagRow.account_number.in_(accounts)).order_by(PatientFlagRow.id)
    ).all()
    keeping = [(row.account_number, flag) for row in rows if (flag := flag_of(row)).rule.keeps_share]
    keeping = [(account, flag) for account, flag in keeping if flag.stands_on(on)]
    found: dict[int, FlagSet] = {}
    for account in sorted({account for account, _ in keeping}):
        kinds = _payer_kinds(session, account)
        claims = select(Claim.number, Claim.patient_id, Claim.service_date, Claim.payer_kind).where(
            Claim.account_number == account, Claim.number == func.any(sorted(claim_numbers))
        )
        for number, patient_id, service_date, kind in session.execute(claims):
            covering = (
                one
                for owner, one in keeping
                if owner == account
                and one.covers(
                    claim_number=number,
                    patient_id=patient_id,
                    service_date=service_date,
                    payer_kinds=kinds.get(number, frozenset()) | {kind},
                )
            )
            if (first := next(covering, None)) is not None:
                found[number] = first
    return found


def flag_of(row: PatientFlagRow) -> FlagSet:
    """The flag that a row keeps."""
    return FlagSet(
        flag=Flag(row.kind),
        began_on=row.began_on,
        ends_on=row.ends_on,
        patient_id=row.patient_id,
        claim_number=row.claim_number,
    )


def _by_flag(row: PatientFlagRow, flag: FlagSet, claim_number: int | None) -> AccountHold:
    return AccountHold(
        id=row.id,
        key=f"{FLAG}{row.id}:{claim_number or ''}",
        kind=f"{FLAG}{row.kind}",
        claim_number=claim_number,
        since=row.began_on,
        until=row.ends_on,
        stops=flag.rule.stops,
        reason=f"{row.kind.replace('_', ' ')}: {flag.rule.billed}",
    )


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
    """End the hold of this key, from that day on; False when none stands under it."""
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
