"""Papers through the whole stack: a payer that gives way pays, one that keeps to its decision is given up."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from activities.appeals import register
from storage import examinations
from storage.models import RemittanceClaim
from storage.organisations import LOCAL_PRACTICE
from storage.read_models import claim_show
from storage.timeline import of_claim
from tests.support.e2e_practice import FinishedDemo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

APPEALED_AND_WON, APPEALED_AND_LOST, RECORDS_ASKED = 17, 57, 20
"""Visits after the shared demo's own: CO-50 at Medicare, CO-197 at the HMO, CO-252 at the PPO."""


async def test_papers_are_answered_by_letters_and_money_or_end_with_a_person(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = demo.practice
    await practice.check_in([APPEALED_AND_WON, APPEALED_AND_LOST, RECORDS_ASKED])
    days = await practice.finish()

    shown, told = {}, {}
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        for visit in (APPEALED_AND_WON, APPEALED_AND_LOST, RECORDS_ASKED):
            number = practice.claims[visit]
            shown[visit] = claim_show(session, number)
            told[visit] = [entry["what"] for entry in of_claim(session, number)]
        denials = examinations.listed(session, limit=1000)
        left_out = register.missing(session)
        refused = {
            (row.claim_number, row.attempt)
            for row in session.scalars(
                select(RemittanceClaim).where(
                    RemittanceClaim.state == "posted",
                    RemittanceClaim.verdict.in_(("denied", "partly_denied", "review")),
                )
            )
        }
    assert left_out == [], "no Medicare denial of the demo's run is without its record"
    assert len({(row["claim"], row["attempt"], row["line"]) for row in denials}) == len(denials) > 0
    assert {(row["claim"], row["attempt"]) for row in denials} <= refused, "and no record is about anything else"
    with capsys.disabled():
        print(f"\npapers: {days} days with something due; " + "; ".join(" | ".join(lines) for lines in told.values()))

    for visit, paper, letter in (
        (APPEALED_AND_WON, "Appealed on paper", "Letter entered: appeal decision, favourable"),
        (RECORDS_ASKED, "Records sent on paper", "Letter entered: records decision, favourable"),
    ):
        assert told[visit].index(paper) < told[visit].index(letter)
        assert [row["verdict"] for row in shown[visit]["remittances"]][:2] == ["denied", "reversal"]
        assert shown[visit]["remittances"][-1]["paid_cents"] > 0
    assert "Letter entered: appeal decision, unfavourable" in told[APPEALED_AND_LOST]
    assert shown[APPEALED_AND_LOST]["outcome"] == "denied_written_off"
    assert all(claim["stage"] == "closed" and claim["open_cents"] == 0 for claim in shown.values())
    assert practice.closing()["ledger_balanced"]
