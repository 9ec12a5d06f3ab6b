"""What a person does about an underpayment: in time, once, and settled by the payer's new decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.contracts import deciding
from activities.deciding import Decider, NotDecidable
from storage.models import File, Outbox, WorkItem
from storage.work_items import close_items
from tests.integration.contracts.conftest import ContractedOffice
from tests.support.remittance_office import NOW, TODAY
from tests.support.remittance_text import claim, head, interchange, line

UNDERPAID = ["99213", "125", "80", "CO*45*25", "PR*3*20"]


def underpay(office: ContractedOffice) -> int:
    office.agree("99213", 11000)
    number = office.send_claim(("99213", 12500))
    body = [*claim(f"{number}-1", "1", "125", "80", "20"), *line(*UNDERPAID, control="1")]
    office.receive(interchange([*head("EFT1", "80"), *body]))
    return number


def appeal(office: ContractedOffice, number: int, at: datetime = NOW) -> dict[str, Any]:
    return office.run(
        lambda session: deciding.appeal(
            Decider(session=session, organisation_id=office.organisation, by="ann", reason="amendment 3", at=at), number
        )
    )


def test_the_letter_tells_the_contract_and_what_was_allowed(office: ContractedOffice) -> None:
    number = underpay(office)
    done = appeal(office, office.variances()[0].id)
    assert (done["claim"], done["paper"]) == (number, f"AP-{number}-v1-d1")
    item = office.question()
    assert (item.kind, item.due_on.isoformat()) == ("underpayment_appealed", done["answer_due_on"])
    assert item.due_on > TODAY
    with office.books.transaction(office.organisation) as session:
        sent = session.scalars(select(Outbox).where(Outbox.channel == "mail")).one()
        assert sent.file_id is not None
        assert session.get_one(File, sent.file_id).content.startswith(b"%PDF")
        assert (sent.manifest or {})["reference"] == f"AP-{number}-v1-d1"
    assert office.notes(number)[-1].what == "Underpayment appealed on paper"


def test_the_payers_new_decision_settles_the_appeal(office: ContractedOffice) -> None:
    number = underpay(office)
    appeal(office, office.variances()[0].id)
    body = [
        *claim(f"{number}-1", "22", "-125", "-80", icn="ICN1"),
        *line("99213", "-125", "-80", "CO*45*-25", "PR*3*-20", control="1"),
        *claim(f"{number}-1", "1", "125", "90", "20"),
        *line("99213", "125", "90", "CO*45*15", "PR*3*20", control="1"),
    ]
    office.receive(interchange([*head("EFT2", "10"), *body], number=2), "second.835")
    assert office.told() == [(1, 11000, 10000, "settled")]
    assert office.open_items() == []
    with pytest.raises(NotDecidable, match="it is settled by payer"):
        appeal(office, office.variances()[0].id)


def test_after_the_last_day_an_underpayment_can_only_be_accepted(office: ContractedOffice) -> None:
    underpay(office)
    with pytest.raises(NotDecidable, match="the time to appeal this decision ended on"):
        appeal(office, office.variances()[0].id, NOW + timedelta(days=500))
    assert office.told()[0][3] == "open"
    assert office.question().kind == "underpaid"


def test_the_question_outlives_the_claim_that_moves_on_to_its_patient(office: ContractedOffice) -> None:
    number = underpay(office)
    office.run(lambda session: close_items(session, claim_number=number, by="system", on=TODAY))
    assert office.question().kind == "underpaid"
    office.run(
        lambda session: close_items(session, claim_number=number, kinds=["underpaid"], by="ann", on=TODAY)
    )  # fmt: skip
    assert office.run(lambda session: session.scalars(select(WorkItem.closed_by)).all()) == ["ann"]
