"""Money is never divided as a float."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from domain.remittance.balancing import dollars

HOUSE = Path(__file__).resolve().parents[3]
ROOMS = ("activities", "cli", "contracts", "domain", "edi", "gateways", "storage", "workers", "workflows", "x12")
SOURCES = [path for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py"))]


def float_divisions(source: str) -> list[str]:
    """Every ``x / 100`` whose left side is not a Decimal in so many words."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.right, ast.Constant)
        and node.right.value == 100
        and not ast.unparse(node.left).startswith("Decimal(")
    ]


def test_no_module_divides_cents_as_a_float() -> None:
    found = {str(path.relative_to(HOUSE)): float_divisions(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert len(found) > 500
    assert {path: divisions for path, divisions in found.items() if divisions} == {}


def test_the_look_finds_one_where_it_stands() -> None:
    assert float_divisions('f"${cents / 100:,.2f}"; Decimal(cents) / 100; cents // 100') == ["cents / 100"]


@pytest.mark.parametrize(
    ("cents", "words"), [(2**53 + 1, "90,071,992,547,409.93"), (-5, "-0.05"), (0, "0.00"), (123405, "1,234.05")]
)
def test_every_cent_is_told(cents: int, words: str) -> None:
    assert dollars(cents) == words
