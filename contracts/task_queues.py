"""Task queues: one for the stories and our own database, one for outside parties."""

from __future__ import annotations

STORIES = "claimflow"
"""Workflows, and activities that only touch our database."""

OUTSIDE = "claimflow-outside"
"""Activities that speak to the clearinghouse, payers and the mail room; rate-limited on its workers."""
