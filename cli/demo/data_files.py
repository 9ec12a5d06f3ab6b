"""The demo's data files, read once."""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib.resources import files
from typing import Any

from domain.people.parties import Address, BillingProvider, RenderingProvider


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
    """The billing provider of the demo."""
    names = ("name", "npi", "tax_id", "taxonomy", "submitter_id", "contact_name", "contact_phone")
    data = read("practice")
    return BillingProvider(address=Address(**data["address"]), **{name: data[name] for name in names})


@cache
def providers(role: str) -> tuple[RenderingProvider, ...]:
    """Who may stand on a claim as ``rendering`` or ``referring``."""
    return tuple(RenderingProvider(**entry) for entry in read("practice")[role])
