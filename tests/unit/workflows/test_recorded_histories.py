"""Histories of every release so far replay on the code that is here. See `tests/histories/record.py`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from contracts.claim import ClaimOpened
from contracts.converter import KEYS_VARIABLE, data_converter
from stack.paths import CHECKOUT
from tests.histories.keys import KEYS_OF_RECORDINGS
from tests.histories.record import tells_of_a_person
from workers.registry import WORKFLOWS
from workers.sandbox import workflow_runner

RECORDED = sorted((CHECKOUT / "tests" / "histories").glob("*.json"))


def history(file: Path) -> WorkflowHistory:
    recorded = json.loads(file.read_text())
    return WorkflowHistory.from_json(recorded.pop("workflowId"), recorded)


def workflow_type(file: Path) -> str:
    return history(file).events[0].workflow_execution_started_event_attributes.workflow_type.name


@pytest.fixture(autouse=True)
def keys_of_recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS_VARIABLE, KEYS_OF_RECORDINGS)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=data_converter(), workflow_runner=workflow_runner())
    await replayer.replay_workflow(history(file))


def test_every_workflow_has_a_recorded_history() -> None:
    names = {workflow._Definition.must_from_class(one).name for one in WORKFLOWS}

    assert {workflow_type(file) for file in RECORDED} == names


@workflow.defn(name="ClaimWorkflow")
class ChangedClaimWorkflow:
    """What a careless release would do: another first step."""

    @workflow.run
    async def run(self, opened: ClaimOpened) -> None:
        await workflow.sleep(60)


async def test_a_change_that_does_not_replay_is_noticed() -> None:
    replayer = Replayer(
        workflows=[ChangedClaimWorkflow],
        data_converter=data_converter(),
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    claims = [file for file in RECORDED if workflow_type(file) == "ClaimWorkflow"]

    with pytest.raises(NondeterminismError):
        await replayer.replay_workflow(history(claims[0]))


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_a_recorded_history_tells_nothing_of_the_machine_it_was_made_on(file: Path) -> None:
    text = file.read_text()

    assert str(CHECKOUT) not in text
    assert '"identity": "recorder"' in text
    assert "@" not in text


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_a_recorded_history_tells_nothing_of_a_person(file: Path) -> None:
    assert not tells_of_a_person(history(file))
