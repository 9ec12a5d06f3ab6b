"""What a contract allows for a line, with the words that explain it, or why it says nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from domain.contracts.codes import ContractCodes
from domain.contracts.schedule import FeeRow, FeeSchedule
from domain.contracts.terms import HUNDRED, Terms
from domain.remittance.balancing import dollars

MULTIPLE = "51"
_UNITS = "UN"


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """A line as it was sent, as far as its price needs it."""

    number: int
    procedure: str
    modifiers: tuple[str, ...]
    units: Decimal
    charge_cents: int
    service_date: date
    place_of_service: str
    unit_basis: str = _UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Allowed by contract; ``cents`` is None where the contract says nothing, and ``why`` tells why."""

    cents: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What stands between us and one payer."""

    schedule: FeeSchedule
    terms: Callable[[date], Terms]
    """What holds on a day."""

    def expected(self, lines: Sequence[BilledLine], codes: ContractCodes) -> dict[int, Expected]:
        """What each line of one claim should be allowed, by line number; the reduction for several procedures of a
        day is counted among these lines only, so leave out what the payer did not allow at all."""
        percents = self._reductions(lines, codes)
        return {
            line.number: expected_allowed(
                line,
                self.schedule,
                self.terms(line.service_date),
                codes,
                line.service_date,
                reduction=percents.get(line.number),
            )
            for line in lines
        }

    def _reductions(self, lines: Sequence[BilledLine], codes: ContractCodes) -> dict[int, Decimal]:
        """Percent of each line among the procedures of its day, the dearest first."""
        if len(lines) < 2:
            return {}
        days: dict[date, list[tuple[int, int]]] = {}
        for line in lines:
            reduction = self.terms(line.service_date).multiple_procedures
            if reduction is None or not reduction.covers(line.procedure):
                continue
            row = _row_of(line, self.schedule, codes, line.service_date)
            if row is not None:
                days.setdefault(line.service_date, []).append((-row.amount_cents, line.number))
        found: dict[int, Decimal] = {}
        for day, ranked in days.items():
            reduction = self.terms(day).multiple_procedures
            assert reduction is not None, "only days with a reduction are ranked"
            found |= {number: reduction.percent(rank) for rank, (_, number) in enumerate(sorted(ranked))}
        return found


def expected_allowed(
    line: BilledLine,
    schedule: FeeSchedule,
    terms: Terms,
    codes: ContractCodes,
    on: date,
    *,
    reduction: Decimal | None = None,
) -> Expected:
    """What one line should be allowed on its date of service.

    ``reduction`` is its percent among several procedures of the day.
    """
    row = _row_of(line, schedule, codes, on)
    if row is None:
        return _of_charge(line, terms, on)
    if line.unit_basis != _UNITS:
        return Expected(cents=None, why=f"{line.procedure} is billed by minutes: a schedule row prices one unit")
    said = [row.words]
    exact = Decimal(row.amount_cents) * line.units
    if line.units != 1:
        said.append(f"x {_number(line.units)} units")
    for modifier in line.modifiers:
        if modifier == row.modifier or modifier not in codes.pricing_modifier:
            continue
        if modifier == MULTIPLE and terms.multiple_procedures is not None:
            continue
        percent = terms.modifier_percent(modifier)
        if percent is None:
            return Expected(
                cents=None,
                why=f"modifier {modifier} changes the price of {line.procedure}, and neither a row nor a term "
                f"(modifier_percent_{modifier}) says how",
            )
        exact *= percent / HUNDRED
        said.append(f"{_number(percent)}% for modifier {modifier}")
    if terms.percent_of_schedule != HUNDRED:
        exact *= terms.percent_of_schedule / HUNDRED
        said.append(f"{_number(terms.percent_of_schedule)}% of the schedule")
    if reduction is not None and reduction != HUNDRED:
        exact *= reduction / HUNDRED
        said.append(f"{_number(reduction)}% among several procedures of the day")
    return _limited(line, terms, _cents(exact), said)


def _row_of(line: BilledLine, schedule: FeeSchedule, codes: ContractCodes, on: date) -> FeeRow | None:
    return schedule.find(line.procedure, line.modifiers, codes.place_kind(line.place_of_service), on)


def _of_charge(line: BilledLine, terms: Terms, on: date) -> Expected:
    if terms.percent_of_charge is None:
        return Expected(cents=None, why=f"no schedule row prices {line.procedure} on {on}")
    cents = _cents(Decimal(line.charge_cents) * terms.percent_of_charge / HUNDRED)
    return Expected(
        cents=cents, why=f"{_number(terms.percent_of_charge)}% of the charge {dollars(line.charge_cents)} = "
        f"{dollars(cents)}"
    )  # fmt: skip


def _limited(line: BilledLine, terms: Terms, cents: int, said: list[str]) -> Expected:
    if terms.lesser_of_charge and line.charge_cents < cents:
        said.append(f"not more than the charge {dollars(line.charge_cents)}")
        cents = line.charge_cents
    return Expected(cents=cents, why=said[0] if len(said) == 1 else f"{', '.join(said)} = {dollars(cents)}")


def _cents(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
