"""What every look at a chart is given: the tables, the sides of the codes, and the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from domain.coding.audit.rules import AuditRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Sided:
    """A code that says on which side of the body something is."""

    group: str
    """The same for codes that differ in their side, and in the seventh character, alone."""
    side: str
    """``right``, ``left`` or ``unspecified``."""


class Sides(Protocol):
    """The sides of ICD-10-CM codes (port: the code set stands outside of the domain)."""

    def of(self, code: str) -> Sided | None:
        """The side of a code without its point; None where it says none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditContext:
    """Tables, sides and the day of the audit."""

    rules: AuditRules
    sides: Sides
    today: date

    def before(self, days: str) -> date:
        """The day so many days ago, by the name of a threshold."""
        return self.today - timedelta(days=self.rules.days(days))
