"""Control numbers: no number twice, no gap after a rollback, never around again."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.control_numbers import LARGEST, ControlNumbersExhausted, draw
from storage.unit_of_work import Books
from tests.integration.storage.together import together


def test_two_threads_draw_different_numbers(books: Books, organisation: int) -> None:
    def draw_ten() -> list[int]:
        return [books.run(organisation, lambda s: draw(s, organisation, "ELM01", "PPO01", "ISA13")) for _ in range(10)]

    drawn = [number for numbers in together([draw_ten, draw_ten]) for number in numbers]
    assert sorted(drawn) == list(range(1, 21))


def test_a_run_is_consecutive_and_kinds_and_pairs_are_apart(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        assert draw(session, organisation, "ELM01", "PPO01", "ST02", count=3) == 1
        assert draw(session, organisation, "ELM01", "PPO01", "ST02", count=2) == 4
        assert draw(session, organisation, "ELM01", "PPO01", "GS06") == 1
        assert draw(session, organisation, "ELM01", "HMO01", "ST02") == 1


def test_a_rolled_back_draw_leaves_no_gap(books: Books, organisation: int) -> None:
    def crash(session: Session) -> None:
        draw(session, organisation, "ELM01", "PPO01", "ISA13")
        raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        books.run(organisation, crash)
    with books.transaction(organisation) as session:
        assert draw(session, organisation, "ELM01", "PPO01", "ISA13") == 1


def test_organisations_under_one_submitter_share_the_sequence(
    books: Books, organisation: int, other_organisation: int
) -> None:
    with books.transaction(organisation) as session:
        assert draw(session, organisation, "BILLCO", "PPO01", "ISA13") == 1
    with books.transaction(other_organisation) as session:
        assert draw(session, other_organisation, "BILLCO", "PPO01", "ISA13") == 2


def test_the_sequence_ends_and_never_begins_again(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        draw(session, organisation, "ELM01", "PPO01", "ISA13")
    with books.system() as session:
        session.execute(text("update control_numbers set last = :last"), {"last": LARGEST - 1})
    with books.transaction(organisation) as session:
        assert draw(session, organisation, "ELM01", "PPO01", "ISA13") == LARGEST
    for _ in range(2):
        with pytest.raises(ControlNumbersExhausted, match="ISA13 of sender ELM01"):  # noqa: SIM117
            with books.transaction(organisation) as session:
                draw(session, organisation, "ELM01", "PPO01", "ISA13")
