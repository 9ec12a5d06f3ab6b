"""276 and 277 (005010X212) and 277CA (005010X214): claim status asked, answered, and acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from x12.transactions.parts import Amount, DateOrPeriod, Party, Procedure, Quantity, Reference, Trace, find_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCode:
    """Composite of STC01, STC10, STC11: category (A1, A2, A3, A7, F0, P1, ...), status, entity (85, QC, ...),
    code list (RX for pharmacy)."""

    category: str
    status: str
    entity: str = ""
    code_list: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """STC: up to three codes, effective_date STC02 (None for the provider of a 277CA), action STC03 (277CA:
    WQ accepted, U rejected), charge_cents STC04, paid_cents STC05, finalized_date STC06, method STC07, payment_date
    STC08, check STC09, text STC12."""

    codes: tuple[StatusCode, ...]
    effective_date: date | None = None
    action: str = ""
    charge_cents: int | None = None
    paid_cents: int | None = None
    finalized_date: date | None = None
    method: str = ""
    payment_date: date | None = None
    check: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """Loop 2210D/E (276, 277) or 2220D (277CA): SVC01 procedure, SVC02 charge, SVC03 paid, SVC04 revenue_code,
    SVC07 units; STC, REF (FJ line number), DTP*472."""

    procedure: Procedure
    charge_cents: int
    paid_cents: int | None = None
    revenue_code: str = ""
    units: Decimal | None = None
    statuses: tuple[Status, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStatus:
    """Loop 2200D or 2200E: TRN trace (in a 277CA TRN02 is CLM01), STC statuses (277), REF (1K payer claim
    number, D9 clearinghouse, EJ patient account, BLT, ...), AMT (276: T3), DTP*472, lines.

    `position` is the ordinal of TRN, set by the reader, and takes no part in comparison.
    """

    trace: Trace
    statuses: tuple[Status, ...] = ()
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    lines: tuple[StatusLine, ...] = ()
    position: int = field(default=0, compare=False)

    @property
    def payer_claim_number(self) -> str:
        """REF*1K."""
        return find_reference(self.references, "1K")


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelStatus:
    """Status of a whole level: 2200B or 2200C of a 277 or 277CA, 2200A of a 277CA (TRN, DTP): TRN trace, STC,
    REF, QTY (90 accepted, AA rejected), AMT (YU accepted, YY rejected), DTP."""

    trace: Trace
    statuses: tuple[Status, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    amounts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPatient:
    """Level 22 (subscriber) or 23 (dependent): `person` 2100D or 2100E (NM1*IL or QC); birth_date
    DMG02 and sex DMG03 (276), claims (2200D or 2200E), a subscriber's dependents."""

    person: Party
    birth_date: date | None = None
    sex: str = ""
    claims: tuple[ClaimStatus, ...] = ()
    dependents: tuple[StatusPatient, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusProvider:
    """Level 19: parties 2100C (NM1*1P, in a 277CA NM1*85), levels 2200C, patients."""

    parties: tuple[Party, ...]
    levels: tuple[LevelStatus, ...] = ()
    patients: tuple[StatusPatient, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReceiver:
    """Level 21: `party` 2100B (NM1*41), levels 2200B, providers."""

    party: Party
    levels: tuple[LevelStatus, ...] = ()
    providers: tuple[StatusProvider, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSource:
    """Level 20: `party` 2100A (NM1*PR payer, in a 277CA also AY clearinghouse; PER contacts), levels 2200A
    (277CA: TRN, DTP*050 received, DTP*009 processed), receivers."""

    party: Party
    levels: tuple[LevelStatus, ...] = ()
    receivers: tuple[StatusReceiver, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStatusSet:
    """What the three sets have in common: BHT02 purpose, BHT03 reference, BHT04/05, BHT06 type, sources."""

    purpose: str = ""
    reference: str = ""
    date: date
    time: time
    transaction_type: str = ""
    sources: tuple[StatusSource, ...] = ()

    def claims(self) -> Iterator[tuple[StatusSource, StatusReceiver, StatusProvider, StatusPatient, ClaimStatus]]:
        """Each claim with its source, receiver, provider and patient (dependents included), in order."""
        for source in self.sources:
            for receiver in source.receivers:
                for provider in receiver.providers:
                    for subscriber in provider.patients:
                        for patient in (subscriber, *subscriber.dependents):
                            for claim in patient.claims:
                                yield source, receiver, provider, patient, claim


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStatusRequest(ClaimStatusSet):
    """One 276 transaction set (BHT02 13)."""

    purpose: str = "13"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStatusResponse(ClaimStatusSet):
    """One 277 transaction set of X212 (BHT02 08, BHT06 DG)."""

    purpose: str = "08"
    transaction_type: str = "DG"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAcknowledgement(ClaimStatusSet):
    """One 277CA transaction set of X214 (BHT02 08, BHT06 TH)."""

    purpose: str = "08"
    transaction_type: str = "TH"
