"""A patient's insurance as it stands on a claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.people.parties import Person


class PayerKind(StrEnum):
    """What kind of payer decides which rules bind."""

    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID = "medicaid"
    COMMERCIAL = "commercial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """A payer as the clearinghouse knows it."""

    code: str
    """Payer id on the wire: loop 2010BB NM109."""
    name: str
    kind: PayerKind
    filing_indicator: str
    """SBR09: MB, MC, CI, 12 (PPO), HM and others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One coverage: who insures, whom, under which number."""

    payer: Payer
    member_id: str
    relationship: str
    """Patient's relationship to the subscriber: ``18`` self, ``01`` spouse, ``19`` child, ``G8`` other."""
    subscriber: Person
    group_number: str = ""
