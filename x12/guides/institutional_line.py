"""837I: service lines, loop 2400 and what hangs from it."""

from __future__ import annotations

from x12.engine.guide import Loop, Slot
from x12.engine.records import Fields
from x12.guides.claim_lines import adjudication, drug
from x12.guides.claim_records import ATTACHMENT, ATTACHMENT_USE, LX, NOTE, PRICED, REFUSED
from x12.guides.common import AMT, DTP, PROCEDURE, RAW, ref
from x12.guides.institutional_parts import line_providers
from x12.transactions.institutional_claim import InstitutionalLine, InstitutionalLineAdjudication

SV2 = Fields(
    "revenue_code=1 charge_cents=3 unit=4 quantity=5:decimal noncovered_cents=7", procedure=(2, PROCEDURE)
)
SVD = Fields(
    "payer_id=1 paid_cents=2 revenue_code=4 quantity=5:decimal bundled_line=6:integer", procedure=(3, PROCEDURE)
)

DECISION = Slot("SVD", "1 2 ?3 3.1=ER|HC|HP|IV|WK 3.2 ?3.3 ?3.4 ?3.5 ?3.6 ?3.7 4 5 ?6", SVD, required=True)

LINE = Loop(
    "2400",
    InstitutionalLine,
    (
        Slot("LX", "1", LX, required=True),
        Slot("SV2", "1 ?2 2.1=ER|HC|HP|IV|WK 2.2 ?2.3 ?2.4 ?2.5 ?2.6 ?2.7 3 4=DA|UN 5 ?7", SV2, required=True),
        Slot("PWK", ATTACHMENT_USE, ATTACHMENT, "attachments", many=True, most=10),
        Slot("DTP", "1=472 2=D8|RD8 3", DTP, "dates", many=True, most=1),
        ref("6R|9B|9D", use="2"),
        Slot("AMT", "1=GT|N8 2", AMT, "amounts", many=True, each=1),
        Slot("NTE", "1=TPO 2", NOTE, "notes", many=True, most=1),
        Slot("HCP", f"{PRICED} ?8 ?9=ER|HC|HP|IV|WK ?10 ?11=DA|UN ?12 {REFUSED}", RAW, "supplements",
             many=True, most=1),
        drug("N4", ref("VY|XZ", most=1, use="2")),
        *line_providers(),
        adjudication(InstitutionalLineAdjudication, DECISION),
    ),
    "lines", many=True, required=True, most=999,
)  # fmt: skip
