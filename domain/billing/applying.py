"""What a patient's payment pays first: the visits they chose, those of the statement they quote, then the oldest.

What is in dispute comes last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence


def in_order(
    open_by_claim: Mapping[int, int],
    *,
    chosen: Sequence[int] = (),
    quoted: Collection[int] = (),
    disputed: Collection[int] = (),
) -> dict[int, int]:
    """The open claims in the order in which a payment is applied; ``open_by_claim`` is the oldest first.

    ``chosen`` are visits that the patient named; ``quoted`` those of the statement that came back with the money. A
    claim in dispute is paid without its patient's word by nobody: it comes after all others, and only if it was not
    chosen. That it stood on a statement is no such word.
    """
    first = [number for number in dict.fromkeys(chosen) if number in open_by_claim]
    rest = [number for number in open_by_claim if number not in first]
    rest.sort(key=lambda number: (number in disputed, number not in quoted))
    return {number: open_by_claim[number] for number in (*first, *rest)}
