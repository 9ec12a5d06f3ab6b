"""A deposit as the bank shows it, and what makes it one deposit however often it is told."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_AS_BANKS_CUT_NAMES = 6
"""A shorter beginning of a name says too little: the company name of an ACH entry holds 16 characters."""


class DepositMethod(StrEnum):
    """How the money came."""

    ACH = "ach"
    CHECK = "check"
    LOCKBOX = "lockbox"
    CARD = "card"
    """A virtual card, or the card processor's settlement."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositLine:
    """One line of a bank statement, or one entry by hand."""

    deposited_on: date
    amount_cents: int
    """Negative when the bank took it back."""
    trace_number: str = ""
    """TRN02 of the CCD+ addenda, a check number, or the number of our deposit slip."""
    payer_name: str = ""
    method: DepositMethod = DepositMethod.OTHER


def deposit_keys(lines: Sequence[DepositLine]) -> tuple[str, ...]:
    """A key for each line, in order: its day, cents and trace number, and its ordinal among equal lines.

    The payer's name counts only where no trace number tells two deposits of one day apart, so that an entry by
    hand and the bank's own line are one deposit however each spells the name. Hashed: a check names its writer.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    keys = []
    for line in lines:
        trace = plain_trace(line.trace_number)
        content = (line.deposited_on.isoformat(), str(line.amount_cents), trace or f"of {_plain_name(line.payer_name)}")
        seen[content] += 1
        keys.append(hashlib.sha256("|".join((*content, str(seen[content]))).encode()).hexdigest())
    return tuple(keys)


def plain_trace(text: str) -> str:
    """A trace or check number as it is compared: letters and digits only, upper case, leading zeros cut."""
    return "".join(character for character in text.upper() if character.isalnum()).lstrip("0")


def same_payer(deposit_says: str, payer_name: str, payer_identifier: str) -> bool:
    """Whether a bank line names the payer of a remittance: its name, a cut beginning of it, or its TRN03."""
    told, name = _plain_name(deposit_says), _plain_name(payer_name)
    identifier = plain_trace(payer_identifier)
    if not told:
        return False
    if len(identifier) >= _AS_BANKS_CUT_NAMES and identifier in told:
        return True
    shorter, longer = sorted((told, name), key=len)
    return told == name or (len(shorter) >= _AS_BANKS_CUT_NAMES and longer.startswith(shorter))


def _plain_name(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())
