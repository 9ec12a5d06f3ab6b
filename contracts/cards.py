"""What crosses Temporal for cards: one look of a schedule."""

from __future__ import annotations

from temporalio import activity

from contracts.wire import Sweep, Swept


class CardSweeps:
    """Asking the card gateway about charges whose end nobody knows."""

    @activity.defn(name="sweep_cards")
    async def cards(self, sweep: Sweep) -> Swept:
        """Ask by each charge's own key, and post what was taken."""
        raise NotImplementedError
