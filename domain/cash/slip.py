"""A deposit slip: what was taken to the bank together, and its total."""

from __future__ import annotations

from collections.abc import Sequence

from domain.remittance.balancing import dollars


class SlipDoesNotSum(ValueError):
    """The entries of a batch do not add up to the slip's total; the text shows the arithmetic."""


def check_slip(slip: str, total_cents: int, amounts_cents: Sequence[int]) -> None:
    """Accept a batch whose entries sum to its slip.

    Raises:
        SlipDoesNotSum: with every figure needed to find the wrong one.
    """
    found = sum(amounts_cents)
    if found == total_cents:
        return
    entries = " + ".join(dollars(amount) for amount in amounts_cents[:_SHOWN])
    more = f" + {len(amounts_cents) - _SHOWN} more" if len(amounts_cents) > _SHOWN else ""
    raise SlipDoesNotSum(
        f"slip {slip} says {dollars(total_cents)}, but its {len(amounts_cents)} entries sum to {dollars(found)} "
        f"({entries or 'none'}{more}): {dollars(abs(total_cents - found))} "
        f"{'is missing' if found < total_cents else 'is too much'}; nothing was booked"
    )


_SHOWN = 12
