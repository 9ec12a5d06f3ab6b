"""One case as a test drives it."""

from __future__ import annotations

import itertools
from datetime import datetime

from temporalio.client import WorkflowUpdateFailedError

from contracts.case import CASE_WORKFLOW, CaseAnswer, CaseMessage, CaseOpened, CaseOrderBody
from contracts.ids import case_workflow_id
from tests.integration.workflows.case_desk import OneCase
from tests.integration.workflows.office import Office
from tests.integration.workflows.story import ORGANISATION, Story

_orders = itertools.count(1)


class CaseStory(Story):
    """A refund case's workflow."""

    def __init__(self, office: Office, row: OneCase, began: datetime) -> None:
        super().__init__(office, case_workflow_id(row.number))
        self.row = row
        self.began = began

    async def open(self) -> CaseStory:
        await self.ring(None)
        await self.idle()
        return self

    async def ring(self, signal: str | None, *, message_id: str = "") -> None:
        opened = CaseOpened(organisation_id=ORGANISATION, case_number=self.row.number, business_at=self.began)
        message = CaseMessage(
            message_id=message_id or f"c{next(_orders)}", reference="7", outcome="", business_at=self.began
        )
        await self.ring_as_the_dispatcher(CASE_WORKFLOW, opened, signal, message)

    async def order(self, verb: str, *, id: str = "", check: str = "", update: str = "") -> CaseAnswer:  # noqa: A002
        body = CaseOrderBody(
            verb=verb, id=id or f"order-{next(_orders)}", by="dana", reason="the payer paid twice", check=check
        )
        answer: CaseAnswer = await self.handle.execute_update(update or verb, body, id=body.id, result_type=CaseAnswer)
        return answer

    async def refused(self, verb: str, *, check: str = "", update: str = "") -> str:
        try:
            answer = await self.order(verb, check=check, update=update)
        except WorkflowUpdateFailedError as failure:
            return str(failure.cause)
        raise AssertionError(f"it was carried out: {answer}")
