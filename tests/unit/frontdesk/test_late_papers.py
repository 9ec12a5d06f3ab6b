"""A paper that comes after check-in: what it changes on a claim, and how far the claim may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.checkin.late_papers import Reach, by_authorization, by_notice, reach
from domain.claim.claim import ClaimContent
from domain.claim.correction import apply_changes
from domain.claim.stages import Stage
from domain.claim.submission import AttemptState
from domain.coverage.advance_notice import Cause, Option, SignedNotice
from tests.integration.frontdesk.conftest import MEDICARE, PPO, coverage
from tests.integration.storage.samples import encounter

DAY = date(2026, 3, 9)


def claim(*modifiers: str, payer=MEDICARE) -> ClaimContent:  # type: ignore[no-untyped-def]
    content = encounter().content
    first, *others = content.lines
    return replace(
        content,
        coverage=coverage("1EG4TE5MK73", payer).coverage,
        lines=(replace(first, modifiers=modifiers), *others),
    )


def notice(option: Option | None = Option.BILL_MEDICARE, cause: Cause = Cause.FREQUENCY) -> SignedNotice:
    return SignedNotice(cause=cause, service_date=DAY, signed_on=DAY if option else None, option=option)


@pytest.mark.parametrize(
    ("present", "cause", "option", "after"),
    [
        (("25", "GZ"), Cause.FREQUENCY, Option.BILL_MEDICARE, ("25", "GA")),
        (("25",), Cause.MEDICAL_NECESSITY, Option.BILL_MEDICARE, ("25", "GA")),
        (("GY",), Cause.EXCLUDED, Option.BILL_MEDICARE, ("GX", "GY")),
        (("25", "GZ"), Cause.FREQUENCY, Option.DO_NOT_BILL, ("25",)),
        (("25",), Cause.FREQUENCY, None, ("25", "GZ")),
    ],
)
def test_a_late_notice_replaces_what_stood_for_it(
    present: tuple[str, ...], cause: Cause, option: Option | None, after: tuple[str, ...]
) -> None:
    content = claim(*present)
    change = by_notice(content, ["99213"], notice(option, cause))
    assert apply_changes(content, change.changes).lines[0].modifiers == after


def test_an_unsigned_notice_leaves_what_a_coder_wrote_alone() -> None:
    assert not by_notice(claim("25", "GA"), ["99213"], notice(None)).says_something


def test_a_line_without_room_is_said_and_not_changed() -> None:
    change = by_notice(claim("25", "59", "LT", "76"), ["99213"], notice())
    assert (change.changes, change.no_room) == ({}, (1,))


def test_a_patient_who_wants_no_bill_to_medicare_is_said_for_the_lines_named() -> None:
    assert by_notice(claim("GZ"), ["99213"], notice(Option.DO_NOT_BILL)).not_to_be_billed == (1,)


def test_a_notice_means_nothing_for_a_claim_of_another_payer_or_another_service() -> None:
    assert not by_notice(claim(payer=PPO), ["99213"], notice()).says_something
    assert not by_notice(claim(), ["93000"], notice()).says_something


def test_a_payers_number_comes_on_a_claim_of_that_payer_and_service_which_has_none() -> None:
    content = claim(payer=PPO)
    assert by_authorization(content, "PPO01", "99213", "A77").changes == {"authorization_number": "A77"}
    assert not by_authorization(content, "MCARE", "99213", "A77").says_something
    assert not by_authorization(content, "PPO01", "93000", "A77").says_something
    assert not by_authorization(replace(content, authorization_number="B1"), "PPO01", "99213", "A77").says_something


@pytest.mark.parametrize(
    ("stage", "attempts", "how"),
    [
        (Stage.CHECKED_IN, [], Reach.ON_CLAIM),
        (Stage.FINDINGS, [], Reach.ON_CLAIM),
        (Stage.WITH_PAYER, [AttemptState.READY], Reach.WITH_PAYER),
        (Stage.CLOSED, [AttemptState.ACCEPTED], Reach.WITH_PAYER),
        (Stage.REJECTED, [AttemptState.REJECTED], Reach.ANSWERED),
        (Stage.DENIED, [AttemptState.ANSWERED], Reach.ANSWERED),
        (Stage.PATIENT_BALANCE, [AttemptState.ANSWERED], Reach.TOO_LATE),
        (Stage.CLOSED, [], Reach.TOO_LATE),
    ],
)
def test_only_a_claim_that_was_never_sent_takes_a_late_paper_by_itself(
    stage: Stage, attempts: list[AttemptState], how: Reach
) -> None:
    assert reach(stage, attempts) is how
