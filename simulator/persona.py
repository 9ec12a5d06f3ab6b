"""What kind of payer each payer is: contract, delays, codes and habits, read from data files."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from simulator.codec import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialCode:
    """How this payer words one kind of denial: CAS group and reason, RARC on the line and on the claim."""

    group: str = "CO"
    reason: str
    remarks: tuple[str, ...] = ()
    claim_remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Days from a question to its answer; a pair is a range, one day of it derived per claim."""

    acknowledgement: int
    claim_acknowledgement: int
    payment: tuple[int, int]
    letter: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What this payer allows: per cent of the fee schedule, or of the charge for an unlisted procedure."""

    percent_of_fee: int
    percent_of_charge_when_unlisted: int
    sequestration_percent: int = 0
    """Taken off the payment as CO-253."""
    withhold_percent: int = 0
    """Kept back per provider (PLB E3) from payments of `withhold_procedures`."""
    withhold_procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientShare:
    """What the plan leaves to the patient."""

    copay_cents: int
    copay_kinds: tuple[str, ...]
    """Fee schedule kinds a copay is due for, once per claim."""
    coinsurance_percent: int
    deductible_cents: int
    deductible_remaining_cents: tuple[int, ...]
    """What may still be open; which one is derived from the member id alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberIds:
    """Patterns of member ids: the payer's shape, and those that mean a terminated or an unknown member."""

    shape: str
    terminated: str
    unknown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredItem:
    """An item without which some procedures cannot be processed: `referring_provider` or `onset_date`."""

    item: str
    procedures: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparateVisit:
    """Visits that need modifier 25 when one of the procedures stands beside them on the same day."""

    visits: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What this payer asks of a claim."""

    takes_frequencies: tuple[str, ...]
    """CLM05-3 of an 837P that this payer takes."""
    takes_institutional_frequencies: tuple[str, ...] = ("1", "7", "8")
    """The same of an 837I."""
    wants_change_reasons: bool = False
    """Whether an institution's changed bill is returned without the condition code of its reason."""
    filing_limit_days: int
    corrected_limit_days: int
    reopening_limit_days: int
    referral_required: bool = False
    needs_authorization: tuple[str, ...] = ()
    needs_records: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    supporting_diagnoses: dict[str, tuple[str, ...]]
    """Procedure to the first characters of the diagnoses that support it."""
    separate_visit: SeparateVisit
    required_items: tuple[RequiredItem, ...] = ()
    believable_units: dict[str, int] = field(default_factory=dict)
    """Most units of a timed procedure on one line before program integrity asks."""
    priced_as: dict[str, str] = field(default_factory=dict)
    """Procedures that this payer pays by habit at the fee of a lesser one."""
    overturned_on_appeal: tuple[str, ...] = ()
    """Claim adjustment reasons that an appeal with papers sets aside, at any level."""
    overturned_above: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Reasons that only higher levels set aside: level (``2``) to reasons; those above set them aside too."""


class Coordination(StrEnum):
    """How a payer behaves that is not the first to pay."""

    ORDINARY = "ordinary"
    """Up to its own benefit."""
    SUPPLEMENT = "supplement"
    """All that was left to the patient."""
    LESSER_OF = "lesser_of"
    """Up to its own allowed amount less what was paid; the rest is nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaysTwice:
    """A fault in this payer's house: a claim with one of these procedures is paid a second time as it was."""

    procedures: tuple[str, ...] = ()
    after_days: int = 0
    recoups_days: tuple[int, ...] = ()
    """First and last day after the second payment on which a remittance holds it back by itself (PLB WO); empty:
    it waits for the practice's refund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One payer of the simulator."""

    code: str
    name: str
    tax_id: str
    street: str
    city: str
    state: str
    zip_code: str
    phone: str
    filing_indicator: str
    plan: str
    insurance_type: str
    echoes_line_numbers: bool
    denied_claim_status: str
    """CLP02 of a claim of which nothing was allowed: 1, or 4 by payers that use it for any denial."""
    standing_remarks: tuple[str, ...]
    """RARC on every adjudicated claim."""
    delays: Delays
    contract: Contract
    share: PatientShare
    members: MemberIds
    policy: Policy
    codes: dict[str, DenialCode]
    coordination: Coordination = Coordination.ORDINARY
    sends_on_to: tuple[str, ...] = ()
    """Payers to which it sends its patients' claims by itself (crossover)."""
    pays_twice: PaysTwice = PaysTwice()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One row of the fee schedule."""

    procedure: str
    kind: str
    fee_cents: int


@cache
def load_personas() -> dict[str, Persona]:
    """Every persona by its payer code."""
    folder = files("simulator") / "data" / "personas"
    personas = [decode(Persona, entry.read_text()) for entry in folder.iterdir() if entry.name.endswith(".json")]
    return {persona.code: persona for persona in sorted(personas, key=lambda persona: persona.code)}


@cache
def load_fee_schedule() -> dict[str, Fee]:
    """Fees by procedure number."""
    text = (files("simulator") / "data" / "fee_schedule.csv").read_text()
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["procedure"]: Fee(procedure=row["procedure"], kind=row["kind"], fee_cents=int(row["fee_cents"]))
        for row in rows
    }
