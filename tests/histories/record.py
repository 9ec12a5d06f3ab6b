"""`python -m tests.histories.record [--stack]`: real histories, kept for ever to be replayed by every later release.

Without an option: stories over the in-memory practice, one of every kind. With `--stack`: one of each shape
from the stack that TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE name, for instance what a demo kept with `--keep`
under the keys of `keys.py` left behind. A history that exists is never written again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHistory

from contracts.converter import KEYS_VARIABLE
from tests.histories.keys import KEYS_OF_RECORDINGS

FOLDER = Path(__file__).parent
_UNTOLD = {"identity": "recorder", "stackTrace": ""}
"""What says on which machine a history was made."""
PROTECTED_FIELDS = (b"member_id", b"subscriber.", b"first_name", b"last_name", b"birth_date")
"""Fields of an order as somebody may have typed it into the Temporal UI: such a history is not kept."""


def save(name: str, history: WorkflowHistory) -> bool:
    """Write a history under a name that is still free; False when it is not."""
    place = FOLDER / f"{name}.json"
    if place.exists():
        return False
    events = _impersonal(json.loads(history.to_json()))
    place.write_text(json.dumps({"workflowId": history.workflow_id, **events}, indent=1) + "\n")
    print(f"{place.name}: {len(history.events)} events")
    return True


def tells_of_a_person(history: WorkflowHistory) -> bool:
    """Whether a protected field stands readable in any of its payloads."""
    return any(field in event.SerializeToString() for event in history.events for field in PROTECTED_FIELDS)


def _impersonal(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("kind") == "TASK_QUEUE_KIND_STICKY":
            return {**value, "name": "recorder"}  # it is called after the worker's process and host
        return {key: _UNTOLD.get(key, _impersonal(inner)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_impersonal(inner) for inner in value]
    return value


async def record_stories() -> None:
    """One story of every kind over the in-memory practice, on two servers of its own."""
    from tests.conftest import SMALL_HISTORY
    from tests.histories.stories import STORIES, renewed
    from tests.integration.workflows.office import namespace_of_its_own, open_office
    from tests.support.servers import temporal_for_tests

    suggest = {"limit.historyCount.suggestContinueAsNew": SMALL_HISTORY}
    for told, config in ((STORIES, None), ({"claim-renewed": renewed}, suggest)):
        with tempfile.TemporaryDirectory() as state, temporal_for_tests(Path(state), config) as endpoint:
            client = await namespace_of_its_own(endpoint.address, endpoint.namespace)
            async with open_office(client, max_cached_workflows=1000) as office:
                for name, story in told.items():
                    for place, history in enumerate(await story(office), start=1):
                        save(f"{name}-{place}", history)


async def record_stack(client: Client, at_most: int = 1) -> None:
    """Closed workflows of a stack: of each type the shapes that are there, shortest histories first."""
    shapes: dict[str, list[WorkflowHistory]] = {}
    async for execution in client.list_workflows("ExecutionStatus = 'Completed'"):
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = await handle.fetch_history()
        if tells_of_a_person(history):
            continue
        shapes.setdefault(f"stack-{_shape(execution.workflow_type, history)}", []).append(history)
    for shape, histories in sorted(shapes.items()):
        for place, history in enumerate(sorted(histories, key=lambda one: len(one.events))[:at_most], start=1):
            save(f"{shape}-{place}", history)


def _shape(workflow: str, history: WorkflowHistory) -> str:
    """What kind of story it is: the workflow and, for a claim, how it ended and what people did to it."""
    if workflow != "ClaimWorkflow":
        return workflow.removesuffix("Workflow").lower()
    closed = history.events[-1].workflow_execution_completed_event_attributes.result.payloads
    outcome = json.loads(closed[0].data)["outcome"].replace("_", "-") if closed else "ended"
    ordered = any(event.HasField("workflow_execution_update_accepted_event_attributes") for event in history.events)
    return f"claim-{outcome}{'-ordered' if ordered else ''}"


async def _main(stack: bool) -> None:
    if not stack:
        await record_stories()
        return
    from workers.client import connect

    address = os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    await record_stack(await connect(address, os.environ.get("TEMPORAL_NAMESPACE", "claimflow")))




if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", action="store_true", help="record what a running stack has carried to an end")
    options = parser.parse_args()
    os.environ[KEYS_VARIABLE] = KEYS_OF_RECORDINGS
    asyncio.run(_main(options.stack))
    sys.exit(0)
