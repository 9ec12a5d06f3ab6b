"""Why an order is not carried out."""

from __future__ import annotations


class Refused(Exception):
    """A command cannot be carried out; the text says why and what to do, without values."""
