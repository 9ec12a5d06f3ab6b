"""Small charts by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from activities.audit.rules import audit_rules
from domain.coding.audit.chart import Chart, CodedClaim, Lab, Service
from domain.coding.audit.context import AuditContext, Sided

TODAY = date(2026, 11, 30)
_SIDES = {"M1711": ("M17", "right"), "M1712": ("M17", "left"), "M25569": ("M2556", "unspecified"),
          "M25561": ("M2556", "right"), "S52501A": ("S5250", "right"), "S52502D": ("S5250", "left")}  # fmt: skip


class FewSides:
    """A handful of sided codes."""

    def of(self, code: str) -> Sided | None:
        known = _SIDES.get(code)
        return Sided(group=known[0], side=known[1]) if known else None


def context(today: date = TODAY) -> AuditContext:
    return AuditContext(rules=audit_rules(), sides=FewSides(), today=today)


def claim(number: int, on: str, *codes: str, services: tuple[Service, ...] = (), place: str = "11") -> CodedClaim:
    return CodedClaim(
        number=number, on=date.fromisoformat(on), provider="1234567893", place=place, diagnoses=codes, services=services
    )


def chart(*claims: CodedClaim, **others: object) -> Chart:
    return Chart(patient=1, claims=claims, **others)  # type: ignore[arg-type]


def lab(loinc: str, on: str, value: str) -> Lab:
    return Lab(loinc=loinc, on=date.fromisoformat(on), value=Decimal(value))
