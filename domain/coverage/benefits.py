"""Benefits as a payer tells them (271, EB segments), typed, and which of several answers a question.

Several EB speak of the same thing: in and out of network, of the plan and of one kind of service, for one person and
for the family, for the year and what remains of it. The closest one answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

PLAN, OFFICE_VISIT, URGENT_CARE = "30", "98", "UC"
"""EB03: the plan as a whole, a professional visit in an office, urgent care."""
VISIT = frozenset({PLAN, OFFICE_VISIT, URGENT_CARE})
"""EB03 of what speaks of a visit."""
REMAINING = "29"
"""EB06: what remains of a period's amount."""
INDIVIDUAL = "IND"
"""EB02."""


class BenefitKind(StrEnum):
    """EB01, as far as a front desk acts on it."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    COPAY = "copay"
    COINSURANCE = "coinsurance"
    DEDUCTIBLE = "deductible"
    OUT_OF_POCKET = "out_of_pocket"
    LIMIT = "limit"
    NOT_COVERED = "not_covered"
    OTHER_PAYER = "other_payer"
    SPEND_DOWN = "spend_down"
    INFORMATION = "information"
    """Anything else: shown as it came."""


class Network(StrEnum):
    """EB12."""

    IN = "in"
    OUT = "out"
    EITHER = "either"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBenefit:
    """One EB loop (2110C or 2110D)."""

    kind: BenefitKind
    code: str
    """EB01 as it came."""
    service_types: tuple[str, ...] = ()
    level: str = ""
    """EB02: IND, FAM, ESP, ..."""
    network: Network = Network.UNKNOWN
    period: str = ""
    """EB06: 22 service year, 23 calendar year, 27 visit, 29 remaining, 33 year to date, ..."""
    amount_cents: int | None = None
    percent: Decimal | None = None
    """The patient's part in per cent: 20 is 20 %."""
    quantity: Decimal | None = None
    quantity_unit: str = ""
    """EB09: VS visits, DY days, ..."""
    authorization: bool | None = None
    """EB11; None where the payer does not know or say."""
    procedure: str = ""
    plan: str = ""
    insurance_type: str = ""
    begins: date | None = None
    ends: date | None = None
    messages: tuple[str, ...] = ()

    @property
    def remaining(self) -> bool:
        """Whether the amount is what is left of a period."""
        return self.period == REMAINING


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPayer:
    """Another payer that this one knows of (EB01 R with its 2120 loop): coordination of benefits."""

    name: str
    identifier: str = ""
    member_id: str = ""
    group_number: str = ""
    rank: str = ""
    """``primary``, ``secondary``, ``tertiary`` where the payer said it (NM101 PRP, SEP, TTP)."""
    begins: date | None = None
    ends: date | None = None


def closest(
    benefits: Iterable[PlanBenefit],
    kind: BenefitKind,
    service_type: str,
    *,
    procedure: str = "",
    remaining: bool = False,
) -> PlanBenefit | None:
    """The benefit that answers for a service in the network: of its procedure before its service type before the
    plan's, in network before unsaid, one person's before the family's. None where the payer was silent."""
    fitting = [
        benefit
        for benefit in benefits
        if benefit.kind is kind
        and benefit.network is not Network.OUT
        and benefit.remaining is remaining
        and benefit.procedure in {"", procedure}
        and (not benefit.service_types or {PLAN, service_type} & set(benefit.service_types))
    ]
    return min(fitting, key=lambda benefit: _distance(benefit, service_type, procedure), default=None)


def network_of_visit(benefits: Iterable[PlanBenefit]) -> Network:
    """In or out where all benefits of a visit that say either (EB12 Y, N) say the same; else UNKNOWN.

    W (not applicable) and silence say nothing. What is told of one procedure (EB13), of another kind of service or of
    another payer does not count. Most plans tell the shares inside the network and outside it: then nobody knows.
    """
    said = {
        benefit.network
        for benefit in benefits
        if benefit.network in {Network.IN, Network.OUT}
        and benefit.kind is not BenefitKind.OTHER_PAYER
        and not benefit.procedure
        and (not benefit.service_types or VISIT & set(benefit.service_types))
    }
    return said.pop() if len(said) == 1 else Network.UNKNOWN


def _distance(benefit: PlanBenefit, service_type: str, procedure: str) -> tuple[bool, bool, bool, bool]:
    return (
        not procedure or benefit.procedure != procedure,
        service_type not in benefit.service_types,
        benefit.network is Network.UNKNOWN,
        benefit.level not in {"", INDIVIDUAL},
    )
