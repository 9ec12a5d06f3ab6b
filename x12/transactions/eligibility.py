"""270 and 271, Eligibility inquiry and response (005010X279A1): the tree of HL loops as typed objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from x12.transactions.parts import Amount, DateOrPeriod, Party, Procedure, Reference, Trace
from x12.transactions.supplements import RawSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityQuestion:
    """Loop 2110C or 2110D of a 270: EQ01 service_types (30 plan as a whole), EQ02 procedure, EQ03 coverage
    level; AMT, III as read, REF, DTP."""

    service_types: tuple[str, ...] = ()
    procedure: Procedure | None = None
    coverage_level: str = ""
    diagnosis_pointers: tuple[int, ...] = ()
    amounts: tuple[Amount, ...] = ()
    supplements: tuple[RawSegment, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """AAA: valid AAA01 (Y: request valid, N: not), reason AAA03 (42, 72, 75, 80, ...; a 278 may leave it out),
    follow_up AAA04 (C, N, P, R, S, W, X, Y)."""

    valid: str = "N"
    reason: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """Loop 2110C or 2110D of a 271: information EB01 (1 active, 6 inactive, A coinsurance, B copay, C
    deductible, G out of pocket, I not covered, R other payer, ...), coverage_level EB02, service_types EB03,
    insurance_type EB04, plan EB05, period EB06 (23 year, 29 remaining), amount EB07, percent EB08 (0.2 is 20
    per cent), quantity_qualifier EB09, quantity EB10, authorization_required EB11, in_network EB12 (Y, N, W),
    procedure EB13; HSD as read, REF, DTP, AAA, MSG messages; 2115 III as read; 2120 entities (NM1)."""

    information: str
    coverage_level: str = ""
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    amount_cents: int | None = None
    percent: Decimal | None = None
    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    authorization_required: str = ""
    in_network: str = ""
    procedure: Procedure | None = None
    diagnosis_pointers: tuple[int, ...] = ()
    deliveries: tuple[RawSegment, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    messages: tuple[str, ...] = ()
    supplements: tuple[RawSegment, ...] = ()
    entities: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Subscriber (2000C, 2100C) or dependent (2000D, 2100D): TRN traces; `person` NM1*IL or NM1*03 with N3,
    N4, REF, DMG, PRV; AAA rejections (271); INS relationship INS02 and `insured` as read; HI diagnoses as read;
    DTP dates (291 plan); questions (270) or benefits (271); a subscriber's dependents."""

    traces: tuple[Trace, ...] = ()
    person: Party
    rejections: tuple[Rejection, ...] = ()
    insured: RawSegment | None = None
    diagnoses: RawSegment | None = None
    dates: tuple[DateOrPeriod, ...] = ()
    military: RawSegment | None = None
    questions: tuple[EligibilityQuestion, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    dependents: tuple[Member, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationReceiver:
    """Loop 2000B: `party` 2100B (NM1*1P provider, FA facility, ...), rejections AAA, subscribers."""

    party: Party
    rejections: tuple[Rejection, ...] = ()
    subscribers: tuple[Member, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationSource:
    """Loop 2000A: rejections AAA of 2000A, `party` 2100A (NM1*PR payer), party_rejections AAA of 2100A,
    receivers."""

    rejections: tuple[Rejection, ...] = ()
    party: Party
    party_rejections: tuple[Rejection, ...] = ()
    receivers: tuple[InformationReceiver, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityInquiry:
    """One 270 transaction set: BHT02 purpose (13 request), BHT03 reference, BHT04/05, BHT06 type (RT, RU),
    sources."""

    purpose: str = "13"
    reference: str = ""
    date: date
    time: time
    transaction_type: str = ""
    sources: tuple[InformationSource, ...] = ()

    def members(self) -> Iterator[tuple[InformationSource, InformationReceiver, Member, Member | None]]:
        """Each person asked about: source, receiver, subscriber, dependent (None: the subscriber)."""
        return _members(self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityResponse:
    """One 271 transaction set: BHT02 purpose (11 response), BHT03 reference (of the 270), BHT04/05, sources.
    A rejection may stand at any level; `rejections()` finds them all."""

    purpose: str = "11"
    reference: str = ""
    date: date
    time: time
    sources: tuple[InformationSource, ...] = ()

    def members(self) -> Iterator[tuple[InformationSource, InformationReceiver, Member, Member | None]]:
        """Each person answered for: source, receiver, subscriber, dependent (None: the subscriber)."""
        return _members(self.sources)

    def rejections(self) -> tuple[Rejection, ...]:
        """Every AAA of the set, outermost level first."""
        found: list[Rejection] = []
        for source in self.sources:
            found += source.rejections + source.party_rejections
            for receiver in source.receivers:
                found += receiver.rejections
        for _, _, subscriber, dependent in self.members():
            member = dependent or subscriber
            found += member.rejections
            for benefit in member.benefits:
                found += benefit.rejections
        return tuple(found)


def _members(
    sources: tuple[InformationSource, ...],
) -> Iterator[tuple[InformationSource, InformationReceiver, Member, Member | None]]:
    for source in sources:
        for receiver in source.receivers:
            for subscriber in receiver.subscribers:
                if not subscriber.dependents or subscriber.questions or subscriber.benefits:
                    yield source, receiver, subscriber, None
                for dependent in subscriber.dependents:
                    yield source, receiver, subscriber, dependent
