"""Interchanges that the clearinghouse sends: durable control numbers, one group, one set."""

from __future__ import annotations

from datetime import datetime

import x12
from simulator.clearinghouse.desk import Desk

OUR_ID = "CLAIMSIM"
"""ISA06 and GS02 of everything we send."""


def header_to(desk: Desk, receiver: str, now: datetime) -> x12.InterchangeHeader:
    """An ISA with the next number of our sequence for this receiver."""
    return x12.InterchangeHeader(
        sender_id=OUR_ID,
        receiver_id=receiver,
        control_number=desk.database.next_number(f"interchange/{receiver}"),
        date=now.date(),
        time=now.time().replace(second=0, microsecond=0, tzinfo=None),
        usage="T",
    )


def interchange(desk: Desk, receiver: str, now: datetime, *contents: x12.Content) -> bytes:
    """One interchange with one group that holds the contents, in order."""
    header = header_to(desk, receiver, now)
    group = x12.GroupHeader(
        sender_code=OUR_ID,
        receiver_code=receiver,
        date=header.date,
        time=header.time,
        control_number=desk.database.next_number(f"group/{receiver}"),
    )
    sets = tuple(
        x12.TransactionSet(control_number=f"{number:04d}", content=content)
        for number, content in enumerate(contents, start=1)
    )
    return x12.write_interchange(header, [x12.FunctionalGroup(header=group, transactions=sets)])
