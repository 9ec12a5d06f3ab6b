"""276 and 277, 005010X212."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.guides.common import AMT, DMG, DTP, HL, PER, PROCEDURE, QTY, TRN, party, ref
from x12.syntax.delimiters import Delimiters
from x12.transactions.claim_status import (
    ClaimStatus,
    ClaimStatusRequest,
    ClaimStatusResponse,
    LevelStatus,
    Status,
    StatusCode,
    StatusLine,
    StatusPatient,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)


class StatusCodes:
    """STC01, STC10 and STC11 as one tuple."""

    __slots__ = ()
    _PART = Fields("category=1 status=2 entity=3 code_list=4", StatusCode)

    def read_element(self, _text: str, elements: Sequence[str], at: int, delimiters: Delimiters) -> tuple[Any, ...]:
        texts = [elements[place] for place in (1, 10, 11) if place < len(elements) and elements[place]]
        return tuple(self._PART.read_element(one, elements, at, delimiters) for one in texts)

    def write_element(self, value: tuple[StatusCode, ...], out: list[str], _at: int, delimiters: Delimiters) -> None:
        if len(value) > 3:
            raise ValueError(f"a status takes at most three codes, not {len(value)}")
        for place, code in zip((1, 10, 11), value, strict=False):
            self._PART.write_element(code, out, place, delimiters)


STC = Fields(
    "effective_date=2:date action=3 charge_cents=4 paid_cents=5 finalized_date=6:date method=7 "
    "payment_date=8:date check=9 text=12",
    Status,
    codes=(1, StatusCodes()),
)
SVC = Fields(
    "charge_cents=2 paid_cents=3 revenue_code=4 units=7:decimal", procedure=(1, PROCEDURE)
)
_CODES = "{0}.1 {0}.2 ?{0}.3 ?{0}.4=RX"
_STC = f"1 {_CODES.format(1)} 2 ?3 ?4 ?5 ?6 ?7 ?8 ?9 ?10 {_CODES.format(10)} ?11 {_CODES.format(11)} ?12"
_NAME = "?3 ?4 ?5 ?6 ?7 ?8 ?9"


def _status(*, required: bool = True) -> Slot:
    return Slot("STC", _STC, STC, "statuses", many=True, required=required)


def _line(letter: str, kind: str) -> Loop:
    name = f"2220{letter}" if kind != "276" else f"2210{letter}"
    paid = "3" if kind == "277" else "?3"
    statuses = () if kind == "276" else (_status(required=False),)
    return Loop(
        name,
        StatusLine,
        (
            Slot("SVC", f"1 1.1=AD|ER|HC|HP|IV|N4|NU|WK 1.2 ?1.3 ?1.4 ?1.5 ?1.6 ?1.7 2 {paid} ?4 ?7", SVC,
                 required=True),
            *statuses,
            ref("FJ|XZ", use="2"),
            Slot("DTP", "1=472 2=D8|RD8 3", DTP, "dates", many=True, most=1),
        ),
        "lines", many=True,
    )  # fmt: skip


def _claim(letter: str, kind: str) -> Loop:
    statuses = () if kind == "276" else (_status(),)
    return Loop(
        f"2200{letter}",
        ClaimStatus,
        (
            Slot("TRN", f"1={'1' if kind == '276' else '2'} 2 ?3 ?4", TRN, required=True, into="trace"),
            *statuses,
            ref("1K|BLT|D9|EA|EJ|LU|VV|XZ", use="2"),
            *((Slot("AMT", "1=T3 2", AMT, "amounts", many=True, most=1),) if kind == "276" else ()),
            Slot("DTP", "1=472|050|232|434 2=D8|RD8 3", DTP, "dates", many=True, each=1),
            _line(letter, kind),
        ),
        "claims", many=True, is_claim=True,
    )  # fmt: skip


def _patient(letter: str, kind: str, into: str, *children: Loop) -> Loop:
    level, child = ("23", " ?4=0") if letter == "E" else ("22", " 4=0|1")
    demographics = (Slot("DMG", "?1=D8 ?2 ?3=F|M|U", DMG),) if kind == "276" else ()
    return Loop(
        f"2000{letter}",
        StatusPatient,
        (
            Slot("HL", f"1 2 3={level}{child}", HL, key="3", required=True),
            *demographics,
            party(f"2100{letter}", "person", "IL|QC", use=f"2=1|2 {_NAME}", required=True),
            _claim(letter, kind),
            *children,
        ),
        into, many=True,
    )  # fmt: skip


def _level(letter: str, quantities: str) -> Loop:
    return Loop(
        f"2200{letter}",
        LevelStatus,
        (
            Slot("TRN", "1=1|2 2 ?3 ?4", TRN, required=True, into="trace"),
            _status(required=False),
            ref("0B|1C|1D|1G|1J|EI|G2|HPI|LU|SY|TJ|1K|D9", use="2", each=0),
            Slot("DTP", "1=050|009 2=D8|DT 3", DTP, "dates", many=True, each=1),
            Slot("QTY", f"1={quantities} 2", QTY, "quantities", many=True, each=1),
            Slot("AMT", "1=YU|YY 2", AMT, "amounts", many=True, each=1),
        ),
        "levels", many=True,
    )  # fmt: skip


def _root(shape: Any, kind: str, bht: str) -> Loop:
    answers = kind != "276"
    contact = Slot("PER", "1=IC ?2 3=ED|EM|FX|TE 4 ?5=ED|EM|EX|FX|TE ?6 ?7=EX|ED|EM|FX|TE ?8", PER, "contacts",
                   many=True, most=1, extra="@_")  # fmt: skip
    provider = Loop(
        "2000C",
        StatusProvider,
        (
            Slot("HL", "1 2 3=19 4=0|1", HL, key="3", required=True),
            party("2100C", "parties", "1P", use=f"2=1|2 {_NAME}", many=True, most=2,
                  required=True),
            *((_level("C", "QA|QC"),) if answers else ()),
            _patient("D", kind, "patients", _patient("E", kind, "dependents")),
        ),
        "providers", many=True,
    )  # fmt: skip
    receiver = Loop(
        "2000B",
        StatusReceiver,
        (
            Slot("HL", "1 2 3=21 4=0|1", HL, key="3", required=True),
            party("2100B", "party", "41", use=f"2=1|2 {_NAME}", required=True),
            *((_level("B", "90|AA"),) if answers else ()),
            provider,
        ),
        "receivers", many=True,
    )  # fmt: skip
    source = Loop(
        "2000A",
        StatusSource,
        (
            Slot("HL", "1 3=20 4=0|1", HL, key="3", required=True),
            party("2100A", "party", "PR", *((contact,) if answers else ()),
                  use="2=2 3 8=46|AD|FI|NI|PI|PP|XV 9", required=True),
            receiver,
        ),
        "sources", many=True, required=True,
    )  # fmt: skip
    fields = Fields("=0010@1 purpose=2 reference=3 date=4:date time=5:time transaction_type=6")
    return Loop("ST", shape, (Slot("BHT", bht, fields, required=True), source))


REQUEST = Guide(
    kind="276",
    transaction="276",
    functional_id="HR",
    versions=("005010X212",),
    root=_root(ClaimStatusRequest, "276", "1=0010 2=13 3 4 5"),
)
RESPONSE = Guide(
    kind="277",
    transaction="277",
    functional_id="HN",
    versions=("005010X212",),
    root=_root(ClaimStatusResponse, "277", "1=0010 2=08 3 4 5 6=DG"),
)
