"""What an insured patient is expected to pay for planned services, with the arithmetic in words.

The contract says what is allowed; the payer's answer (271) says how it is shared: copay, then what is left of the
deductible, then coinsurance, and no more than is left of the out-of-pocket limit. The benefit told for a service's
own type goes before the plan's: a payer that charges a copay alone says so with a coinsurance of 0 for that type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from domain.coverage.benefits import PLAN, BenefitKind, PlanBenefit, closest
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.estimates.planned import PlannedService
from domain.remittance.balancing import dollars

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedService:
    """A planned service with what the contract allows for it."""

    service: PlannedService
    allowed_cents: int
    allowed_why: str
    """How the contract comes to it; or that it says nothing and the charge stands in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceShare:
    """One service's estimate: cents, and each step in words."""

    procedure: str
    words: str
    charge_cents: int
    allowed_cents: int
    copay_cents: int = 0
    deductible_cents: int = 0
    coinsurance_cents: int = 0
    not_covered_cents: int = 0
    capped_cents: int = 0
    """What the out-of-pocket limit takes off."""
    steps: tuple[str, ...] = ()

    @property
    def patient_cents(self) -> int:
        """What the patient is expected to pay."""
        shared = self.copay_cents + self.deductible_cents + self.coinsurance_cents
        return shared + self.not_covered_cents - self.capped_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareEstimate:
    """The whole estimate; an estimate and no promise: the plan decides when the claim comes."""

    payer_code: str
    services: tuple[ServiceShare, ...]
    patient_cents: int
    notes: tuple[str, ...] = ()
    """What the payer or the contract did not say."""


class NotCovered(ValueError):
    """No answer tells of an active plan: the patient is told a good faith estimate instead."""


def estimate_share(payer_code: str, priced: Sequence[PricedService], answer: EligibilityAnswer) -> ShareEstimate:
    """The patient's expected share of services of one day, in the order given.

    Raises:
        NotCovered: the answer does not say that the plan is active.
    """
    if answer.status is not CoverageStatus.ACTIVE:
        raise NotCovered(f"{payer_code} does not say that the plan is active: {answer.status.value.replace('_', ' ')}")
    purse = _Purse(answer)
    services = tuple(purse.share(one) for one in priced)
    return ShareEstimate(
        payer_code=payer_code,
        services=services,
        patient_cents=sum(one.patient_cents for one in services),
        notes=tuple(dict.fromkeys(purse.notes)),
    )


class _Purse:
    """What is left of deductible and out-of-pocket limit while services are counted one after the other."""

    def __init__(self, answer: EligibilityAnswer) -> None:
        self._benefits = answer.benefits
        self._deductible = self._left(BenefitKind.DEDUCTIBLE)
        self._out_of_pocket = self._left(BenefitKind.OUT_OF_POCKET)
        self._copays_taken: set[str] = set()
        self.notes: list[str] = []
        if self._deductible is None:
            self.notes.append("the payer did not say what is left of the deductible: none is counted")

    def share(self, priced: PricedService) -> ServiceShare:
        service = priced.service
        base = ServiceShare(
            procedure=service.procedure,
            words=service.words,
            charge_cents=service.charge_cents,
            allowed_cents=priced.allowed_cents,
        )
        if service.preventive:
            return replace(base, steps=("preventive: the plan pays all of it (45 CFR 147.130)",))
        excluded = closest(self._benefits, BenefitKind.NOT_COVERED, service.service_type, procedure=service.procedure)
        if excluded is not None and (excluded.procedure or PLAN not in excluded.service_types):
            return replace(
                base,
                not_covered_cents=service.charge_cents,
                steps=(f"the plan does not cover it: the charge of {dollars(service.charge_cents)}",),
            )
        return self._cost_sharing(base, priced)

    def _cost_sharing(self, base: ServiceShare, priced: PricedService) -> ServiceShare:
        service, allowed = priced.service, priced.allowed_cents
        steps = [f"allowed {dollars(allowed)}: {priced.allowed_why}"]
        copay = min(allowed, self._copay(service))
        if copay:
            steps.append(f"copay {dollars(copay)}")
        deductible = min(allowed - copay, self._deductible_for(service))
        if deductible:
            self._deductible = (self._deductible or 0) - deductible
            steps.append(f"deductible {dollars(deductible)}, then {dollars(self._deductible)} is left of it")
        coinsurance, said = self._coinsurance(service, allowed - copay - deductible)
        steps += said
        shared = copay + deductible + coinsurance
        capped = 0
        if self._out_of_pocket is not None:
            capped = max(0, shared - self._out_of_pocket)
            self._out_of_pocket -= shared - capped
            if capped:
                steps.append(f"less {dollars(capped)}: the out-of-pocket limit is reached")
        return replace(
            base,
            copay_cents=copay,
            deductible_cents=deductible,
            coinsurance_cents=coinsurance,
            capped_cents=capped,
            steps=tuple(steps),
        )

    def _copay(self, service: PlannedService) -> int:
        """Once for a kind of service in a visit."""
        benefit = closest(self._benefits, BenefitKind.COPAY, service.service_type, procedure=service.procedure)
        if benefit is None or benefit.amount_cents is None:
            return 0
        kind = benefit.procedure or ",".join(benefit.service_types)
        if kind in self._copays_taken:
            return 0
        self._copays_taken.add(kind)
        return benefit.amount_cents

    def _deductible_for(self, service: PlannedService) -> int:
        own = self._own(BenefitKind.DEDUCTIBLE, service)
        if own is not None and own.amount_cents == 0:
            return 0
        return self._deductible or 0

    def _coinsurance(self, service: PlannedService, rest: int) -> tuple[int, list[str]]:
        benefit = closest(self._benefits, BenefitKind.COINSURANCE, service.service_type, procedure=service.procedure)
        if benefit is None or benefit.percent is None or not benefit.percent or not rest:
            return 0, []
        exact = Decimal(rest) * benefit.percent / _HUNDRED
        cents = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        return cents, [f"coinsurance {benefit.percent:f}% of {dollars(rest)} = {dollars(cents)}"]

    def _own(self, kind: BenefitKind, service: PlannedService) -> PlanBenefit | None:
        found = closest(self._benefits, kind, service.service_type, procedure=service.procedure)
        return found if found is not None and service.service_type in found.service_types else None

    def _left(self, kind: BenefitKind) -> int | None:
        benefit = closest(self._benefits, kind, PLAN, remaining=True)
        return None if benefit is None else benefit.amount_cents
