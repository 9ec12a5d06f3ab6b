"""A bill far above its good faith estimate: what may be asked for after it, and how it ends (45 CFR 149.620).

Nothing is collected until it has ended: the bill is brought down, the dispute is decided or settled, the patient
accepts the bill in writing, or nobody disputed it within the days of the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from domain.estimates.good_faith import EXCEEDED_CENTS, dispute_ends


class ExcessState(StrEnum):
    """Where a bill above its estimate stands."""

    OPEN = "open"
    """The patient may dispute it."""
    DISPUTED = "disputed"
    """The patient-provider dispute resolution has begun."""
    SETTLED = "settled"


class Outcome(StrEnum):
    """How it ended."""

    WRITTEN_DOWN = "written_down"
    DECIDED = "decided"
    """By the dispute resolution entity."""
    AGREED = "agreed"
    """The parties settled the dispute between them."""
    ACCEPTED = "accepted"
    """The patient accepted the bill in writing."""
    UNDISPUTED = "undisputed"
    """The days for a dispute passed without one."""
    BROUGHT_DOWN = "brought_down"
    """By another adjustment: the bill exceeds the estimate no more by what the rule counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRules:
    """What the rule and its guidance say on a day; percentages are of the fee."""

    dispute_fee_cents: int
    """What the patient pays to begin a dispute."""
    decision_fee_percent: int
    """How much of it comes off what is to be paid where the decision is below the bill."""
    settlement_fee_percent: int
    """How much of it comes off, at least, where the parties settle."""
    documents_business_days: int
    """In which the practice sends the entity its documents."""
    settlement_notice_business_days: int
    """In which the practice tells the entity of a settlement."""


def parse_rules(rows: Iterable[Mapping[str, str]], on: date) -> DisputeRules:
    """The rules of a day: later rows win.

    Raises:
        LookupError: a value is missing; the message names it.
    """
    standing = sorted(
        (row for row in rows if row["effective_from"] <= on.isoformat()), key=lambda row: row["effective_from"]
    )
    values = {row["name"]: int(row["value"]) for row in standing}
    missing = [field.name for field in fields(DisputeRules) if field.name not in values]
    if missing:
        raise LookupError(f"estimate_disputes.csv has no {', '.join(missing)} on {on}")
    return DisputeRules(**{field.name: values[field.name] for field in fields(DisputeRules)})


def most_cents(estimated_cents: int) -> int:
    """The most that a bill may stand at without being far above its estimate (149.620(a)(2)(ii))."""
    return estimated_cents + EXCEEDED_CENTS - 1


def after_decision(decided_cents: int, billed_cents: int, rules: DisputeRules) -> int:
    """What is left to pay after the entity's decision: below the bill, the fee comes off it too; else the bill."""
    if decided_cents >= billed_cents:
        return billed_cents
    return max(0, decided_cents - _of_fee(rules, rules.decision_fee_percent))


def after_settlement(agreed_cents: int, billed_cents: int, rules: DisputeRules) -> int:
    """What is left to pay of an amount that the parties agreed on: part of the fee comes off it."""
    return max(0, min(agreed_cents, billed_cents) - _of_fee(rules, rules.settlement_fee_percent))


def window_is_over(first_bills: Iterable[date | None], today: date) -> date | None:
    """The last day for a dispute where it has passed; None while one may begin, or a claim was never billed."""
    days = list(first_bills)
    if not days or None in days:
        return None
    last = dispute_ends(max(day for day in days if day is not None))
    return last if today > last else None


def spread(take_cents: int, billed: Mapping[int, int]) -> dict[int, int]:
    """Which claim a write-down is taken from: the newest first, none by more than it was billed.

    Raises:
        ValueError: it is more than was billed altogether, or less than nothing.
    """
    if not 0 <= take_cents <= sum(billed.values()):
        raise ValueError("a write-down is between nothing and what was billed")
    taken: dict[int, int] = {}
    for number in sorted(billed, reverse=True):
        part = min(take_cents, billed[number])
        if part > 0:
            taken[number] = part
            take_cents -= part
    return dict(sorted(taken.items()))


def _of_fee(rules: DisputeRules, percent: int) -> int:
    """Rounded up: the rule names the least that comes off."""
    return -(-rules.dispute_fee_cents * percent // 100)
