"""``claimflow import``: other people's claims become ours."""

from __future__ import annotations

from cli.importing.command import register

__all__ = ["register"]
