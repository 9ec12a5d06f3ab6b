"""What cannot be translated, said with its place and without protected data."""

from __future__ import annotations


class EdiError(ValueError):
    """A file or transaction that cannot be translated."""


class UnexpectedContent(EdiError):
    """Another transaction than the one asked for, or one that could not be read."""
