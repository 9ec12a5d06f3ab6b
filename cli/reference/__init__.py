"""``claimflow reference``: code tables of the installation."""

from cli.reference.command import app

__all__ = ["app"]
