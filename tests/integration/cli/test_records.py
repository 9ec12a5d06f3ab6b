"""Requests for records from the command line, through the real workflow, worker, dispatcher and books."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

from activities.claim.step import Step
from activities.records.case import open_request
from cli.appeals.records_ordering import order
from cli.story_orders import Outcome
from contracts.claim import ClaimRef
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.cli.test_refunds import Office, office
from tests.integration.storage.samples import check_in, encounter

__all__ = ["office"]
NOW = datetime.now(UTC)


def request(books: Books, practice: int) -> int:
    """A payer asked for records."""
    claim = check_in(books, practice, encounter()).claim_number
    with books.transaction(practice) as session:
        step = Step.begin(session, ClaimRef(organisation_id=practice, claim_number=claim, today=NOW))
        row = open_request(step, key="letter:1", asked_by="a letter", notice_on=NOW.date())
        assert row is not None
        return row.number


async def ordered(desk: Office, number: int, verb: str, **more: str) -> Outcome:
    body = {"verb": verb, "id": f"{verb}:{number}", "by": "ann", **more}
    return await order(desk.books, desk.servers, desk.practice, number, body)


async def test_records_that_went_another_way_end_their_request_with_proof(office: Office) -> None:
    number = await asyncio.to_thread(request, office.books, office.practice)
    sent = await ordered(office, number, "sent", check="1Z999")
    assert (sent.accepted, sent.shown["decision"], sent.shown["proof"]) == (True, "sent", "1Z999")
    assert "closed (sent)" in sent.in_words()
    again = await ordered(office, number, "sent", check="1Z999")
    assert (again.accepted, again.repeated) == (True, True)
    late = await ordered(office, number, "reject", reason="too late")
    assert (late.accepted, late.refusal) == (False, "the case is closed (sent): nothing can be ordered about it")


def test_a_request_is_listed_and_shown_with_its_number_and_checklist(
    run: CommandLine, books: Books, practice: int
) -> None:
    number = request(books, practice)
    (row,) = run("records", "list", "--open", "--json").document
    assert (row["request"], row["state"], row["attachment_control_number"]) == (number, "open", f"MR{number}")
    assert date.fromisoformat(row["due_on"]) > NOW.date()
    shown = run("records", "show", number)
    assert f"MR{number}" in shown.stdout
    assert "medical_records" in shown.stdout or "medical records" in shown.stdout
    assert run("records", "show", number, "--json").document == row


def test_an_unknown_request_and_an_order_without_a_name_are_one_clear_line(run: CommandLine, practice: int) -> None:
    unknown = run("records", "show", 7)
    assert (unknown.exit_code, unknown.error_line) == (
        1, "claimflow: no request for records has the number 7: see `claimflow records list`",
    )  # fmt: skip
    assert run("records", "close", 7, "--reason", "late").exit_code == 2
