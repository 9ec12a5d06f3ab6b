"""Two payers on a whole stack: a supplement behind Medicare, Medicaid behind Medicare, a plan behind a plan."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from domain.ledger.chart import LedgerAccount
from storage import ledger, read_models
from storage.models import Entry
from storage.organisations import LOCAL_PRACTICE
from storage.timeline import of_claim
from tests.support.e2e_practice import FinishedDemo, Practice

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SENT_ON = 5
"""Visit of the demo: Medicare, and a supplement to which Medicare sends its claims."""
MEDICAID_LAST, PLAN_AFTER_PLAN = 25, 45


def shown(practice: Practice, visit: int) -> dict[str, Any]:
    """What ``claim show`` tells of a visit's claim, with its timeline."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        number = practice.claims[visit]
        told = [(entry["what"], entry["why"]) for entry in of_claim(session, number)]
        return read_models.claim_show(session, number) | {"told": told}


def attempts(claim: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["sequence"], one["payer"], one["state"]) for one in claim["attempts"]]


def decisions(claim: dict[str, Any]) -> list[str]:
    return [one["status"] for one in claim["remittances"]]


def contractual(practice: Practice, visit: int) -> list[str]:
    """What each contractual leg of the claim cites."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        wanted = select(Entry.cites).where(
            Entry.claim_number == practice.claims[visit], Entry.ledger_account == LedgerAccount.CONTRACTUAL.value
        )
        return list(session.scalars(wanted))


async def test_each_payer_is_asked_in_its_turn_and_the_patient_last(demo: FinishedDemo) -> None:
    practice = demo.practice
    sent_on = shown(practice, SENT_ON)
    assert (sent_on["stage"], sent_on["outcome"], sent_on["payer"]) == ("closed", "clean", "SUPP1")
    assert attempts(sent_on) == [("P", "MCARE", "answered")], "the supplement has it from Medicare, not from us"
    assert decisions(sent_on) == ["19", "2"]
    assert any("sent the claim on to SUPP1" in what for what, _ in sent_on["told"])
    assert sent_on["open_cents"] == 0

    await practice.check_in([MEDICAID_LAST, PLAN_AFTER_PLAN])
    await practice.finish()

    medicaid = shown(practice, MEDICAID_LAST)
    assert (medicaid["stage"], medicaid["outcome"], medicaid["payer"]) == ("closed", "clean", "MCAID")
    assert attempts(medicaid) == [("P", "MCARE", "answered"), ("S", "MCAID", "answered")]
    assert decisions(medicaid) == ["1", "2"]
    assert medicaid["open_cents"] == 0, "CO-45 of both payers, and not one cent below zero"
    assert any("all that was open" in cites for cites in contractual(practice, MEDICAID_LAST))

    plans = shown(practice, PLAN_AFTER_PLAN)
    assert (plans["stage"], plans["payer"]) == ("closed", "HMO01")
    assert attempts(plans) == [("P", "PPO01", "answered"), ("S", "HMO01", "answered")]
    assert decisions(plans) == ["1", "2"]
    assert plans["open_cents"] == 0
    assert ("Billed to the second payer, HMO01") in [what for what, _ in plans["told"]]
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        assert ledger.is_balanced(session)
        for visit in (SENT_ON, MEDICAID_LAST, PLAN_AFTER_PLAN):
            balances = ledger.claim_balances(session, practice.claims[visit])
            assert not balances.get(LedgerAccount.PAYER_RECEIVABLE.value), visit
