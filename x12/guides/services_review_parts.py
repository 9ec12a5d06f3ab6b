"""Records of the 278 alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from x12.engine.records import Fields, join_parts
from x12.guides.common import Pointers
from x12.syntax.delimiters import Delimiters
from x12.syntax.values import read_date, write_date
from x12.transactions.services_review import (
    Admission,
    Delivery,
    DentalService,
    InstitutionalService,
    ProfessionalService,
    Review,
    ReviewDecision,
    ReviewDiagnosis,
    ReviewedProcedure,
    SupportingDocument,
    Tooth,
)
from x12.transactions.supplements import Condition


class Diagnoses:
    """HI of 2000E: one composite per code, at most twelve, each with the day it was known (components 3 and 4)."""

    __slots__ = ()
    spreads = True

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> tuple[ReviewDiagnosis, ...]:
        parts = [element.split(delimiters.component) for element in elements[1:] if element]
        return tuple(
            ReviewDiagnosis(qualifier=part[0], code=part[1], known_on=read_date(part[3]) if len(part) > 3 else None)
            for part in parts
        )

    def write(self, values: Sequence[ReviewDiagnosis], delimiters: Delimiters) -> Iterable[list[str]]:
        if len(values) > 12:
            raise ValueError(f"an event takes at most twelve diagnoses, not {len(values)}")
        out = []
        for value in values:
            known = ["D8", write_date(value.known_on)] if value.known_on is not None else []
            out.append(join_parts([value.qualifier, value.code, *known], delimiters.component))
        return [out] if out else []


DIAGNOSES = Diagnoses()
_DIAGNOSIS = "{0}.1=ABF|ABJ|ABK|APR|BF|BJ|BK|DR|LOI|PR {0}.2 ?{0}.3=D8 ?{0}.4"
DIAGNOSIS_USE = " ".join(f"{'' if at == 1 else '?'}{at} {_DIAGNOSIS.format(at)}" for at in range(1, 13))
PROCEDURE_USE = "{0}.2 ?{0}.3 ?{0}.4 ?{0}.5 ?{0}.6 ?{0}.7 ?{0}.8"
DELIVERY_USE = "?1=DY|FL|HS|MN|VS ?2 ?3=DA|MO|WK ?4 ?5=6|7|21|26|27|29|34|35 ?6 ?7 ?8=A|B|C|D|E|F|G|Y"

PROCEDURE = Fields("qualifier=1 code=2 modifiers=3-6 description=7 through=8", ReviewedProcedure)
REVIEW = Fields(
    "category=1 certification=2 service_type=3 facility=4.1 facility_qualifier=4.2 related_causes=5.1-3 "
    "accident_state=5.4 accident_country=5.5 level_of_service=6 condition=7 prognosis=8 release_of_information=9 "
    "delay_reason=10",
    Review,
)
DECISION = Fields("action=1 authorization=2 reasons=3^ second_opinion=4", ReviewDecision)
DELIVERY = Fields(
    "quantity_qualifier=1 quantity=2:decimal unit=3 every=4:decimal period=5 periods=6:integer pattern=7 "
    "time_of_day=8",
    Delivery,
)
CONDITIONS = Fields("category=1 answer=2 codes=3-7", Condition)
ADMISSION = Fields("admission_type=1 source=2 patient_status=3 nursing_home_status=4", Admission)
DOCUMENT = Fields("report_type=1 transmission=2 control_number=6+5:AC description=7", SupportingDocument)
PROFESSIONAL = Fields(
    "amount_cents=2 unit=3 quantity=4:decimal epsdt=11 level_of_care=20",
    ProfessionalService,
    procedure=(1, PROCEDURE),
    diagnosis_pointers=(7, Pointers()),
)
INSTITUTIONAL = Fields(
    "revenue_code=1 amount_cents=3 unit=4 quantity=5:decimal rate=6:decimal nursing_home_status=9 level_of_care=10",
    InstitutionalService,
    procedure=(2, PROCEDURE),
)
DENTAL = Fields(
    "amount_cents=2 oral_cavity=4.1-5 prosthesis=5 quantity=6:decimal description=7",
    DentalService,
    procedure=(1, PROCEDURE),
)
TOOTH = Fields("number=2 surfaces=3.1-5 =JP@1", Tooth)
