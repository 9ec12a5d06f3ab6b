"""Claims: versions, attempts, stages, and finding them again by an echoed CLM01."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.claim.stages import IllegalTransition, Owes, Stage
from domain.claim.submission import AttemptState, NextAttempt
from storage import claims
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW, TODAY, check_in, encounter
from tests.integration.storage.together import together

FIRST = NextAttempt(frequency="1")


@pytest.fixture
def number(books: Books, organisation: int) -> int:
    return check_in(books, organisation).claim_number


def test_a_second_open_attempt_is_refused(books: Books, organisation: int, number: int) -> None:
    books.run(organisation, lambda s: claims.commit_ready(s, number, FIRST, TODAY))
    with pytest.raises(claims.OpenAttemptExists, match=f"claim {number} has an open attempt"):
        books.run(organisation, lambda s: claims.commit_ready(s, number, FIRST, TODAY))


def test_of_two_threads_one_commits_the_attempt(books: Books, organisation: int, number: int) -> None:
    def commit() -> str:
        try:
            books.run(organisation, lambda s: claims.commit_ready(s, number, FIRST, TODAY))
        except claims.OpenAttemptExists:
            return "refused"
        return "ready"

    assert sorted(together([commit, commit])) == ["ready", "refused"]


@pytest.mark.parametrize("over", [AttemptState.REJECTED, AttemptState.ANSWERED, AttemptState.WITHDRAWN])
def test_after_an_answer_the_next_attempt_is_taken(
    books: Books, organisation: int, number: int, over: AttemptState
) -> None:
    with books.transaction(organisation) as session:
        first = claims.commit_ready(session, number, FIRST, TODAY)
        claims.set_attempt_state(session, first, over)
        replacement = NextAttempt(frequency="7", original_reference="ICN1")
        second = claims.commit_ready(session, number, replacement, TODAY)
        wire = claims.for_submission(session, second)
    assert (wire.control_number, wire.frequency, wire.original_reference) == (f"{number}-2", "7", "ICN1")


def test_an_attempt_carries_the_content_of_its_own_version(books: Books, organisation: int, number: int) -> None:
    with books.transaction(organisation) as session:
        attempt = claims.commit_ready(session, number, FIRST, TODAY)
        corrected = replace(claims.content(session, number), authorization_number="PA77")
        version = claims.add_version(
            session,
            number,
            content=corrected,
            by="biller",
            reason="authorization was missing",
            changes={"authorization_number": "PA77"},
            business_date=TODAY,
            expected_version=1,
        )
        assert version == 2
        assert claims.content(session, number).authorization_number == "PA77"
        assert claims.content(session, number, 1).authorization_number == ""
        wire = claims.for_submission(session, attempt)
    assert wire.content == encounter().content
    assert wire.patient == encounter().patient
    assert wire.provider == encounter().provider


def test_a_correction_of_an_outdated_version_is_refused(books: Books, organisation: int, number: int) -> None:
    with books.transaction(organisation) as session, pytest.raises(claims.StaleVersion, match="at version 1, not 4"):
        claims.add_version(
            session,
            number,
            content=encounter().content,
            by="biller",
            reason="late",
            changes={},
            business_date=TODAY,
            expected_version=4,
        )


@pytest.mark.parametrize("echo", ["{n}-1", "{n}", "{n}-", " {n}-1 ", "{n}-x"])
def test_an_echoed_control_number_finds_its_attempt(books: Books, organisation: int, number: int, echo: str) -> None:
    with books.transaction(organisation) as session:
        attempt = claims.commit_ready(session, number, FIRST, TODAY)
        found = claims.find_by_control_number(session, echo.format(n=number))
        assert found is not None
        assert (found[0].number, found[1].id) == (number, attempt)


def test_a_suffix_names_an_earlier_attempt_and_none_means_the_open_one(
    books: Books, organisation: int, number: int
) -> None:
    with books.transaction(organisation) as session:
        first = claims.commit_ready(session, number, FIRST, TODAY)
        claims.set_attempt_state(session, first, AttemptState.REJECTED)
        second = claims.commit_ready(session, number, FIRST, TODAY)
        named = claims.find_by_control_number(session, f"{number}-1")
        bare = claims.find_by_control_number(session, str(number))
        assert named is not None
        assert bare is not None
        assert (named[1].id, bare[1].id) == (first, second)


@pytest.mark.parametrize("echo", ["", "ABC", "1000-1", "9" * 30, "-1", "²-1"])
def test_a_control_number_that_is_not_ours_finds_nothing(
    books: Books, organisation: int, number: int, echo: str
) -> None:
    with books.transaction(organisation) as session:
        claims.commit_ready(session, number, FIRST, TODAY)
        assert claims.find_by_control_number(session, echo) is None


def test_another_organisations_control_number_finds_nothing(
    books: Books, organisation: int, other_organisation: int, number: int
) -> None:
    books.run(organisation, lambda s: claims.commit_ready(s, number, FIRST, TODAY))
    with books.transaction(other_organisation) as session:
        assert claims.find_by_control_number(session, f"{number}-1") is None
        with pytest.raises(claims.UnknownClaim, match=f"no claim has the number {number}"):
            claims.get(session, number)


def _move(books: Books, organisation: int, number: int, stage: Stage, **facts: object) -> None:
    owing = {"owes": Owes.PAYER, "next_at": NOW + timedelta(days=30), "next_what": "remittance", "owner": "system"}
    with books.transaction(organisation) as session:
        claims.set_stage(session, number, stage=stage, **(owing | facts))  # type: ignore[arg-type]


def test_a_claim_moves_only_where_its_table_allows(books: Books, organisation: int, number: int) -> None:
    _move(books, organisation, number, Stage.WITH_PAYER)
    with pytest.raises(IllegalTransition, match="with_payer cannot move to checked_in"):
        _move(books, organisation, number, Stage.CHECKED_IN)
    with books.transaction(organisation) as session:
        assert claims.get(session, number).stage == "with_payer"


def test_an_open_claim_is_never_left_without_next_date_or_owner(books: Books, organisation: int, number: int) -> None:
    for missing in ({"next_at": None}, {"owner": ""}):
        with pytest.raises(claims.NoNextDate):
            _move(books, organisation, number, Stage.WITH_PAYER, **missing)
    with pytest.raises(IntegrityError, match="nothing_forgotten"), books.transaction(organisation) as session:
        claims.get(session, number).next_at = None


def test_a_closed_claim_reopens_without_its_closing_date(books: Books, organisation: int, number: int) -> None:
    _move(books, organisation, number, Stage.CLOSED, next_at=None, closed_on=TODAY, outcome="paid")
    with books.transaction(organisation) as session:
        assert claims.get(session, number).closed_on == TODAY
    _move(books, organisation, number, Stage.NEEDS_REVIEW)
    with books.transaction(organisation) as session:
        claim = claims.get(session, number)
        assert (claim.closed_on, claim.outcome) == (None, "paid")
