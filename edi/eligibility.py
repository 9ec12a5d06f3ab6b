"""Eligibility: our question (270) and the payer's answer (271), 005010X279A1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from domain.coverage.benefits import VISIT
from domain.coverage.coverage import Coverage
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.coverage.rejections import RejectionAction, rule_of
from domain.people.parties import BillingProvider, Person
from edi import parties
from edi.eligibility_benefits import ACTIVE, INACTIVE, benefits_of, other_payers_of
from edi.eligibility_rejections import rejection_rules
from edi.envelope import ControlNumbers, seal
from x12.reading import read_file
from x12.transactions.eligibility import (
    Benefit,
    EligibilityInquiry,
    EligibilityQuestion,
    EligibilityResponse,
    InformationReceiver,
    InformationSource,
    Member,
)
from x12.transactions.parts import DateOrPeriod, Trace

HEALTH_BENEFIT_PLAN = "30"
"""EQ01: the plan as a whole. The benefits of an office visit come with it (CAQH CORE data content rule)."""
"""EB03 that speak of the plan or of a physician's office visit."""
_PLAN_DATES = frozenset({"291", "307", "346", "356"})
_PLAN_ENDS = frozenset({"347", "357"})
"""DTP01 of 2100C or 2100D: plan, eligibility, plan begin, eligibility begin; plan end, eligibility end."""


def question(
    *,
    provider: BillingProvider,
    patient: Person,
    coverage: Coverage,
    service_date: date,
    reference: str,
    control_numbers: ControlNumbers,
    at: datetime,
    usage: Literal["T", "P"],
) -> bytes:
    """A 270 about the patient's coverage on ``service_date`` (DTP*291), never on the day of asking.

    ``reference`` comes back in TRN02: a surrogate number, no protected data.

    Raises:
        X12Invalid: a value cannot be written.
    """
    traces = (Trace(number=reference, originator=f"9{provider.submitter_id}"[:10].ljust(10, "0")),)
    asked = (EligibilityQuestion(service_types=(HEALTH_BENEFIT_PLAN,)),)
    dates = (DateOrPeriod(qualifier="291", start=service_date),)
    insured = parties.person(coverage.subscriber, "IL", member_id=coverage.member_id)
    if coverage.relationship == parties.SELF:
        subscriber = Member(traces=traces, person=insured, dates=dates, questions=asked)
    else:
        dependent = Member(traces=traces, person=parties.person(patient, "03"), dates=dates, questions=asked)
        subscriber = Member(person=insured, dependents=(dependent,))
    moment = at.time().replace(second=0, microsecond=0, tzinfo=None)
    inquiry = EligibilityInquiry(
        reference=reference,
        date=at.date(),
        time=moment,
        sources=(
            InformationSource(
                party=parties.payer(coverage.payer),
                receivers=(InformationReceiver(party=parties.provider(provider, "1P"), subscribers=(subscriber,)),),
            ),
        ),
    )
    return seal(
        [inquiry],
        sender=provider.submitter_id,
        receiver=coverage.payer.code,
        control_numbers=control_numbers,
        at=at,
        usage=usage,
    )


_GROUP_NUMBER = "6P"


def answer(content: bytes) -> EligibilityAnswer:
    """What the payer said. Anything that is no readable 271 is UNKNOWN, with what came (``TA1``, ``999``,
    ``unreadable``) among the rejections: an eligibility answer never stops a visit.
    """
    file = read_file(content)
    response = next(
        (found.content for found in file.transactions() if isinstance(found.content, EligibilityResponse)),
        None,
    )
    if response is None:
        came = next((found.kind for found in file.transactions() if found.kind), "")
        if not came and any(interchange.acknowledgements for interchange in file.interchanges):
            came = "TA1"
        return EligibilityAnswer(status=CoverageStatus.UNKNOWN, rejections=(came or "unreadable",))
    rejections = tuple(dict.fromkeys(rejection.reason for rejection in response.rejections()))
    benefits = [
        benefit for _, _, subscriber, dependent in response.members() for benefit in (dependent or subscriber).benefits
    ]
    begins, ends = _plan_period(response)
    return EligibilityAnswer(
        status=_status(benefits, rejections),
        plan=next((benefit.plan for benefit in benefits if benefit.plan), ""),
        copay_cents=_amount(benefits, "B"),
        deductible_remaining_cents=_amount(benefits, "C", period="29"),
        coinsurance_percent=_coinsurance(benefits),
        authorization_required=_authorization(benefits),
        rejections=rejections,
        out_of_pocket_remaining_cents=_amount(benefits, "G", period="29"),
        benefits=benefits_of(benefits),
        other_payers=other_payers_of(benefits),
        plan_begins=begins,
        plan_ends=ends,
        member_id=next((one.person.identifier for one in _subscribers(response) if one.person.identifier), ""),
        group_number=next(
            (
                reference.value
                for one in _subscribers(response)
                for reference in one.person.references
                if reference.qualifier == _GROUP_NUMBER
            ),
            "",
        ),
    )


def _subscribers(response: EligibilityResponse) -> list[Member]:
    return [subscriber for _, _, subscriber, _ in response.members()]


def _plan_period(response: EligibilityResponse) -> tuple[date | None, date | None]:
    begins: date | None = None
    ends: date | None = None
    for _, _, subscriber, dependent in response.members():
        for one in (*subscriber.dates, *(dependent.dates if dependent else ())):
            if one.qualifier in _PLAN_DATES:
                begins, ends = one.start, one.end or ends
            elif one.qualifier in _PLAN_ENDS:
                ends = one.start
    return begins, ends


def _status(benefits: Iterable[Benefit], rejections: tuple[str, ...]) -> CoverageStatus:
    said = {
        benefit.information
        for benefit in benefits
        if not benefit.service_types or HEALTH_BENEFIT_PLAN in benefit.service_types
    }
    if said & ACTIVE:
        return CoverageStatus.ACTIVE
    if said & INACTIVE:
        return CoverageStatus.INACTIVE
    rules = rejection_rules()
    if any(rule_of(rules, code).action is RejectionAction.FIX_PATIENT for code in rejections):
        return CoverageStatus.NOT_FOUND
    return CoverageStatus.UNKNOWN


def _for_visits(benefits: Iterable[Benefit], information: str) -> list[Benefit]:
    """In-network benefits (or where the payer did not say) of the visit first, then of the plan."""
    found = [
        benefit
        for benefit in benefits
        if benefit.information == information
        and benefit.in_network != "N"
        and (not benefit.service_types or VISIT & set(benefit.service_types))
    ]
    return sorted(found, key=lambda benefit: "98" not in benefit.service_types)


def _amount(benefits: Iterable[Benefit], information: str, period: str = "") -> int | None:
    return next(
        (
            benefit.amount_cents
            for benefit in _for_visits(benefits, information)
            if benefit.amount_cents is not None and (not period or benefit.period == period)
        ),
        None,
    )


def _coinsurance(benefits: Iterable[Benefit]) -> int | None:
    return next(
        (round(benefit.percent * 100) for benefit in _for_visits(benefits, "A") if benefit.percent is not None),
        None,
    )


def _authorization(benefits: Iterable[Benefit]) -> bool | None:
    """EB11 over the plan and the visit: any Y is yes; U (unknown) and silence say nothing. What is said of one
    procedure stands in the benefits."""
    said = {benefit.authorization_required for benefit in benefits if benefit.procedure is None}
    return True if "Y" in said else False if "N" in said else None
