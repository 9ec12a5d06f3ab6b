"""Logs: JSON lines with ids and codes; anything else is dropped at the door."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SPOKEN = frozenset(
    {
        "event", "level", "timestamp", "logger", "error", "claim", "account", "batch", "file_id", "outbox_id",
        "stage", "payer", "kind", "count", "state", "workflow", "address", "build", "seconds", "queue", "step",
        "release", "day",
    }
)  # fmt: skip
"""The only keys that may leave the process: a name or member id has no key to travel under."""


def _name_the_error(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception is told by its type: its text may quote what it failed on."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple) and info[0] is not None:
        event.setdefault("error", info[0].__name__)
    elif isinstance(info, BaseException):
        event.setdefault("error", type(info).__name__)
    return event


def _keep_only_spoken(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in _SPOKEN or key.startswith("_")}


def configure(level: int = logging.INFO) -> None:
    """One JSON formatter for structlog's and the standard library's records."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _name_the_error,
                _keep_only_spoken,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("asyncssh", "httpx", "httpcore", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
