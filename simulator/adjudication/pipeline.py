"""The verdict on a claim: which lines are denied, what the others pay."""

from __future__ import annotations

from simulator.adjudication.case import Case
from simulator.adjudication.coordination import STATUS, after_others, standing_of
from simulator.adjudication.pricing import PatientPurse, price_line, priced_as_lesser, withheld_cents
from simulator.adjudication.rules.coding import (
    diagnosis_supports_procedure,
    procedure_is_covered,
    visit_is_separate_from_procedure,
)
from simulator.adjudication.rules.common import Rule
from simulator.adjudication.rules.completeness import records_came_where_needed, required_items_are_present
from simulator.adjudication.rules.integrity import units_are_believable
from simulator.adjudication.rules.membership import coverage_was_in_force, member_is_known
from simulator.adjudication.rules.permission import authorization_is_on_the_claim, referral_is_on_the_claim
from simulator.adjudication.rules.timeliness import claim_came_in_time, services_were_not_billed_before
from simulator.adjudication.verdict import CasTriplet, Denial, LineVerdict, Verdict
from simulator.claim import SubmittedLine
from simulator.persona import Fee

RULES: tuple[Rule, ...] = (
    member_is_known,
    required_items_are_present,
    services_were_not_billed_before,
    coverage_was_in_force,
    claim_came_in_time,
    units_are_believable,
    referral_is_on_the_claim,
    procedure_is_covered,
    authorization_is_on_the_claim,
    visit_is_separate_from_procedure,
    diagnosis_supports_procedure,
    records_came_where_needed,
)
"""In the order a payer asks: the first rule that denies a line decides it."""


def adjudicate(case: Case, fees: dict[str, Fee]) -> Verdict:
    """Decide a claim. The same claim with the same facts has the same verdict, at any time, in any order."""
    denials = _first_denial_of_each_line(case)
    purse = PatientPurse(case.persona, case.claim)
    lines = tuple(
        _behind_others(
            case,
            line,
            _denied_line(line, denials[line.number])
            if line.number in denials
            else price_line(case.persona, fees, purse, line, priced_as_lesser(case, line)),
        )
        for line in case.claim.lines
    )
    return Verdict(
        status=_claim_status(case, denials, lines),
        lines=lines,
        remarks=_claim_remarks(case, denials),
        withheld_cents=withheld_cents(case.persona, case.claim, lines),
    )


def _first_denial_of_each_line(case: Case) -> dict[int, Denial]:
    found: dict[int, Denial] = {}
    for rule in RULES:
        for denial in rule(case):
            if denial.reason not in case.set_aside:
                for number in denial.lines:
                    found.setdefault(number, denial)
    return found


def _behind_others(case: Case, line: SubmittedLine, own: LineVerdict) -> LineVerdict:
    standing = standing_of(case.claim, line)
    return own if standing is None else after_others(case.persona, own, standing)


def _denied_line(line: SubmittedLine, denial: Denial) -> LineVerdict:
    return LineVerdict(
        number=line.number,
        charge_cents=line.charge_cents,
        allowed_cents=0,
        paid_cents=0,
        adjustments=(CasTriplet(group=denial.group, reason=denial.reason, amount_cents=line.charge_cents),),
        remarks=denial.remarks,
        denied=True,
    )


def _claim_status(case: Case, denials: dict[int, Denial], lines: tuple[LineVerdict, ...]) -> str:
    for denial in denials.values():
        if denial.claim_status:
            return denial.claim_status
    processed = STATUS.get(case.claim.sequence, "1")
    if not all(line.denied for line in lines):
        return processed
    return processed if case.persona.denied_claim_status == "1" else case.persona.denied_claim_status


def _claim_remarks(case: Case, denials: dict[int, Denial]) -> tuple[str, ...]:
    own = tuple(dict.fromkeys(remark for denial in denials.values() for remark in denial.claim_remarks))
    return own if "MA130" in own else own + case.persona.standing_remarks
