"""What the Temporal UI shows of a claim that is held for review, and of the review: not why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.case import CaseSnapshot
from contracts.claim import ClaimSnapshot
from domain.cases.kinds import COMPLIANCE, CaseState, kind_of
from domain.claim.stages import Owes, Stage
from workflows.case import state as case
from workflows.claim import state as claim

WHEN = datetime(2026, 3, 3, 9, tzinfo=UTC)
TELLING = ("fraud", "compliance", "suspic", "referral", "denial", "n35")


def test_a_held_claim_says_held_for_review_and_no_more() -> None:
    shown = claim.describe(
        ClaimSnapshot(
            stage=Stage.WITH_PAYER, owes=Owes.PAYER, version=1, held=True, payer_code="PPO01", payer_kind="commercial",
            next_at=WHEN, next_what="held for review", owner="review_desk",
        )
    )  # fmt: skip
    assert "held for review" in shown
    assert [word for word in TELLING if word in shown.lower()] == []


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.CLOSED])
def test_a_review_does_not_say_what_it_is_about(state: CaseState) -> None:
    kind = kind_of(COMPLIANCE)
    shown = case.describe(
        CaseSnapshot(
            kind=kind.shown_as, state=state.value, owner=kind.owner, next_at=WHEN,
            next_what=kind.waits_for[CaseState.OPEN], due_on="2026-04-02", decision="decided",
        )
    )  # fmt: skip
    assert "review" in shown.lower()
    assert [word for word in TELLING if word in shown.lower()] == []


def test_a_review_is_known_by_the_name_that_it_shows() -> None:
    assert kind_of("review") is kind_of(COMPLIANCE)
    with pytest.raises(LookupError):
        kind_of("")
