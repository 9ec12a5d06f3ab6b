"""The nightly audit goes through every organisation, page by page, once."""

from __future__ import annotations

import uuid

from contracts import task_queues
from contracts.audit import AUDIT_WORKFLOW, AuditDone, AuditNight
from tests.integration.workflows.office import Office


async def test_a_night_audits_every_page_of_every_organisation_and_each_practice_once(office: Office) -> None:
    office.charts.pages.clear()
    office.charts.whole.clear()
    done = await office.client.execute_workflow(
        AUDIT_WORKFLOW, AuditNight(), id=f"short/{uuid.uuid4()}", task_queue=task_queues.STORIES, result_type=AuditDone
    )

    assert office.charts.pages == [(1, 0), (1, 3), (1, 6), (2, 0), (5, 0), (5, 3)]
    assert office.charts.whole == [1, 2, 5]
    assert done == AuditDone(audited=10, new_findings=13)


async def test_a_night_goes_on_from_where_an_earlier_run_stopped(office: Office) -> None:
    office.charts.pages.clear()
    night = AuditNight(organisation=1, after_patient=6, audited=6, new_findings=6)
    done = await office.client.execute_workflow(
        AUDIT_WORKFLOW, night, id=f"short/{uuid.uuid4()}", task_queue=task_queues.STORIES, result_type=AuditDone
    )

    assert office.charts.pages == [(1, 6), (2, 0), (5, 0), (5, 3)]
    assert done.audited == 10
