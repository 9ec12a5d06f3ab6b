"""Deposits matched and explained: the only acts that move money to ``bank`` for what an 835 announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.cash.deposit import plain_trace
from domain.cash.matching import FoundMatch, OpenDeposit, find_matches
from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.pair import pair
from domain.remittance.balancing import dollars
from domain.words import counted
from storage import deposits, ledger, slips, work_items
from storage.models import BankDeposit, DepositMatch, Entry, Posting, RemittanceRow
from storage.slips import Slip

DEPOSIT_MISSING, REMITTANCE_MISSING = "deposit_missing", "remittance_missing"
BY_SLIP = "slip"


class CannotMatch(ValueError):
    """The amounts or the state of a deposit do not allow it; the text shows the arithmetic."""


def missing_key(what: str, number: int, matches: int) -> str:
    """Key of the work item of a ``deposit`` or ``remittance`` whose counterpart is missing: a new one after every
    match, so that money taken back asks again."""
    return f"{what}:{number}:counterpart_missing:{matches}"


def match_open(
    session: Session, organisation_id: int, *, today: date, window: timedelta, trace: str | None = None
) -> tuple[FoundMatch, ...]:
    """Match what the evidence allows (``domain.cash.matching``) and post it; of one trace number only if given.

    Until nothing more is found: a match may be the evidence of the next, as of a check that came back.
    """
    if trace is not None and not plain_trace(trace):
        return ()
    deposits.lock_matching(session, organisation_id)
    found: list[FoundMatch] = []
    while matched := _match_round(session, organisation_id, today, window, trace):
        found += matched
    return tuple(found)


def _match_round(
    session: Session, organisation_id: int, today: date, window: timedelta, trace: str | None
) -> list[FoundMatch]:
    waiting = deposits.open_deposits(session, trace=trace)
    if not waiting:
        return []
    told = {deposit.trace_number for deposit in waiting} - {""}
    spellings = told | {plain_trace(one) for one in told} | ({trace} if trace else set())
    expected = deposits.announced(session, traces=spellings, only_traces=trace is not None)
    refused = _taken_back(session, {deposit.id for deposit in waiting})
    found = [
        match
        for match in find_matches(waiting, expected, window)
        if (match.deposit_id, match.remittance_id) not in refused
    ]
    for match in found:
        _write(session, organisation_id, match, by=match.rule, reason="", today=today)
    taken = {match.deposit_id for match in found}
    rest = [deposit for deposit in waiting if deposit.id not in taken and (deposit.id, None) not in refused]
    _match_slips(session, organisation_id, rest, today)
    return found


def match_by_hand(
    session: Session,
    organisation_id: int,
    deposit_id: int,
    remittance: RemittanceRow,
    *,
    by: str,
    today: date,
    amount_cents: int | None = None,
    fee_cents: int = 0,
) -> int:
    """Match a deposit, or a part of it, to a remittance: a named person's decision. Returns the cents matched.

    ``fee_cents`` is what a card processor or the bank kept of the announced money: given up, with the person's name.

    Raises:
        UnknownDeposit: no such deposit.
        CannotMatch: nothing is left of the deposit, or the remittance announces less.
    """
    deposits.lock_matching(session, organisation_id)
    deposit = deposits.get(session, deposit_id)
    _require_open(deposit)
    left = deposits.left_of(session, deposit)
    in_bank = deposits.covered(session, remittance.id)
    room = remittance.payment_cents - in_bank - fee_cents if left > 0 else -in_bank
    if amount_cents is None:
        amount_cents = min(left, room) if left > 0 else max(left, room)
    sign = 1 if left > 0 else -1
    if amount_cents * sign <= 0 or amount_cents * sign > left * sign:
        raise CannotMatch(
            f"deposit {deposit.id} has {dollars(left)} left of {dollars(deposit.amount_cents)}: "
            f"{dollars(amount_cents)} cannot be taken from it"
        )
    if amount_cents * sign > room * sign:
        fee = f" with a fee of {dollars(fee_cents)}" if fee_cents else ""
        raise CannotMatch(
            f"remittance {remittance.id} announces {dollars(remittance.payment_cents)}, of which {dollars(in_bank)} is "
            f"in the bank: {dollars(amount_cents)}{fee} does not fit"
        )
    match = FoundMatch(deposit_id=deposit.id, remittance_id=remittance.id, amount_cents=amount_cents, rule=by)
    _write(session, organisation_id, match, by=by, reason="by hand", today=today)
    if fee_cents:
        _keep_fee(session, organisation_id, deposit, remittance, fee_cents, by=by, today=today)
    return amount_cents


def _keep_fee(
    session: Session,
    organisation_id: int,
    deposit: BankDeposit,
    remittance: RemittanceRow,
    fee_cents: int,
    *,
    by: str,
    today: date,
) -> None:
    """The fee covers the remittance and never was in the deposit: two rows that leave the deposit as it is."""
    cites = f"fee kept of remittance {remittance.id}, trace {remittance.trace_number}: accepted by {by}"
    legs = pair(LedgerAccount.WRITE_OFF, LedgerAccount.REMITTANCE_CLEARING, fee_cents, cites)
    for remittance_id, cents, booked in ((remittance.id, fee_cents, legs), (None, -fee_cents, ())):
        _keep(
            session,
            organisation_id,
            deposit,
            remittance_id,
            cents,
            by=by,
            reason="fee",
            cites=cites,
            legs=booked,
            today=today,
        )


def explain(
    session: Session,
    organisation_id: int,
    deposit_id: int,
    *,
    by: str,
    reason: str,
    today: date,
    account: LedgerAccount | None = None,
) -> int:
    """Keep what a named person says a deposit, or the rest of it, is; returns the cents explained.

    ``account`` books it, bank against that account (interest of the bank, money to return); without one the books
    do not take it up.

    Raises:
        UnknownDeposit: no such deposit.
        CannotMatch: nothing is left to explain.
    """
    deposits.lock_matching(session, organisation_id)
    deposit = deposits.get(session, deposit_id)
    _require_open(deposit)
    left = deposits.left_of(session, deposit)
    cites = f"deposit {deposit.id} of {deposit.deposited_on}, explained by {by}"
    legs = pair(LedgerAccount.BANK, account, left, cites) if account is not None else ()
    _keep(session, organisation_id, deposit, None, left, by=by, reason=reason, cites=cites, legs=legs, today=today)
    deposit.state = "explained"
    return left


def undo(session: Session, organisation_id: int, deposit_id: int, *, by: str, reason: str, today: date) -> int:
    """Take back everything that explains a deposit, postings reversed; returns how many matches.

    Raises:
        UnknownDeposit: no such deposit.
        CannotMatch: nothing explains it yet, or a later match rests on it.
    """
    deposits.lock_matching(session, organisation_id)
    deposit = deposits.get(session, deposit_id)
    rows = session.scalars(select(DepositMatch).where(DepositMatch.deposit_id == deposit.id)).all()
    undone = {row.key.removesuffix(_UNDONE) for row in rows if row.key.endswith(_UNDONE)}
    standing = [row for row in rows if row.key not in undone and not row.key.endswith(_UNDONE)]
    if not standing:
        raise CannotMatch(f"deposit {deposit.id} is open already: nothing explains it")
    _require_can_be_undone(session, deposit, standing)
    for row in standing:
        _close_items(session, row.deposit_id, row.remittance_id, by, today)
    for row in standing:
        _undo_one(session, organisation_id, row, by=by, reason=reason, today=today)
    deposit.state = "open"
    session.flush()
    return len(standing)


def _require_can_be_undone(session: Session, deposit: BankDeposit, standing: Collection[DepositMatch]) -> None:
    """Matches that came later may rest on these: a return on the money it took back, a second payment on a return."""
    moved: Counter[int] = Counter()
    for row in standing:
        if row.remittance_id is not None:
            moved[row.remittance_id] += row.amount_cents
    for remittance_id, cents in moved.items():
        left = deposits.covered(session, remittance_id) - cents
        announced = session.get_one(RemittanceRow, remittance_id).payment_cents
        if left < 0 or (cents < 0 and left > announced):
            raise CannotMatch(
                f"without deposit {deposit.id}, {dollars(left)} of the {dollars(announced)} of remittance "
                f"{remittance_id} would be in the bank: take back first what was matched to it later"
            )


_UNDONE = ":undone"


def _taken_back(session: Session, deposit_ids: Collection[int]) -> set[tuple[int, int | None]]:
    """What a person has undone: the same evidence would only lead to it again."""
    rows = session.execute(
        select(DepositMatch.deposit_id, DepositMatch.remittance_id).where(
            DepositMatch.deposit_id.in_(deposit_ids), DepositMatch.key.endswith(_UNDONE)
        )
    )
    return {(row.deposit_id, row.remittance_id) for row in rows}


def _undo_one(
    session: Session, organisation_id: int, row: DepositMatch, *, by: str, reason: str, today: date
) -> None:
    key = f"{row.key}{_UNDONE}"
    entries = session.scalars(
        select(Entry).join(Posting, Posting.id == Entry.posting_id).where(Posting.key == _posting_key(row.key))
    ).all()
    cites = f"deposit {row.deposit_id}: match taken back by {by}"
    if entries:
        ledger.post(
            session,
            organisation_id,
            key=_posting_key(key),
            kind="reversal",
            cites=cites,
            by=by,
            business_date=today,
            legs=[
                Leg(ledger_account=LedgerAccount(entry.ledger_account), amount_cents=-entry.amount_cents, cites=cites)
                for entry in entries
            ],
        )
    session.add(
        DepositMatch(
            organisation_id=organisation_id,
            key=key,
            deposit_id=row.deposit_id,
            remittance_id=row.remittance_id,
            amount_cents=-row.amount_cents,
            by=by,
            reason=reason,
            business_date=today,
        )
    )


def _write(
    session: Session, organisation_id: int, match: FoundMatch, *, by: str, reason: str, today: date
) -> None:
    deposit = deposits.get(session, match.deposit_id)
    trace = f", trace {deposit.trace_number}" if deposit.trace_number else ""
    cites = f"deposit {deposit.id} of {deposit.deposited_on}{trace}: matched by {by}"
    legs = pair(LedgerAccount.BANK, LedgerAccount.REMITTANCE_CLEARING, match.amount_cents, cites)
    _keep(
        session,
        organisation_id,
        deposit,
        match.remittance_id,
        match.amount_cents,
        by=by,
        reason=reason,
        cites=cites,
        legs=legs,
        today=today,
    )


def _match_slips(session: Session, organisation_id: int, waiting: Collection[OpenDeposit], today: date) -> None:
    known = slips.find(session, {deposit.trace_number for deposit in waiting} - {""})
    for deposit in waiting:
        if (slip := known.get(deposit.trace_number)) is not None:
            _match_slip(session, organisation_id, deposit.id, slip, today)


def _match_slip(session: Session, organisation_id: int, deposit_id: int, slip: Slip, today: date) -> None:
    """A deposit that is exactly its slip. Patients' money went to the bank account when it was entered, so that its
    part posts nothing; the checks of paper EOBs come out of clearing."""
    deposit = deposits.get(session, deposit_id)
    left = deposits.left_of(session, deposit)
    rows = [session.get_one(RemittanceRow, number) for number in slip.remittances]
    owed = {row.id: row.payment_cents - deposits.covered(session, row.id) for row in rows}
    if sum(owed.values()) + slip.patients_cents != left:
        return
    for number, cents in owed.items():
        if cents:
            match = FoundMatch(deposit_id=deposit.id, remittance_id=number, amount_cents=cents, rule=BY_SLIP)
            _write(session, organisation_id, match, by=BY_SLIP, reason=f"slip {slip.number}", today=today)
    if slip.patients_cents:
        payments = counted(slip.payments, "patient's payment", "patients' payments")
        reason = f"slip {slip.number}: {payments}, booked to the bank when entered"
        _keep(
            session,
            organisation_id,
            deposit,
            None,
            slip.patients_cents,
            by=BY_SLIP,
            reason=reason,
            cites=reason,
            legs=(),
            today=today,
        )


def _keep(
    session: Session,
    organisation_id: int,
    deposit: BankDeposit,
    remittance_id: int | None,
    cents: int,
    *,
    by: str,
    reason: str,
    cites: str,
    legs: Collection[Leg],
    today: date,
) -> None:
    """One match with its posting; closes what asked for it."""
    _close_items(session, deposit.id, remittance_id, by, today)
    ordinal = _count(session, DepositMatch.deposit_id == deposit.id) + 1
    key = f"{deposit.id}:{remittance_id or 'explained'}:{ordinal}"
    session.add(
        DepositMatch(
            organisation_id=organisation_id,
            key=key,
            deposit_id=deposit.id,
            remittance_id=remittance_id,
            amount_cents=cents,
            by=by,
            reason=reason,
            business_date=today,
        )
    )
    session.flush()
    if legs:
        ledger.post(
            session,
            organisation_id,
            key=_posting_key(key),
            kind="bank",
            cites=cites,
            by=by,
            business_date=today,
            legs=legs,
        )
    if deposits.left_of(session, deposit) == 0:
        deposit.state = "matched"
        session.flush()


def _close_items(session: Session, deposit_id: int, remittance_id: int | None, by: str, today: date) -> None:
    keys = [missing_key("deposit", deposit_id, _count(session, DepositMatch.deposit_id == deposit_id))]
    if remittance_id is not None:
        matches = _count(session, DepositMatch.remittance_id == remittance_id)
        keys.append(missing_key("remittance", remittance_id, matches))
    work_items.close_by_key(session, keys, by=by, on=today)


def _count(session: Session, where: object) -> int:
    return session.scalar(select(func.count()).select_from(DepositMatch).where(where)) or 0  # type: ignore[arg-type]


def _posting_key(match_key: str) -> str:
    return f"deposit_match|{match_key}"


def _require_open(deposit: BankDeposit) -> None:
    if deposit.state != "open":
        raise CannotMatch(
            f"deposit {deposit.id} is {deposit.state} already: take that back first with `claimflow deposit unmatch`"
        )
