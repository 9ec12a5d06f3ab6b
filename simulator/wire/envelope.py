"""Interchanges that the clearinghouse sends: durable control numbers, one group, one set."""

from __future__ import annotations

from datetime import datetime

import x12
from simulator.clearinghouse.desk import Desk

OUR_ID = "CLAIMSIM"
"""How the clearinghouse names itself where nobody was named."""


def header_of(desk: Desk, sender: str, receiver: str, now: datetime) -> x12.InterchangeHeader:
    """An ISA with the next number of the sequence of this sender and receiver; a payer's own code, or the id
    the question was sent to, stands as its sender."""
    return x12.InterchangeHeader(
        sender_id=sender or OUR_ID,
        receiver_id=receiver,
        control_number=desk.database.next_number(f"interchange/{sender}/{receiver}"),
        date=now.date(),
        time=now.time().replace(second=0, microsecond=0, tzinfo=None),
        usage="T",
    )


def interchange(desk: Desk, sender: str, receiver: str, now: datetime, *contents: x12.Content) -> bytes:
    """One interchange with one group that holds the contents, in order."""
    header = header_of(desk, sender, receiver, now)
    group = x12.GroupHeader(
        sender_code=header.sender_id,
        receiver_code=receiver,
        date=header.date,
        time=header.time,
        control_number=desk.database.next_number(f"group/{sender}/{receiver}"),
    )
    sets = tuple(
        x12.TransactionSet(control_number=f"{number:04d}", content=content)
        for number, content in enumerate(contents, start=1)
    )
    return x12.write_interchange(header, [x12.FunctionalGroup(header=group, transactions=sets)])
