"""Building blocks which several guides share: names, addresses, references, dates, adjustments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """REF: REF01 qualifier, REF02 value, REF03 description, REF04-2 payer id (where REF04-1 is 2U)."""

    qualifier: str
    value: str = ""
    description: str = ""
    other_payer_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrPeriod:
    """DTP or DTM: a date (D8), a period (RD8: `end` set) or a moment (DT: `time` set as HHMM).

    `qualifier` is DTP01 or DTM01 (472 service, 431 onset, 573 paid, ...).
    """

    qualifier: str
    start: date
    end: date | None = None
    time: str = ""

    @property
    def format(self) -> str:
        """DTP02 as it is written: D8, RD8 or DT."""
        return "RD8" if self.end is not None else "DT" if self.time else "D8"


def find_date(dates: tuple[DateOrPeriod, ...], qualifier: str) -> DateOrPeriod | None:
    """The first date or period with this qualifier; None if there is none."""
    for when in dates:
        if when.qualifier == qualifier:
            return when
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNumber:
    """One pair of PER03 to PER08: TE telephone, EM mail, FX fax, EX extension, UR address of a page."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """PER: PER01 function (IC, BL, CX), PER02 name, up to three numbers."""

    function: str = "IC"
    name: str = ""
    numbers: tuple[ContactNumber, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """N3 and N4: N301, N302, N401 city, N402 state, N403 postal code, N404 country, N407 subdivision."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or organisation: a NM1 (or N1) loop with what its guide lets follow it.

    entity NM101 (85 billing provider, IL subscriber, PR payer, 82 rendering, QC patient, ...), entity_type
    NM102 (1 person, 2 organisation), last_name NM103 (an organisation's whole name), first_name NM104,
    middle_name NM105, prefix NM106, suffix NM107, id_qualifier NM108 (XX NPI, MI member id, PI payer id, 46),
    identifier NM109; address N3/N4; birth_date DMG02, sex DMG03; provider_code PRV01 and taxonomy PRV03;
    references REF, contacts PER, dates DTP.

    `position` is the ordinal of NM1 (N1) in its set, set by the reader (0 in an object made by hand); it takes no
    part in comparison.
    """

    entity: str
    entity_type: str = "2"
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    prefix: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    identifier: str = ""
    address: Address | None = None
    birth_date: date | None = None
    sex: str = ""
    provider_code: str = ""
    taxonomy: str = ""
    references: tuple[Reference, ...] = ()
    contacts: tuple[Contact, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    position: int = field(default=0, compare=False)

    @property
    def npi(self) -> str:
        """NM109 where NM108 is XX, else empty."""
        return self.identifier if self.id_qualifier == "XX" else ""

    @property
    def tax_id(self) -> str:
        """REF*EI (employer), REF*SY (social security) or REF*TJ (835): first found, else empty."""
        return find_reference(self.references, "EI", "SY", "TJ")


def find_reference(references: tuple[Reference, ...], *qualifiers: str) -> str:
    """REF02 of the first reference with one of these qualifiers, in the order asked; empty if none."""
    for qualifier in qualifiers:
        for reference in references:
            if reference.qualifier == qualifier:
                return reference.value
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """AMT: AMT01 qualifier (F5 patient paid, D payer paid, EAF remaining, B6 allowed, ...), AMT02 in
    cents."""

    qualifier: str
    amount_cents: int


def find_amount(amounts: tuple[Amount, ...], qualifier: str) -> int | None:
    """AMT02 in cents of the first amount with this qualifier; None if there is none."""
    for amount in amounts:
        if amount.qualifier == qualifier:
            return amount.amount_cents
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """QTY: QTY01 qualifier, QTY02."""

    qualifier: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One triplet of a CAS: CAS01 group (CO, PR, OA, PI), reason (CARC), cents, quantity.

    A positive amount lowers the payment. The writer puts triplets of one group that stand together into one
    CAS of at most six.
    """

    group: str
    reason: str
    amount_cents: int
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """Composite medical procedure (SV101, SVC01, SVC06, SVD03, EB13): qualifier HC, HP, AD, ER, IV, N4,
    NU, WK."""

    qualifier: str = "HC"
    code: str
    modifiers: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """TRN: TRN01 type (1 own, 2 referenced), TRN02 number, TRN03 originator (`1` + TIN), TRN04."""

    type_code: str = "1"
    number: str
    originator: str = ""
    division: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutpatientAdjudication:
    """MOA: MOA01 rate, MOA02 payable amount, MOA03 to MOA07 remark codes, MOA08 ESRD, MOA09 professional
    part."""

    reimbursement_rate: Decimal | None = None
    payable_cents: int | None = None
    remark_codes: tuple[str, ...] = ()
    esrd_payment_cents: int | None = None
    nonpayable_professional_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InpatientAdjudication:
    """MIA: MIA01 covered days or visits (as a rule 0: the days stand in QTY or a value code), MIA03 lifetime
    psychiatric days, MIA04 DRG amount, MIA05 and MIA20 to MIA23 remark codes, MIA06 disproportionate share, MIA07
    pass-through, MIA08 to MIA13 amounts of the capital payment (total, federal, hospital, disproportionate share,
    old capital, teaching), MIA14 and MIA16 operating hospital and federal DRG amounts, MIA15 cost report days,
    MIA02 operating outlier, MIA17 outlier, MIA18 indirect teaching, MIA19 professional part that is not payable,
    MIA24 capital exception."""

    covered_days: Decimal | None = None
    operating_outlier_cents: int | None = None
    lifetime_psychiatric_days: Decimal | None = None
    drg_cents: int | None = None
    remark_codes: tuple[str, ...] = ()
    disproportionate_share_cents: int | None = None
    pass_through_cents: int | None = None
    capital_cents: int | None = None
    capital_federal_drg_cents: int | None = None
    capital_hospital_drg_cents: int | None = None
    capital_disproportionate_share_cents: int | None = None
    old_capital_cents: int | None = None
    capital_teaching_cents: int | None = None
    operating_hospital_drg_cents: int | None = None
    cost_report_days: Decimal | None = None
    operating_federal_drg_cents: int | None = None
    outlier_cents: int | None = None
    indirect_teaching_cents: int | None = None
    nonpayable_professional_cents: int | None = None
    capital_exception_cents: int | None = None
