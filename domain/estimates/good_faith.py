"""The good faith estimate for the uninsured and for those who pay themselves: 45 CFR 149.610, and 149.620 for a bill
that exceeds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.deadlines.business_days import Holidays, add_business_days
from domain.estimates.planned import PlannedService
from domain.people.parties import BillingProvider

ON_REQUEST_DAYS = 3
FAR_AHEAD_DAYS, FAR_AHEAD_WITHIN = 10, 3
NEAR_DAYS, NEAR_WITHIN = 3, 1
EXCEEDED_CENTS = 40_000
"""From so much above the estimate, per provider, a patient may dispute the bill (45 CFR 149.620(a)(2))."""
DISPUTE_DAYS = 120
"""Calendar days from the initial bill in which a dispute may begin (45 CFR 149.620(c))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithItem:
    """One expected service."""

    procedure: str
    words: str
    diagnoses: tuple[str, ...]
    units: str
    charge_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithProvider:
    """What one provider or facility is expected to charge; the $400 are counted for each (149.610(c)(1)(v))."""

    name: str
    npi: str
    tax_id: str
    place: str
    items: tuple[GoodFaithItem, ...]

    @property
    def total_cents(self) -> int:
        """Expected charges of this provider."""
        return sum(item.charge_cents for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithEstimate:
    """The contents that 45 CFR 149.610(c)(1) asks for, the patient's own data apart, which stand in the books."""

    service_date: date
    primary: str
    """The main service in plain words."""
    providers: tuple[GoodFaithProvider, ...]

    @property
    def total_cents(self) -> int:
        """Expected charges altogether."""
        return sum(provider.total_cents for provider in self.providers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """By when an estimate must be in the patient's hands; ``on`` is None where none is owed without a request."""

    on: date | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceeded:
    """A provider billed at least $400 more than was estimated."""

    npi: str
    estimated_cents: int
    billed_cents: int

    @property
    def over_cents(self) -> int:
        """By how much."""
        return self.billed_cents - self.estimated_cents


def due_after_scheduling(scheduled_on: date, service_on: date, holidays: Holidays) -> Due:
    """When the estimate of a scheduled service is due (149.610(b)(1)(vi))."""
    if add_business_days(scheduled_on, FAR_AHEAD_DAYS, holidays) <= service_on:
        return Due(
            on=add_business_days(scheduled_on, FAR_AHEAD_WITHIN, holidays),
            rule="scheduled at least 10 business days ahead: within 3 business days (45 CFR 149.610(b)(1)(vi)(B))",
        )
    if add_business_days(scheduled_on, NEAR_DAYS, holidays) <= service_on:
        return Due(
            on=add_business_days(scheduled_on, NEAR_WITHIN, holidays),
            rule="scheduled at least 3 business days ahead: within 1 business day (45 CFR 149.610(b)(1)(vi)(A))",
        )
    return Due(on=None, rule="scheduled fewer than 3 business days ahead: owed on request (45 CFR 149.610(b)(1)(vi))")


def due_after_request(requested_on: date, holidays: Holidays) -> Due:
    """When an estimate that a patient asked for is due."""
    return Due(
        on=add_business_days(requested_on, ON_REQUEST_DAYS, holidays),
        rule="asked for: within 3 business days (45 CFR 149.610(b)(1)(vi)(C))",
    )


def good_faith_estimate(
    service_date: date, services: Sequence[PlannedService], provider: BillingProvider
) -> GoodFaithEstimate:
    """The estimate of planned services that one practice bills.

    Raises:
        ValueError: nothing is planned.
    """
    if not services:
        raise ValueError("nothing is planned for the visit: enter the expected services first")
    items = tuple(
        GoodFaithItem(
            procedure=service.procedure,
            words=service.words,
            diagnoses=service.diagnoses,
            units=f"{service.units.normalize():f}",
            charge_cents=service.charge_cents,
        )
        for service in services
    )
    name = f"{provider.first_name} {provider.name}".strip()
    address = provider.address
    return GoodFaithEstimate(
        service_date=service_date,
        primary=services[0].words,
        providers=(
            GoodFaithProvider(
                name=name,
                npi=provider.npi,
                tax_id=provider.tax_id,
                place=f"{address.street}, {address.city}, {address.state} {address.zip_code[:5]}",
                items=items,
            ),
        ),
    )


def exceeded(estimate: GoodFaithEstimate, billed_cents: Mapping[str, int]) -> tuple[Exceeded, ...]:
    """Providers (by NPI) whose bill is at least $400 above the estimate; one that was not estimated counts from 0."""
    expected = {provider.npi: provider.total_cents for provider in estimate.providers}
    found = (
        Exceeded(npi=npi, estimated_cents=expected.get(npi, 0), billed_cents=cents)
        for npi, cents in sorted(billed_cents.items())
    )
    return tuple(one for one in found if one.over_cents >= EXCEEDED_CENTS)


def dispute_ends(initial_bill_on: date) -> date:
    """The last day on which a dispute may begin."""
    return initial_bill_on + timedelta(days=DISPUTE_DAYS)
