"""Data that a payer demands beyond the guide: authorization, referral, dates, providers, by payer and claim type."""

from __future__ import annotations

from collections.abc import Iterable

from domain.coding.facts import CodeRange
from domain.scrubbing.context import RequiredField, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity

PLACES = {
    "authorization_number": "2300/REF*G1",
    "referral_number": "2300/REF*9F",
    "onset_date": "2300/DTP*431",
    "admission_date": "2300/DTP*435",
    "rendering.npi": "2310B/NM109",
    "referring.npi": "2310A/NM109",
    "group_number": "2000B/SBR03",
}
"""What may be demanded, and where it stands."""

_OWN_RULES = {"authorization_number": "authorization-required", "referral_number": "referral-required"}


def required_data_is_there(context: ScrubContext) -> Iterable[Finding]:
    """Rows about everything but authorization and referral."""
    return _missing(context, "required-by-payer")


def authorization_is_there(context: ScrubContext) -> Iterable[Finding]:
    """REF*G1 where a row asks for it."""
    return _missing(context, "authorization-required")


def referral_is_there(context: ScrubContext) -> Iterable[Finding]:
    """REF*9F where a row asks for it."""
    return _missing(context, "referral-required")


def _missing(context: ScrubContext, rule: str) -> Iterable[Finding]:
    for row in context.required:
        if _OWN_RULES.get(row.field, "required-by-payer") != rule or not _binds(row, context):
            continue
        line = _first_line(row, context) if row.procedures else None
        if (row.procedures and line is None) or value_of(context, row.field):
            continue
        yield Finding(
            rule=rule,
            severity=row.severity,
            place=PLACES.get(row.field, "2300"),
            message=f"{row.field} is missing, and this payer needs it: {row.why}",
            remedy=f"set {row.field}",
            line=line,
        )


def _binds(row: RequiredField, context: ScrubContext) -> bool:
    on = context.content.first_service
    return (
        row.payer_kind in (None, context.payer_kind)
        and row.payer_code in ("", context.content.coverage.payer.code)
        and row.claim_type in (None, context.claim_type)
        and row.effective_from <= on
        and (row.effective_to is None or on <= row.effective_to)
    )


def _first_line(row: RequiredField, context: ScrubContext) -> int | None:
    for line in context.content.lines:
        for codes in row.procedures:
            first, _, last = codes.partition("-")
            if CodeRange(first=first, last=last or first).holds(line.procedure):
                return line.number
    return None


def value_of(context: ScrubContext, field: str) -> object:
    """What the claim says in a field of ``PLACES``."""
    content = context.content
    if field == "rendering.npi":
        return content.rendering.npi if content.rendering is not None else ""
    if field == "referring.npi":
        return content.referring.npi if content.referring is not None else ""
    if field == "admission_date":
        return context.admission_date
    if field == "group_number":
        return content.coverage.group_number
    value: object = getattr(content, field)
    return value


RULES = (
    Rule(
        id="required-by-payer", severity=Severity.ERROR, place="2300", check=required_data_is_there,
        wrong="a field is empty that this payer needs for this claim", remedy="set the field",
        source="each row's own: required_data.csv or the operator's file; CARC 16",
    ),
    Rule(
        id="authorization-required", severity=Severity.ERROR, place="2300/REF*G1", check=authorization_is_there,
        wrong="this payer needs a prior authorization for the procedure", remedy="set authorization_number",
        source="each row's own; CARC 197, 15",
    ),
    Rule(
        id="referral-required", severity=Severity.ERROR, place="2300/REF*9F", check=referral_is_there,
        wrong="this payer needs a referral for the procedure", remedy="set referral_number",
        source="each row's own; CARC 288",
    ),
)  # fmt: skip
