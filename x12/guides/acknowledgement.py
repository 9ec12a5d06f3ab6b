"""999, 005010X231A1."""

from __future__ import annotations

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.transactions.acknowledgement import (
    ElementError,
    ErrorContext,
    ImplementationAcknowledgement,
    SegmentError,
    TransactionAcknowledgement,
)

AK1 = Fields("functional_id=1 control_number=2:integer version=3")
AK2 = Fields("transaction=1 control_number=2 version=3")
CTX = Fields(
    "name=1.1 value=1.2 segment=2 position=3:integer loop=4 element=5.1:integer component=5.2:integer "
    "repetition=5.3:integer element_reference=6.1 component_reference=6.2",
    ErrorContext,
)
IK3 = Fields("segment=1 position=2:integer loop=3 code=4")
IK4 = Fields("element=1.1:integer component=1.2:integer repetition=1.3:integer element_reference=2 code=3 value=4")
IK5 = Fields("status=1 codes=2-6")
AK9 = Fields("status=1 included=2:integer received=3:integer accepted=4:integer codes=5-9")


def _context() -> Slot:
    use = "1 1.1 ?1.2 ?2 ?3 ?4 ?5 5.1 ?5.2 ?5.3 ?6 6.1 ?6.2"
    return Slot("CTX", use, CTX, "contexts", many=True, most=10, extra="@_#%")


ELEMENT = Loop(
    "2110",
    ElementError,
    (
        Slot("IK4", "1 1.1 ?1.2 ?1.3 ?2 3=1|2|3|4|5|6|7|8|9|10|12|13|I6|I9|I10|I11|I12|I13 ?4", IK4, required=True,
             extra="@#$%_abc"),
        _context(),
    ),
    "elements", many=True,
)  # fmt: skip
SEGMENT = Loop(
    "2100",
    SegmentError,
    (
        Slot("IK3", "1 2 ?3 4=1|2|3|4|5|6|7|8|I4|I6|I7|I8|I9", IK3, required=True),
        _context(),
        ELEMENT,
    ),
    "segments", many=True,
)  # fmt: skip
TRANSACTION = Loop(
    "2000",
    TransactionAcknowledgement,
    (
        Slot("AK2", "1 2 ?3", AK2, required=True),
        SEGMENT,
        Slot("IK5", "1=A|E|M|R|W|X ?2 ?3 ?4 ?5 ?6", IK5, required=True),
    ),
    "transactions", many=True,
)  # fmt: skip
ROOT = Loop(
    "ST",
    ImplementationAcknowledgement,
    (
        Slot("AK1", "1 2 ?3", AK1, required=True),
        TRANSACTION,
        Slot("AK9", "1=A|E|M|P|R|W|X 2 3 4 ?5 ?6 ?7 ?8 ?9", AK9, required=True),
    ),
)
GUIDE = Guide(
    kind="999",
    transaction="999",
    functional_id="FA",
    versions=("005010X231A1", "005010X231"),
    root=ROOT,
)
