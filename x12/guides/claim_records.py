"""Records and slots which every 837 has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from x12.engine.guide import Slot
from x12.engine.records import Composite, Fields, OneElement, join_parts
from x12.guides.common import DMG, PER, Codes
from x12.syntax.delimiters import Delimiters
from x12.transactions.claim_parts import Diagnosis, PatientFacts
from x12.transactions.supplements import Attachment, Condition, Contract, Note

CAS_USE = "1=CO|CR|OA|PI|PR 2 3 ?4 ?5 ?6 ?7 ?8 ?9 ?10 ?11 ?12 ?13 ?14 ?15 ?16 ?17 ?18 ?19"
REPORT_TYPES = (
    "03|04|05|06|07|08|09|10|11|13|15|21|A3|A4|AM|AS|B2|B3|B4|BR|BS|BT|CB|CK|CT|D2|DA|DB|DG|DJ|DS|EB|HC|HR|I5|IR|LA|M1|"
    "MT|NN|OB|OC|OD|OE|OX|OZ|P4|P5|PE|PN|PO|PQ|PY|PZ|RB|RR|RT|RX|SG|V5|XP"
)
ATTACHMENT_USE = f"1={REPORT_TYPES} 2=AA|BM|EL|EM|FT|FX ?5=AC ?6"
CONTRACT_USE = "1=01|02|03|04|05|06|09 ?2 ?3 ?4 ?5 ?6"
PRICED = "1=00|01|02|03|04|05|06|07|08|09|10|11|12|13|14 2 ?3 ?4 ?5 ?6 ?7"
REFUSED = "?13=T1|T2|T3|T4|T5|T6 ?14=1|2|3|4|5 ?15=1|2|3|4|5|6"
RELATIONSHIPS = "01|19|20|21|39|40|53|G8"
PERSON_USE = "2=1|2 3 ?4 ?5 ?7 8=II|MI 9"
CONTACT_USE = "1=IC ?2 3=EM|FX|TE 4 ?5=EM|EX|FX|TE ?6 ?7=EM|EX|FX|TE ?8"
PAYER_RESPONSIBILITY = "1=A|B|C|D|E|F|G|H|P|S|T|U"
FILING = "?9=11|12|13|14|15|16|17|AM|BL|CH|CI|DS|FI|HM|LM|MA|MB|MC|OF|TV|VA|WC|ZZ"
OTHER_RELATIONSHIP = f"2=18|{RELATIONSHIPS}"

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
LIN = Fields("qualifier=2 code=3")
CTP = Fields("quantity=4:decimal unit=5.1")


class RelatedPatient:
    """PAT of 2000C: the relationship beside the facts, which are an object of their own when there are any."""

    __slots__ = ()
    recurs = True
    names = ("relationship", "facts")

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
    """HI: one composite per code, at most twelve to a segment. `others` reads the composites after the first where
    they differ from it; with `apart` a code of another list (ICD-9 after ICD-10) opens a segment of its own."""

    __slots__ = ("_apart", "_first", "each")
    spreads = True

    def __init__(self, first: Composite, others: Composite | None = None, *, apart: bool = False) -> None:
        self._first = first
        self.each = others or first
        self._apart = apart

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> tuple[Any, ...]:
        read = self.each.read_element
        return tuple([read(text, elements, at, delimiters) for at, text in enumerate(elements) if at and text])

    def write(self, values: Sequence[Any], delimiters: Delimiters) -> Iterable[list[str]]:
        if not self._apart and len(values) <= 12:
            first = _composite(self._first, values[0], delimiters)
            return ([first, *(_composite(self.each, value, delimiters) for value in values[1:])],)
        return self._write_many(values, delimiters)

    def _write_many(self, values: Sequence[Any], delimiters: Delimiters) -> Iterator[list[str]]:
        out: list[str] = []
        for value in values:
            text = _composite(self.each if out else self._first, value, delimiters)
            if len(out) == 12 or (out and self._apart and _listed(out[-1], delimiters) != _listed(text, delimiters)):
                yield out
                out, text = [], _composite(self._first, value, delimiters)
            out.append(text)
        if out:
            yield out


class HealthCode:
    """HI with one composite."""

    __slots__ = ("_part",)

    def __init__(self, part: Composite) -> None:
        self._part = part

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> Any:
        return self._part.read_element(elements[1], elements, 1, delimiters)

    def write(self, values: Sequence[Any], delimiters: Delimiters) -> Iterable[list[str]]:
        return [[_composite(self._part, value, delimiters)] for value in values if value]


class PlainCode(OneElement):
    """A composite of HI that is a code of one list and nothing else."""

    alone = True
    __slots__ = ("_list",)

    def __init__(self, qualifier: str) -> None:
        self._list = qualifier

    def read_element(self, text: str, _elements: Sequence[str], _at: int, delimiters: Delimiters) -> str:
        return text.split(delimiters.component)[1]

    def text(self, value: str, delimiters: Delimiters) -> str:
        return join_parts([self._list, value], delimiters.component)


@lru_cache(4096)
def _diagnosis(text: str, component: str) -> Diagnosis:
    parts = text.split(component)
    if len(parts) > 8:
        return Diagnosis(qualifier=parts[0], code=parts[1], present_on_admission=parts[8])
    return Diagnosis(qualifier=parts[0], code=parts[1])


@lru_cache(4096)
def _written_diagnosis(qualifier: str, code: str, present_on_admission: str, component: str) -> str:
    return join_parts([qualifier, code, "", "", "", "", "", "", present_on_admission], component)


class DiagnosisCode(OneElement):
    """A composite of HI that is a diagnosis; the present on admission indicator is its ninth part."""

    __slots__ = ()
    alone = True

    def read_element(self, text: str, _elements: Sequence[str], _at: int, delimiters: Delimiters) -> Diagnosis:
        return _diagnosis(text, delimiters.component)

    def text(self, value: Diagnosis, delimiters: Delimiters) -> str:
        return _written_diagnosis(value.qualifier, value.code, value.present_on_admission, delimiters.component)


def _composite(part: Composite, value: Any, delimiters: Delimiters) -> str:
    if isinstance(part, OneElement):
        return part.text(value, delimiters)
    out = [""]
    part.write_element(value, out, 1, delimiters)
    return out[0]


def _listed(text: str, delimiters: Delimiters) -> str:
    return text.split(delimiters.component, 1)[0]


RELATED_PATIENT = RelatedPatient()
DIAGNOSIS = DiagnosisCode()
CONDITION_CODES = HealthCodes(PlainCode("BG"))


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
