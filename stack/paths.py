"""Where the local stack keeps things: the state of one checkout, and one cache folder shared by all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPaths:
    """Folders of one local stack; two stacks with different `state` folders run side by side."""

    state: Path
    cache: Path

    @classmethod
    def from_environment(cls) -> StackPaths:
        """`.claimflow/` of the checkout (CLAIMFLOW_STATE) and the user's cache (CLAIMFLOW_CACHE)."""
        state = os.environ.get("CLAIMFLOW_STATE")
        return cls(state=Path(state).resolve() if state else CHECKOUT / ".claimflow", cache=cache_folder())

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def pids(self) -> Path:
        return self.state / "pids"

    @property
    def postgres(self) -> Path:
        return self.state / "postgres"

    @property
    def temporal(self) -> Path:
        return self.state / "temporal"

    @property
    def simulator(self) -> Path:
        return self.state / "simulator"

    @property
    def ports(self) -> Path:
        return self.state / "ports.json"

    @property
    def summary(self) -> Path:
        """What `claimflow up` started, for `status` and `down` and for other programs to find it."""
        return self.state / "stack.json"

    def create(self) -> None:
        for folder in (self.state, self.logs, self.pids):
            folder.mkdir(parents=True, exist_ok=True)


def cache_folder() -> Path:
    """CLAIMFLOW_CACHE, else `claimflow` in XDG_CACHE_HOME, else in ~/.cache."""
    own = os.environ.get("CLAIMFLOW_CACHE")
    if own:
        return Path(own).resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claimflow"
