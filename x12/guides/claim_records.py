"""Records and slots which every 837 has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from x12.engine.guide import Slot
from x12.engine.records import Fields, join_parts
from x12.guides.common import DMG, PER, PROCEDURE, Codes
from x12.syntax.delimiters import Delimiters
from x12.transactions.claim_parts import Diagnosis, PatientFacts
from x12.transactions.supplements import Attachment, Condition, Contract, Note

CAS_USE = "1=CO|CR|OA|PI|PR 2 3 ?4 ?5 ?6 ?7 ?8 ?9 ?10 ?11 ?12 ?13 ?14 ?15 ?16 ?17 ?18 ?19"
ATTACHMENT_USE = "1 2=AA|BM|EL|EM|FT|FX ?5=AC ?6"
CONTRACT_USE = "1=01|02|03|04|05|06|09 ?2 ?3 ?4 ?5 ?6"
PERSON_USE = "2=1|2 3 ?4 ?5 ?7 8=II|MI 9"
CONTACT_USE = "1=IC ?2 3=EM|FX|TE 4 ?5=EM|EX|FX|TE ?6 ?7=EM|EX|FX|TE ?8"
PAYER_RESPONSIBILITY = "1=A|B|C|D|E|F|G|H|P|S|T|U"
OTHER_RELATIONSHIP = "2=01|18|19|20|21|39|40|53|G8"

ATTACHMENT = Fields("report_type=1 transmission=2 control_number=6+5:AC", Attachment)
CONTRACT = Fields(
    "type_code=1 amount_cents=2 percentage=3:decimal code=4 terms_discount=5:decimal version=6", Contract
)
FILE_INFORMATION = Codes(1)
NOTE = Fields("code=1 text=2", Note)
CONDITIONS = Fields("category=1 answer=2 codes=3-7", Condition)
SBR = Fields(
    "payer_responsibility=1 relationship=2 group_number=3 group_name=4 insurance_type=5 filing_indicator=9"
)
PATIENT_FACTS = Fields("death_date=6:date+5:D8 weight_pounds=8:decimal+7:01 pregnant=9", PatientFacts)
LX = Fields("number=1:integer")
SVD = Fields(
    "payer_id=1 paid_cents=2 quantity=5:decimal bundled_line=6:integer", procedure=(3, PROCEDURE)
)
LIN = Fields("qualifier=2 code=3")
CTP = Fields("quantity=4:decimal unit=5.1")


class RelatedPatient:
    """PAT of 2000C: the relationship beside the facts, which are an object of their own when there are any."""

    __slots__ = ()

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> dict[str, Any]:
        facts = PATIENT_FACTS.read_fields(elements, delimiters)
        found: dict[str, Any] = {"relationship": elements[1]}
        if facts:
            found["facts"] = PatientFacts(**facts)
        return found

    def write(self, values: Sequence[Any], delimiters: Delimiters) -> Iterable[list[str]]:
        for value in values:
            out = [""] * 9 if value.facts is None else PATIENT_FACTS.write_fields(value.facts, delimiters)
            out[0] = value.relationship
            yield out


class HealthCodes:
    """HI: one composite per code, at most twelve to a segment; the qualifiers of the first and of the others."""

    __slots__ = ("_first", "_other")
    spreads = True

    def __init__(self, first: str = "", other: str = "") -> None:
        self._first = first
        self._other = other

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> tuple[Any, ...]:
        pairs = [element.split(delimiters.component) for element in elements[1:] if element]
        if self._first:
            return tuple(pair[1] for pair in pairs)
        return tuple(Diagnosis(qualifier=pair[0], code=pair[1]) for pair in pairs if len(pair) > 1)

    def write(self, values: Sequence[Any], delimiters: Delimiters) -> Iterable[list[str]]:
        for start in range(0, len(values), 12):
            out = []
            for at, value in enumerate(values[start : start + 12]):
                qualifier = (self._other if at else self._first) or value.qualifier
                out.append(join_parts([qualifier, value if self._first else value.code], delimiters.component))
            yield out


RELATED_PATIENT = RelatedPatient()
CONDITION_CODES = HealthCodes("BG", "BG")


def sbr(use: str) -> Slot:
    """SBR of 2000B or 2320."""
    return Slot("SBR", use, SBR, required=True)


def demographics(*, required: bool = False) -> Slot:
    """DMG: birth date and sex."""
    return Slot("DMG", "1=D8 2 3=F|M|U", DMG, required=required)


def contacts(most: int, *, required: bool = False) -> Slot:
    """PER with telephone, fax or mail."""
    return Slot("PER", CONTACT_USE, PER, "contacts", many=True, most=most, required=required, extra="@_")


def several(first: str, others: str) -> str:
    """The `use` of a HI with up to twelve composites: the first required, each with these components."""
    def composite(at: int, parts: str) -> str:
        return " ".join(f"?{at}.{part[1:]}" if part.startswith("?") else f"{at}.{part}" for part in parts.split())

    return " ".join([f"1 {composite(1, first)}", *(f"?{at} {composite(at, others)}" for at in range(2, 13))])
