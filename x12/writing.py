"""Typed transactions to bytes."""

from __future__ import annotations

from collections.abc import Sequence

from x12.acknowledgement import InterchangeAcknowledgement
from x12.delimiters import STANDARD, Delimiters
from x12.envelope import FunctionalGroup, InterchangeHeader


def write_interchange(
    header: InterchangeHeader,
    groups: Sequence[FunctionalGroup] = (),
    acknowledgements: Sequence[InterchangeAcknowledgement] = (),
    *,
    delimiters: Delimiters = STANDARD,
) -> bytes:
    """Write one interchange: counts, HL and LX numbers are computed; control numbers are the caller's.

    Text is made upper case; everything must then lie in the X12 basic character set, hold no delimiter, and fit
    its element.

    Raises X12Invalid naming each element that cannot be written.
    """
    raise NotImplementedError
