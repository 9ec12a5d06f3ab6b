"""Which deposit is which remittance's money. Strong evidence first; what fits twice is left to a person.

1. The trace number (TRN02, or a check's number) and the amount: one to one, several deposits of one trace for one
   remittance, or one deposit for several remittances of one trace.
2. What the bank took back, by the trace number of money that was matched before.
3. The amount, the payer and a few days, when only one deposit and only one remittance fit.
4. Everything that one payer announced for one day, when one deposit holds exactly the sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from domain.cash.deposit import plain_trace, same_payer

BY_TRACE = "trace"
BY_RETURN = "trace of what was returned"
BY_AMOUNT = "amount and date"
BY_DAY = "sum of the day"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeposit:
    """A deposit, or what is left of it, that nothing explains yet."""

    id: int
    deposited_on: date
    open_cents: int
    """Negative when the bank took it back."""
    trace_number: str
    payer_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The money of one remittance."""

    id: int
    payment_date: date
    """BPR16."""
    open_cents: int
    """BPR02 less what deposits have covered."""
    matched_cents: int
    trace_number: str
    payer_name: str
    payer_identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMatch:
    """A deposit, or a part of it, for a remittance."""

    deposit_id: int
    remittance_id: int
    amount_cents: int
    rule: str


def find_matches(
    deposits: Sequence[OpenDeposit], announced: Sequence[Announced], window: timedelta
) -> tuple[FoundMatch, ...]:
    """Every match that the evidence allows, each deposit and remittance used at most once by the rules 1, 3 and 4.

    ``announced`` holds the remittances with money still open and those whose trace number a deposit names.
    """
    found: list[FoundMatch] = []
    money = [deposit for deposit in deposits if deposit.open_cents > 0]
    wanted = [remittance for remittance in announced if remittance.open_cents > 0]
    found += _by_trace(money, wanted)
    found += _by_return([deposit for deposit in deposits if deposit.open_cents < 0], announced)
    # A trace number that is known speaks of its own remittance, and of no other with the same amount.
    named = {plain_trace(remittance.trace_number) for remittance in announced} - {""}
    money, wanted = _left(money, wanted, found)
    money = [deposit for deposit in money if plain_trace(deposit.trace_number) not in named]
    found += _by_amount(money, wanted, window)
    money, wanted = _left(money, wanted, found)
    return (*found, *_by_day(money, wanted, window))


def _by_trace(deposits: Iterable[OpenDeposit], announced: Iterable[Announced]) -> list[FoundMatch]:
    by_trace = _grouped((plain_trace(remittance.trace_number), remittance) for remittance in announced)
    found = []
    for trace, money in _grouped((plain_trace(d.trace_number), d) for d in deposits).items():
        if trace and trace in by_trace:
            found += _of_one_trace(money, by_trace[trace])
    return found


def _of_one_trace(money: list[OpenDeposit], wanted: list[Announced]) -> list[FoundMatch]:
    found = []
    for deposit in sorted(money, key=lambda one: (one.deposited_on, one.id)):
        fits = [r for r in wanted if r.open_cents == deposit.open_cents]
        # Two payers may use one check number.
        fits = fits if len(fits) == 1 else [r for r in fits if _payer_agrees(deposit, r)]
        if len(fits) == 1:
            found.append(_match(deposit, fits[0], deposit.open_cents, BY_TRACE))
            wanted = [r for r in wanted if r is not fits[0]]
    if found:
        return found
    if len(wanted) == 1 and sum(deposit.open_cents for deposit in money) == wanted[0].open_cents:
        return [_match(deposit, wanted[0], deposit.open_cents, BY_TRACE) for deposit in money]
    if len(money) == 1 and sum(remittance.open_cents for remittance in wanted) == money[0].open_cents:
        return [_match(money[0], remittance, remittance.open_cents, BY_TRACE) for remittance in wanted]
    return []


def _by_return(returned: Iterable[OpenDeposit], announced: Iterable[Announced]) -> list[FoundMatch]:
    found = []
    left = {remittance.id: remittance.matched_cents for remittance in announced}
    for deposit in returned:
        trace = plain_trace(deposit.trace_number)
        fits = [r for r in announced if trace and plain_trace(r.trace_number) == trace]
        fits = [r for r in fits if left[r.id] >= -deposit.open_cents]
        if len(fits) == 1:
            left[fits[0].id] += deposit.open_cents
            found.append(_match(deposit, fits[0], deposit.open_cents, BY_RETURN))
    return found


def _by_amount(deposits: Sequence[OpenDeposit], announced: Sequence[Announced], window: timedelta) -> list[FoundMatch]:
    by_cents = _grouped((remittance.open_cents, remittance) for remittance in announced)
    fits = {
        deposit.id: [r for r in by_cents.get(deposit.open_cents, ()) if _may_be(deposit, r, window)]
        for deposit in deposits
    }
    claimed = _grouped((remittance.id, deposit_id) for deposit_id, some in fits.items() for remittance in some)
    return [
        _match(deposit, fits[deposit.id][0], deposit.open_cents, BY_AMOUNT)
        for deposit in deposits
        if len(fits[deposit.id]) == 1 and len(claimed[fits[deposit.id][0].id]) == 1
    ]


def _by_day(deposits: Sequence[OpenDeposit], announced: Sequence[Announced], window: timedelta) -> list[FoundMatch]:
    days = _grouped(((r.payer_identifier or r.payer_name, r.payment_date), r) for r in announced)
    fits: dict[int, list[tuple[str, date]]] = {}
    for deposit in deposits:
        fits[deposit.id] = [
            day
            for day, members in days.items()
            if len(members) > 1
            and sum(r.open_cents for r in members) == deposit.open_cents
            and all(_may_be(deposit, r, window) for r in members)
        ]
    claimed = _grouped((day, deposit_id) for deposit_id, some in fits.items() for day in some)
    return [
        _match(deposit, remittance, remittance.open_cents, BY_DAY)
        for deposit in deposits
        if len(fits[deposit.id]) == 1 and len(claimed[fits[deposit.id][0]]) == 1
        for remittance in days[fits[deposit.id][0]]
    ]


def _may_be(deposit: OpenDeposit, remittance: Announced, window: timedelta) -> bool:
    near = abs(deposit.deposited_on - remittance.payment_date) <= window
    return near and _payer_agrees(deposit, remittance)


def _payer_agrees(deposit: OpenDeposit, remittance: Announced) -> bool:
    return same_payer(deposit.payer_name, remittance.payer_name, remittance.payer_identifier)


def _left(
    deposits: Iterable[OpenDeposit], announced: Iterable[Announced], found: Iterable[FoundMatch]
) -> tuple[list[OpenDeposit], list[Announced]]:
    spent = {match.deposit_id for match in found}
    covered = {match.remittance_id for match in found}
    return [d for d in deposits if d.id not in spent], [r for r in announced if r.id not in covered]


def _match(deposit: OpenDeposit, remittance: Announced, cents: int, rule: str) -> FoundMatch:
    return FoundMatch(deposit_id=deposit.id, remittance_id=remittance.id, amount_cents=cents, rule=rule)


K = TypeVar("K", bound=Hashable)


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
