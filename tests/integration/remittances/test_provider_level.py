"""PLB entries of every reason: booked at provider level, never on a claim; an unknown one is asked about."""

from __future__ import annotations

import pytest

from activities.remittances.rules import provider_adjustment_reasons
from tests.integration.cli.conftest import CommandLine
from tests.integration.remittances.test_posting import PAID, paid
from tests.support.remittance_office import RemittanceOffice
from tests.support.remittance_text import head, interchange

TOLD = ("WO", "72", "FB", "CS", "LE", "L3", "J1", "AP", "B2", "IR", "E3", "L6", "50", "51", "WU")
"""The reasons that payers use most; cents differ, so that no two could stand for each other."""


def plb(*entries: tuple[str, str, int]) -> str:
    told = "*".join(f"{reason}:{reference}*{cents / 100:.2f}" for reason, reference, cents in entries)
    return f"PLB*1234567893*20261231*{told}"


@pytest.mark.parametrize("sign", [1, -1], ids=["held back", "given"])
def test_every_reason_is_booked_at_provider_level_and_leaves_the_claim_it_names_alone(
    office: RemittanceOffice, sign: int
) -> None:
    number = office.send_claim(("99213", 12500))
    entries = [(reason, f"{number}-1", sign * (100 + at)) for at, reason in enumerate(TOLD)]
    in_all = sum(cents for *_, cents in entries)
    body = [*head("EFT1", f"{(8000 - in_all) / 100:.2f}"), *paid(number)]
    segments = [plb(*entries[at : at + 6]) for at in range(0, len(entries), 6)]
    assert office.receive(interchange([*body, *segments])) == ["processed"]
    assert office.balances(number) == PAID
    interest = next(cents for reason, _, cents in entries if reason == "L6")
    ledger = office.ledger()
    assert (ledger["interest"], ledger["provider_level"]) == (interest, in_all - interest)
    assert (ledger["remittance_clearing"], ledger.get("unapplied_cash", 0)) == (8000 - in_all, 0)
    rows = [(row.reason, row.amount_cents, row.claim_number) for row in office.provider_adjustments()]
    assert rows == [(reason, cents, number) for reason, _, cents in entries], "named, and linked: nothing is spread"
    assert office.open_items() == []
    posted = office.size()
    office.receive(interchange([*body, *segments], number=2), "again.835")
    assert office.size() == posted


def test_an_entry_without_a_reference_is_booked_and_linked_to_nothing(office: RemittanceOffice) -> None:
    office.send_claim(("99213", 12500))
    office.receive(interchange([*head("EFT1", "12.34"), "PLB*1234567893*20261231*CS*-12.34"]))
    (row,) = office.provider_adjustments()
    assert (row.reference, row.claim_number, row.amount_cents) == ("", None, -1234)
    assert office.ledger()["provider_level"] == -1234


def test_a_reference_that_could_be_two_claims_is_linked_to_neither(office: RemittanceOffice) -> None:
    first, second = (office.send_claim(("99213", 12500)) for _ in range(2))
    body = [*head("EFT1", "160"), *paid(first), *paid(second, icn="ICN2")]
    office.receive(interchange(body))
    later = [*head("EFT2", "5"), plb(("CS", f"{first}-1 {second}-1", -500))]
    office.receive(interchange(later, number=2), "later.835")
    assert [row.claim_number for row in office.provider_adjustments()] == [None]
    assert [office.balances(number) for number in (first, second)] == [PAID] * 2


def test_a_reason_that_nobody_knows_is_booked_and_asked_about_until_a_person_says_what_it_is(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("99213", 12500))
    assert "Q9" not in provider_adjustment_reasons()
    body = [*head("EFT1", "71.50"), *paid(number), plb(("Q9", "LETTER 7", 850))]
    assert office.receive(interchange(body)) == ["processed"]
    assert office.balances(number) == PAID
    assert office.ledger()["provider_level"] == 850
    (item,) = office.open_items()
    assert item.kind == "provider_adjustment_unknown"
    assert item.reason == (
        "The payer held back $8.50 at provider level (trace EFT1) for a reason we do not know: PLB Q9"
    )
    assert item.details["reference"] == "LETTER 7"
    (row,) = office.provider_adjustments()
    why = ("--reason", "a fee for paper remittances, says the payer")
    ran = run("remit", "settle", f"P{row.id}", "--by", "dana", *why, "--json")
    assert (ran.exit_code, ran.document["state"], ran.document["amount_cents"]) == (0, "settled", 850)
    assert office.open_items() == []
    again = run("remit", "settle", f"P{row.id}", "--by", "dana", *why)
    assert (again.exit_code, again.error_line) == (
        1, f"claimflow: P{row.id} does not wait for that: nothing is asked about it",
    )  # fmt: skip
    posted = office.size()
    office.receive(interchange(body, number=2), "again.835")
    assert office.size() == posted
