"""835, Health Care Claim Payment/Advice (005010X221A1), as typed remittances."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from x12.errors import X12Error
from x12.transactions.parts import (
    Adjustment,
    Amount,
    Contact,
    DateOrPeriod,
    OutpatientAdjudication,
    Party,
    Procedure,
    Quantity,
    Reference,
    Trace,
    find_reference,
)
from x12.transactions.supplements import RawSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """BPR06 to BPR09 (the payer's) or BPR12 to BPR15 (the provider's): number qualifier 01 or 04, bank's
    number, account qualifier DA or SG, account number."""

    bank_qualifier: str = ""
    bank: str = ""
    account_qualifier: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """BPR: handling BPR01 (I, H notice only, C, D, ...), amount_cents BPR02, credit_or_debit BPR03, method
    BPR04 (ACH, CHK, NON, FWT, BOP), format BPR05 (CCP, CTX), sender and receiver accounts, originator BPR10
    (1 + TIN), originator_supplement BPR11, effective_date BPR16 (of the money or the check)."""

    handling: str = "I"
    amount_cents: int
    credit_or_debit: str = "C"
    method: str
    format: str = ""
    sender_account: BankAccount | None = None
    originator: str = ""
    originator_supplement: str = ""
    receiver_account: BankAccount | None = None
    effective_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceLine:
    """Loop 2110. SVC01 procedure as paid, SVC02 charge, SVC03 paid, SVC04 revenue_code, SVC05 paid_units (1
    when empty), SVC06 submitted_procedure (where the payer changed it), SVC07 submitted_units; DTM dates, CAS,
    REF, AMT (B6 allowed), QTY, LQ*HE remark_codes, LQ*RX pharmacy_reject_codes."""

    procedure: Procedure
    charge_cents: int
    paid_cents: int
    revenue_code: str = ""
    paid_units: Decimal | None = None
    submitted_procedure: Procedure | None = None
    submitted_units: Decimal | None = None
    dates: tuple[DateOrPeriod, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    remark_codes: tuple[str, ...] = ()
    pharmacy_reject_codes: tuple[str, ...] = ()
    position: int = field(default=0, compare=False)

    @property
    def control_number(self) -> str:
        """REF*6R, the line item control number of the claim, when the payer echoes it."""
        return find_reference(self.references, "6R")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPayment:
    """Loop 2100. claim_id CLP01 (= CLM01), status CLP02 (1, 2, 3, 4, 19 to 23, 25), charge CLP03, paid CLP04,
    patient_responsibility CLP05, filing_indicator CLP06, payer_claim_number CLP07, facility_code CLP08,
    frequency_code CLP09, patient_status CLP10, drg CLP11 and drg_weight CLP12, discharge_fraction CLP13; CAS;
    NM1 names (QC patient, IL subscriber, 74 corrected, 82 rendering, TT crossover, PR priority payer, GB);
    MIA inpatient as read, MOA; REF, DTM dates, PER contacts, AMT, QTY; 2110 lines.

    `position`, `header_number` (LX01 of the 2000 loop it stood in) and `errors` are set by the reader and take
    no part in comparison.
    """

    claim_id: str
    status: str
    charge_cents: int
    paid_cents: int
    patient_responsibility_cents: int | None = None
    filing_indicator: str = ""
    payer_claim_number: str = ""
    facility_code: str = ""
    frequency_code: str = ""
    patient_status: str = ""
    drg: str = ""
    drg_weight: Decimal | None = None
    discharge_fraction: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    names: tuple[Party, ...] = ()
    inpatient: RawSegment | None = None
    outpatient: OutpatientAdjudication | None = None
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    contacts: tuple[Contact, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    lines: tuple[RemittanceLine, ...] = ()
    position: int = field(default=0, compare=False)
    errors: tuple[X12Error, ...] = field(default=(), compare=False)

    def name(self, entity: str) -> Party | None:
        """The NM1 of this entity code (QC patient, 82 rendering provider, TT crossover carrier), if sent."""
        return next((party for party in self.names if party.entity == entity), None)

    @property
    def remark_codes(self) -> tuple[str, ...]:
        """Claim-level remark codes: MOA03 to MOA07, or MIA05 and MIA20 to MIA23."""
        if self.outpatient is not None:
            return self.outpatient.remark_codes
        if self.inpatient is not None:
            return tuple(code for i, code in enumerate(self.inpatient) if i in (5, 20, 21, 22, 23) and code)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceGroup:
    """Loop 2000: LX01 number, TS3 and TS2 summaries as read, its claims."""

    number: int = 1
    summaries: tuple[RawSegment, ...] = ()
    claims: tuple[ClaimPayment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAdjustment:
    """One pair of a PLB: provider PLB01, fiscal_period_end PLB02, reason PLB03-1 (WO, FB, 72, L6, ...),
    reference PLB03-2, amount_cents PLB04. A positive amount lowers the payment."""

    provider: str
    fiscal_period_end: date
    reason: str
    reference: str = ""
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """One 835 transaction set: BPR payment, TRN trace, CUR currency as read, REF references, DTM*405 (and
    other) dates, 1000A payer (N1*PR), 1000B payee (N1*PE; PE03/04 NPI or TIN), groups, PLB. `payer` and `payee`
    use `Party` with last_name N102, id_qualifier N103, identifier N104."""

    payment: Payment
    trace: Trace
    currency: RawSegment | None = None
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    payer: Party
    payee: Party
    remittance_delivery: RawSegment | None = None
    groups: tuple[RemittanceGroup, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()

    @property
    def claims(self) -> tuple[ClaimPayment, ...]:
        """Every claim of every 2000 loop, in order."""
        return tuple(claim for group in self.groups for claim in group.claims)
