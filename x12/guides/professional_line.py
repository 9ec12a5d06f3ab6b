"""837P: service lines, loop 2400 and what hangs from it."""

from __future__ import annotations

from x12.engine.guide import Loop, Slot
from x12.engine.records import Fields
from x12.guides.claim_lines import adjudication, drug
from x12.guides.claim_records import (
    ATTACHMENT,
    CONTRACT,
    CONTRACT_USE,
    FILE_INFORMATION,
    LX,
    NOTE,
    PRICED,
    REFUSED,
    REPORT_TYPES,
    contacts,
)
from x12.guides.common import AMT, PROCEDURE, QTY, RAW, Pointers, address, party, ref
from x12.guides.professional_parts import AMBULANCE, LINE_CONDITIONS, dates, providers
from x12.transactions.professional_claim import LineAdjudication, ServiceLine
from x12.transactions.supplements import DurableEquipment, Form, FormAnswer

SV1 = Fields(
    "charge_cents=2 unit=3 quantity=4:decimal place_of_service=5 emergency=9 epsdt=11 family_planning=12 "
    "copay_exempt=15",
    procedure=(1, PROCEDURE),
    diagnosis_pointers=(7, Pointers()),
)
SV5 = Fields(
    "=DA@2 days=3:decimal rental_cents=4 purchase_cents=5 frequency=6", DurableEquipment, procedure=(1, PROCEDURE)
)
SVD = Fields(
    "payer_id=1 paid_cents=2 quantity=5:decimal bundled_line=6:integer", procedure=(3, PROCEDURE)
)
LQ = Fields("list_code=1 form=2")
FRM = Fields("question=1 yes_no=2 text=3 date=4:date percent=5:decimal", FormAnswer)
PROCEDURE_USE = "1 1.1=ER|HC|IV|WK 1.2 ?1.3 ?1.4 ?1.5 ?1.6 ?1.7"

DECISION = Slot("SVD", "1 2 3 3.1=ER|HC|HP|IV|WK 3.2 ?3.3 ?3.4 ?3.5 ?3.6 ?3.7 5 ?6", SVD, required=True)

_REFERRING, _RENDERING, _FACILITY, _SUPERVISING, _PICK_UP, _DROP_OFF = providers("2420", line=True)

LINE = Loop(
    "2400",
    ServiceLine,
    (
        Slot("LX", "1", LX, required=True),
        Slot("SV1", f"{PROCEDURE_USE} 2 3=MJ|UN 4 ?5 ?7 7.1 ?7.2 ?7.3 ?7.4 ?9=Y ?11=Y ?12=Y ?15=0", SV1,
             required=True),
        Slot("SV5", "1 1.1=HC 1.2 2=DA 3 4 5 6=1|4|6", SV5, "equipment"),
        Slot("PWK", f"1={REPORT_TYPES} 2=AA|AB|AD|AF|AG|BM|EL|EM|FT|FX|NS ?5=AC ?6", ATTACHMENT,
             "attachments", many=True, most=11),
        Slot("CR1", AMBULANCE, RAW, "supplements", many=True, most=1),
        Slot("CR3", "1=I|R|S 2=MO 3", RAW, "supplements", many=True, most=1),
        *LINE_CONDITIONS,
        dates("472", "D8|RD8", must="472"),
        dates("471|607|463|461|304|738|739|011|455|454"),
        Slot("QTY", "1=PT|FL 2", QTY, "quantities", many=True, each=1),
        Slot("MEA", "1=OG|TR 2=HT|R1|R2|R3|R4 3", RAW, "supplements", many=True, most=5),
        Slot("CN1", CONTRACT_USE, CONTRACT, "contract"),
        ref("9B|9D|9F|G1|6R|EW|X4|F4|BT", each=0),
        Slot("AMT", "1=T|F4 2", AMT, "amounts", many=True, each=1),
        Slot("K3", "1", FILE_INFORMATION, "file_information", many=True, most=10),
        Slot("NTE", "1=ADD|DCP 2", NOTE, "notes", many=True, most=1),
        Slot("NTE", "1=TPO 2", NOTE, "notes", many=True, most=1),
        Slot("PS1", "1 2", RAW, "supplements", many=True, most=1),
        Slot("HCP", f"{PRICED} ?9=ER|HC|HP|IV|WK ?10 ?11=MJ|UN ?12 {REFUSED}", RAW, "supplements", many=True, most=1),
        drug("EN|EO|HI|N4|ON|UK|UP", ref("VY|XZ", most=1)),
        _RENDERING,
        party("2420B", "purchased_service_provider", "QB", ref("0B|1G|G2", each=0), use="2=1|2 ?8=XX ?9"),
        _FACILITY,
        _SUPERVISING,
        party("2420E", "ordering_provider", "DK", *address(), ref("0B|1G|G2", each=0),
              contacts(1), use="2=1 3 ?4 ?5 ?7 ?8=XX ?9"),
        _REFERRING,
        _PICK_UP,
        _DROP_OFF,
        adjudication(LineAdjudication, DECISION),
        Loop(
            "2440",
            Form,
            (
                Slot("LQ", "1=AS|UT 2", LQ, required=True),
                Slot("FRM", "1 ?2=N|W|Y ?3 ?4 ?5", FRM, "answers", many=True, most=99, required=True),
            ),
            "forms", many=True,
        ),
    ),
    "lines", many=True, required=True, most=50,
)  # fmt: skip
