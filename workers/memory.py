"""How often Python looks for reference cycles in a worker."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 20


def collect_seldom() -> None:
    """Let the cyclic collector run for every 50,000 objects more instead of every 700.

    A remittance of 10,000 claims is a million small objects without cycles; looking through them over and over was
    a third of the time of reading and posting it.
    """
    gc.set_threshold(YOUNG, MIDDLE, OLD)
