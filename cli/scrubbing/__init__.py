"""``claimflow scrub`` and ``claimflow rules``: findings before submission, and the operator's own rules."""

from cli.scrubbing.command import register
from cli.scrubbing.rules import app as rules

__all__ = ["register", "rules"]
