"""Keys that make a remittance post once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from domain.remittance.remittance import ProviderAdjustment, Remittance, RemittedClaim

_SEPARATOR = "|"
_BLANK = re.compile(r"[^\S\x1c-\x1f]")


def remittance_key(remittance: Remittance) -> str:
    """Key of one deposit: payee NPI, TRN03, TRN02, BPR16. By content, never by position in a file."""
    return _deposit_key(
        remittance.payee_npi, remittance.payer_identifier, remittance.trace_number, remittance.payment_date
    )


@lru_cache(maxsize=64)
def _deposit_key(payee_npi: str, payer_identifier: str, trace_number: str, payment_date: date) -> str:
    """Every claim of a remittance asks for it."""
    return _joined(payee_npi, payer_identifier, trace_number, payment_date.strftime("%Y%m%d"))


def claim_key(remittance: Remittance, claim: RemittedClaim) -> str:
    """Key of one CLP loop: its deposit, CLP01, CLP07, CLP02, the loop's hash, its ordinal among equals."""
    decision = (claim.control_number, claim.payer_control_number, claim.status, claim.content_hash)
    return _joined(remittance_key(remittance), *decision, str(claim.ordinal))


def decision_key(remittance: Remittance, claim: RemittedClaim) -> str:
    """Key of what a loop speaks of, without its content: the same payee, TRN and claim with another hash
    is no second decision but a question for a person."""
    return _joined(remittance_key(remittance), claim.control_number, claim.payer_control_number, claim.status)


def provider_adjustment_keys(remittance: Remittance) -> tuple[str, ...]:
    """A key for each PLB entry, in order: its deposit, reason, reference, cents, ordinal among equals."""
    seen: dict[ProviderAdjustment, int] = {}
    keys = []
    for entry in remittance.provider_adjustments:
        seen[entry] = seen.get(entry, 0) + 1
        parts = ("PLB", entry.reason, entry.reference, str(entry.amount_cents), str(seen[entry]))
        keys.append(_joined(remittance_key(remittance), *parts))
    return tuple(keys)


def _joined(*parts: str) -> str:
    """Parts without outer blanks, upper case; a separator inside a part is doubled, so no two keys mix."""
    return _SEPARATOR.join(part.strip().upper().replace(_SEPARATOR, _SEPARATOR * 2) for part in parts)


def normalised_hash(rows: Iterable[Sequence[str]]) -> str:
    """SHA-256 of a CLP loop or a PLB entry given as rows: trailing empty elements cut, letters upper case,
    blanks around an element cut, order kept. Amounts come in cents and dates as CCYYMMDD.

    Two deliveries of one decision hash alike however the payer padded its segments.
    """
    text = "".join(map(_normalised_row, rows)).upper()
    return hashlib.sha256(text.encode()).hexdigest()


def _normalised_row(row: Sequence[str]) -> str:
    line = "\x1f".join(row)
    if _BLANK.search(line):
        line = "\x1f".join([cell.strip() for cell in row])
    return line.rstrip("\x1f") + "\x1e"
