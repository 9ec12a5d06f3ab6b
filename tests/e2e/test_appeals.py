"""Two levels of a Medicare appeal through the whole stack: the contractor keeps to its decision, the QIC does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from activities.appeals import register
from contracts.appeal import AppealOrderBody
from contracts.claim import CommandBody
from contracts.ids import appeal_workflow_id, claim_workflow_id
from storage import appeals, claims, examinations
from storage.models import WorkItem
from storage.organisations import LOCAL_PRACTICE
from storage.read_models import claim_show
from storage.timeline import of_claim
from tests.support.e2e_practice import Practice

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

MODIFIER_MISSING = 66
"""A visit at Medicare whose office visit is denied for its modifier (CO-4)."""
APPEALED_WHEN = {"denied", "partly_denied", "review_refused"}


class Appealing:
    """A biller who appeals one claim through its levels, before the staff looks at it."""

    def __init__(self, practice: Practice, claim: int) -> None:
        self._practice = practice
        self._claim = claim

    async def act(self, now: datetime) -> int:
        return int(await self._appeal() or await self._enclose()) or await self._practice.staff.act(now)

    async def _appeal(self) -> bool:
        with self._practice.books.transaction(LOCAL_PRACTICE) as session:
            open_items = select(WorkItem.kind).where(WorkItem.claim_number == self._claim, WorkItem.closed_on.is_(None))
            kinds = set(session.scalars(open_items))
            levels = len(appeals.of_claim(session, self._claim))
            version = claims.get(session, self._claim).version
        if not kinds & APPEALED_WHEN or levels >= 2:
            return False
        body = CommandBody(
            command="appeal",
            id=f"e2e-appeal-{levels + 1}",
            by="e2e.biller",
            expected_version=version,
            reason="the note documents a separate visit before the injection",
            changes={},
        )
        handle = self._practice.client.get_workflow_handle(claim_workflow_id(self._claim))
        await handle.execute_update("appeal", body, id=body.id)
        return True

    async def _enclose(self) -> bool:
        """The reconsideration wants every paper: it is there, and the request is filed."""
        with self._practice.books.transaction(LOCAL_PRACTICE) as session:
            gathering = [row.number for row in appeals.of_claim(session, self._claim) if row.state == "gathering"]
        for number in gathering:
            handle = self._practice.client.get_workflow_handle(appeal_workflow_id(number))
            for verb, item in (("evidence", "all_evidence"), ("file", "")):
                body = AppealOrderBody(
                    verb=verb, id=f"e2e-{verb}-{number}", by="e2e.biller", reason="the whole chart", item=item
                )
                await handle.execute_update(verb, body, id=body.id)
        return bool(gathering)


async def test_a_redetermination_is_upheld_and_its_reconsideration_is_won_and_paid(
    practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await practice.check_in([MODIFIER_MISSING])
    biller = Appealing(practice, number)
    days = sum([1 async for _ in practice.days(biller.act)])

    with practice.books.transaction(LOCAL_PRACTICE) as session:
        shown: dict[str, Any] = claim_show(session, number)
        told = [entry["what"] for entry in of_claim(session, number)]
        levels = appeals.listed(session, claim_number=number)
        records = [row for row in examinations.listed(session, limit=1000) if row["claim"] == number]
        left_out = register.missing(session)
    with capsys.disabled():
        print(f"\nappeal: {days} days with something due; " + " | ".join(told))

    assert [(one["level"], one["state"], one["decision"]) for one in levels] == [
        (1, "closed", "unfavourable"),
        (2, "closed", "favourable"),
    ]
    assert told.index("Appealed on paper") < told.index("Letter entered: appeal decision, unfavourable")
    assert told.index("Appealed on paper: reconsideration (level 2)") < told.index(
        "Letter entered: appeal decision, favourable"
    )
    assert (shown["stage"], shown["open_cents"]) == ("closed", 0)
    assert [(row["route"], row["state"], row["level"]) for row in records] == [("redetermination", "overturned", 2)]
    assert left_out == [], "no Medicare denial of the run is without its record"
    assert practice.closing()["ledger_balanced"]
