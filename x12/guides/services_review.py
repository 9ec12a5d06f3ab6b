"""278 request and response, 005010X217: one table, with what only the answer has put in where it belongs.

Facts from companion guides and the ASC X12 request for interpretation 1061 (UM01), the published examples of the
guide, and the base standard.
"""

from __future__ import annotations

from typing import Any

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.guides.common import DMG, DTP, HL, NM1, PER, PRV, RAW, TRN, Codes, address, ref
from x12.guides.eligibility import AAA
from x12.guides.services_review_parts import (
    ADMISSION,
    CONDITIONS,
    DECISION,
    DELIVERY,
    DELIVERY_USE,
    DENTAL,
    DIAGNOSES,
    DIAGNOSIS_USE,
    DOCUMENT,
    INSTITUTIONAL,
    PROCEDURE_USE,
    PROFESSIONAL,
    REVIEW,
    TOOTH,
)
from x12.transactions.services_review import (
    PatientEvent,
    ReviewedService,
    ReviewOrganization,
    ReviewParty,
    ReviewPatient,
    ReviewRequester,
    ServicesReviewRequest,
    ServicesReviewResponse,
)

_NAME = "?3 ?4 ?5 ?7"
_NUMBERS = "?3=EM|FX|TE|UR ?4 ?5=EM|EX|FX|TE|UR ?6 ?7=EM|EX|FX|TE|UR ?8"
_UM = "2=1|2|3|4|5|I|N|R|S ?3 ?4 4.1 4.2=A|B ?5 5.1=AA|AP|EM ?5.2 ?5.3 ?5.4 ?5.5 ?6=03|E|U ?7 ?8 ?9=A|I|M|N|O|Y ?10"
_REASONS = (
    "04|15|33|35|41|42|43|44|45|46|47|49|50|51|52|56|57|58|60|61|62|64|65|66|67|68|71|72|73|74|75|76|77|78|79|80|95|97|"
    "AF|AG|AH|AI|AJ|AK|AM|AN|IP|T4|T5"
)
_PROVIDER_ROLES = "71|72|73|77|AAJ|DD|DK|DN|FA|G3|P3|QB|QV|SJ"
_PROVIDER_NUMBERS = "0B|1G|1J|EI|N5|N7|SY|ZH"


def _rejections(*, response: bool) -> tuple[Slot, ...]:
    use = f"1=N|Y ?3={_REASONS} ?4=C|N|P|R|Y"
    return (Slot("AAA", use, AAA, "rejections", many=True, most=9),) if response else ()


def _contact(most: int = 1) -> Slot:
    return Slot("PER", f"1=IC ?2 {_NUMBERS}", PER, "contacts", many=True, most=most, extra="@_#%")


def _provider(name: str, most: int, *, response: bool) -> Loop:
    return Loop(
        name,
        ReviewParty,
        (
            Slot("NM1", f"1={_PROVIDER_ROLES} 2=1|2 ?3 ?4 ?5 ?6 ?7 ?8=24|34|46|XX ?9", NM1, required=True),
            ref(_PROVIDER_NUMBERS, use="2 ?3"),
            *address(),
            _contact(),
            *_rejections(response=response),
            Slot("PRV", "1=AD|AS|AT|OP|OR|OT|PC|PE|RF 2=PXC 3", PRV),
        ),
        "providers", many=True, most=most,
    )  # fmt: skip


def _places(*, response: bool) -> list[Loop]:
    """What follows the providers of an event; a response names who may be asked in 2010EB, so the letters move."""
    transport, other = ("2010EC", "2010ED") if response else ("2010EB", "2010EC")
    asked = Loop(
        "2010EB",
        ReviewParty,
        (
            Slot("NM1", "1=L5 2=1|2 ?3 ?4 ?5 ?6 ?7 ?8=24|34|46|PI|XV|XX ?9", NM1, required=True),
            *address(),
            _contact(),
        ),
        "contact", most=1,
    )  # fmt: skip
    return [
        *([asked] if response else []),
        Loop(transport, ReviewParty, (
            Slot("NM1", "1=45|FS|ND|PW|R3 2=2 ?3", NM1, required=True),
            *address(required=True, city="?1 ?2 ?3 ?4 ?7"),
            *_rejections(response=response),
        ), "locations", many=True, most=5),
        Loop(other, ReviewParty, (
            Slot("NM1", "1=00|CA|GG 2=2 ?3", NM1, required=True),
            Slot("REF", "1=ZZ 2 ?4 4.1=ZZ 4.2 ?4.3=ZZ ?4.4 ?4.5=ZZ ?4.6", RAW, "denial"),
            Slot("DTP", "1=598 2=D8 3", DTP, "dates", many=True, most=1),
        ), "other_organizations", many=True, most=3),
    ]  # fmt: skip


def _dates(codes: str, *, response: bool) -> Slot:
    answered = "|102|036|007" if response else ""
    return Slot("DTP", f"1={codes}{answered} 2=D8|RD8 3", DTP, "dates", many=True, each=1)


def _decision(*, response: bool) -> tuple[Slot, ...]:
    use = "1=A1|A2|A3|A4|A6|C|CT|NA ?2 ?3 ?4=N|Y"
    return (Slot("HCR", use, DECISION, "decision"),) if response else ()


def _documents() -> tuple[Slot, ...]:
    return (
        Slot("PWK", "1 2=AA|BM|EL|EM|FX|VO ?5=AC ?6 ?7", DOCUMENT, "documents", many=True, most=10),
        Slot("MSG", "1", Codes(1), "message"),
    )


def _traces(*, response: bool) -> Slot:
    return Slot("TRN", f"1={'1|2' if response else '1'} 2 3 ?4", TRN, "traces", many=True, most=3)


def _service(*, response: bool) -> Loop:
    procedure = PROCEDURE_USE
    return Loop(
        "2000F",
        ReviewedService,
        (
            Slot("HL", "1 2 3=SS 4=0", HL, key="3", required=True),
            _traces(response=response),
            *_rejections(response=response),
            Slot("UM", f"1=HS|SC ?{_UM}", REVIEW, "review"),
            *_decision(response=response),
            ref("BB|NT", use="2"),
            _dates("472", response=response),
            Slot("SV1", "1 1.1=HC|IV|N4|WK|ZZ " + procedure.format(1)
                 + " ?2 ?3=F2|MJ|UN ?4 ?7 ?11=N|Y ?20", PROFESSIONAL, "professional"),
            Slot("SV2", "?1 ?2 2.1=HC|ID|IV|N4|WK|ZZ " + procedure.format(2)
                 + " ?3 ?4=DA|F2|UN ?5 ?6 ?9 ?10", INSTITUTIONAL, "institutional"),
            Slot("SV3", "1 1.1=AD " + procedure.format(1) + " ?2 ?4 ?5 ?6 ?7", DENTAL, "dental"),
            Slot("TOO", "1=JP 2 ?3", TOOTH, "teeth", many=True, most=32),
            Slot("HSD", DELIVERY_USE, DELIVERY, "delivery"),
            *_documents(),
            _provider("2010F", 12, response=response),
        ),
        "services", many=True,
    )  # fmt: skip


def _event(*, response: bool) -> Loop:
    return Loop(
        "2000E",
        PatientEvent,
        (
            Slot("HL", "1 2 3=EV 4=0|1", HL, key="3", required=True),
            _traces(response=response),
            *_rejections(response=response),
            # an answer that rejects the event need not repeat what was asked
            Slot("UM", f"1=AR|HS|IN|SC {_UM}", REVIEW, "review", required=not response),
            *_decision(response=response),
            ref("BB|NT", use="2"),
            _dates("439|484|ABC|431|AAH|435|096", response=response),
            Slot("HI", DIAGNOSIS_USE, DIAGNOSES, "diagnoses", many=True, most=1),
            Slot("HSD", DELIVERY_USE, DELIVERY, "delivery"),
            Slot("CRC", "1=07|08|09|11|75|76|77 2=N|Y 3 ?4 ?5 ?6 ?7", CONDITIONS, "conditions", many=True, each=1),
            Slot("CL1", "?1 ?2 ?3 ?4", ADMISSION, "admission"),
            Slot("CR1", "?1=KG|LB ?2 3 ?4 ?5=DH|DK ?6 ?9 ?10", RAW, "ambulance"),
            Slot("CR2", "?1 ?2 ?3 ?4 ?8 ?9 ?10 ?11 ?12", RAW, "spinal_manipulation"),
            Slot("CR5", "3 ?4 ?5 6 ?7 ?8 ?9 ?10 ?11 ?12 ?13 ?14 ?15 ?16 17 ?18", RAW, "oxygen"),
            Slot("CR6", "1 ?2 ?3=RD8 ?4 7 8 ?9 ?10 ?11 ?12 ?13 ?14 ?15=RD8 ?16 ?17", RAW, "home_health"),
            *_documents(),
            _provider("2010EA", 14, response=response),
            *_places(response=response),
            _service(response=response),
        ),
        "events", many=True, is_claim=True,
    )  # fmt: skip


def _patient(letter: str, *, response: bool, children: tuple[Loop, ...]) -> Loop:
    if letter == "C":
        level, use = "22", f"1=IL 2=1 {_NAME} ?6 8=MI|ZZ 9"
        numbers, insured = "1L|1W|6P|A6|EJ|F6|HJ|IG|N6|NQ|SY", "1=Y 2=18 ?8"
    else:
        level, use, numbers, insured = "23", f"1=QC 2=1 {_NAME} ?8=MI|ZZ ?9", "A6|EJ|SY", "1=N 2 ?17"
    person = Loop(
        f"2010{letter}",
        ReviewParty,
        (
            Slot("NM1", use, NM1, required=True),
            ref(numbers, use="2"),
            *address(),
            *_rejections(response=response),
            Slot("DMG", "1=D8 2 ?3=F|M|U", DMG),
            Slot("INS", insured, RAW, "insured"),
        ),
        "person", required=True, most=1,
    )  # fmt: skip
    return Loop(
        f"2000{letter}",
        ReviewPatient,
        (Slot("HL", f"1 2 3={level} 4=0|1", HL, key="3", required=True), person, *children),
        "subscribers" if letter == "C" else "dependents", many=True,
    )  # fmt: skip


def _root(shape: Any, purpose: str, types: str, *, response: bool) -> Loop:
    dependent = _patient("D", response=response, children=(_event(response=response),))
    # the subscriber's own events first: after a level 23 an event is the dependent's
    subscriber = _patient("C", response=response, children=(_event(response=response), dependent))
    requester = Loop(
        "2000B",
        ReviewRequester,
        (
            Slot("HL", "1 2 3=21 4=0|1", HL, key="3", required=True),
            Loop("2010B", ReviewParty, (
                Slot("NM1", f"1=1P|FA 2=1|2 {_NAME} 8=24|34|46|XX 9", NM1, required=True),
                ref("1G|1J|EI|G5|N5|N7|SY|ZH", use="2"),
                *address(),
                *(() if response else (_contact(),)),
                *_rejections(response=response),
                Slot("PRV", "1=AD|AS|AT|CO|CV|OP|OR|OT|PC|PE|RF ?2=PXC ?3", PRV),
            ), "party", required=True, most=1),
            subscriber,
        ),
        "requesters", many=True,
    )  # fmt: skip
    organization = Loop(
        "2000A",
        ReviewOrganization,
        (
            Slot("HL", "1 3=20 4=0|1", HL, key="3", required=True),
            *_rejections(response=response),
            Loop("2010A", ReviewParty, (
                Slot("NM1", f"1=X3 2=1|2 {_NAME} 8=24|34|46|PI|XV|XX 9", NM1, required=True),
                *((_contact(),) if response else ()),
                *_rejections(response=response),
            ), "party", required=True, most=1),
            requester,
        ),
        "organizations", many=True, required=True,
    )  # fmt: skip
    fields = Fields("=0007@1 purpose=2 reference=3 date=4:date time=5:time transaction_type=6")
    return Loop("ST", shape, (Slot("BHT", f"1=0007 2={purpose} 3 4 5 ?6={types}", fields, required=True), organization))


REQUEST = Guide(
    kind="278 request",
    transaction="278",
    functional_id="HI",
    versions=("005010X217",),
    root=_root(ServicesReviewRequest, "13", "RU", response=False),
    claims_in="events",
    purpose="13",
)
RESPONSE = Guide(
    kind="278 response",
    transaction="278",
    functional_id="HI",
    versions=("005010X217",),
    root=_root(ServicesReviewResponse, "11", "18|19|AT|RU", response=True),
    purpose="11",
)
