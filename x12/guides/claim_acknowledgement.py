"""277CA, 005010X214.

Facts checked against two other packages' tables and the published examples, which agree on what is easily taken
over wrongly from the 277: level PT has no HL04, and the status of a provider (2200C) has no date (STC02). Where the
two differ, both forms are read.
"""

from __future__ import annotations

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.guides.claim_status import STC, SVC
from x12.guides.common import AMT, DTP, HL, QTY, TRN, party, ref
from x12.transactions.claim_status import (
    ClaimAcknowledgement,
    ClaimStatus,
    LevelStatus,
    StatusLine,
    StatusPatient,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)


def _status(use: str, *, required: bool = True) -> Slot:
    codes = " ".join(
        f"{usage}{at} {at}.1 {at}.2 ?{at}.3 ?{at}.4=RX" for usage, at in (("", 1), ("?", 10), ("?", 11))
    )
    return Slot("STC", f"{codes} {use}", STC, "statuses", many=True, required=required)


def _dates(code: str, formats: str = "D8", *, required: bool = False) -> Slot:
    return Slot("DTP", f"1={code} 2={formats} 3", DTP, "dates", many=True, most=1, required=required)


def _totals(counts: str) -> tuple[Slot, Slot]:
    return (
        Slot("QTY", f"1={counts} 2", QTY, "quantities", many=True, each=1),
        Slot("AMT", "1=YU|YY 2", AMT, "amounts", many=True, each=1),
    )


LINE = Loop(
    "2220D",
    StatusLine,
    (
        Slot("SVC", "1 1.1=AD|ER|HC|HP|IV|N4|NU|WK 1.2 ?1.3 ?1.4 ?1.5 ?1.6 ?1.7 2 ?4 ?7", SVC, required=True),
        _status("?2 3=U ?4 ?12"),
        ref("FJ|XZ", use="2"),
        _dates("472", "D8|RD8"),
    ),
    "lines", many=True,
)  # fmt: skip
CLAIM = Loop(
    "2200D",
    ClaimStatus,
    (
        Slot("TRN", "1=2 2", TRN, required=True, into="trace"),
        _status("2 3=U|WQ 4 ?12"),
        ref("1K|BLT|D9", use="2"),
        _dates("472", "D8|RD8", required=True),
        LINE,
    ),
    "claims", many=True, is_claim=True,
)  # fmt: skip
PATIENT = Loop(
    "2000D",
    StatusPatient,
    (
        Slot("HL", "1 2 3=PT", HL, key="3", required=True),
        party("2100D", "person", "QC", use="2=1 3 ?4 ?5 ?6 ?7 8=II|MI 9", required=True),
        CLAIM,
    ),
    "patients", many=True,
)  # fmt: skip
PROVIDER = Loop(
    "2000C",
    StatusProvider,
    (
        Slot("HL", "1 2 3=19 4=0|1", HL, key="3", required=True),
        party("2100C", "parties", "85", use="2=1|2 3 ?4 ?5 ?6 ?7 8=FI|SV|XX 9", many=True, most=2, required=True),
        Loop("2200C", LevelStatus, (
            Slot("TRN", "1=1 2", TRN, required=True, into="trace"),
            _status("3=U|WQ 4", required=False),
            ref("0B|1G|G2|LU|SY|TJ", 3, use="2"),
            *_totals("QA|QC"),
        ), "levels", many=True, most=1),
        PATIENT,
    ),
    "providers", many=True,
)  # fmt: skip
RECEIVER = Loop(
    "2000B",
    StatusReceiver,
    (
        Slot("HL", "1 2 3=21 4=0|1", HL, key="3", required=True),
        party("2100B", "party", "41", use="2=1|2 3 ?4 ?5 8=46 9", required=True),
        Loop("2200B", LevelStatus, (
            Slot("TRN", "1=2 2", TRN, required=True, into="trace"),
            _status("2 3=U|WQ 4"),
            *_totals("90|AA"),
        ), "levels", many=True, most=1, required=True),
        PROVIDER,
    ),
    "receivers", many=True,
)  # fmt: skip
SOURCE = Loop(
    "2000A",
    StatusSource,
    (
        Slot("HL", "1 3=20 4=0|1", HL, key="3", required=True),
        party("2100A", "party", "AY|PR", use="2=2 3 8=46|FI|PI|XV 9", required=True),
        Loop("2200A", LevelStatus, (
            Slot("TRN", "1=1 2", TRN, required=True, into="trace"),
            _dates("050", required=True),
            _dates("009", required=True),
        ), "levels", many=True, most=1, required=True),
        RECEIVER,
    ),
    "sources", many=True, required=True,
)  # fmt: skip
BHT = Fields("=0085@1 purpose=2 reference=3 date=4:date time=5:time transaction_type=6")
GUIDE = Guide(
    kind="277CA",
    transaction="277",
    functional_id="HN",
    versions=("005010X214",),
    root=Loop("ST", ClaimAcknowledgement, (Slot("BHT", "1=0085 2=08 3 4 5 6=TH", BHT, required=True), SOURCE)),
    claims_in="claims",
)
