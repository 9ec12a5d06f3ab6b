"""One level of an appeal as a test drives it."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta

from temporalio.client import WorkflowUpdateFailedError

from contracts.appeal import APPEAL_WORKFLOW, AppealAnswer, AppealMessage, AppealOpened, AppealOrderBody
from contracts.ids import appeal_workflow_id
from tests.integration.workflows.appeal_desk import OneLevel
from tests.integration.workflows.office import Office
from tests.integration.workflows.story import ORGANISATION, Story

_orders = itertools.count(1)
MOMENT = timedelta(minutes=1)


class AppealStory(Story):
    """An appeal's workflow."""

    def __init__(self, office: Office, row: OneLevel, began: datetime) -> None:
        super().__init__(office, appeal_workflow_id(row.number))
        self.row = row
        self.began = began

    async def open(self) -> AppealStory:
        await self.ring(None)
        await self.idle()
        return self

    async def ring(self, signal: str | None, *, message_id: str = "") -> None:
        opened = AppealOpened(organisation_id=ORGANISATION, appeal_number=self.row.number, business_at=self.began)
        message = AppealMessage(
            message_id=message_id or f"a{next(_orders)}", reference="7", outcome="", business_at=self.began
        )
        await self.ring_as_the_dispatcher(APPEAL_WORKFLOW, opened, signal, message)

    async def reaches_its_date(self) -> None:
        assert self.row.next_at is not None
        await self.move_to(self.row.next_at + MOMENT)

    async def reaches(self, day: date) -> None:
        """Noon of a day, acting on every date before it."""
        while self.row.next_at is not None and self.row.next_at.date() <= day:
            await self.reaches_its_date()
        await self.move_to(datetime.combine(day, time(17), tzinfo=UTC))

    async def order(self, verb: str, *, id: str = "", update: str = "", **more: str) -> AppealAnswer:  # noqa: A002
        body = AppealOrderBody(
            verb=verb, id=id or f"appeal-order-{next(_orders)}", by="dana", reason="the chart says so", **more
        )  # type: ignore[arg-type]
        answer: AppealAnswer = await self.handle.execute_update(
            update or verb, body, id=body.id, result_type=AppealAnswer
        )
        return answer

    async def refused(self, verb: str, *, update: str = "", **more: str) -> str:
        try:
            answer = await self.order(verb, update=update, **more)
        except WorkflowUpdateFailedError as failure:
            return str(failure.cause)
        raise AssertionError(f"it was carried out: {answer}")
