"""Keys that make a remittance post once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from domain.remittance.remittance import ProviderAdjustment, Remittance, RemittedClaim

_SEPARATOR = "|"


def remittance_key(remittance: Remittance) -> str:
    """Key of one deposit: payee NPI, TRN03, TRN02, BPR16. By content, never by position in a file."""
    return _joined(
        remittance.payee_npi,
        remittance.payer_identifier,
        remittance.trace_number,
        remittance.payment_date.strftime("%Y%m%d"),
    )


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
    digest = hashlib.sha256()
    for row in rows:
        cells = [cell.strip().upper() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        digest.update("\x1f".join(cells).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()
