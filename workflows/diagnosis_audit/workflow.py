"""The diagnosis audit of one night: every organisation, patients page by page, then the practice as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporalio import workflow
from temporalio.common import VersioningBehavior

from contracts import policies, task_queues
from contracts.audit import AUDIT_WORKFLOW, AuditBooks, AuditDone, AuditNight, AuditPage, PageAudited, PracticeAudited


@workflow.defn(name=AUDIT_WORKFLOW, versioning_behavior=VersioningBehavior.PINNED)
class DiagnosisAuditWorkflow:
    """Short: a few steps for each page, a new run where there are many pages. What a night missed, the next finds."""

    def __init__(self) -> None:
        """Nothing is audited yet."""
        self._night = AuditNight()

    @workflow.run
    async def run(self, night: AuditNight) -> AuditDone:
        """Audit all organisations, one page after the other."""
        self._night = night
        if not night.organisation:
            await self._next_organisation()
        while self._night.organisation:
            await self._audit_page()
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._night)
        return AuditDone(audited=self._night.audited, new_findings=self._night.new_findings)

    async def _audit_page(self) -> None:
        night = self._night
        page = AuditPage(organisation=night.organisation, after_patient=night.after_patient)
        done: PageAudited = await _step(AuditBooks.audit_page, page, "Audit the charts of a page of patients")
        self._count(done.patients, done.new_findings, done.last_patient)
        if not done.last_patient:
            whole: PracticeAudited = await _step(
                AuditBooks.audit_practice,
                night.organisation,
                "Look for what only many charts show",
                policies.WHOLE_PRACTICE,
            )
            self._count(0, whole.new_findings, 0)
            await self._next_organisation()

    async def _next_organisation(self) -> None:
        night = self._night
        following: int = await _step(
            AuditBooks.next_organisation, night.organisation, "Find whose charts are audited next"
        )
        self._night = AuditNight(organisation=following, audited=night.audited, new_findings=night.new_findings)

    def _count(self, patients: int, findings: int, last: int) -> None:
        night = self._night
        self._night = AuditNight(
            organisation=night.organisation,
            after_patient=last,
            audited=night.audited + patients,
            new_findings=night.new_findings + findings,
        )
        workflow.set_current_details(
            f"**{self._night.audited}** patients audited, **{self._night.new_findings}** new findings."
        )


async def _step(
    step: Callable[..., Any], argument: object, summary: str, policy: policies.Policy = policies.SWEEP
) -> Any:
    return await workflow.execute_activity_method(
        step, argument, task_queue=task_queues.STORIES, summary=summary, **policy.options()
    )
