"""Releases: a build becomes current only after it has replayed what is open."""

from __future__ import annotations

import asyncio

import structlog
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from contracts.converter import data_converter
from workers.registry import WORKFLOWS
from workers.sandbox import workflow_runner
from workers.settings import DEPLOYMENT

log = structlog.get_logger(__name__)

REPLAYED_AT_MOST = 200
"""Open histories replayed before a release: the newest ones."""


class ReleaseRefused(RuntimeError):
    """An open history does not replay on this build: it needs a patch before it may become current."""


async def current_build(client: Client) -> str:
    """Build id that takes new work now, empty when there is none."""
    try:
        answer = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return ""
        raise
    return answer.worker_deployment_info.routing_config.current_deployment_version.build_id


async def replay_open(client: Client, limit: int = REPLAYED_AT_MOST) -> int:
    """Replay open histories on this process's code; return how many.

    Raises:
        ReleaseRefused: one of them does not replay.
    """
    count = 0
    replayer = Replayer(
        workflows=WORKFLOWS, data_converter=data_converter(), workflow_runner=workflow_runner()
    )
    async for execution in client.list_workflows("ExecutionStatus = 'Running'", limit=limit):
        history = await client.get_workflow_handle(execution.id, run_id=execution.run_id).fetch_history()
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            raise ReleaseRefused(
                f"{execution.id} does not replay on this build ({type(result.replay_failure).__name__}); "
                "guard the change with workflow.patched"
            )
        count += 1
    return count


async def make_current(client: Client, build: str, patience: float = 30.0) -> int:
    """Make a build current once its workers poll; return how many open histories were replayed before.

    Raises:
        ReleaseRefused: an open history does not replay on this code.
        TimeoutError: no worker of the build polled in time.
    """
    if await current_build(client) == build:
        return 0
    replayed = await replay_open(client)
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=DEPLOYMENT, build_id=build, ignore_missing_task_queues=True
    )
    async with asyncio.timeout(patience):
        while True:
            try:
                await client.workflow_service.set_worker_deployment_current_version(request)
            except RPCError as error:
                if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                    raise
                await asyncio.sleep(0.2)
            else:
                break
    log.info("build_current", build=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build).build_id)
    return replayed
