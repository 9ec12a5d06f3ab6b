"""Loops below a service line that both kinds of 837 have."""

from __future__ import annotations

from typing import Any

from x12.engine.guide import Loop, Slot
from x12.guides.claim_records import CAS_USE, CTP, LIN
from x12.guides.common import AMT, CAS, DTP
from x12.transactions.supplements import Drug


def adjudication(shape: Any, decided: Slot) -> Loop:
    """2430, what another payer decided on the line: SVD, its adjustments, the day, what is left to pay."""
    return Loop(
        "2430",
        shape,
        (
            decided,
            Slot("CAS", CAS_USE, CAS, "adjustments", many=True, most=5),
            Slot("DTP", "1=573 2=D8 3", DTP, "dates", many=True, most=1, required=True),
            Slot("AMT", "1=EAF 2", AMT, "amounts", many=True, most=1),
        ),
        "adjudications", many=True, most=15,
    )  # fmt: skip


def drug(qualifiers: str, numbers: Slot) -> Loop:
    """2410: the drug by one of these kinds of code, and the number of its prescription."""
    return Loop(
        "2410",
        Drug,
        (
            Slot("LIN", f"2={qualifiers} 3", LIN, required=True),
            Slot("CTP", "4 5 5.1=F2|GR|ME|ML|UN", CTP, required=True),
            numbers,
        ),
        "drug", most=1,
    )  # fmt: skip
