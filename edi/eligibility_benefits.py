"""EB loops of a 271 as typed benefits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.coverage.benefits import BenefitKind, Network, OtherPayer, PlanBenefit
from x12.transactions.eligibility import Benefit
from x12.transactions.parts import DateOrPeriod, Party

ACTIVE = frozenset({"1", "2", "3", "4", "5"})
INACTIVE = frozenset({"6", "7", "8"})
_KINDS = (
    dict.fromkeys(ACTIVE, BenefitKind.ACTIVE)
    | dict.fromkeys(INACTIVE, BenefitKind.INACTIVE)
    | {
        "A": BenefitKind.COINSURANCE,
        "B": BenefitKind.COPAY,
        "C": BenefitKind.DEDUCTIBLE,
        "E": BenefitKind.NOT_COVERED,
        "F": BenefitKind.LIMIT,
        "G": BenefitKind.OUT_OF_POCKET,
        "I": BenefitKind.NOT_COVERED,
        "R": BenefitKind.OTHER_PAYER,
        "Y": BenefitKind.SPEND_DOWN,
    }
)
_NETWORKS = {"Y": Network.IN, "N": Network.OUT, "W": Network.EITHER}
_YES_NO = {"Y": True, "N": False}
_RANKS = {"PRP": "primary", "SEP": "secondary", "TTP": "tertiary"}
_PAYERS = frozenset({"PR", "PRP", "SEP", "TTP", "GP", "VN", "36", "73", "2B"})
"""NM101 of a 2120 loop that names who else pays."""
_PERIODS = frozenset({"290", "291", "292", "295", "304", "307", "318", "348", "356"})
_BEGIN, _END = frozenset({"346", "348", "356", "292", "290"}), frozenset({"347", "349", "357"})
"""DTP01: coordination of benefits 290, plan 291, benefit 292, eligibility 307; begin and end as single dates."""


def benefits_of(loops: Iterable[Benefit]) -> tuple[PlanBenefit, ...]:
    """Every EB of a member, in the payer's order."""
    return tuple(_benefit(loop) for loop in loops)


def other_payers_of(loops: Iterable[Benefit]) -> tuple[OtherPayer, ...]:
    """The other payers that this one knows of, each once."""
    found = (_other_payer(loop) for loop in loops if loop.information == "R")
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _hundredths(share: Decimal) -> Decimal:
    """0.2 as 20, never as 2E+1: people read it."""
    return Decimal(f"{(share * 100).normalize():f}")


def _benefit(loop: Benefit) -> PlanBenefit:
    begins, ends = _period(loop.dates)
    return PlanBenefit(
        kind=_KINDS.get(loop.information, BenefitKind.INFORMATION),
        code=loop.information,
        service_types=loop.service_types,
        level=loop.coverage_level,
        network=_NETWORKS.get(loop.in_network, Network.UNKNOWN),
        period=loop.period,
        amount_cents=loop.amount_cents,
        percent=None if loop.percent is None else _hundredths(loop.percent),
        quantity=loop.quantity,
        quantity_unit=loop.quantity_qualifier,
        authorization=_YES_NO.get(loop.authorization_required),
        procedure=loop.procedure.code if loop.procedure else "",
        plan=loop.plan,
        insurance_type=loop.insurance_type,
        begins=begins,
        ends=ends,
        messages=loop.messages,
    )


def _other_payer(loop: Benefit) -> OtherPayer | None:
    party = _payer_among(loop.entities)
    if party is None:
        return None
    begins, ends = _period(loop.dates)
    # REF01 of 2110: 6P group, 18 and 1L plan or policy number; 1W member id, IG insurance policy.
    values = {reference.qualifier: reference.value for reference in loop.references}
    return OtherPayer(
        name=party.last_name,
        identifier=party.identifier,
        member_id=next((values[code] for code in ("1W", "IG") if code in values), ""),
        group_number=next((values[code] for code in ("6P", "1L", "18") if code in values), ""),
        rank=_RANKS.get(party.entity, ""),
        begins=begins,
        ends=ends,
    )


def _payer_among(entities: Iterable[Party]) -> Party | None:
    return next((party for party in entities if party.entity in _PAYERS), None)


def _period(dates: Iterable[DateOrPeriod]) -> tuple[date | None, date | None]:
    begins: date | None = None
    ends: date | None = None
    for one in dates:
        if one.qualifier in _END:
            ends = one.start
        elif one.qualifier in _PERIODS | _BEGIN:
            begins, ends = one.start, one.end or ends
    return begins, ends
