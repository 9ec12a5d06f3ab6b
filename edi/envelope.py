"""The envelope around what we send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from x12.envelope.model import Content, FunctionalGroup, GroupHeader, InterchangeHeader, TransactionSet
from x12.writing import write_interchange


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlNumbers:
    """Drawn from the durable sequences of a sender and a receiver; kept when the file is written again."""

    interchange: int
    """ISA13."""
    group: int
    """GS06."""
    transactions: tuple[int, ...]
    """ST02, one for each transaction set."""


def transaction_control_number(number: int) -> str:
    """ST02 as it is written: four to nine digits."""
    return f"{number:04d}"


DECIDED_BY_PEOPLE = frozenset(("mbi-shape",))
"""The scrubber warns of a Medicare number of an odd shape; who sends the claim all the same has looked at the card."""


def seal(
    contents: Sequence[Content],
    *,
    sender: str,
    receiver: str,
    control_numbers: ControlNumbers,
    at: datetime,
    usage: str,
) -> bytes:
    """Write one interchange with one group. ``at`` is the business time in the practice's zone; ``usage`` is
    ISA15: ``T`` or ``P``.

    Raises:
        ValueError: there is not exactly one control number for each transaction set.
        X12Invalid: a value cannot be written; every one is named.
    """
    if len(contents) != len(control_numbers.transactions):
        raise ValueError(
            f"{len(contents)} transaction sets need as many control numbers, not {len(control_numbers.transactions)}"
        )
    moment = at.time().replace(second=0, microsecond=0, tzinfo=None)
    return write_interchange(
        InterchangeHeader(
            sender_id=sender,
            receiver_id=receiver,
            control_number=control_numbers.interchange,
            date=at.date(),
            time=moment,
            usage=usage,
            acknowledgement_requested=True,
        ),
        [
            FunctionalGroup(
                header=GroupHeader(
                    sender_code=sender,
                    receiver_code=receiver,
                    date=at.date(),
                    time=moment,
                    control_number=control_numbers.group,
                ),
                transactions=tuple(
                    TransactionSet(control_number=transaction_control_number(number), content=content)
                    for number, content in zip(control_numbers.transactions, contents, strict=True)
                ),
            )
        ],
        forgive=DECIDED_BY_PEOPLE,
    )
