"""The demo's data files, read once."""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib.resources import files
from typing import Any

from domain.people.parties import BillingProvider, RenderingProvider
from storage.organisations import local_practice
from storage.serialise import from_json


@cache
def read(name: str) -> dict[str, Any]:
    """A JSON file of ``cli/demo/data``."""
    found: dict[str, Any] = json.loads((files("cli.demo") / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def charges() -> dict[str, int]:
    """The practice's charge in cents by procedure."""
    text = (files("cli.demo") / "data" / "charges.csv").read_text(encoding="utf-8")
    return {row["procedure"]: int(row["charge_cents"]) for row in csv.DictReader(text.splitlines())}


@cache
def practice() -> BillingProvider:
    """The billing provider of the demo: the practice of the local stack."""
    return from_json(BillingProvider, local_practice()["provider"])


@cache
def providers(role: str) -> tuple[RenderingProvider, ...]:
    """Who may stand on a claim as ``rendering`` or ``referring``."""
    return tuple(RenderingProvider(**entry) for entry in read("providers")[role])
