"""Who: member, patient and the names a payer needs to find them."""

from __future__ import annotations

from collections.abc import Iterable

from domain.coverage.coverage import PayerKind
from domain.people.identifiers import mbi_is_valid
from domain.people.parties import Person
from domain.scrubbing.context import Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_MEMBER = "2010BA/NM109"
_SELF = "18"


def member_id_is_there(context: ScrubContext) -> Iterable[Finding]:
    """Every payer needs it."""
    if not context.content.coverage.member_id.strip():
        yield error("member-id", _MEMBER, "the member id is missing", "enter it from the insurance card")


def medicares_member_id_has_its_shape(context: ScrubContext) -> Iterable[Finding]:
    """Medicare's has the shape of an MBI (CMS: Understanding the MBI)."""
    member_id = context.content.coverage.member_id
    if member_id.strip() and context.payer_kind is PayerKind.MEDICARE and not mbi_is_valid(member_id):
        message = "the member id does not have the shape of a Medicare Beneficiary Identifier"
        yield warning("member-id-shape", _MEMBER, message, "compare it with the Medicare card")


def people_are_named(context: ScrubContext) -> Iterable[Finding]:
    """Names of subscriber and patient as the payer needs them to find the person."""
    for person, loop in _people(context):
        if not person.last_name.strip():
            yield error("name", f"{loop}/NM103", "a last name is missing", "enter it as on the insurance card")


def sexes_are_told(context: ScrubContext) -> Iterable[Finding]:
    """DMG03 is F, M or U."""
    for person, loop in _people(context):
        if person.sex not in ("F", "M", "U"):
            yield error("sex", f"{loop}/DMG03", "the sex is none of F, M and U", "enter F, M or U")


def _people(context: ScrubContext) -> Iterable[tuple[Person, str]]:
    yield context.content.coverage.subscriber, "2010BA"
    if context.content.coverage.relationship != _SELF:
        yield context.patient, "2010CA"


def patient_has_a_birth_date(context: ScrubContext) -> Iterable[Finding]:
    """DMG02 of who is treated; a subscriber who is not the patient has no DMG (837P TR3, loop 2010BA)."""
    coverage = context.content.coverage
    is_self = coverage.relationship == _SELF
    place = "2010BA/DMG02" if is_self else "2010CA/DMG02"
    message = "the patient's birth date is missing"
    if context.patient.birth_date is None:
        yield error("birth-date", place, message, "enter it in the patient's own data")
    elif is_self and coverage.subscriber.birth_date is None:
        yield error("birth-date", place, message, "set subscriber.birth_date")


RULES = (
    Rule(
        id="member-id", severity=Severity.ERROR, place=_MEMBER, check=member_id_is_there,
        wrong="the member id is missing", remedy="enter it from the insurance card",
        source="837 TR3, 2010BA NM109; CARC 31",
    ),
    Rule(
        id="member-id-shape", severity=Severity.WARNING, place=_MEMBER, check=medicares_member_id_has_its_shape,
        wrong="the member id is no Medicare Beneficiary Identifier", remedy="compare it with the Medicare card",
        source="CMS, Understanding the Medicare Beneficiary Identifier",
    ),
    Rule(
        id="name", severity=Severity.ERROR, place="2010BA/NM103", check=people_are_named,
        wrong="a last name is missing", remedy="enter it as on the insurance card", source="837 TR3, NM103",
    ),
    Rule(
        id="sex", severity=Severity.ERROR, place="2010BA/DMG03", check=sexes_are_told,
        wrong="the sex is none of F, M and U", remedy="enter F, M or U", source="837 TR3, DMG03",
    ),
    Rule(
        id="birth-date", severity=Severity.ERROR, place="2010BA/DMG02", check=patient_has_a_birth_date,
        wrong="the patient's birth date is missing", remedy="enter it in the patient's own data",
        source="837 TR3, DMG02",
    ),
)  # fmt: skip
