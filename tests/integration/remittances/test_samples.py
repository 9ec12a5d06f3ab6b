"""Other people's 835s, where this machine has them beside the checkout: what balances posts, the rest is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.remittance import balancing, keys
from domain.remittance.handling import whole_problems
from edi import remittance as remittance_file
from tests.support.remittance_office import RemittanceOffice
from x12.check import check_remittances
from x12.reading import read_file
from x12.transactions.remittance import Remittance

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"


def sample_files() -> Iterator[Path]:
    """Every X12 file that holds an ST*835, whatever its name says; prose around an example is no X12."""
    if SAMPLES.is_dir():
        for path in sorted(SAMPLES.rglob("*")):
            if path.is_file():
                start = path.read_bytes()[:4000].lstrip()
                if start.startswith(b"ISA") and re.search(rb"ST.835.", start):
                    yield path


FILES = list(sample_files())
files = pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.name) for path in FILES]
    or [pytest.param(None, marks=pytest.mark.skip(reason="no shared/samples beside this checkout"))],
)


def segments(path: Path) -> list[list[str]]:
    """The segments of a file, split without any reader of ours."""
    text = path.read_text(encoding="latin-1").lstrip()
    element, terminator = text[3], text[105]
    return [part.strip("\r\n ").split(element) for part in text.split(terminator) if part.strip("\r\n ")]


def cents(amount: str) -> int:
    whole, _, part = amount.lstrip("-").partition(".")
    value = int(whole or 0) * 100 + int((part + "00")[:2])
    return -value if amount.startswith("-") else value


@dataclass
class Sum:
    """A line, a claim or a set: what it should have paid, and what it says."""

    level: str
    claim: str = ""
    charged: int = 0
    taken: int = 0
    paid: int = 0

    @property
    def problem(self) -> tuple[str, str, int, int] | None:
        expected = self.charged - self.taken
        return (self.level, self.claim, expected, self.paid) if expected != self.paid else None


def arithmetic(path: Path) -> list[list[tuple[str, str, int, int]]]:
    """By hand, for each ST*835, the sums that do not hold: lines of a claim, the claim, at last the set."""
    sets: list[list[Sum]] = []
    whole, claim, line = Sum("transaction"), Sum("claim"), None
    for parts in segments(path):
        match parts[0]:
            case "ST" if parts[1] == "835":
                whole, line = Sum("transaction"), None
                sets.append([whole])
            case "BPR":
                whole.paid = cents(parts[2])
            case "CLP":
                claim, line = Sum("claim", parts[1], cents(parts[3]), 0, cents(parts[4])), None
                whole.charged += claim.paid
                sets[-1].insert(-1, claim)
            case "SVC":
                line = Sum("line", claim.claim, cents(parts[2]), 0, cents(parts[3]))
                sets[-1].insert(sets[-1].index(claim), line)
            case "CAS":
                taken = sum(cents(amount) for amount in parts[3::3] if amount)
                claim.taken += taken
                if line is not None:
                    line.taken += taken
            case "PLB":
                whole.taken += sum(cents(amount) for amount in parts[4::2] if amount)
    return [[one.problem for one in several if one.problem is not None] for several in sets]


def test_there_are_samples_that_balance_and_samples_that_do_not() -> None:
    if not FILES:
        pytest.skip("no shared/samples beside this checkout")
    balanced = [check_remittances(path.read_bytes())["balanced"] for path in FILES]
    assert any(balanced)
    assert not all(balanced)


@files
def test_the_check_agrees_with_the_arithmetic_done_by_hand(path: Path) -> None:
    report = check_remittances(path.read_bytes())
    by_hand = arithmetic(path)
    assert len(report["transactions"]) == len(by_hand)
    for told, problems in zip(report["transactions"], by_hand, strict=True):
        summed = [one for one in told["problems"] if one["expected"]]
        found = [(one["level"], one["claim"], cents(one["expected"]), cents(one["found"])) for one in summed]
        assert found == problems
        negative = [one["message"] for one in told["problems"] if not one["expected"]]
        assert all("BPR02 at segment 2: is negative" in message for message in negative)
        assert told["balanced"] == (not problems and not negative)


@files
def test_what_balances_posts_its_deposit_and_the_rest_is_held_with_the_arithmetic(
    path: Path, office: RemittanceOffice
) -> None:
    content = path.read_bytes()
    told = [one for one in read_file(content).transactions() if isinstance(one.content, Remittance)]
    report = {one["control_number"]: one["balanced"] for one in check_remittances(content)["transactions"]}
    office.receive(content, path.name)
    ledger = office.ledger()
    assert sum(ledger.values()) == 0
    read = [remittance_file.read(one) for one in told]
    deposits = {
        (one.payee_npi, one.payer_identifier, one.trace_number, one.payment_date): one.payment_cents
        for one in read
        if one.handling not in ("H", "P")
    }
    assert ledger.get("remittance_clearing", 0) == sum(deposits.values())
    states = {row.key: row.state for row in office.remittances()}
    for one in read:
        state = states[keys.remittance_key(one)]
        assert state == ("posted" if report[one.control_number] else state)
        assert state == ("held" if whole_problems(one, balancing.problems(one)) else state)
    held = [row for row in office.remittances() if row.state == "held"]
    questions = [item for item in office.open_items() if item.kind == "remittance_unbalanced"]
    assert len(questions) >= len(held)
    assert {loop.state for loop in office.loops()} <= {"unmatched", "held"}
    assert all(loop.loop["control_number"] is not None for loop in office.loops())
    posted = office.size()
    office.receive(content, "again.835")
    assert office.size() == posted
