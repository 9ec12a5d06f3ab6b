"""Records and slots of the 837I alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from x12.engine.guide import Loop, Slot
from x12.engine.records import Fields, OneElement, join_parts
from x12.guides.claim_records import CONDITION_CODES, DIAGNOSIS, HealthCode, HealthCodes, PlainCode, several
from x12.guides.common import address, party, prv, ref
from x12.syntax.delimiters import Delimiters
from x12.syntax.values import read_date, write_date
from x12.transactions.institutional_claim import InstitutionalProcedure, Occurrence, OccurrenceSpan, ValueAmount
from x12.transactions.parts import InpatientAdjudication

NAME_USE = "2=1 3 ?4 ?5 ?7 ?8=XX ?9"
_MIA = Fields(
    "covered_days=1:decimal operating_outlier_cents=2 lifetime_psychiatric_days=3:decimal drg_cents=4 "
    "disproportionate_share_cents=6 pass_through_cents=7 capital_cents=8 capital_federal_drg_cents=9 "
    "capital_hospital_drg_cents=10 capital_disproportionate_share_cents=11 old_capital_cents=12 "
    "capital_teaching_cents=13 operating_hospital_drg_cents=14 cost_report_days=15:decimal "
    "operating_federal_drg_cents=16 outlier_cents=17 indirect_teaching_cents=18 nonpayable_professional_cents=19 "
    "capital_exception_cents=24"
)


class Inpatient:
    """MIA; its remark codes stand in element 5 and in 20 to 23."""

    __slots__ = ()

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> InpatientAdjudication:
        found = _MIA.read_fields(elements, delimiters)
        remarks = tuple(code for code in (*elements[5:6], *elements[20:24]) if code)
        return InpatientAdjudication(**found, remark_codes=remarks)

    def write(self, values: Sequence[InpatientAdjudication], delimiters: Delimiters) -> Iterable[list[str]]:
        for value in values:
            if len(value.remark_codes) > 5:
                raise ValueError("MIA takes at most five remark codes")
            out = _MIA.write_fields(value, delimiters)
            out[4:5] = value.remark_codes[:1] or [""]
            out[19 : 19 + len(value.remark_codes[1:])] = value.remark_codes[1:]
            yield out


class SpanCode(OneElement):
    """A composite of HI*BI: a code and its period."""

    __slots__ = ()

    def read_element(self, text: str, _elements: Sequence[str], _at: int, delimiters: Delimiters) -> OccurrenceSpan:
        _, code, _, period, *_ = text.split(delimiters.component)
        start, dash, end = period.partition("-")
        if not dash:
            raise ValueError(f"{period!r} is not CCYYMMDD-CCYYMMDD")
        return OccurrenceSpan(code=code, start=read_date(start), end=read_date(end))

    def text(self, value: OccurrenceSpan, delimiters: Delimiters) -> str:
        period = f"{write_date(value.start)}-{write_date(value.end)}"
        return join_parts(["BI", value.code, "RD8", period], delimiters.component)


MIA = Inpatient()
CL1 = Fields("admission_type=1 admission_source=2 patient_status=3")
DISCHARGE = Fields("=096@1 =TM@2 discharge_time=3:time")
BENEFITS = Fields("benefits_assignment=3 release_of_information=6")
_PROCEDURE = Fields("qualifier=1 code=2 performed_on=4:date+3:D8", InstitutionalProcedure)
_OCCURRENCE = Fields("=BH@1 code=2 =D8@3 date=4:date", Occurrence)
_VALUE = Fields("=BE@1 code=2 amount=5:decimal", ValueAmount)
_POA = "?9=N|U|W|Y"


def _one(use: str) -> str:
    return " ".join(["1", *(f"?1.{part[1:]}" if part[0] == "?" else f"1.{part}" for part in use.split())])


def _hi(use: str, record: HealthCodes, into: str, most: int = 2) -> Slot:
    return Slot("HI", several(use, use), record, into, many=True, most=most, key="1.1")


def health_information() -> list[Slot]:
    """HI of 2300, one slot for each thing it says."""
    return [
        Slot("HI", _one(f"1=ABK|BK 2 {_POA}"), HealthCode(DIAGNOSIS), "principal_diagnosis", key="1.1", required=True),
        Slot("HI", _one("1=ABJ|BJ 2"), HealthCode(DIAGNOSIS), "admitting_diagnosis", key="1.1"),
        Slot("HI", "1 1.1=APR|PR 1.2 ?2 2.1=APR|PR 2.2 ?3 3.1=APR|PR 3.2", HealthCodes(DIAGNOSIS, apart=True),
             "visit_reasons", many=True, most=1, key="1.1"),
        _hi(f"1=ABN|BN 2 {_POA}", HealthCodes(DIAGNOSIS, apart=True), "external_causes", most=1),
        Slot("HI", _one("1=DR 2"), HealthCode(PlainCode("DR")), "drg", key="1.1"),
        _hi(f"1=ABF|BF 2 {_POA}", HealthCodes(DIAGNOSIS, apart=True), "other_diagnoses"),
        Slot("HI", _one("1=BBR|BR|CAH 2 3=D8 4"), HealthCode(_PROCEDURE), "principal_procedure", key="1.1"),
        _hi("1=BBQ|BQ 2 3=D8 4", HealthCodes(_PROCEDURE, apart=True), "other_procedures"),
        _hi("1=BI 2 3=RD8 4", HealthCodes(SpanCode()), "occurrence_spans"),
        _hi("1=BH 2 3=D8 4", HealthCodes(_OCCURRENCE), "occurrences"),
        _hi("1=BE 2 5", HealthCodes(_VALUE), "value_amounts"),
        _hi("1=BG 2", CONDITION_CODES, "condition_codes"),
        _hi("1=TC 2", HealthCodes(PlainCode("TC")), "treatment_codes"),
    ]  # fmt: skip


def physician(name: str, into: str, code: str, numbers: Slot, *more: Slot) -> Loop:
    """A person of 2310 or 2420."""
    return party(name, into, code, *more, numbers, use=NAME_USE)


def claim_providers() -> list[Loop]:
    """2310A to 2310F."""
    numbers = ref("0B|1G|G2|LU", use="2")
    return [
        physician("2310A", "attending_provider", "71", numbers, prv("AT")),
        physician("2310B", "operating_physician", "72", numbers),
        physician("2310C", "other_operating_physician", "ZZ", numbers),
        physician("2310D", "rendering_provider", "82", numbers),
        party("2310E", "service_facility", "77", *address(required=True), ref("0B|G2|LU", use="2"),
              use="2=2 3 ?8=XX ?9"),
        physician("2310F", "referring_provider", "DN", ref("0B|1G|G2", use="2")),
    ]  # fmt: skip


def other_payer_providers() -> list[Loop]:
    """2330C to 2330I: the numbers which the other payer has given to the claim's providers."""
    return [
        _other("2330C", "attending_provider", "71", "1", "0B|1G|G2|LU"),
        _other("2330D", "operating_physician", "72", "1", "0B|1G|G2|LU"),
        _other("2330E", "other_operating_physician", "ZZ", "1", "0B|1G|G2|LU"),
        _other("2330F", "service_facility", "77", "2", "0B|G2|LU"),
        _other("2330G", "rendering_provider", "82", "1", "0B|1G|G2|LU"),
        _other("2330H", "referring_provider", "DN", "1", "0B|1G|G2"),
        _other("2330I", "billing_provider", "85", "2", "G2|LU"),
    ]


def _other(name: str, into: str, code: str, entity_type: str, numbers: str) -> Loop:
    return party(name, into, code, ref(numbers, use="2", required=True), use=f"2={entity_type}")


def line_providers() -> list[Loop]:
    """2420A to 2420D; one number for each payer it belongs to (REF04)."""
    numbers = ref("0B|1G|G2|LU", 20, each=0)
    return [
        physician("2420A", "operating_physician", "72", numbers),
        physician("2420B", "other_operating_physician", "ZZ", numbers),
        physician("2420C", "rendering_provider", "82", numbers),
        physician("2420D", "referring_provider", "DN", ref("0B|1G|G2", 20, each=0)),
    ]
