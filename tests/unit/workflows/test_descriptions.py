"""What the Temporal UI says of a claim, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.claim import ClaimMessage, ClaimOpened, ClaimSnapshot
from domain.claim.stages import Owes, Stage
from workflows.claim.state import ClaimMemory, describe


def snapshot(stage: Stage, **facts: object) -> ClaimSnapshot:
    known: dict[str, object] = {
        "stage": stage, "owes": Owes.PAYER, "version": 1, "held": False, "payer_code": "HMO2", "payer_kind": "hmo",
        "next_at": datetime(2026, 3, 9, 6, tzinfo=UTC), "next_what": "a biller to act", "owner": "biller",
    }  # fmt: skip
    return ClaimSnapshot(**{**known, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.CLOSED])
def test_every_open_stage_says_where_it_is_what_it_waits_for_until_when_and_whose_it_is(stage: Stage) -> None:
    said = describe(snapshot(stage))

    assert said.startswith(f"**{stage.value.replace('_', ' ').capitalize()}** with HMO2; owed by payer.")
    assert "Waits for: a biller to act until **Monday, 09 March 2026**. Owner: biller." in said


def test_a_claim_without_a_date_says_none() -> None:
    assert "until" not in describe(snapshot(Stage.DENIED, next_at=None))


def test_a_held_claim_says_so() -> None:
    assert describe(snapshot(Stage.DENIED, held=True)).endswith("On hold by a person's order.")


@pytest.mark.parametrize(("outcome", "said"), [("patient_paid", "patient paid"), ("", "nothing is owed")])
def test_a_closed_claim_says_how_it_ended(outcome: str, said: str) -> None:
    assert describe(snapshot(Stage.CLOSED, next_at=None, outcome=outcome)) == f"**Closed**: {said}."


def test_two_hundred_messages_are_remembered_and_the_oldest_forgotten() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    memory = ClaimMemory(ClaimOpened(organisation_id=1, claim_number=7, business_at=noon))
    # Its clock is the workflow's; what is remembered is not.
    for number in range(250):
        memory.hear(ClaimMessage(message_id=str(number), reference="", outcome="", business_at=noon))
        memory.remember_order(f"order-{number}")

    assert memory.state.message_ids == [str(number) for number in range(50, 250)]
    assert len(memory.state.order_ids) == 200
    assert not memory.obeyed("order-49")
    assert memory.obeyed("order-50")
