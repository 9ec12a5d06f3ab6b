"""The one place where a connection to PostgreSQL is configured."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

STATEMENT_TIMEOUT_MS = 30_000


def make_engine(url: str, pool_size: int = 10) -> Engine:
    """Return an engine for ``url`` (``postgresql://...``); nothing connects until it is used.

    ``pool_size`` counts activity threads plus local-activity threads of the process; a tenth of it may
    overflow, so that a burst waits for a connection instead of exhausting the server.
    """
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        pool_size=pool_size,
        max_overflow=max(2, pool_size // 10),
        pool_pre_ping=True,
        connect_args={
            "application_name": "claimflow",
            "connect_timeout": 10,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        },
    )
