"""Looks of the front desk's own: what a schedule starts beside the sweeps of the books."""

from __future__ import annotations

from temporalio import activity

from contracts.wire import Sweep, Swept


class FrontDeskSweeps:
    """Short looks at appointments: they write rows and messages, and carry no business id."""

    @activity.defn(name="sweep_appointments")
    async def appointments(self, sweep: Sweep) -> Swept:
        """Ask payers about the visits that come, where a question is due."""
        raise NotImplementedError

    @activity.defn(name="sweep_front_desk")
    def front_desk(self, sweep: Sweep) -> Swept:
        """Look at estimates that are owed, due, or exceeded by a bill."""
        raise NotImplementedError
