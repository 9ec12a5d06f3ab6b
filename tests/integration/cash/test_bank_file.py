"""The bank's file and the 835 out of the mailbox, in either order, twice or at once: money reaches the bank once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
from sqlalchemy import func, select

import x12
from storage.engine import make_engine
from storage.models import BankDeposit, DepositMatch, WorkItem
from storage.unit_of_work import Books
from tests.integration.storage.together import together
from tests.support.remittance_office import RemittanceOffice

PAID_ON = date(2026, 3, 18)
BANK = b"date,amount,trace,payer,method\n2026-03-18,500.00,EFT000777,EVERGREEN PPO,ach\n"
_HELP_DESK = x12.ContactNumber(qualifier="TE", value="8005550100")
IN_BANK = {"bank": 50000, "interest": -50000}
ANNOUNCED = {"remittance_clearing": 50000, "interest": -50000}


@pytest.fixture
def office(database_url: str) -> Iterator[RemittanceOffice]:
    engine = make_engine(database_url, pool_size=6)
    yield RemittanceOffice.open(Books(engine))
    engine.dispose()


def interest(trace: str = "EFT000777", cents: int = 50000) -> bytes:
    """An 835 that pays interest and no claim."""
    bank = x12.BankAccount(bank_qualifier="01", bank="999999992", account_qualifier="DA", account="1000200030")
    content = x12.Remittance(
        payment=x12.Payment(
            handling="I",
            amount_cents=cents,
            method="ACH",
            format="CCP",
            sender_account=bank,
            originator="1123456789",
            receiver_account=bank,
            effective_date=PAID_ON,
        ),
        trace=x12.Trace(type_code="1", number=trace, originator="1123456789"),
        dates=(x12.DateOrPeriod(qualifier="405", start=PAID_ON),),
        payer=x12.Party(
            entity="PR",
            last_name="EVERGREEN PPO",
            address=x12.Address(line1="1 MAIN STREET", city="DENVER", state="CO", postal_code="80202"),
            contacts=(x12.Contact(function="BL", name="HELP", numbers=(_HELP_DESK,)),),
        ),
        payee=x12.Party(entity="PE", last_name="ELM STREET", id_qualifier="XX", identifier="1234567893"),
        groups=(),
        provider_adjustments=(
            x12.ProviderAdjustment(
                provider="1234567893",
                fiscal_period_end=date(2026, 12, 31),
                reason="L6",
                reference="LATE",
                amount_cents=-cents,
            ),
        ),
    )
    header = x12.InterchangeHeader(
        sender_id="PPO01", receiver_id="ELM01", control_number=1, date=PAID_ON, time=time(9), usage="T"
    )
    group = x12.GroupHeader(sender_code="PPO01", receiver_code="ELM01", date=PAID_ON, time=time(9), control_number=1)
    sets = (x12.TransactionSet(control_number="0001", content=content),)
    return x12.write_interchange(header, [x12.FunctionalGroup(header=group, transactions=sets)])


@pytest.mark.parametrize("bank_first", [True, False])
def test_the_money_is_in_the_bank_whichever_file_comes_first(office: RemittanceOffice, bank_first: bool) -> None:
    first, second = (BANK, interest()) if bank_first else (interest(), BANK)
    assert office.receive(first) == ["processed"]
    assert office.ledger() == ({} if bank_first else ANNOUNCED)
    assert office.receive(second) == ["processed"]
    assert office.ledger() == IN_BANK


@pytest.mark.parametrize("spelled", [b"eft-000777", b" EFT 000777", b"00EFT000777"])
def test_a_trace_that_the_bank_spells_otherwise_is_found_when_its_835_comes(
    office: RemittanceOffice, spelled: bytes
) -> None:
    office.receive(BANK.replace(b"EFT000777", spelled))
    office.receive(interest())
    assert office.ledger() == IN_BANK


def test_the_files_again_or_under_other_bytes_move_nothing(office: RemittanceOffice) -> None:
    for content in (interest(), BANK, BANK, BANK.replace(b"500.00", b'"$500"'), interest()):
        office.receive(content)
    assert office.ledger() == IN_BANK
    with office.books.transaction(office.organisation) as session:
        assert session.scalar(select(func.count()).select_from(BankDeposit)) == 1


def test_bank_files_and_remittances_at_once_match_everything_once(office: RemittanceOffice) -> None:
    traces = [f"EFT{number:06}" for number in range(1, 7)]
    rows = [f"2026-03-18,{n}.00,{trace},EVERGREEN PPO,ach\n" for n, trace in enumerate(traces, 100)]
    head = "date,amount,trace,payer,method\n"
    files = [(head + "".join(rows[:4])).encode(), (head + "".join(rows[2:])).encode()]
    files += [interest(trace, n * 100) for n, trace in enumerate(traces, 100)]
    together([lambda content=content: office.receive(content) for content in files])
    cents = sum(n * 100 for n in range(100, 106))
    assert office.ledger() == {"bank": cents, "interest": -cents}
    with office.books.transaction(office.organisation) as session:
        assert session.scalar(select(func.count()).select_from(DepositMatch)) == len(traces)
        assert set(session.scalars(select(BankDeposit.state))) == {"matched"}


def test_a_row_that_cannot_be_read_waits_for_a_person_and_the_others_are_kept(office: RemittanceOffice) -> None:
    office.receive(BANK + b"soon,7,T2,ANN SECRET,check\n")
    with office.books.transaction(office.organisation) as session:
        kinds = {item.kind: item.reason for item in session.scalars(select(WorkItem))}
        assert "row 3, date" in kinds["bank_row"]
        assert "SECRET" not in "".join(kinds.values())
        assert session.scalars(select(BankDeposit.trace_number)).all() == ["EFT000777"]


def test_a_lockbox_deposit_is_proved_by_its_checks_and_booked_no_second_time(office: RemittanceOffice) -> None:
    office.receive(
        b"deposit,check_number,account,statement,amount_cents,received_on\nLB-9,101,7,,2500,2026-03-18\n"
    )
    assert office.ledger() == {"bank": 2500, "unapplied_cash": -2500}
    office.receive(b"date,amount,trace,payer,method\n2026-03-18,25.00,LB-9,LOCKBOX,lockbox\n")
    assert office.ledger() == {"bank": 2500, "unapplied_cash": -2500}
    with office.books.transaction(office.organisation) as session:
        assert session.scalars(select(BankDeposit.state)).one() == "matched"
