"""A receipt: what came from whom, and what it was used for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateways.papers.document import Block, Document, Figure, Lines, Sums
from gateways.papers.page import dollars
from gateways.papers.wording import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """One payment as the ledger holds it."""

    receipt_number: int
    account_number: int
    received_on: date
    amount_cents: int
    method: str
    reference: str
    applied: tuple[tuple[int, int], ...]
    """(claim, cents), in the order in which it was applied."""
    ahead_cents: int
    """Kept as the patient's credit."""
    came_back_on: date | None
    practice_name: str
    practice_address: tuple[str, ...]
    practice_phone: str
    guarantor_name: str
    guarantor_address: tuple[str, ...]
    language: str = "en"


def document(paper: ReceiptPaper) -> Document:
    """What stands on it, in the reader's language.

    Raises:
        ValueError: what it was used for is not what came.
    """
    if sum(cents for _, cents in paper.applied) + paper.ahead_cents != paper.amount_cents:
        raise ValueError(f"receipt {paper.receipt_number}: what it was used for does not add up to what came")
    words = wording(paper.language)
    title = words.say("short.receipt")
    rows = [(words.say("receipt.claim", claim=claim), dollars(cents)) for claim, cents in paper.applied]
    if paper.ahead_cents:
        rows.append((words.say("receipt.ahead"), dollars(paper.ahead_cents)))
    rows.append((words.say("receipt.amount", date=words.day(paper.received_on)), dollars(paper.amount_cents)))
    closing = words.say("receipt.thanks")
    if paper.came_back_on is not None:
        closing = words.say("receipt.returned", date=words.day(paper.came_back_on))
    opening: tuple[Block, ...] = (
        Lines(
            lines=(
                words.say("receipt.for", name=paper.guarantor_name, account=paper.account_number),
                words.say("receipt.method", method=words.say(paper.method), reference=paper.reference),
            )
        ),
        Figure(
            label=words.say("receipt.amount", date=words.day(paper.received_on)), amount=dollars(paper.amount_cents)
        ),
        Lines(lines=(words.say("receipt.applied"),)),
        Sums(headings=(words.say("what"), words.say("amount")), rows=tuple(rows)),
        Lines(lines=(closing,)),
    )
    return Document(
        language=words.tag,
        title=f"{title} {paper.receipt_number}",
        heading=words.say("heading", title=f"{title} {paper.receipt_number}", practice=paper.practice_name),
        dated=paper.received_on,
        sender=(*paper.practice_address, words.say("phone", phone=paper.practice_phone)),
        receiver=(paper.guarantor_name, *paper.guarantor_address),
        opening=opening,
        sections=(),
    )
