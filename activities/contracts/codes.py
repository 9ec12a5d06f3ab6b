"""The table of codes that matter to a contract, read once for each process."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from domain.contracts.codes import ContractCodes, parse_contract_codes


@lru_cache(maxsize=1)
def contract_codes() -> ContractCodes:
    """``storage/reference_data/contract_codes.csv``."""
    text = files("storage").joinpath("reference_data/contract_codes.csv").read_text(encoding="utf-8")
    return parse_contract_codes(csv.DictReader(text.splitlines()))
