"""What operations see in the Temporal UI while a claim waits."""

from __future__ import annotations

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from contracts.ids import claim_workflow_id
from storage.claims import get
from storage.organisations import LOCAL_PRACTICE
from tests.support.e2e_practice import FinishedDemo
from tests.support.eventually import assert_eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

VISIT = 34
"""A visit after the demo's own, with nothing wrong."""


async def test_a_waiting_claim_is_listed_by_stage_and_payer_and_says_what_it_waits_for(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = demo.practice
    (number,) = await practice.check_in([VISIT])
    await practice.conductor.let_the_day_happen(practice.staff.act)
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        row = get(session, number)
    assert row.stage == "with_payer"
    assert row.next_at is not None

    query = f"ClaimStage = 'with_payer' and Payer = '{row.payer_code}' and ExecutionStatus = 'Running'"

    async def listed() -> list[str]:
        return [run.id async for run in practice.client.list_workflows(query)]

    async def is_listed() -> bool:
        return claim_workflow_id(number) in await listed()

    async def is_gone() -> bool:
        return not await is_listed()

    await assert_eventually(is_listed, 15, query)
    others = f"ClaimStage = 'with_payer' and Payer = 'nobody' and WorkflowId = '{claim_workflow_id(number)}'"
    assert [run.id async for run in practice.client.list_workflows(others)] == []

    handle = practice.client.get_workflow_handle(claim_workflow_id(number))
    told = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    summary = await (await handle.describe()).static_summary()

    with capsys.disabled():
        print(f"\n{query}: {await listed()}\n  {summary}\n  {' '.join(told.current_details.split())}")
    assert str(number) in (summary or "")
    assert row.next_what in told.current_details
    assert f"{row.next_at:%A, %d %B %Y}" in told.current_details
    assert row.payer_code in told.current_details

    await practice.finish()
    assert practice.closing()["open_claims"] == []
    await assert_eventually(is_gone, 15, "a closed claim is no longer listed as waiting")

