"""A payer's decision that came on paper and was entered as it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  (the field of the manifest is called date)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerLetter:
    """One letter about one claim. Where money moves, an 835 says so; the letter never posts."""

    letter: str
    """What kind of letter: the manifest's own word."""
    reference: str
    """Reference of the paper of ours that it answers; empty when it answers none."""
    payer: str
    """Payer code."""
    claim_control_number: str
    """Our claim number as the payer wrote it: with or without the attempt."""
    decision: str
    """The decision in one word of the manifest."""
    date: Date
    """Date on the letter."""

    @property
    def favourable(self) -> bool:
        """Whether the payer decided for us in full; anything else is read by a person."""
        return self.decision == "favourable"
