"""A card gateway in a box: charges once for each key, and can be slow, down, or say everything twice."""

from simulator.cards.sandbox import CardSandbox

__all__ = ["CardSandbox"]
