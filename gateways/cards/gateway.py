"""What every card gateway does for us: charge once by our key, and tell what became of a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOrder:
    """One charge: the same key again is the same charge, whatever happened to the first answer."""

    key: str
    token: str = field(repr=False)
    amount_cents: int
    reference: str
    """Account number for the gateway's own books; no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAnswer:
    """What the gateway knows about a key."""

    key: str
    approved: bool
    amount_cents: int
    gateway_reference: str
    why: str = ""
    """Reason of a decline, in the gateway's code."""


class CardGateway(Protocol):
    """A gateway. Raises the ``CardError`` family."""

    def charge(self, order: CardOrder) -> CardAnswer:
        """Charge, or tell again what the first charge of this key gave."""

    def ask(self, key: str) -> CardAnswer | None:
        """What became of a key; None when the gateway never had it."""
