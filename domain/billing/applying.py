"""What a patient's payment pays first: what the patient chose, then the oldest; what is in dispute comes last."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence


def in_order(
    open_by_claim: Mapping[int, int], *, chosen: Sequence[int] = (), disputed: Collection[int] = ()
) -> dict[int, int]:
    """The open claims in the order in which a payment is applied; ``open_by_claim`` is the oldest first.

    ``chosen`` are visits that the patient named, or those of the statement that came back with the check. A claim in
    dispute is paid without its patient's word by nobody: it comes after all others, and only if it was not chosen.
    """
    first = [number for number in dict.fromkeys(chosen) if number in open_by_claim]
    rest = [number for number in open_by_claim if number not in first]
    ordered = [*first, *(n for n in rest if n not in disputed), *(n for n in rest if n in disputed)]
    return {number: open_by_claim[number] for number in ordered}
