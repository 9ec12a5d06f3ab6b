"""Whole stories, and how long their histories are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from temporalio.api.enums.v1 import EventType

from contracts.claim import ClaimClosed
from domain.claim.stages import Stage
from tests.integration.workflows.front_office import AccountRow
from tests.integration.workflows.office import Office
from tests.integration.workflows.rows import Answer
from tests.integration.workflows.story import AccountStory, ClaimStory

UPSERTED = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES


async def clean_claim(story: ClaimStory) -> None:
    await story.open()
    await story.reaches(Stage.WITH_PAYER)
    story.row.answers.append(Answer.PAID)
    await story.ring("remitted")
    assert await story.handle.result() == {"claim_number": story.row.number, "outcome": "paid"}


async def test_a_clean_claim_is_closed_within_forty_events_and_25_kb(claim: Callable[..., ClaimStory]) -> None:
    story = claim()
    await clean_claim(story)

    size = await story.size()
    assert size.events <= 40, size
    assert size.size_bytes <= 25 * 1024, size
    assert story.row.steps == [
        "take_up_claim",
        "verify_eligibility",
        "scrub_claim",
        "commit_ready_attempt",
        "act_on_answer",
    ]
    assert await story.failed_tasks() == []


async def test_search_attributes_are_upserted_once_for_each_stage_that_waits(
    claim: Callable[..., ClaimStory],
) -> None:
    story = claim()
    await clean_claim(story)

    assert await story.count(UPSERTED) == 2  # with the payer, closed
    shown = (await story.description()).search_attributes
    assert shown["ClaimStage"] == ["closed"]
    assert shown["WhoOwes"] == ["nobody"]
    assert shown["Payer"] == ["PPO1"]


async def test_a_doorbell_that_changes_nothing_upserts_nothing(claim: Callable[..., ClaimStory]) -> None:
    story = await claim().open()
    await story.reaches(Stage.WITH_PAYER)
    before = await story.count(UPSERTED)
    await story.ring("status_reported")
    await story.holds(lambda row: row.done("act_on_answer") == 1)
    await story.idle()

    assert await story.count(UPSERTED) == before


async def test_a_denied_corrected_and_paid_claim_with_a_patient_balance_stays_within_a_hundred_events(
    office: Office, claim: Callable[..., ClaimStory]
) -> None:
    """With its account: the balance is paid on the second statement. 60 KB at most."""
    story = await claim().open()
    await story.reaches(Stage.WITH_PAYER)
    story.row.answers.append(Answer.DENIED)
    await story.ring("remitted")
    await story.reaches(Stage.DENIED)
    assert (await story.order(story.body("correct", changes={"lines.1.modifiers": "25"}))).accepted
    await story.reaches(Stage.WITH_PAYER)
    assert story.row.attempt == 2
    story.row.answers.append(Answer.PATIENT_SHARE)
    await story.ring("remitted")
    await story.reaches(Stage.PATIENT_BALANCE)

    account = await _account_that_pays_on_the_second_statement(office, story)
    story.row.patient_settled = True
    await story.ring("patient_settled", at=account.row.last_asked)
    assert (await story.handle.result())["outcome"] == "paid_by_payer_and_patient"

    of_claim, of_account = await story.size(), await account.size()
    assert of_claim.events + of_account.events <= 100, (of_claim, of_account)
    assert of_claim.size_bytes + of_account.size_bytes <= 60 * 1024, (of_claim, of_account)


async def _account_that_pays_on_the_second_statement(office: Office, story: ClaimStory) -> AccountStory:
    row: AccountRow = office.accounts.new_row(2500, story.began)
    account = await AccountStory(office, row).ring("balance_changed", story.began)
    for _ in range(2):
        await account.move_to(row.last_asked + timedelta(days=30, minutes=1))
    assert row.asked == ["statement", "reminder"]
    row.open_cents = 0
    await account.ring("payment_received", row.last_asked)
    await account.handle.result()
    return account


async def test_a_claim_reversed_after_it_was_closed_opens_again(claim: Callable[..., ClaimStory]) -> None:
    story = claim()
    await clean_claim(story)
    story.row.answers.append(Answer.REVERSED)
    await story.ring("remitted")
    await story.reaches(Stage.NEEDS_REVIEW)

    assert (await story.order(story.body("write_off"))).accepted
    assert ClaimClosed(**await story.handle.result()).outcome == "written_off"
