"""The grammar of workflow ids: numbers and hashes, and nothing about a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import account_workflow_id, claim_number_of, claim_workflow_id, workflow_id
from domain.doorbell import Recipient

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@given(st.integers(min_value=1, max_value=10**15))
def test_a_claims_number_is_read_back_from_its_workflow_id(number: int) -> None:
    assert claim_number_of(claim_workflow_id(number)) == number


@pytest.mark.parametrize(
    "identifier",
    ["", "claim", "claim/", "claim/x", "claim/12/3", "account/12", "claim/-1", "claim/1.5", "claim/ 12", "12"],
)
def test_what_is_no_claims_id_is_refused(identifier: str) -> None:
    with pytest.raises(ValueError, match="not the id of a claim workflow"):
        claim_number_of(identifier)


@pytest.mark.parametrize("number", ["²", "١٢"])
def test_digits_of_other_scripts_are_no_claim_number(number: str) -> None:
    with pytest.raises(ValueError, match="not the id of a claim workflow"):
        claim_number_of(f"claim/{number}")


def test_a_message_reaches_the_workflow_that_people_name() -> None:
    assert workflow_id(Recipient.CLAIM, "17", 1) == claim_workflow_id(17) == "claim/17"
    assert workflow_id(Recipient.ACCOUNT, "5", 1) == account_workflow_id(5) == "account/5"
    assert workflow_id(Recipient.BATCH, "9", 1) == "batch/9"


def test_the_same_file_at_two_organisations_is_two_stories() -> None:
    one, two = (workflow_id(Recipient.FILE, HASH, organisation) for organisation in (1, 2))

    assert one == f"file/1/{HASH}"
    assert one != two


@pytest.mark.parametrize("recipient", list(Recipient))
def test_every_recipient_has_an_id_of_its_own_kind(recipient: Recipient) -> None:
    assert workflow_id(recipient, "8", 3).startswith(f"{recipient.value}/")
