"""What an expression may ask about a claim: a closed list, each field of one kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.claim.claim import ServiceLine
from domain.coding.facts import age_in_years
from domain.scrubbing.context import ScrubContext


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    LIST = "list"


Value = str | Decimal | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field: what kind it is, and how it is read of a claim and, if it is a line's, of the line."""

    kind: Kind
    read: Callable[[ScrubContext, ServiceLine], Value]
    of_line: bool = False
    meaning: str


def _text(meaning: str, read: Callable[[ScrubContext, ServiceLine], str], *, of_line: bool = False) -> Field:
    return Field(kind=Kind.TEXT, read=read, of_line=of_line, meaning=meaning)


def _number(
    meaning: str, read: Callable[[ScrubContext, ServiceLine], Decimal | None], *, of_line: bool = False
) -> Field:
    return Field(kind=Kind.NUMBER, read=read, of_line=of_line, meaning=meaning)


def _day(meaning: str, read: Callable[[ScrubContext, ServiceLine], date | None], *, of_line: bool = False) -> Field:
    return Field(kind=Kind.DAY, read=read, of_line=of_line, meaning=meaning)


def _list(
    meaning: str, read: Callable[[ScrubContext, ServiceLine], tuple[str, ...]], *, of_line: bool = False
) -> Field:
    return Field(kind=Kind.LIST, read=read, of_line=of_line, meaning=meaning)


def _age(context: ScrubContext, on: date) -> Decimal | None:
    born = context.patient.birth_date
    return None if born is None else Decimal(age_in_years(born, on))


def _pointed(context: ScrubContext, line: ServiceLine) -> tuple[str, ...]:
    codes = context.content.diagnoses
    return tuple(codes[pointer - 1] for pointer in line.diagnosis_pointers if 1 <= pointer <= len(codes))


def _principal(context: ScrubContext) -> str:
    return context.content.diagnoses[0] if context.content.diagnoses else ""


FIELDS: dict[str, Field] = {
    "payer": _text("payer's code", lambda c, _: c.content.coverage.payer.code),
    "payer.kind": _text("medicare, medicare_advantage, medicaid or commercial", lambda c, _: c.payer_kind.value),
    "plan.group": _text("group number of the coverage", lambda c, _: c.content.coverage.group_number),
    "claim.type": _text("professional or institutional", lambda c, _: c.claim_type.value),
    "claim.place": _text("place of service of the claim", lambda c, _: c.content.place_of_service),
    "claim.charge": _number("charge of the claim in dollars", lambda c, _: Decimal(c.content.charge_cents) / 100),
    "claim.lines": _number("how many lines", lambda c, _: Decimal(len(c.content.lines))),
    "claim.from": _day("first day of service", lambda c, _: c.content.first_service),
    "claim.procedures": _list(
        "procedures of all lines", lambda c, _: tuple(one.procedure for one in c.content.lines)
    ),
    "claim.modifiers": _list(
        "modifiers of all lines", lambda c, _: tuple(code for one in c.content.lines for code in one.modifiers)
    ),
    "claim.diagnoses": _list("diagnoses, without the dot", lambda c, _: c.content.diagnoses),
    "claim.principal": _text("principal diagnosis", lambda c, _: _principal(c)),
    "authorization_number": _text("prior authorization", lambda c, _: c.content.authorization_number),
    "referral_number": _text("referral", lambda c, _: c.content.referral_number),
    "onset_date": _day("onset of the illness", lambda c, _: c.content.onset_date),
    "admission_date": _day("admission", lambda c, _: c.admission_date),
    "billing.npi": _text("billing provider", lambda c, _: c.provider.npi),
    "billing.taxonomy": _text("billing provider's taxonomy", lambda c, _: c.provider.taxonomy),
    "rendering.npi": _text("rendering provider", lambda c, _: c.content.rendering.npi if c.content.rendering else ""),
    "rendering.taxonomy": _text(
        "rendering provider's taxonomy", lambda c, _: c.content.rendering.taxonomy if c.content.rendering else ""
    ),
    "referring.npi": _text("referring provider", lambda c, _: c.content.referring.npi if c.content.referring else ""),
    "patient.sex": _text("F, M or U", lambda c, _: c.patient.sex),
    "patient.age": _number("whole years on the first day of service", lambda c, _: _age(c, c.content.first_service)),
    "patient.state": _text("two letters", lambda c, _: c.patient.address.state),
    "line.procedure": _text("CPT or HCPCS code", lambda _, one: one.procedure, of_line=True),
    "line.modifiers": _list("modifiers", lambda _, one: one.modifiers, of_line=True),
    "line.units": _number("units", lambda _, one: one.units, of_line=True),
    "line.charge": _number("charge in dollars", lambda _, one: Decimal(one.charge_cents) / 100, of_line=True),
    "line.place": _text(
        "place of service, the claim's where the line has none",
        lambda c, one: one.place_of_service or c.content.place_of_service,
        of_line=True,
    ),
    "line.diagnoses": _list("diagnoses that the line points to", _pointed, of_line=True),
    "line.from": _day("day of service", lambda _, one: one.service_from, of_line=True),
}
"""Every field, by its name. ``line.`` makes a rule look at each line by itself."""
