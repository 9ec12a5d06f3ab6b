"""The table of codes that matter to a contract, read once for each process."""

from __future__ import annotations

from functools import lru_cache

from domain.contracts.codes import ContractCodes, parse_contract_codes
from storage.operator_files import rows


@lru_cache(maxsize=1)
def contract_codes() -> ContractCodes:
    """``storage/reference_data/contract_codes.csv``."""
    return parse_contract_codes(rows("contract_codes.csv"))
