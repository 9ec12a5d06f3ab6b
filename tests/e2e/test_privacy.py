"""No name, birth date or member id where operations look: ids, search attributes, summaries, logs."""

from __future__ import annotations

import json

import pytest
from temporalio.client import WorkflowExecution

from storage.serialise import to_json
from tests.support.e2e_practice import FinishedDemo
from tests.support.e2e_privacy import ProtectedData

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]


async def test_no_protected_data_in_ids_search_attributes_summaries_and_logs(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = demo.practice
    protected = ProtectedData(practice.visits.values())
    for visit in practice.visits.values():
        entered = json.dumps(to_json(visit.encounter))
        assert protected.found_in(entered), "the search finds what was entered"
        assert protected.found_in(entered.upper()), "in any case"

    shown = {run.id + "/" + run.run_id: await described(demo, run) async for run in practice.client.list_workflows("")}
    leaks = {identifier: found for identifier, text in shown.items() if (found := protected.found_in(text))}
    schedules = [schedule.id async for schedule in await practice.client.list_schedules()]
    logs, lines = protected.found_in_logs(practice.stack.paths.logs)

    with capsys.disabled():
        print(
            f"\nprivacy: {len(protected.texts)} protected texts of {len(practice.visits)} visits looked for in "
            f"{len(shown)} workflow runs, {len(schedules)} schedules and {lines} log lines: "
            f"{len(leaks) + len(logs)} found"
        )
    assert len(shown) > len(practice.visits)
    assert lines > 0
    assert leaks == {}
    assert protected.found_in(" ".join(schedules)) == []
    assert logs == {}


async def described(demo: FinishedDemo, run: WorkflowExecution) -> str:
    """Everything of a run that is shown without its history."""
    description = await demo.practice.client.get_workflow_handle(run.id, run_id=run.run_id).describe()
    parts = [
        run.id,
        str(run.typed_search_attributes),
        str(description.typed_search_attributes),
        str(await description.memo()),
        await description.static_summary() or "",
        await description.static_details() or "",
    ]
    return "\n".join(parts)
