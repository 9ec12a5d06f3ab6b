"""The Medicare examination register: for every Medicare denial one record of how Medicare is asked to look again.

A denial is one denied line, or a claim without lines, of one attempt. Its record says redetermination
(42 CFR 405.940), reopening for a clerical error (42 CFR 405.980), or why neither applies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.coverage.coverage import PayerKind
from domain.denials.classification import Adjudication, Remedy, Verdict, classify
from domain.denials.rules import DenialRules
from domain.remittance.remittance import RemittedClaim, RemittedLine

WHOLE_CLAIM = 0
REGISTERED = frozenset({PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE})
_UNPROCESSABLE = (
    "MA130: no initial determination was made, so there is no appeal and no reopening; a new claim corrects it "
    "(CMS 100-04 ch. 1 s80.3)"
)
_REFUSED = frozenset({Verdict.DENIED, Verdict.PARTLY_DENIED})


class Route(StrEnum):
    """How Medicare is asked to examine a denial."""

    REDETERMINATION = "redetermination"
    REOPENING = "reopening"
    NEITHER = "neither"
    PLAN = "plan"
    """A Medicare Advantage plan decides, not Medicare."""


class RecordState(StrEnum):
    """What became of a record so far."""

    DUE = "due"
    FILED = "filed"
    OVERTURNED = "overturned"
    UPHELD = "upheld"
    SETTLED = "settled"
    """Decided or given up another way: corrected, paid, written off by a named person."""
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One denial and its route."""

    line: int
    """Place of the line in the remitted claim, from 1; 0 for the whole claim."""
    reasons: tuple[str, ...]
    refused_cents: int
    route: Route
    why: str

    @property
    def state(self) -> RecordState:
        """Where its record begins."""
        return RecordState.NOT_APPLICABLE if self.route is Route.NEITHER else RecordState.DUE


def denials_to_examine(claim: RemittedClaim, payer_kind: PayerKind, rules: DenialRules) -> tuple[Examination, ...]:
    """Every denial in a decision of Medicare or a Medicare Advantage plan; none for other payers."""
    if payer_kind not in REGISTERED:
        return ()
    found = [
        _examination(place, meaning, _refused(alone), payer_kind)
        for place, line in enumerate(claim.lines, start=1)
        if _denied(alone := _alone(claim, line), meaning := classify(alone, payer_kind, rules))
    ]
    if found:
        return tuple(found)
    meaning = classify(claim, payer_kind, rules)
    if _denied(claim, meaning):
        return (_examination(WHOLE_CLAIM, meaning, _refused(claim), payer_kind),)
    return ()


def _alone(claim: RemittedClaim, line: RemittedLine) -> RemittedClaim:
    """One line as if it were a claim, with the remarks that the claim shares."""
    return replace(
        claim, lines=(line,), adjustments=(), charge_cents=line.charge_cents, paid_cents=line.paid_cents,
        patient_responsibility_cents=0,
    )  # fmt: skip


def _denied(claim: RemittedClaim, meaning: Adjudication) -> bool:
    """Denied, or refused by a code that a person must read first."""
    if meaning.verdict in _REFUSED:
        return True
    patient = sum(entry.amount_cents for entry in claim.all_adjustments if entry.group == "PR")
    return meaning.verdict is Verdict.REVIEW and claim.paid_cents == 0 and patient == 0 and _refused(claim) > 0


def _refused(claim: RemittedClaim) -> int:
    """What was taken off and is not the patient's; contract reductions of a denied line are part of it."""
    return sum(entry.amount_cents for entry in claim.all_adjustments if entry.group != "PR")


def _examination(line: int, meaning: Adjudication, cents: int, payer_kind: PayerKind) -> Examination:
    route, why = route_of(meaning, payer_kind)
    return Examination(line=line, reasons=meaning.reasons, refused_cents=cents, route=route, why=why)


def route_of(meaning: Adjudication, payer_kind: PayerKind) -> tuple[Route, str]:
    """How a denial is examined, and why so."""
    if payer_kind is PayerKind.MEDICARE_ADVANTAGE:
        return Route.PLAN, "a Medicare Advantage plan's denial goes to its plan, not to Medicare"
    if meaning.unprocessable:
        return Route.NEITHER, _UNPROCESSABLE
    if meaning.verdict is Verdict.REVIEW and not meaning.appealable:
        return Route.NEITHER, f"no route is known until a person has read it: {meaning.why}"
    if not meaning.appealable:
        return Route.NEITHER, f"no right of appeal: {meaning.why}"
    if meaning.remedy is Remedy.REOPEN:
        return Route.REOPENING, f"a clerical error is corrected by reopening (42 CFR 405.980): {meaning.why}"
    if meaning.remedy is Remedy.CORRECT_AND_RESEND:
        return Route.NEITHER, f"a new claim corrects it: {meaning.why}"
    if meaning.remedy is Remedy.BILL_NEXT_PAYER:
        return Route.NEITHER, f"another payer is to be billed, Medicare is not asked again: {meaning.why}"
    return Route.REDETERMINATION, f"first level of appeal (42 CFR 405.940): {meaning.why}"
