"""Which payer that we know an unknown payer of a file is taken for: a table of data."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from domain.coverage.coverage import Payer, PayerKind


def known_payer(name: str, filing_indicator: str) -> Payer:
    """The payer by the first rule that fits (SBR09 before the name); the file's own name is kept."""
    for row in _rules():
        fits = {
            "filing_indicator": filing_indicator == row["value"],
            "name": row["value"] in name.upper(),
            "any": True,
        }[row["by"]]
        if fits:
            return Payer(
                code=row["code"],
                name=name,
                kind=PayerKind(row["kind"]),
                filing_indicator=row["filing_indicator"],
            )
    raise LookupError("payer_map.csv must end with a rule for any payer")


@cache
def _rules() -> tuple[dict[str, str], ...]:
    text = files("edi").joinpath("data/payer_map.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
