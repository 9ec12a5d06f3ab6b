"""Claims held for review through the whole stack: seen by nobody else, decided on the command line, then ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from storage.claims import get
from storage.models import CaseRow
from storage.organisations import LOCAL_PRACTICE
from storage.read_models import claim_show
from storage.timeline import of_claim
from tests.support.e2e_cli import claimflow
from tests.support.e2e_practice import Practice

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

SUSPECTED = 74
"""A visit whose minutes were entered as units: the payer's program integrity unit denies it."""
PAID_IN_FULL = 41
"""A visit with nothing wrong."""
OFFICER = "demo.compliance"
"""Of the demo, who may have been given the role before."""
TELLING = ("fraud", "n35", "co-216", "cas co", "suspic", "integrity")


class Officer:
    """Compliance on the command line: looks at what others see of a held claim, and decides."""

    def __init__(self, practice: Practice, claim: int, decision: str) -> None:
        self._practice = practice
        self._claim = claim
        self._decision = decision
        self.seen: list[str] = []
        """What everybody saw meanwhile."""

    async def run(self, *arguments: str) -> Any:
        answer = await claimflow(self._practice.stack, *arguments, "--json")
        assert answer.exit_code == 0, (arguments, answer.stderr)
        return answer.document

    def held(self) -> bool:
        with self._practice.books.transaction(LOCAL_PRACTICE) as session:
            return get(session, self._claim).held_for_review

    async def act(self, now: datetime) -> int:
        if not self.held():
            return await self._practice.staff.act(now)
        await self.look()
        await self.decide()
        return 1

    async def look(self) -> None:
        claim = str(self._claim)
        for command in (("claim", "show", claim), ("claim", "timeline", claim), ("ledger", "explain", claim),
                        ("work", "list"), ("deadlines",)):  # fmt: skip
            self.seen.append(str(await self.run(*command)).lower())
        refused = await claimflow(self._practice.stack, "compliance", "list", "--by", "demo.biller")
        assert refused.exit_code != 0
        self.seen.append(refused.stdout + refused.stderr)

    async def decide(self) -> None:
        await claimflow(self._practice.stack, "compliance", "grant", OFFICER, "--by", OFFICER)
        (referral,) = [
            one for one in await self.run("compliance", "list", "--open", "--by", OFFICER)
            if self._claim in one["claims"]
        ]  # fmt: skip
        number = str(referral["referral"])
        told = await self.run(
            "compliance", "decide", number, "--decision", self._decision, "--by", OFFICER, "--reason", "read the chart"
        )
        assert told["accepted"]
        assert told["state"] == "closed"


async def test_a_suspected_claim_is_released_on_the_command_line_then_corrected_and_paid(
    practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await practice.check_in([SUSPECTED])
    officer = Officer(practice, number, "release")
    days = sum([1 async for _ in practice.days(officer.act)])

    with practice.books.transaction(LOCAL_PRACTICE) as session:
        shown = claim_show(session, number)
        told = [entry["what"] for entry in of_claim(session, number)]
    with capsys.disabled():
        print(f"\nreview: {days} days with something due; " + " | ".join(told))
    everything = "\n".join(officer.seen).lower()
    assert "held for review" in everything
    assert [word for word in TELLING if word in everything] == []
    assert told.index("Held for review") < told.index("The review is over")
    assert any(what.startswith("Corrected: ") for what in told[told.index("The review is over") :])
    assert (shown["stage"], shown["open_cents"]) == ("closed", 0)
    assert shown["remittances"][0]["verdict"] == "denied"
    assert shown["remittances"][-1]["paid_cents"] > 0
    assert practice.closing()["ledger_balanced"]


async def test_what_was_paid_for_a_reported_claim_goes_back_when_compliance_says_so(
    practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await practice.check_in([PAID_IN_FULL])
    await practice.finish()
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        paid = sum(row["paid_cents"] for row in claim_show(session, number)["remittances"])
    assert paid > 0

    officer = Officer(practice, number, "repay")
    await officer.run("compliance", "report", str(number), "--by", "demo.nurse", "--reason", "nobody was seen that day")
    assert officer.held()
    days = sum([1 async for _ in practice.days(officer.act)])

    with practice.books.transaction(LOCAL_PRACTICE) as session:
        shown = claim_show(session, number)
        told = [entry["what"] for entry in of_claim(session, number)]
        refunds = session.scalars(
            select(CaseRow).where(CaseRow.claim_number == number, CaseRow.kind == "refund")
        ).all()
    with capsys.disabled():
        print(f"\nrepaid: {days} days with something due; {shown['balances']}; " + " | ".join(told))
    assert "nobody was seen" not in "\n".join(officer.seen)
    assert [(row.decision, row.amount_cents) for row in refunds] == [("refunded", paid)]
    assert (shown["stage"], shown["open_cents"]) == ("closed", 0)
    assert practice.closing()["ledger_balanced"]
