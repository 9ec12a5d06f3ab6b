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


SEQUENCES = ("P", "S", "T")
"""SBR01 in the order of benefits: primary, secondary, tertiary."""

MEDICARE_SECONDARY_TYPES = frozenset({"12", "13", "14", "15", "16", "41", "42", "43", "47"})
"""SBR05: why Medicare is not the first payer (837P TR3, element 1336; the rules: ``order_of_benefits``)."""


def rank_of_sequence(sequence: str) -> int:
    """1 for the primary payer, 2 for the secondary, 3 for the tertiary.

    Raises:
        ValueError: no such SBR01 here.
    """
    return SEQUENCES.index(sequence) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCoverage:
    """A further coverage of the patient: it pays after those before it have answered."""

    coverage: Coverage
    insurance_type: str = ""
    """SBR05, one of ``MEDICARE_SECONDARY_TYPES``; empty for every payer but Medicare."""
    why: str = ""
    """The rule that gave it its place, in words."""
