"""The days on which banks and payers do not work."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=16)
def federal_holidays(year: int) -> frozenset[date]:
    """US federal holidays of a year, the one before and the one after, on the days they are observed."""
    return frozenset(holidays.country_holidays("US", years=[year - 1, year, year + 1]))
