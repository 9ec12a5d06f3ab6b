"""What a denial teaches the scrubber: whether it could have been caught, and by which rule.

A denial is *avoidable* where what the payer missed could be seen on the claim before it left. Some are the business
of a rule built in; others make a pattern of this payer (a procedure without its authorization, with this modifier,
with that diagnosis), which is proposed as a rule for a person to accept. Nothing is accepted by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.claim.claim import ClaimContent, ServiceLine
from domain.scrubbing.finding import Severity

COLUMNS = ("carc", "rarc", "teaches", "caught_by", "source")
_CODE = re.compile(r"[0-9A-Z]{5}")
_DIAGNOSIS = re.compile(r"[A-Z][0-9A-Z]{2,6}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")


class Teaches(StrEnum):
    """What a code says was wrong, as far as a claim shows it."""

    NOTHING = "nothing"
    """A rule built in looks at it: no pattern follows."""
    AUTHORIZATION = "authorization"
    REFERRAL = "referral"
    REFERRING = "referring"
    RENDERING = "rendering"
    ONSET = "onset"
    MODIFIER = "modifier"
    DIAGNOSIS = "diagnosis"
    PLACE = "place"
    UNITS = "units"
    PAIR = "pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRow:
    """One row of the table: a reason, or a reason with a remark, and what it teaches."""

    carc: str
    rarc: str
    teaches: Teaches
    caught_by: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A rule that a denial proposes; equal patterns are one proposal."""

    payer: str
    severity: Severity
    condition: str
    """In the operator's expression language."""
    message: str
    remedy: str
    place: str

    @property
    def pattern(self) -> str:
        """What makes two denials propose the same."""
        return f"{self.payer}: {self.condition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What became of one denial."""

    avoidable: bool
    caught_by: str = ""
    """The built-in rule whose business it is."""
    proposal: Proposal | None = None


def parse_lessons(rows: Iterable[Mapping[str, str]]) -> tuple[LessonRow, ...]:
    """Read the rows of ``avoidable_denials.csv`` (columns: ``COLUMNS``).

    Raises:
        ValueError: a row has no code, no source, or teaches something nobody knows.
    """
    found = []
    for number, row in enumerate(rows, start=1):
        if not row["carc"] or not row["source"]:
            raise ValueError(f"avoidable denials, row {number}: carc and source must say something")
        found.append(LessonRow(**{name: row[name] for name in COLUMNS} | {"teaches": Teaches(row["teaches"])}))  # type: ignore[arg-type]
    return tuple(found)


def lesson_of(
    table: Iterable[LessonRow], content: ClaimContent, line: ServiceLine | None, payer: str, carc: str,
    remarks: frozenset[str],
) -> Lesson:  # fmt: skip
    """Say what a denied adjustment of a claim (None: of the whole claim) teaches; a remark's row goes first."""
    rows = [row for row in table if row.carc == carc and (not row.rarc or row.rarc in remarks)]
    row = max(rows, key=lambda one: bool(one.rarc), default=None)
    if row is None:
        return Lesson(avoidable=False)
    if row.teaches is Teaches.NOTHING:
        return Lesson(avoidable=True, caught_by=row.caught_by)
    line = line or (content.lines[0] if len(content.lines) == 1 else None)
    if line is None or not _CODE.fullmatch(line.procedure):
        return Lesson(avoidable=bool(row.caught_by), caught_by=row.caught_by)
    proposal = _PATTERNS[row.teaches](content, line, payer)
    # An empty field that was not empty, or a pattern that cannot be told: nobody could have seen it.
    return Lesson(avoidable=proposal is not None or bool(row.caught_by), caught_by=row.caught_by, proposal=proposal)


_Pattern = Callable[[ClaimContent, ServiceLine, str], Proposal | None]


def _missing(field: str, place: str, remedy: str, value: Callable[[ClaimContent], object]) -> _Pattern:
    def pattern(content: ClaimContent, line: ServiceLine, payer: str) -> Proposal | None:
        if value(content):
            return None
        return Proposal(
            payer=payer,
            severity=Severity.ERROR,
            condition=f'line.procedure = "{line.procedure}" and {field} is missing',
            message=f"{payer} denied {line.procedure} without {field}",
            remedy=remedy,
            place=place,
        )

    return pattern


def _warned(payer: str, condition: str, what: str, remedy: str, place: str) -> Proposal:
    return Proposal(
        payer=payer, severity=Severity.WARNING, condition=condition, message=f"{payer} denied {what}", remedy=remedy,
        place=place,
    )  # fmt: skip


def _modifier(_: ClaimContent, line: ServiceLine, payer: str) -> Proposal | None:
    if not all(_MODIFIER.fullmatch(modifier) for modifier in line.modifiers):
        return None
    procedure = f'line.procedure = "{line.procedure}"'
    remedy = "compare the modifiers with the documentation and the payer's rule for this procedure"
    if not line.modifiers:
        what = f"{line.procedure} without a modifier"
        return _warned(payer, f"{procedure} and line.modifiers is missing", what, remedy, "2400/SV101-3")
    all_of = " and ".join(f'line.modifiers has "{modifier}"' for modifier in sorted(line.modifiers))
    what = f"{line.procedure} with these modifiers"
    return _warned(payer, f"{procedure} and {all_of}", what, remedy, "2400/SV101-3")


def _diagnosis(content: ClaimContent, line: ServiceLine, payer: str) -> Proposal | None:
    pointer = next(iter(line.diagnosis_pointers), 0)
    code = content.diagnoses[pointer - 1] if 1 <= pointer <= len(content.diagnoses) else ""
    if not _DIAGNOSIS.fullmatch(code):
        return None
    condition = f'line.procedure = "{line.procedure}" and line.diagnoses has "{code}"'
    remedy = "point to the diagnosis that the documentation supports, or ask for the payer's policy"
    return _warned(payer, condition, f"{line.procedure} for {code}", remedy, "2400/SV107")


def _place(content: ClaimContent, line: ServiceLine, payer: str) -> Proposal | None:
    place = line.place_of_service or content.place_of_service
    if not re.fullmatch(r"[0-9]{2}", place):
        return None
    condition = f'line.procedure = "{line.procedure}" and line.place = "{place}"'
    what = f"{line.procedure} at place of service {place}"
    return _warned(payer, condition, what, "correct the place or the code from the documentation", "2400/SV105")


def _units(_: ClaimContent, line: ServiceLine, payer: str) -> Proposal | None:
    units = f"{line.units.normalize():f}"
    condition = f'line.procedure = "{line.procedure}" and line.units >= {units}'
    what = f"{line.procedure} with {units} units"
    return _warned(payer, condition, what, "compare the units with the documentation", "2400/SV104")


def _pair(content: ClaimContent, line: ServiceLine, payer: str) -> Proposal | None:
    others = {one.procedure for one in content.lines if one.service_from == line.service_from} - {line.procedure}
    if len(others) != 1 or not _CODE.fullmatch(other := others.pop()):
        return None
    modifiers = sorted(filter(_MODIFIER.fullmatch, line.modifiers))
    told = "".join(f' and line.modifiers has "{modifier}"' for modifier in modifiers)
    without = "" if modifiers else " and line.modifiers is missing"
    condition = f'line.procedure = "{line.procedure}" and claim.procedures has "{other}"{told}{without}'
    remedy = "remove it, unless the documentation shows a separate service and the claim says so"
    return _warned(payer, condition, f"{line.procedure} beside {other}", remedy, "2400/SV101-2")


_PATTERNS: dict[Teaches, _Pattern] = {
    Teaches.AUTHORIZATION: _missing(
        "authorization_number", "2300/REF*G1", "set authorization_number; ask the payer for one before the service",
        lambda content: content.authorization_number,
    ),
    Teaches.REFERRAL: _missing(
        "referral_number", "2300/REF*9F", "set referral_number; ask for a referral before the service",
        lambda content: content.referral_number,
    ),
    Teaches.REFERRING: _missing(
        "referring.npi", "2310A/NM109", "set referring.npi and referring.last_name",
        lambda content: content.referring and content.referring.npi,
    ),
    Teaches.RENDERING: _missing(
        "rendering.npi", "2310B/NM109", "set rendering.npi and rendering.last_name",
        lambda content: content.rendering and content.rendering.npi,
    ),
    Teaches.ONSET: _missing(
        "onset_date", "2300/DTP*431", "set onset_date from the record", lambda content: content.onset_date
    ),
    Teaches.MODIFIER: _modifier,
    Teaches.DIAGNOSIS: _diagnosis,
    Teaches.PLACE: _place,
    Teaches.UNITS: _units,
    Teaches.PAIR: _pair,
}  # fmt: skip
