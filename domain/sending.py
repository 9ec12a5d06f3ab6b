"""Effects outside the house, and what a machine may do after an uncertain outcome."""

from __future__ import annotations

from enum import StrEnum


class SendKind(StrEnum):
    """How the receiver deals with the same thing sent twice."""

    KEYED = "keyed"
    """It knows our key (card gateway, webhook): the same key again is harmless."""
    RECOGNISED = "recognised"
    """It refuses a duplicate by name, bytes and control number (SFTP interchange: TA1 025)."""
    BLIND = "blind"
    """It cannot tell (mail): a repeat reaches a person twice."""


def machine_may_repeat(kind: SendKind) -> bool:
    """Whether a machine may send again when it does not know if an earlier attempt arrived.

    Keyed: with the same key. Recognised: with the same name and bytes, after waiting for an
    acknowledgement. Blind: never; a person decides.
    """
    return kind is not SendKind.BLIND
