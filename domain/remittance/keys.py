"""Keys that make a remittance post once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


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
