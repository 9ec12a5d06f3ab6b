"""What comes in an 835 reaches the books once, and what does not fit waits for a person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.models import WorkItem
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.together import together
from tests.support.remittance_office import RemittanceOffice
from tests.support.remittance_text import claim, head, interchange, line


def paid(number: int, *, attempt: str = "-1", icn: str = "ICN1", status: str = "1") -> list[str]:
    """125.00 charged: 80.00 paid, 25.00 by contract, 20.00 copay."""
    return [
        *claim(f"{number}{attempt}", status, "125", "80", "20", icn),
        *line("99213", "125", "80", "CO*45*25", "PR*3*20", control="1"),
    ]


PAID = {"contractual": 2500, "patient_receivable": 2000, "revenue": -12500, "unapplied_cash": 8000}


def test_a_paid_claim_is_posted_and_told(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500))
    assert office.receive(interchange([*head("EFT1", "80"), *paid(number)])) == ["processed"]
    assert office.balances(number) == PAID
    assert office.ledger() == {
        "remittance_clearing": 8000, "contractual": 2500, "patient_receivable": 2000, "revenue": -12500,
    }  # fmt: skip
    (loop,) = office.loops()
    assert (loop.state, loop.claim_number, loop.attempt, loop.verdict) == ("posted", number, 1, "paid")
    assert loop.lines == [{"position": 1, "line": 1, "charge_cents": 12500, "paid_cents": 8000}]
    (attempt,) = office.attempts(number)
    assert (attempt.state, attempt.payer_control_number) == ("answered", "ICN1")
    assert office.rung() == {str(number): 1}
    assert office.notes(number)[-1].what == "Payer's decision posted: paid $80.00 of $125.00"
    assert office.open_items() == []


def test_the_same_file_the_same_set_and_an_overlapping_file_post_nothing_twice(office: RemittanceOffice) -> None:
    first, second, third = (office.send_claim(("99213", 12500)) for _ in range(3))
    one = [*head("EFT1", "160"), *paid(first), *paid(second, icn="ICN2")]
    other = [*head("EFT2", "80"), *paid(third, icn="ICN3")]
    content = interchange(one)
    office.receive(content)
    posted = office.size()
    office.receive(content, "again.835")
    office.receive(interchange(one, number=2), "other-envelope.835")
    assert office.size() == posted
    office.receive(interchange(one, other, number=3), "overlapping.835")
    assert office.ledger()["remittance_clearing"] == 24000
    assert office.rung() == {str(number): 1 for number in (first, second, third)}
    assert [office.balances(number) for number in (first, second, third)] == [PAID] * 3


def test_a_reversal_of_a_decision_that_never_came_says_so_in_the_claims_story(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500))
    back = [
        *claim(f"{number}-1", "22", "-125", "-80", "-20", "ICN1"),
        *line("99213", "-125", "-80", "CO*45*-25", "PR*3*-20", control="1"),
    ]
    told = [*head("EFT1", "0", handling="H", method="NON"), *back, "PLB*1234567893*20261231*FB:NEXT*-80"]
    office.receive(interchange(told))
    assert "ask the payer for the one it takes back" in office.notes(number)[-1].why


def test_two_workers_with_one_file_and_with_one_remittance_in_two_files_post_it_once(office: RemittanceOffice) -> None:
    numbers = [office.send_claim(("99213", 12500)) for _ in range(6)]
    body = [
        *head("EFT1", "480"),
        *(segment for at, number in enumerate(numbers) for segment in paid(number, icn=f"ICN{at}")),
    ]
    same, other = interchange(body), interchange(body, number=2)
    together([lambda: office.receive(same, "a.835")] * 2 + [lambda: office.receive(other, "b.835")] * 2)
    assert [office.balances(number) for number in numbers] == [PAID] * 6
    assert office.ledger()["remittance_clearing"] == 48000
    assert office.rung() == {str(number): 1 for number in numbers}
    assert len(office.remittances()) == 1
    assert len(office.loops()) == 6


def test_two_remittances_that_cross_over_the_same_claims_are_both_posted(office: RemittanceOffice) -> None:
    numbers = [office.send_claim(("99213", 12500)) for _ in range(5)]

    def body(trace: str, order: list[int]) -> list[str]:
        return [*head(trace, "400"), *(s for n in order for s in paid(n, icn=f"{trace}{n}"))]

    files = [interchange(body("EFT1", numbers)), interchange(body("EFT2", numbers[::-1]), number=2)]
    together([lambda: office.receive(files[0], "a.835"), lambda: office.receive(files[1], "b.835")])
    assert office.ledger()["remittance_clearing"] == 80000
    # Paid twice: the second payment is a credit of the payer's, the shares and discounts stand once.
    assert {tuple(sorted(office.balances(number).items())) for number in numbers} == {
        tuple(sorted({**PAID, "unapplied_cash": 16000, "payer_receivable": -8000}.items()))
    }


def test_a_claim_that_does_not_balance_waits_alone_and_the_others_post(office: RemittanceOffice) -> None:
    good, bad = (office.send_claim(("99213", 12500)) for _ in range(2))
    wrong = [*claim(f"{bad}-1", "1", "125", "80", "20", "ICN2"), *line("99213", "125", "80", "CO*45*24", "PR*3*20")]
    office.receive(interchange([*head("EFT1", "160"), *paid(good), *wrong]))
    assert office.balances(good) == PAID
    assert office.balances(bad) == {"payer_receivable": 12500, "revenue": -12500}
    assert [loop.state for loop in office.loops()] == ["posted", "held"]
    (item,) = office.open_items()
    assert (item.kind, item.claim_number) == ("remittance_claim_held", bad)
    assert "line 1: SVC02 125.00 less adjustments 44.00 is 81.00, but SVC03 says 80.00" in item.reason
    assert office.ledger()["unapplied_cash"] == -8000


def test_a_transaction_that_does_not_balance_waits_whole_with_its_deposit_booked(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500))
    assert office.receive(interchange([*head("EFT1", "90"), *paid(number)])) == ["held"]
    assert office.ledger() == {
        "remittance_clearing": 9000, "unapplied_cash": -9000, "payer_receivable": 12500, "revenue": -12500,
    }  # fmt: skip
    assert [(row.state, row.balanced) for row in office.remittances()] == [("held", False)]
    assert [loop.state for loop in office.loops()] == ["held"]
    (item,) = office.open_items()
    assert item.kind == "remittance_unbalanced"
    assert "claims paid 80.00 less provider-level adjustments 0.00 is 80.00, but BPR02 says 90.00" in item.reason
    assert office.rung() == {}


def test_a_truncated_delivery_is_released_by_the_complete_one(office: RemittanceOffice) -> None:
    first, second = (office.send_claim(("99213", 12500)) for _ in range(2))
    office.receive(interchange([*head("EFT1", "160"), *paid(first)]), "cut.835")
    assert [loop.state for loop in office.loops()] == ["held"]
    office.receive(interchange([*head("EFT1", "160"), *paid(first), *paid(second, icn="ICN2")], number=2), "whole.835")
    assert [office.balances(number) for number in (first, second)] == [PAID] * 2
    assert office.ledger()["remittance_clearing"] == 16000
    assert [row.state for row in office.remittances()] == ["posted"]
    assert office.open_items() == []


def test_a_part_of_a_posted_remittance_that_comes_again_asks_nothing(office: RemittanceOffice) -> None:
    first, second = (office.send_claim(("99213", 12500)) for _ in range(2))
    office.receive(interchange([*head("EFT1", "160"), *paid(first), *paid(second, icn="ICN2")]), "whole.835")
    posted = office.size()
    office.receive(interchange([*head("EFT1", "160"), *paid(first)], number=2), "cut.835")
    assert office.size() == posted


def test_the_same_trace_and_claim_with_other_content_is_a_question(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500))
    office.receive(interchange([*head("EFT1", "80"), *paid(number)]))
    changed = [
        *claim(f"{number}-1", "1", "125", "80", "25", "ICN1"),
        *line("99213", "125", "80", "CO*45*20", "PR*3*25", control="1"),
    ]
    office.receive(interchange([*head("EFT1", "80"), *changed], number=2), "changed.835")
    assert office.balances(number) == PAID
    (item,) = office.open_items()
    assert "the same trace already decided this claim with other content" in item.reason


def test_a_notification_books_no_deposit_and_one_that_names_money_waits(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500))
    denied = [*claim(f"{number}-1", "1", "125", "0"), *line("99213", "125", "0", "CO*197*125")]
    office.receive(interchange([*head("EFT1", "0", handling="H", method="NON"), *denied]))
    assert office.ledger() == {"payer_receivable": 12500, "revenue": -12500}
    other = office.send_claim(("99213", 12500))
    assert office.receive(interchange([*head("EFT2", "80", handling="H"), *paid(other)], number=2)) == ["held"]
    assert office.ledger() == {"payer_receivable": 25000, "revenue": -25000}
    assert "BPR01 H moves no money" in office.open_items()[0].reason


def test_what_an_835_cannot_say_waits_alone_until_a_person_posts_or_refuses_it(
    office: RemittanceOffice, run: CommandLine
) -> None:
    good, *odd = (office.send_claim(("99213", 12500)) for _ in range(4))
    pended = paid(odd[0], status="5")
    old_group = [part.replace("CAS*CO*", "CAS*CR*") for part in paid(odd[1])]
    not_negated = paid(odd[2], status="22")
    office.receive(interchange([*head("EFT1", "320"), *pended, *paid(good), *old_group, *not_negated]))
    assert office.balances(good) == PAID
    for number in odd:
        assert office.balances(number) == {"payer_receivable": 12500, "revenue": -12500}
    assert office.ledger()["unapplied_cash"] == -24000
    assert [item.reason for item in office.open_items()] == [
        "Held, not posted: CLP02 5 is no claim status of an 835 (5010)",
        "Held, not posted: CAS01 CR is no group of adjustments of an 835 (5010)",
        "Held, not posted: CLP02 22 takes a decision back, but CLP03 125.00 is not negated",
    ]
    pended_loop = office.loops()[0]
    ran = run("remit", "post", f"C{pended_loop.id}", "--by", "dana", "--reason", "the payer meant 1: told by telephone")
    assert (ran.exit_code, office.balances(odd[0])) == (0, PAID)


def test_a_debit_takes_no_money_in_until_a_person_has_looked_at_it(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500))
    debit = interchange([*head("EFT1", "80"), *paid(number)]).replace(b"BPR*I*80*C*", b"BPR*I*80*D*")
    assert office.receive(debit) == ["held"]
    assert office.ledger() == {"payer_receivable": 12500, "revenue": -12500}
    (item,) = office.open_items()
    assert "BPR03 D takes 80.00 from us instead of paying it" in item.reason


@pytest.mark.parametrize(
    ("good", "poison"),
    [
        pytest.param(b"*ICN2*", b"*IC\0N2*", id="a NUL in the payer's number"),
        pytest.param(b"EVERGREEN PPO", b"EVER\0GREEN", id="a NUL in the payer's name"),
        pytest.param(b"*320*C*", b"*99999999999999999999*C*", id="a payment beyond all measure"),
    ],
)  # fmt: skip
def test_a_set_that_the_books_cannot_hold_waits_for_a_person_and_its_neighbours_are_posted(
    office: RemittanceOffice, good: bytes, poison: bytes
) -> None:
    first, spoilt, last = (office.send_claim(("99213", 12500)) for _ in range(3))
    spoilt_set = [*head("EFT2", "320"), *paid(spoilt, icn="ICN2")]
    file = interchange([*head("EFT1", "80"), *paid(first)], spoilt_set, [*head("EFT3", "80"), *paid(last)])
    begin = file.index(b"ST*835*0002")
    file = file[:begin] + file[begin:].replace(good, poison, 1)
    assert poison in file
    assert office.receive(file) == ["processed", "held", "processed"]
    assert (office.balances(first), office.balances(last)) == (PAID, PAID)
    assert office.balances(spoilt) == {"payer_receivable": 12500, "revenue": -12500}
    with office.books.transaction(office.organisation) as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "transaction_unreadable"))
    assert (item.owner, item.details["transaction"]) == ("operations", 2)
    assert item.reason.endswith("a value that the books cannot keep (a NUL character, or a number beyond all measure)")


def test_a_damaged_file_may_be_quoted_to_a_person_whatever_it_holds(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500))
    damaged = interchange([*head("EFT1", "80"), *paid(number)]).replace(b"SVC*", b"SV\0C*", 1)
    office.receive(damaged)
    with office.books.transaction(office.organisation) as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "file_problems"))
    assert "SV? at segment 13" in item.reason
