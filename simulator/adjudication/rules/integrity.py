"""Is so much service in one day believable? The payer's program integrity unit asks."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.adjudication.case import Case
from simulator.adjudication.rules.common import denial_of
from simulator.adjudication.verdict import Denial


def units_are_believable(case: Case) -> Iterator[Denial]:
    """CO-216 with N35: more units of a timed service on one line than a day of one therapist has."""
    most = case.persona.policy.believable_units
    lines = [line for line in case.claim.lines if line.quantity > most.get(line.procedure, line.quantity)]
    if lines:
        yield denial_of(case, "integrity", lines)
