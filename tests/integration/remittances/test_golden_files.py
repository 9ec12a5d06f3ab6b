"""Remittances of our own with the ledger they must leave, written beside them by hand: tests/fixtures/remittances.

``NAME.toml`` tells the claims that were sent and what stands after each file ``NAME.835``, ``NAME-2.835`` and so on:
ledger and claim balances in cents (zeros left out), loops as ``CLP02 state verdict``, PLB entries as reason,
reference, cents and the place of the claim they name (0: none), how often each claim was told, what legs cite.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.models import Entry
from tests.support.remittance_office import RemittanceOffice

FIXTURES = Path(__file__).parents[2] / "fixtures" / "remittances"
CASES = sorted(FIXTURES.glob("*.toml"))


def deliveries(case: Path) -> list[Path]:
    return [case.with_suffix(".835"), *sorted(FIXTURES.glob(f"{case.stem}-[0-9].835"))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_remittance_leaves_the_ledger_that_was_written_beside_it(case: Path, office: RemittanceOffice) -> None:
    told: dict[str, Any] = tomllib.loads(case.read_text(encoding="utf-8"))
    numbers = [
        office.send_claim(*((code, cents) for code, cents in claim["lines"]), payer=claim.get("payer", "commercial"))
        for claim in told["claims"]
    ]
    files = deliveries(case)
    assert len(files) == len(told["after"])
    for file, after in zip(files, told["after"], strict=True):
        assert office.receive(file.read_bytes(), file.name) == ["processed"] * file.read_bytes().count(b"ST*835")
        check(office, numbers, after)
    posted = office.size()
    for file in files:
        office.receive(file.read_bytes().replace(b"*000000001*0*T", b"*000000099*0*T"), "again.835")
    assert office.size() == posted, "the same remittances in another envelope must post nothing"
    assert office.open_items() == []


def check(office: RemittanceOffice, numbers: list[int], after: dict[str, Any]) -> None:
    assert office.ledger() == after["ledger"]
    if "claims" in after:
        assert [office.balances(number) for number in numbers] == after["claims"]
    if "loops" in after:
        assert [f"{loop.status} {loop.state} {loop.verdict}" for loop in office.loops()] == after["loops"]
    if "attempts" in after:
        assert [office.attempts(number)[-1].state for number in numbers] == after["attempts"]
    if "rung" in after:
        rung = office.rung()
        assert [rung[str(number)] for number in numbers] == after["rung"]
    place = {None: 0} | {number: at for at, number in enumerate(numbers, start=1)}
    if "provider" in after:
        assert [
            [row.reason, row.reference, row.amount_cents, place[row.claim_number]]
            for row in office.provider_adjustments()
        ] == after["provider"]
    for cites in after.get("cites", ()):
        with office.books.transaction(office.organisation) as session:
            assert cites in set(session.scalars(select(Entry.cites)))
