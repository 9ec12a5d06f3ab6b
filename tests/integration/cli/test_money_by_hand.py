"""Paper EOBs and patients' checks by hand: the 835's balancing and posting, once, all of a slip or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_charge
from storage import ledger
from storage.models import Account, Claim, Posting, Receipt, RemittanceClaim, RemittanceRow, Submission, TimelineEntry
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import TODAY, check_in, encounter, leg, post

CHARGE = 17500
"""What the sample encounter charges: 150.00 and 25.00."""


@pytest.fixture
def claim(books: Books, practice: int) -> int:
    """A claim that was charged and sent."""
    number = check_in(books, practice, encounter(1)).claim_number
    with books.transaction(practice) as session:
        row = session.get_one(Claim, number)
        ledger.post(
            session,
            practice,
            key="charge",
            kind="charge",
            cites="CLM02",
            by="test",
            business_date=TODAY,
            legs=plan_charge(CHARGE, number, row.account_number),
        )
        session.add(
            Submission(
                organisation_id=practice,
                claim_number=number,
                attempt=1,
                control_number=f"{number}-1",
                payer_code="PPO01",
                frequency="1",
                version=1,
                state="sent",
                ready_on=TODAY,
            )
        )
    return number


@pytest.fixture
def account(books: Books, practice: int, claim: int) -> int:
    """The claim's account; 20 dollars are the patient's."""
    with books.transaction(practice) as session:
        number = session.scalars(select(Account.number)).one()
        owed = leg(LedgerAccount.PATIENT_RECEIVABLE, 2000, claim_number=claim, account_number=number)
        taken = leg(LedgerAccount.PAYER_RECEIVABLE, -2000, claim_number=claim, account_number=number)
        post(session, practice, "share", owed, taken)
    return number


def eob(claim: int, **changes: Any) -> dict[str, Any]:
    """Paid 120.00 of 175.00: 35.00 by contract, 20.00 the patient's."""
    return {
        "payer": {"name": "Evergreen PPO"},
        "paid_on": "2026-03-02",
        "trace": "004711",
        "method": "check",
        "payment": "120.00",
        "claims": [
            {
                "claim": f"{claim}-1",
                "status": "1",
                "payer_control_number": "ICN1",
                "charge": "175.00",
                "paid": "120.00",
                "lines": [
                    {
                        "procedure": "99213",
                        "modifiers": ["25"],
                        "charge": "150.00",
                        "paid": "100.00",
                        "adjustments": [
                            {"group": "CO", "reason": "45", "amount": "30.00"},
                            {"group": "PR", "reason": "3", "amount": "20.00"},
                        ],
                    },
                    {
                        "procedure": "81002",
                        "charge": "25.00",
                        "paid": "20.00",
                        "adjustments": [{"group": "CO", "reason": "45", "amount": "5.00"}],
                    },
                ],
            }
        ],
    } | changes


def written(path: Path, **document: Any) -> Path:
    path.write_text(json.dumps(document))
    return path


def balances(books: Books, practice: int) -> dict[str, int]:
    with books.transaction(practice) as session:
        assert ledger.is_balanced(session)
        return {name: cents for name, cents in ledger.trial_balance(session).items() if cents}


def test_a_paper_eob_is_posted_as_an_835_is_and_only_the_bank_moves_its_money(
    run: CommandLine, books: Books, practice: int, claim: int, tmp_path: Path
) -> None:
    file = written(tmp_path / "eob.json", remittances=[eob(claim)])
    done = run("remit", "enter", file, "--by", "ann", "--json")
    assert done.exit_code == 0, done.stderr
    (remitted,) = done.document["remittances"]
    assert (remitted["state"], remitted["claims"]) == ("posted", {"posted": 1})
    expected = {"remittance_clearing": 12000, "contractual": 3500, "patient_receivable": 2000, "revenue": -CHARGE}
    assert balances(books, practice) == expected
    with books.transaction(practice) as session:
        notes = session.scalars(select(TimelineEntry.what).where(TimelineEntry.by == "ann")).all()
        assert notes == ["Paper EOB entered by ann"]
        assert session.scalars(select(RemittanceRow.payer_name)).one() == "Evergreen PPO"
    run("deposit", "add", "--date", "2026-03-04", "--amount", "120", "--trace", "4711", "--by", "ann")
    del expected["remittance_clearing"]
    assert balances(books, practice) == {"bank": 12000} | expected


def test_an_eob_entered_twice_posts_once_however_it_is_spaced_or_named(
    run: CommandLine, books: Books, practice: int, claim: int, tmp_path: Path
) -> None:
    run("remit", "enter", written(tmp_path / "eob.json", remittances=[eob(claim)]), "--by", "ann")
    before = balances(books, practice)
    same = run("remit", "enter", written(tmp_path / "copy.json", remittances=[eob(claim)]), "--by", "bob", "--json")
    assert same.document["new"] is False
    spaced = tmp_path / "spaced.json"
    spaced.write_text(json.dumps({"remittances": [eob(claim)]}, indent=4, sort_keys=True))
    assert run("remit", "enter", spaced, "--by", "bob").exit_code == 0
    assert balances(books, practice) == before
    with books.transaction(practice) as session:
        assert session.scalar(select(func.count()).select_from(RemittanceClaim)) == 1


def test_what_was_typed_wrongly_is_refused_with_the_arithmetic_and_held_only_when_the_paper_says_so(
    run: CommandLine, books: Books, practice: int, claim: int, tmp_path: Path
) -> None:
    before = balances(books, practice)
    file = written(tmp_path / "eob.json", remittances=[eob(claim, payment="119.00")])
    refused = run("remit", "enter", file, "--by", "ann")
    assert refused.exit_code == 1
    assert "claims paid 120.00 less provider-level adjustments 0.00 is 120.00, but BPR02 says 119.00" in refused.stderr
    assert balances(books, practice) == before
    with books.transaction(practice) as session:
        assert session.scalars(select(RemittanceRow)).all() == []
    held = run("remit", "enter", file, "--by", "ann", "--as-printed", "--json").document
    assert held["remittances"][0]["state"] == "held"


def test_a_batch_that_does_not_sum_to_its_slip_books_nothing(
    run: CommandLine, books: Books, practice: int, claim: int, account: int, tmp_path: Path
) -> None:
    before = balances(books, practice)
    paid = {"account": str(account), "amount": "20.00", "method": "check", "reference": "77"}
    batch = {"remittances": [eob(claim)], "payments": [paid]}
    wrong = written(tmp_path / "slip.json", slip={"number": "D-1", "total": "150.00"}, **batch)
    refused = run("remit", "enter", wrong, "--by", "ann")
    assert refused.exit_code == 1
    assert "says 150.00, but its 2 entries sum to 140.00 (120.00 + 20.00): 10.00 is missing" in refused.error_line
    assert balances(books, practice) == before
    nobody = written(
        tmp_path / "nobody.json",
        slip={"number": "D-1", "total": "140.00"},
        remittances=[eob(claim)],
        payments=[paid | {"account": "12"}],
    )
    assert "no account has the number 12; nothing was booked" in run("remit", "enter", nobody, "--by", "ann").error_line
    assert balances(books, practice) == before


def test_the_banks_deposit_of_a_slip_proves_its_checks_and_books_none_twice(
    run: CommandLine, books: Books, practice: int, claim: int, account: int, tmp_path: Path
) -> None:
    paid = {"account": str(account), "amount": 15, "method": "check", "reference": "77"}
    slip = {"number": "D-1", "total": "135"}
    file = written(tmp_path / "slip.json", slip=slip, remittances=[eob(claim)], payments=[paid])
    assert run("remit", "enter", file, "--by", "ann").exit_code == 0
    assert balances(books, practice)["bank"] == 1500
    run("deposit", "add", "--date", "2026-03-04", "--amount", "135", "--trace", "D-1", "--by", "ann")
    assert balances(books, practice)["bank"] == 13500
    assert "remittance_clearing" not in balances(books, practice)
    (deposit,) = run("deposit", "list", "--json").document
    assert (deposit["state"], deposit["open_cents"]) == ("matched", 0)


def test_a_patients_check_by_hand_is_booked_once_to_what_is_owed(
    run: CommandLine, books: Books, practice: int, account: int
) -> None:
    order = ("payment", "add", account, "--amount", "25", "--reference", "1001", "--by", "ann", "--json")
    assert run(*order).document["new"] is True
    after = balances(books, practice)
    assert (after["bank"], after["patient_credit"]) == (2500, -500)
    assert "patient_receivable" not in after
    assert run(*order).document["new"] is False
    other = run("payment", "add", account, "--amount", "30", "--reference", "1001", "--by", "ann")
    assert other.exit_code == 1
    assert "with 25.00 already" in other.error_line
    assert balances(books, practice) == after
    with books.transaction(practice) as session:
        assert session.scalars(select(Posting.by).where(Posting.kind == "patient_payment")).all() == ["ann"]


def test_a_check_that_the_lockbox_reported_is_not_taken_again_by_hand(
    run: CommandLine, books: Books, practice: int, account: int
) -> None:
    with books.transaction(practice) as session:
        session.add(
            Receipt(
                organisation_id=practice,
                key="lockbox/L/1001/1/",
                account_number=account,
                amount_cents=2500,
                method="check",
                received_on=TODAY,
                reference="1001",
                received_at=session.scalar(select(func.now())),
                details={},
            )
        )
    order = ("payment", "add", account, "--amount", "25", "--reference", "1001", "--by", "ann")
    assert "give your own --id" in run(*order).error_line
    assert "bank" not in balances(books, practice)
    assert run(*order, "--id", "second").exit_code == 0
    assert balances(books, practice)["bank"] == 2500


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (("7", "--amount", "5", "--reference", "1"), 1),
        (("7", "--amount", "0", "--reference", "1"), 2),
        (("7", "--amount", "5", "--reference", " "), 2),
        (("7", "--amount", "5", "--reference", "1", "--date", "2099-01-01"), 1),
    ],
)
def test_a_payment_that_cannot_be_is_one_clear_line(run: CommandLine, order: tuple[str, ...], code: int) -> None:
    ran = run("payment", "add", *order, "--by", "ann")
    assert ran.exit_code == code
    assert ran.error_line


def test_a_document_is_refused_by_the_places_that_do_not_fit(run: CommandLine, claim: int, tmp_path: Path) -> None:
    schema = run("remit", "enter-schema").document
    assert {"slip", "remittances", "payments"} == set(schema["properties"])
    bad = eob(claim, paid_on="2026-02-30", surname="SECRET")
    bad["claims"][0]["lines"][0]["paid"] = "1e3"
    refused = run("remit", "enter", written(tmp_path / "bad.json", remittances=[bad]), "--by", "ann").error_line
    assert "remittances[0].claims[0].lines[0].paid must be dollars and cents" in refused
    assert "remittances[0] has a field that is not known" in refused
    assert "SECRET" not in refused
    day = written(tmp_path / "day.json", remittances=[eob(claim, paid_on="2026-02-30")])
    assert "a day does not exist" in run("remit", "enter", day, "--by", "ann").error_line
    (tmp_path / "no.json").write_text("[")
    assert "it is no JSON" in run("remit", "enter", tmp_path / "no.json", "--by", "ann").error_line
    empty = written(tmp_path / "empty.json")
    assert "neither remittances nor payments" in run("payment", "batch", empty, "--by", "ann").error_line
