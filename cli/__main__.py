"""``python -m cli`` is ``claimflow``."""

from __future__ import annotations

from cli.main import main

main()
