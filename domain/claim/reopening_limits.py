"""Until when a payer reopens its decision, by the ground that is named: a table of data that an operator replaces.

Within the payer's time for corrections any reason will do; what comes later names its ground (42 CFR 405.980(c)).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.appeals.rows import checked
from domain.coverage.coverage import PayerKind
from domain.deadlines.timely_filing import years_later

COLUMNS = ("payer_kind", "ground", "years", "source")


class Ground(StrEnum):
    """Why a decision is looked at again after the time in which any reason will do."""

    GOOD_CAUSE = "good_cause"
    """New and material evidence, or an error on the face of the evidence (42 CFR 405.986)."""
    CLERICAL_ERROR = "clerical_error"
    """Human or mechanical errors, such as a mistaken code (42 CFR 405.980(a)(3))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopeningLimit:
    """How long one ground is heard."""

    payer_kind: PayerKind
    ground: Ground
    years: int | None
    """After the initial determination; None: at any time."""
    source: str

    def last_day(self, determined_on: date) -> date | None:
        """The last day on which a request may come; None: there is none."""
        return None if self.years is None else years_later(determined_on, self.years)


def ground_of(late_reason: str) -> Ground:
    """The ground that a person named: ``clerical error: WHY``, anything else is good cause."""
    return Ground.CLERICAL_ERROR if late_reason.lower().startswith("clerical error") else Ground.GOOD_CAUSE


def why_not_reopened(
    limits: Iterable[ReopeningLimit], payer_kind: PayerKind, determined_on: date, today: date, late_reason: str
) -> str:
    """Why no reopening is heard any more on the ground that was named, with what to do instead; empty when it is."""
    known = {one.ground: one for one in limits if one.payer_kind is payer_kind}
    named = known.get(ground_of(late_reason))
    last_day = None if named is None else named.last_day(determined_on)
    if named is None or last_day is None or today <= last_day:
        return ""
    still = known.get(Ground.CLERICAL_ERROR)
    other = (
        f"a clerical error is heard at any time ({still.source}): begin the reason with "
        "`late because: clerical error: WHY;`, or write it off"
        if still is not None and still.years is None and still is not named
        else "write it off"
    )
    return (
        f"a reopening for {named.ground.replace('_', ' ')} was heard until {last_day}, {named.years} years after the "
        f"initial determination of {determined_on} ({named.source}); {other}"
    )


def parse_reopening_limits(rows: Iterable[Mapping[str, str]]) -> tuple[ReopeningLimit, ...]:
    """Read ``reopening_limits.csv``.

    Raises:
        ValueError: naming the row that does not fit.
    """
    return tuple(checked("reopening limits", place, row, COLUMNS, _limit) for place, row in enumerate(rows, start=1))


def _limit(row: Mapping[str, str]) -> ReopeningLimit:
    years = int(row["years"]) if row["years"] else None
    if years is not None and years < 1:
        raise ValueError("years counts from 1; leave it empty where there is no limit")
    return ReopeningLimit(
        payer_kind=PayerKind(row["payer_kind"]), ground=Ground(row["ground"]), years=years, source=row["source"]
    )
