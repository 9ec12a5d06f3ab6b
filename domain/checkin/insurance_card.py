"""An insurance card as it was shown at the desk, beside what is kept of the coverage and what the payer said (271)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from domain.coverage.coverage import Coverage
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer

_LIKE = 0.6
"""Likeness of two names of one payer or plan: cards abbreviate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceCard:
    """What is printed on it, and who saw it."""

    payer_code: str
    """Which coverage of the visit it belongs to."""
    payer_name: str
    """As printed."""
    member_id: str
    group_number: str = ""
    plan_name: str = ""
    provider_phone: str = ""
    """The number for providers, usually on the back."""
    effective_on: date | None = None
    front_seen: bool = True
    back_seen: bool = False
    seen_on: date | None = None
    seen_by: str = ""


class Source(StrEnum):
    """Beside what a card is held."""

    COVERAGE = "coverage"
    """As it is kept for the visit, and goes on the claim."""
    PAYER = "payer"
    """The last answer (271)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a card says otherwise."""

    field: str
    source: Source
    card: str
    told: str


def differences(
    card: InsuranceCard, coverage: Coverage | None, answer: EligibilityAnswer | None, on: date
) -> tuple[Difference, ...]:
    """What the card says otherwise than the coverage kept, and than the payer; what nobody told is no difference."""
    found: list[Difference] = []
    if coverage is None:
        found.append(Difference(field="payer", source=Source.COVERAGE, card=card.payer_name, told=""))
    else:
        found += _unlike("member id", Source.COVERAGE, card.member_id, coverage.member_id)
        found += _unlike("group number", Source.COVERAGE, card.group_number, coverage.group_number)
        if not _like(card.payer_name, coverage.payer.name):
            found.append(
                Difference(field="payer", source=Source.COVERAGE, card=card.payer_name, told=coverage.payer.name)
            )
    if answer is not None and answer.status is not CoverageStatus.UNKNOWN:
        found += _by_payer(card, answer)
    if card.effective_on is not None and card.effective_on > on:
        found.append(
            Difference(
                field="effective date", source=Source.COVERAGE, card=card.effective_on.isoformat(), told=on.isoformat()
            )
        )
    return tuple(found)


def in_words(found: Sequence[Difference]) -> str:
    """What differs, without any value."""
    of_coverage = [one.field for one in found if one.source is Source.COVERAGE]
    of_payer = [one.field for one in found if one.source is Source.PAYER]
    parts = [f"{', '.join(of_coverage)} differs from the coverage of the visit"] if of_coverage else []
    if of_payer:
        parts.append(f"{', '.join(of_payer)} differs from what the payer says")
    return "; ".join(parts)


def not_seen(card: InsuranceCard) -> tuple[str, ...]:
    """Sides of the card that nobody has looked at."""
    sides = (("front", card.front_seen), ("back", card.back_seen))
    return tuple(side for side, seen in sides if not seen)


def _by_payer(card: InsuranceCard, answer: EligibilityAnswer) -> list[Difference]:
    found = []
    if answer.status is not CoverageStatus.NOT_FOUND:
        found += _unlike("member id", Source.PAYER, card.member_id, answer.member_id)
        found += _unlike("group number", Source.PAYER, card.group_number, answer.group_number)
        if card.plan_name and answer.plan and not _like(card.plan_name, answer.plan):
            found.append(Difference(field="plan", source=Source.PAYER, card=card.plan_name, told=answer.plan))
    return found


def _unlike(field: str, source: Source, card: str, told: str) -> list[Difference]:
    if not card or not told or _plain(card) == _plain(told):
        return []
    return [Difference(field=field, source=source, card=card, told=told)]


def _like(one: str, other: str) -> bool:
    first, second = _plain(one), _plain(other)
    if not first or not second or first in second or second in first:
        return True
    return SequenceMatcher(None, first, second).ratio() >= _LIKE


def _plain(text: str) -> str:
    return "".join(mark for mark in text.upper() if mark.isalnum())
