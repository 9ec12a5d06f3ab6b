"""Corrections of a claim's content: named fields set to new values, each value a text.

The same small language serves the console, the command line and a signal typed into the
Temporal UI. It only reads shapes; whether the corrected claim is fit to be sent is the
scrubber's question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.claim.claim import ClaimContent
from domain.claim.correction_institutional import (
    INSTITUTION,
    INSTITUTION_FIELDS,
    MOST_DIAGNOSES,
    with_institution,
)
from domain.claim.correction_lines import LINE_FIELDS, LINE_VALUES, LINES, REMOVE, check_new_lines, with_line
from domain.claim.correction_values import (
    CorrectionRefused,
    read_cents,
    read_date,
    read_date_or_none,
    read_diagnoses,
    read_icd_version,
    read_insurance_type,
    read_nine_digits,
    read_npi,
    read_place,
    read_required,
    read_sex,
    read_text,
)
from domain.people.parties import RenderingProvider

__all__ = [
    "FIELDS",
    "NEXT_PAYER",
    "CorrectionRefused",
    "Field",
    "apply_changes",
    "changed_fields",
    "is_known_field",
    "known_fields",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that people may set: its name (``N`` is a line number, or 1 for the second and 2 for the third payer)
    and what its value looks like."""

    name: str
    value: str

    @property
    def pattern(self) -> str:
        """Regular expression of the names this field takes."""
        name = re.escape(self.name)
        return "^" + name.replace(r"lines\.N\.", r"lines\.[1-9][0-9]?\.").replace(r"other\.N\.", r"other\.[12]\.") + "$"


NEXT_PAYER = "next_payer"
"""Not content, but an order: ``resubmit`` with it alone bills the payer that comes next."""


def _field(name: str, value: str) -> Field:
    return Field(name=name, value=value)


FIELDS: tuple[Field, ...] = (
    _field("authorization_number", "the payer's prior authorization number; empty removes it"),
    _field("referral_number", "referral number; empty removes it"),
    _field("diagnoses", "diagnosis codes, principal first, separated by commas"),
    _field("icd_version", "10, or 9 for services before 2015-10-01"),
    _field("place_of_service", "two-digit place of service code"),
    _field("onset_date", "onset of the illness as YYYY-MM-DD; empty removes it"),
    _field("patient_paid_cents", "what the patient paid, in cents"),
    _field("member_id", "member id as on the insurance card"),
    _field("group_number", "group number; empty removes it"),
    _field("other.N.member_id", "member id at the second (1) or third (2) payer"),
    _field("other.N.group_number", "group number there; empty removes it"),
    _field("other.N.insurance_type", "why Medicare is not the first payer (SBR05), such as 12; empty removes it"),
    _field(NEXT_PAYER, "yes, with resubmit and alone: bills the next payer with what this one decided"),
    _field("coverage.end", "code of a payer that does not insure the patient on that day: its coverage is taken off"),
    _field("coverage.add.payer", "code of a payer that does: it takes its place in the order of benefits"),
    _field("coverage.add.payer_name", "its name, where the practice never billed it before"),
    _field("coverage.add.payer_kind", "its kind then: medicare, medicare_advantage, medicaid or commercial"),
    _field("coverage.add.filing_indicator", "its SBR09 then, such as CI, HM, MB"),
    _field("coverage.add.member_id", "member id there"),
    _field("coverage.add.group_number", "group number there"),
    _field("coverage.add.relationship", "patient's to the subscriber: 18 self (usual), 01 spouse, 19 child, G8 other"),
    _field("coverage.add.subscriber.first_name", "subscriber's first name, where that is not the patient"),
    _field("coverage.add.subscriber.last_name", "subscriber's last name"),
    _field("coverage.add.subscriber.birth_date", "date as YYYY-MM-DD: decides between parents"),
    _field("coverage.add.subscriber.sex", "F, M or U"),
    _field("coverage.add.basis", "what it rests on, such as current_employment, supplement, workers_compensation"),
    _field("coverage.add.employees", "how many the employer behind it has"),
    _field("coverage.add.entitlement", "of a Medicare: age, disability or renal_disease"),
    _field("coverage.add.renal_coordination_ends", "of a Medicare by renal disease: last day a group plan pays first"),
    _field("coverage.add.insurance_type", "of a Medicare that comes second: why (SBR05), such as 12"),
    _field("coverage.add.place", "1, 2 or 3 in the order of benefits, where no rule decides"),
    _field("subscriber.first_name", "subscriber's first name"),
    _field("subscriber.last_name", "subscriber's last name"),
    _field("subscriber.birth_date", "date as YYYY-MM-DD"),
    _field("subscriber.sex", "F, M or U"),
    _field("billing.npi", "ten digits"),
    _field("billing.tax_id", "nine digits"),
    _field("billing.zip_code", "nine digits"),
    _field("rendering.npi", "ten digits"),
    _field("rendering.first_name", "rendering provider's first name"),
    _field("rendering.last_name", "rendering provider's last name"),
    _field("referring.npi", "ten digits"),
    _field("referring.first_name", "referring provider's first name"),
    _field("referring.last_name", "referring provider's last name"),
    *(_field(f"{LINES}.N.{name}", value) for name, value in LINE_FIELDS.items()),
    *(_field(f"{INSTITUTION}.{name}", value) for name, value in INSTITUTION_FIELDS.items()),
)

_PATTERNS = tuple(re.compile(field.pattern) for field in FIELDS)


def is_known_field(name: str) -> bool:
    """Whether ``name`` is a field of the grammar (the line need not exist)."""
    return any(pattern.fullmatch(name) for pattern in _PATTERNS)


def known_fields() -> str:
    """The names people may use, for a message."""
    return ", ".join(field.name for field in FIELDS)


def apply_changes(content: ClaimContent, changes: Mapping[str, str] | Iterable[tuple[str, str]]) -> ClaimContent:
    """Return ``content`` with every change applied, or nothing at all.

    Raises:
        CorrectionRefused: a field is unknown, its line does not exist, or its value has the wrong shape.
    """
    pairs = tuple(changes.items() if isinstance(changes, Mapping) else changes)
    for place, (name, _) in enumerate(pairs, start=1):
        if not is_known_field(name):
            raise CorrectionRefused(f"change {place}", f"the field is not known; use one of: {known_fields()}")
    before = content
    # Lines are taken off last: until then each has the number by which people know it.
    for name, value in sorted(pairs, key=lambda pair: pair[0].endswith(f".{REMOVE}")):
        content = _apply(content, name, value.strip())
    check_new_lines(before, [name for name, _ in pairs])
    for role, provider in (("rendering", content.rendering), ("referring", content.referring)):
        touched = any(name.startswith(f"{role}.") for name, _ in pairs)
        if touched and provider is not None and not (provider.npi and provider.last_name):
            raise CorrectionRefused(
                f"{role}.npi",
                f"a {role} provider needs both {role}.npi and {role}.last_name; set the other too",
            )
    return content


def changed_fields(old: ClaimContent, new: ClaimContent) -> tuple[str, ...]:
    """Names of the fields whose value differs, in the order of the grammar; lines by number.

    Another payer appears as ``payer``, and differences that have no name in the grammar (an address,
    a service's end) as ``other``, so that no change goes unseen.
    """
    before, after = _values(old), _values(new)
    names = dict.fromkeys([*before, *after])
    # What a line that came or went leaves empty is no change of its own.
    found = [name for name in names if (before.get(name) or None) != (after.get(name) or None)]
    if old.coverage.payer != new.coverage.payer:
        found.append("payer")
    if not found and old != new:
        found.append("other")
    return tuple(found)


def _apply(content: ClaimContent, name: str, value: str) -> ClaimContent:
    head, _, rest = name.partition(".")
    if head == NEXT_PAYER:
        raise CorrectionRefused(name, "this is no content of the claim: order resubmit with it alone")
    if head == "coverage":
        raise CorrectionRefused(name, "coverages are changed by an order to correct the claim")
    if head == INSTITUTION:
        return with_institution(content, name, rest, value)
    if head == LINES:
        number, _, attribute = rest.partition(".")
        return with_line(content, name, int(number), attribute, value)
    if head == "other":
        place, _, attribute = rest.partition(".")
        return _with_other(content, name, int(place), attribute, value)
    if head == "subscriber":
        person = replace(content.coverage.subscriber, **_one(rest, _SUBSCRIBER[rest](name, value)))
        return replace(content, coverage=replace(content.coverage, subscriber=person))
    if head == "billing":
        return replace(content, billing=replace(content.billing, **_one(rest, _BILLING[rest](name, value))))
    if head in ("rendering", "referring"):
        current = content.rendering if head == "rendering" else content.referring
        current = current or RenderingProvider(last_name="", npi="")
        changed = replace(current, **_one(rest, read_npi(name, value) if rest == "npi" else value))
        return replace(content, **_one(head, changed))
    if head in ("member_id", "group_number"):
        read = read_required if head == "member_id" else read_text
        return replace(content, coverage=replace(content.coverage, **_one(head, read(name, value))))
    if head == "diagnoses" and content.institution is not None:
        return replace(content, diagnoses=read_diagnoses(name, value, MOST_DIAGNOSES))
    return replace(content, **_one(head, _CLAIM[head](name, value)))


def _one(attribute: str, value: object) -> dict[str, Any]:
    return {attribute: value}


def _with_other(content: ClaimContent, name: str, place: int, attribute: str, value: str) -> ClaimContent:
    if place > len(content.other_coverages):
        raise CorrectionRefused(name, f"the claim names {len(content.other_coverages)} payers after the first")
    others = list(content.other_coverages)
    other = others[place - 1]
    if attribute == "insurance_type":
        others[place - 1] = replace(other, insurance_type=read_insurance_type(name, value))
    else:
        read = read_required if attribute == "member_id" else read_text
        others[place - 1] = replace(other, coverage=replace(other.coverage, **_one(attribute, read(name, value))))
    return replace(content, other_coverages=tuple(others))


_CLAIM: dict[str, Callable[[str, str], object]] = {
    "authorization_number": read_text,
    "referral_number": read_text,
    "diagnoses": read_diagnoses,
    "icd_version": read_icd_version,
    "place_of_service": read_place,
    "onset_date": read_date_or_none,
    "patient_paid_cents": read_cents,
}
_SUBSCRIBER: dict[str, Callable[[str, str], object]] = {
    "first_name": read_required,
    "last_name": read_required,
    "birth_date": read_date,
    "sex": read_sex,
}
_BILLING: dict[str, Callable[[str, str], object]] = {
    "npi": read_npi,
    "tax_id": read_nine_digits,
    "zip_code": read_nine_digits,
}


def _values(content: ClaimContent) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(content, name) for name in _CLAIM}
    values["member_id"] = content.coverage.member_id
    values["group_number"] = content.coverage.group_number
    for place, other in enumerate(content.other_coverages, start=1):
        values[f"other.{place}.member_id"] = other.coverage.member_id
        values[f"other.{place}.group_number"] = other.coverage.group_number
        values[f"other.{place}.insurance_type"] = other.insurance_type
    for name in _SUBSCRIBER:
        values[f"subscriber.{name}"] = getattr(content.coverage.subscriber, name)
    for name in _BILLING:
        values[f"billing.{name}"] = getattr(content.billing, name)
    for role, provider in (("rendering", content.rendering), ("referring", content.referring)):
        for name in ("npi", "first_name", "last_name"):
            values[f"{role}.{name}"] = getattr(provider, name) if provider else ""
    for name in INSTITUTION_FIELDS if content.institution is not None else ():
        values[f"{INSTITUTION}.{name}"] = getattr(content.institution, name)
    for line in content.lines:
        for name in LINE_VALUES:
            values[f"{LINES}.{line.number}.{name}"] = getattr(line, name)
    return values
