"""The sandbox of workflow code: our pure rooms pass through it, since they have no state and no I/O."""

from __future__ import annotations

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PURE = ("contracts", "domain")
CIPHER = "cryptography"
"""Its Rust core imports its exceptions on first use and ends the process when the sandbox interferes."""


def workflow_runner() -> SandboxedWorkflowRunner:
    """The runner of every worker and replayer."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PURE, CIPHER)
    )
