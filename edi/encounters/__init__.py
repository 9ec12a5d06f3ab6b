"""Other people's 837P and 837I files as encounters of ours."""

from __future__ import annotations

from edi.encounters.imported import ImportedFile, Refusal
from edi.encounters.reading import read
from edi.encounters.shift import CannotShift, shift_dates, shift_file

__all__ = ["CannotShift", "ImportedFile", "Refusal", "read", "shift_dates", "shift_file"]
