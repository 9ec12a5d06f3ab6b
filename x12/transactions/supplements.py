"""Rarer facts of a claim or a line in a 837: papers, notes, conditions, contracts, drugs, equipment,
forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from x12.transactions.parts import Procedure, Reference

RawSegment = tuple[str, ...]
"""A segment kept as it was read: its id, then its elements (components joined by `:`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """PWK: report type PWK01, transmission PWK02 (BM, EL, EM, FT, FX, AA), control number PWK06 (PWK05 is
    AC)."""

    report_type: str
    transmission: str
    control_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """NTE: NTE01 (ADD, CER, DCP, DGN, TPO), NTE02 text."""

    code: str = "ADD"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """CRC: category CRC01 (07 ambulance, 09 equipment, E1 to E3 vision, 75 homebound, 70 hospice, ZZ EPSDT),
    answer CRC02 (Y, N), codes CRC03 to CRC07."""

    category: str
    answer: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """CN1: type CN101, amount CN102, percentage CN103, code CN104, terms discount CN105, version CN106."""

    type_code: str
    amount_cents: int | None = None
    percentage: Decimal | None = None
    code: str = ""
    terms_discount: Decimal | None = None
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """Loop 2410: LIN02 qualifier (N4), LIN03 NDC, CTP04 quantity, CTP05 unit (F2, GR, ME, ML, UN), REF;
    `position` of LIN as read."""

    qualifier: str = "N4"
    code: str
    quantity: Decimal | None = None
    unit: str = ""
    references: tuple[Reference, ...] = ()
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableEquipment:
    """SV5: procedure SV501, days SV503 (SV502 is DA), rental price SV504, purchase price SV505, frequency
    SV506 (1 weekly, 4 monthly, 6 daily)."""

    procedure: Procedure
    days: Decimal
    rental_cents: int
    purchase_cents: int
    frequency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswer:
    """FRM: question FRM01, yes or no FRM02, text FRM03, date FRM04, percent FRM05."""

    question: str
    yes_no: str = ""
    text: str = ""
    date: date | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Loop 2440: LQ01 list (AS, UT), LQ02 form number, its answers."""

    list_code: str
    form: str
    answers: tuple[FormAnswer, ...] = ()
