"""Codes that matter to a contract's arithmetic: data of the trade, each row with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

COLUMNS = ("kind", "code", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCodes:
    """The table of ``contract_codes.csv``."""

    facility_place: frozenset[str]
    """Places of service at which a facility price holds."""
    pricing_modifier: frozenset[str]
    """Modifiers that change a price: where neither a row nor a term knows one, nothing is expected."""
    cost_sharing: frozenset[str]
    """CARC with group PR that the patient owes out of the allowed amount. Other PR codes tell what was not allowed."""
    after_allowed: frozenset[str]
    """CARC taken from the payment and not from the allowed amount: sequestration (253), withholding, incentives."""

    def place_kind(self, place_of_service: str) -> str:
        """``F`` facility or ``NF`` non-facility."""
        return "F" if place_of_service in self.facility_place else "NF"


def parse_contract_codes(rows: Iterable[Mapping[str, str]]) -> ContractCodes:
    """Read the rows of the table.

    Raises:
        ValueError: a row has no source, or a kind that nobody knows.
    """
    found: dict[str, set[str]] = {name: set() for name in ContractCodes.__slots__}
    for number, row in enumerate(rows, start=1):
        if not row.get("source") or not row.get("code"):
            raise ValueError(f"contract codes, row {number}: code and source must say something")
        if (kind := row.get("kind", "")) not in found:
            raise ValueError(f"contract codes, row {number}: no kind {kind}")
        found[kind].add(row["code"])
    return ContractCodes(**{kind: frozenset(codes) for kind, codes in found.items()})
