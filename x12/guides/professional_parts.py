"""Records and slots of the 837P."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from x12.engine.guide import Loop, Slot
from x12.engine.records import Fields, join_parts
from x12.guides.common import DMG, PER, Codes, address, party, prv, ref
from x12.syntax.delimiters import Delimiters
from x12.transactions.professional_claim import Diagnosis, PatientFacts
from x12.transactions.supplements import Attachment, Condition, Contract, Note

CAS_USE = "1=CO|CR|OA|PI|PR 2 3 ?4 ?5 ?6 ?7 ?8 ?9 ?10 ?11 ?12 ?13 ?14 ?15 ?16 ?17 ?18 ?19"
ATTACHMENT_USE = "1 2=AA|BM|EL|EM|FT|FX ?5=AC ?6"
CONDITION_USE = "1=07|09|70|75|E1|E2|E3|ZZ 2=N|Y 3 ?4 ?5 ?6 ?7"
PERSON_USE = "2=1|2 3 ?4 ?5 ?7 8=II|MI 9"

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
BENEFITS = Fields("benefits_assignment=3 patient_signature_source=4 release_of_information=6")
PATIENT_FACTS = Fields("death_date=6:date+5:D8 weight_pounds=8:decimal+7:01 pregnant=9", PatientFacts)


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
DIAGNOSES = HealthCodes()
ANESTHESIA = HealthCodes("BP", "BO")
CONDITION_CODES = HealthCodes("BG", "BG")


def sbr(use: str) -> Slot:
    """SBR of 2000B or 2320."""
    return Slot("SBR", use, SBR, required=True)


def demographics(*, required: bool = False) -> Slot:
    """DMG: birth date and sex."""
    return Slot("DMG", "1=D8 2 3=F|M|U", DMG, required=required)


def providers(base: str, *, line: bool = False) -> list[Loop]:
    """The provider loops of a claim (2310) or of a line (2420)."""
    numbers = ref("0B|1G|G2|LU") if not line else ref("0B|1G|G2|LU", each=0)
    letters = dict(zip(("referring", "rendering", "facility", "supervising", "pick_up", "drop_off"),
                       "FACDGH" if line else "ABCDEF", strict=True))  # fmt: skip
    contact = Slot("PER", "1=IC ?2 3=TE 4 ?5=EX ?6", PER, "contacts", many=True, most=1)
    return [
        party(f"{base}{letters['referring']}", "referring_providers", "DN|P3", numbers,
              use="2=1 3 ?4 ?5 ?7 ?8=XX ?9", many=True, most=2),
        party(f"{base}{letters['rendering']}", "rendering_provider", "82", prv("PE"), numbers),
        party(f"{base}{letters['facility']}", "service_facility", "77", *address(required=True),
              ref("0B|G2|LU", each=0), *([] if line else [contact]), use="2=2 3 ?8=XX ?9"),
        party(f"{base}{letters['supervising']}", "supervising_provider", "DQ", numbers,
              use="2=1 3 ?4 ?5 ?7 ?8=XX ?9"),
        party(f"{base}{letters['pick_up']}", "ambulance_pick_up", "PW", *address(required=True), use="2=2"),
        party(f"{base}{letters['drop_off']}", "ambulance_drop_off", "45", *address(required=True), use="2=2 ?3"),
    ]  # fmt: skip
