"""A remittance as the domain sees it: one ST of an 835, free of X12."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One CAS triplet. Positive decreases the payment, negative increases it."""

    group: str
    """CO, PR, OA or PI."""
    reason: str
    """Claim adjustment reason code (CARC)."""
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittedLine:
    """One SVC loop (2110)."""

    procedure: str
    modifiers: tuple[str, ...]
    charge_cents: int
    paid_cents: int
    adjustments: tuple[Adjustment, ...]
    line_control_number: str = ""
    """REF*6R as we sent it; empty when the payer left it out."""
    remarks: tuple[str, ...] = ()
    """RARC of LQ*HE."""
    service_date: date | None = None
    position: int = field(default=0, compare=False)
    """Place of its SVC segment in the transaction set, to find it again: never part of a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittedClaim:
    """One CLP loop (2100)."""

    control_number: str
    """CLP01: our CLM01 echoed."""
    status: str
    """CLP02."""
    charge_cents: int
    paid_cents: int
    patient_responsibility_cents: int
    """CLP05, informational: the sum of PR adjustments is what counts."""
    payer_control_number: str
    """CLP07."""
    adjustments: tuple[Adjustment, ...]
    lines: tuple[RemittedLine, ...]
    remarks: tuple[str, ...] = ()
    """RARC of MIA and MOA."""
    content_hash: str = ""
    """Hash of the normalised CLP loop: part of the posting key."""
    ordinal: int = 1
    """Ordinal among equal loops within one TRN."""
    member_id: str = ""
    """NM109 of the subscriber, else of the patient: finds a claim whose number came back mutilated."""
    statement_from: date | None = None
    """DTM*232 of the claim."""
    position: int = field(default=0, compare=False)
    """Place of its CLP segment in the transaction set, to find it again: never part of a key."""

    @property
    def service_date(self) -> date | None:
        """First date of service of any line, else of the claim."""
        return min((line.service_date for line in self.lines if line.service_date), default=self.statement_from)

    @property
    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Claim level first, then line by line."""
        return self.adjustments + tuple(a for line in self.lines for a in line.adjustments)

    @property
    def all_remarks(self) -> tuple[str, ...]:
        """Claim level first, then line by line."""
        return self.remarks + tuple(r for line in self.lines for r in line.remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAdjustment:
    """One PLB entry: positive decreases the payment. Never spread over claims."""

    reason: str
    reference: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """One 835 transaction set."""

    handling: str
    """BPR01: I and C tell of money, H is a notification without any, P announces a later transfer."""
    payment_cents: int
    """BPR02."""
    payment_method: str
    """BPR04."""
    payment_date: date
    """BPR16."""
    trace_number: str
    """TRN02."""
    payer_identifier: str
    """TRN03."""
    payer_name: str
    payee_npi: str
    """N104 of the payee: its NPI, or its tax number where it has none."""
    claims: tuple[RemittedClaim, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    control_number: str = ""
    """ST02: says where it stood, never part of a key."""
    debit: bool = False
    """BPR03 D: the payer takes the amount from us."""
