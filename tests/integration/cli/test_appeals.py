"""What the command line shows of appeals, the register, requests for records and deadlines."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.claim.step import Step
from activities.records.case import open_request
from contracts.claim import ClaimRef
from domain.claim.stages import Owes, Stage
from storage import claims
from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import check_in, encounter

NOW = datetime.now(UTC)
REFERENCES = ("appeal list", "medicare register", "records list", "deadlines")


def read(run: CommandLine, *arguments: object) -> Any:
    ran = run(*arguments, "--json")
    assert ran.exit_code == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize("command", REFERENCES)
def test_an_empty_practice_shows_empty_lists(run: CommandLine, command: str) -> None:
    shown = read(run, *command.split())
    assert shown in ([], {"records": [], "entered": 0, "without_record": 0})
    assert run(*command.split()).exit_code == 0


def test_an_unknown_appeal_is_a_negative_answer(run: CommandLine) -> None:
    ran = run("appeal", "show", 60001, "--json")
    assert ran.exit_code == 1
    assert "no appeal has the number 60001" in ran.stderr


def test_the_ladder_is_shown_with_its_sources(run: CommandLine) -> None:
    rows = read(run, "appeal", "ladder", "medicare")
    assert [row["file_days"] for row in rows] == [120, 180, 60, 60, 60]
    assert all(row["source"] for row in rows)
    assert run("appeal", "ladder", "workers_comp").exit_code == 1


def test_a_rejected_claim_stands_on_the_board_with_its_last_day(run: CommandLine, books: Books, practice: int) -> None:
    number = check_in(books, practice, encounter()).claim_number
    with books.transaction(practice) as session:
        for stage in (Stage.CODING, Stage.WITH_PAYER, Stage.REJECTED):
            claims.set_stage(
                session, number, stage=stage, owes=Owes.PAYER, next_at=NOW, next_what="a biller", owner="biller"
            )
    (row,) = read(run, "deadlines")
    assert (row["claim"], row["kind"], row["owner"]) == (number, "filing", "biller")
    assert date.fromisoformat(row["date"]) > date(2026, 3, 2)


def test_days_left_are_counted_from_the_practices_evening_not_from_tomorrow_in_greenwich(
    run: CommandLine, books: Books, practice: int
) -> None:
    number = check_in(books, practice, encounter()).claim_number
    clock = PostgresBusinessClock(books)
    night = (clock.now() + timedelta(days=2)).replace(hour=2, minute=30)
    clock.move_to(night)
    evening = (night - timedelta(days=1)).date()
    with books.transaction(practice) as session:
        step = Step.begin(session, ClaimRef(organisation_id=practice, claim_number=number, today=night))
        assert open_request(step, key="letter:1", asked_by="a letter", notice_on=evening) is not None
    (row,) = [one for one in read(run, "deadlines") if one["kind"] == "records"]
    assert row["days_left"] == (date.fromisoformat(row["date"]) - evening).days
