"""The simulator's control endpoint on loopback: the date, and orders to misbehave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True, kw_only=True)
class SimulatorState:
    """What the simulator holds after an advance."""

    next_due: datetime | None
    mailbox: int
    released: int = 0


class SimulatorControl:
    """Tells the simulator the business date; safe to repeat."""

    def __init__(self, ready_file: Path) -> None:
        """Find the endpoint in the simulator's ready file at each call: it may have restarted elsewhere."""
        self._ready_file = ready_file

    async def advance(self, now: datetime) -> SimulatorState:
        """Let the simulator process what it was sent and release what is due by ``now``."""
        return _state(await self._post("/advance", {"now": now.isoformat()}))

    async def misbehave(self, **orders: Any) -> None:
        """Order slow answers, an outage, doubled or lost files, or 429."""
        await self._post("/misbehave", orders)

    async def plant(self, **orders: Any) -> dict[str, Any]:
        """Order a reversal, a late answer or an old file again."""
        return await self._post("/control/plant", orders)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        ready = json.loads(self._ready_file.read_text())
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{ready['control_port']}", timeout=120, trust_env=False
        ) as http:
            answer = await http.post(path, json=body)
            answer.raise_for_status()
            result: dict[str, Any] = answer.json()
            return result


def _state(answer: dict[str, Any]) -> SimulatorState:
    due = answer.get("next_due")
    return SimulatorState(
        next_due=datetime.fromisoformat(due) if due else None,
        mailbox=int(answer["mailbox"]),
        released=int(answer.get("released", 0)),
    )
