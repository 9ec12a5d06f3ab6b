"""What a worker process is told by its environment."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

DEPLOYMENT = "claimflow"
_CODE = ("workflows", "contracts", "domain")


@dataclass(frozen=True, kw_only=True)
class WorkerSettings:
    """Where the servers are."""

    database_url: str
    temporal_address: str
    temporal_namespace: str

    @classmethod
    def from_environment(cls) -> WorkerSettings:
        """Read DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.

        Raises:
            SettingsMissing: DATABASE_URL is not set.
        """
        database_url = os.environ.get("DATABASE_URL", "")
        if not database_url:
            raise SettingsMissing("DATABASE_URL is not set: name the PostgreSQL database, or run `claimflow up`")
        return cls(
            database_url=database_url,
            temporal_address=os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
            temporal_namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
        )


class SettingsMissing(RuntimeError):
    """The environment lacks something a worker needs."""


def build_id() -> str:
    """Id of the code that decides: stamped by CLAIMFLOW_BUILD_ID, else a hash of its sources."""
    stamped = os.environ.get("CLAIMFLOW_BUILD_ID", "")
    if stamped:
        return stamped
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for room in _CODE:
        for source in sorted((root / room).rglob("*.py")):
            digest.update(source.relative_to(root).as_posix().encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:12]
