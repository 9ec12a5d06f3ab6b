"""Durable sequences of ISA13, GS06 and ST02."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

LARGEST = 999_999_999
"""ISA13 has nine digits; GS06 and ST02 are kept to the same length."""

Kind = Literal["ISA13", "GS06", "ST02"]

_DRAW = text("select draw_control_numbers(:organisation_id, :sender, :receiver, :kind, :count)")


class ControlNumbersExhausted(RuntimeError):
    """The sequence reached its last number; it never wraps, because a receiver refuses a number twice."""


def draw(session: Session, organisation_id: int, sender: str, receiver: str, kind: Kind, count: int = 1) -> int:
    """Return the first of ``count`` consecutive numbers.

    The row stays locked to the end of the transaction, so that a rolled-back interchange leaves no gap. The
    sequence belongs to sender and receiver, also when several organisations send under one submitter id.

    Raises:
        ControlNumbersExhausted: the run would pass 999,999,999.
    """
    if count < 1:
        raise ValueError("at least one control number is drawn")
    last: int = session.scalars(
        _DRAW,
        {
            "organisation_id": organisation_id,
            "sender": sender,
            "receiver": receiver,
            "kind": kind,
            "count": count,
        },
    ).one()
    if last > LARGEST:
        raise ControlNumbersExhausted(f"{kind} of sender {sender} to receiver {receiver} is used up: {last}")
    return last - count + 1
