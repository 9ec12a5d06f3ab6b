"""How the clearinghouse has been told to misbehave; kept in the books until it is told otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from simulator.derivation import derived_chance
from simulator.store.database import Database

_FACT = "misbehaviour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbehaviour:
    """Nothing set: a clearinghouse as it should be."""

    slow_ms: int = 0
    """Every SFTP operation and every real-time answer takes so much longer."""
    down: bool = False
    """SFTP and HTTPS refuse connections."""
    duplicate_files: bool = False
    """Every delivered file lies in the mailbox a second time under another name."""
    lose_files: float = 0.0
    """The share of answers that never reach the mailbox; 1 is all of them."""
    lose_inbound: float = 0.0
    """The share of received interchanges that vanish unread."""
    too_many_requests: int = 0
    """So many next real-time requests are refused with 429."""
    pays_twice: bool = False
    """Patients pay each statement twice."""

    def loses(self, fraction: float, seed: int, *question: object) -> bool:
        """Whether a file is lost: derived from its question, so that a run repeats."""
        return fraction > 0 and derived_chance(fraction, seed, *question, "lost")


def misbehaviour(database: Database) -> Misbehaviour:
    """What holds now."""
    text = database.fact(_FACT)
    return Misbehaviour(**json.loads(text)) if text else Misbehaviour()


def misbehave(database: Database, orders: Mapping[str, object]) -> Misbehaviour:
    """Change what the orders name and leave the rest.

    Raises:
        ValueError: an unknown order, or a value of the wrong kind.
    """
    values = asdict(misbehaviour(database))
    for name, value in orders.items():
        if name not in values:
            raise ValueError(f"unknown order {name}; known are {', '.join(values)}")
        if not isinstance(value, int | float):
            raise ValueError(f"{name} takes true, false or a number")
        values[name] = type(values[name])(value)
    database.remember(_FACT, json.dumps(values))
    return Misbehaviour(**values)
