"""The scrubber with the tables and dates of a claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays
from sqlalchemy.orm import Session

from activities.scrubbing_tables import tables_of
from domain.claim.claim import ClaimContent, ClaimForSubmission
from domain.claim.earlier_decision import EarlierDecision, why_not_passed_on
from domain.claim.submission import claim_control_number
from domain.coverage.advance_notice import Option
from domain.coverage.coverage import SEQUENCES, PayerKind, rank_of_sequence
from domain.coverage.policy import FilingUnit, PayerPolicy
from domain.deadlines.timely_filing import FilingLimit, LimitUnit, claim_deadline
from domain.people.parties import BillingProvider, Person
from domain.scrubbing.context import ClaimType, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error
from domain.scrubbing.registry import scrub
from edi import claim_interchange
from edi.coding_facts import coding_facts, required_fields
from storage.coverage_answers import coverage_periods
from storage.earlier_decisions import earlier_decisions
from storage.earlier_services import earlier_services
from storage.frontdesk_notices import kept_from_medicare
from storage.models import Claim, EncounterRow, Patient
from storage.operator_rules import active_rules
from storage.reference import policy
from storage.reference_tables import requirements
from storage.serialise import from_json


def findings_of(session: Session, claim: Claim, content: ClaimContent, today: date) -> tuple[Finding, ...]:
    """Everything the rules say about one version of a claim."""
    encounter = session.get_one(EncounterRow, claim.encounter_id)
    patient = session.get_one(Patient, claim.patient_id)
    rules = policy(session, claim.payer_kind, claim.payer_code, today)
    earlier = _earlier(session, claim)
    days = [line.service_from for line in content.lines] or [today]
    findings = scrub(
        ScrubContext(
            # The rules ask about the coverage under which the claim is billed now.
            content=replace(content, coverage=content.coverage_of(claim.sequence)),
            tables=tables_of(session, (content,)),
            facts=coding_facts(),
            required=(*required_fields(), *requirements(session)),
            coverage=coverage_periods(session, claim.patient_id, claim.payer_code),
            operator_rules=active_rules(session),
            earlier_services=earlier_services(session, claim, min(days), max(days)),
            patient=from_json(Person, patient.person),
            provider=content.billing.applied_to(from_json(BillingProvider, encounter.provider)),
            today=today,
            **_of_institution(content),
            filing_deadline=_last_day(content, rules, claim.payer_kind, earlier),
            filing_warning_days=rules.timely_filing_warning_days,
        )
    )
    return (*findings, *_of_other_payers(claim, content, earlier), *_of_notices(session, claim, content))


def _of_institution(content: ClaimContent) -> dict[str, Any]:
    """What the rules ask of an 837I, as they ask it of a file (edi.scrubbing)."""
    facts = content.institution
    if facts is None:
        return {}
    return {
        "claim_type": ClaimType.INSTITUTIONAL,
        "admission_date": facts.admission_date,
        "discharge_date": facts.statement_through if facts.is_stay else None,
    }


def last_day_to_file(session: Session, claim: Claim, content: ClaimContent, today: date) -> date:
    """The last day on which the payer whose turn it is takes the claim as a first one."""
    rules = policy(session, claim.payer_kind, claim.payer_code, today)
    return _last_day(content, rules, claim.payer_kind, _earlier(session, claim))


def _last_day(
    content: ClaimContent, rules: PayerPolicy, payer_kind: str, earlier: tuple[EarlierDecision, ...]
) -> date:
    """A later payer's own limit counts from the earlier payer's decision, where it has one."""
    deadline = filing_deadline(content, rules, payer_kind)
    if earlier and rules.secondary_filing_days:
        told_on = max(decision.decided_on for decision in earlier)
        deadline = max(deadline, told_on + timedelta(days=rules.secondary_filing_days))
    return deadline


def filing_deadline(content: ClaimContent, rules: PayerPolicy, payer_kind: str) -> date:
    """The last day on which the payer takes the claim as a first one."""
    by_year = rules.timely_filing_unit is FilingUnit.CALENDAR_YEAR
    limit = FilingLimit(
        amount=1 if by_year else rules.timely_filing_days,
        unit=LimitUnit.CALENDAR_YEARS if by_year else LimitUnit.DAYS,
        source="payer_policies",
        next_workday=payer_kind == PayerKind.MEDICARE,
        warn_days=rules.timely_filing_warning_days,
    )
    return claim_deadline(content, limit, _federal_holidays((content.filing_service or content.first_service).year))


def _earlier(session: Session, claim: Claim) -> tuple[EarlierDecision, ...]:
    return earlier_decisions(session, claim.number, claim.sequence) if claim.sequence != SEQUENCES[0] else ()


def _of_other_payers(
    claim: Claim, content: ClaimContent, earlier: tuple[EarlierDecision, ...]
) -> Iterable[Finding]:
    """What keeps a claim from going to a later payer."""
    if claim.sequence == SEQUENCES[0]:
        return
    charges = {line.number: line.charge_cents for line in content.lines}
    if not earlier:
        yield error(
            "earlier-decision",
            "2320",
            "no decision of an earlier payer stands: this payer takes the claim only with one",
            "wait for the earlier payer's remittance, or ask it",
        )
    for decision in earlier:
        if why := why_not_passed_on(decision, charges):
            yield error(
                "earlier-decision",
                "2430/SVD",
                f"what the earlier payer decided cannot be told to this one: {why}",
                "compare its remittance with the claim, match its lines, or bill this payer on paper",
            )
    rank = rank_of_sequence(claim.sequence)
    if claim.payer_kind == PayerKind.MEDICARE and not content.other_coverages[rank - 2].insurance_type:
        yield error(
            "medicare-secondary",
            "2000B/SBR05",
            "Medicare is not the first payer, and the claim does not say why",
            f"set other.{rank - 1}.insurance_type, such as 12 for a working aged patient",
        )


def _of_notices(session: Session, claim: Claim, content: ClaimContent) -> Iterable[Finding]:
    """What the patient does not want billed to Medicare: option 2 or 3 of an advance notice (CMS-R-131)."""
    if claim.payer_kind != PayerKind.MEDICARE:
        return
    kept = kept_from_medicare(session, claim.patient_id, content.first_service)
    for line in content.lines:
        if (notice := kept.get(line.procedure)) is None:
            continue
        only = len(content.lines) == 1
        yield error(
            "notice-no-bill",
            "2400/SV101",
            f"line {line.number}: by option {notice.option} of advance notice {notice.number} the patient wants no "
            "bill to Medicare for it" + (", nor the service" if notice.option == int(Option.NOT_WANTED) else ""),
            ("void the claim" if only else f"take the line off (lines.{line.number}.remove=yes)")
            + f"; where the patient wrote another option on the notice, `claimflow authorization sign {notice.number}` "
            "keeps it",
            line.number,
        )


def unwritable(session: Session, claim: Claim, content: ClaimContent, at: datetime) -> list[Finding]:
    """What would keep the claim from being written as an 837: one bad claim must not stop a whole batch."""
    encounter = session.get_one(EncounterRow, claim.encounter_id)
    patient = session.get_one(Patient, claim.patient_id)
    problems = claim_interchange.problems_of(
        ClaimForSubmission(
            control_number=claim_control_number(claim.number, 1),
            frequency="1",
            original_reference="",
            provider=content.billing.applied_to(from_json(BillingProvider, encounter.provider)),
            patient=from_json(Person, patient.person),
            content=content,
            sequence=claim.sequence,
            earlier=_earlier(session, claim),
        ),
        at=at,
    )
    guide = "837P" if content.institution is None else "837I"
    return [error("x12-unwritable", guide, problem, "correct the named element") for problem in problems]


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep the claim in the house."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


@lru_cache(maxsize=32)
def _federal_holidays(year: int) -> frozenset[date]:
    """Federal non-workdays of a year and the two after it: where filing limits fall."""
    return frozenset(holidays.country_holidays("US", years=[year, year + 1, year + 2]))
