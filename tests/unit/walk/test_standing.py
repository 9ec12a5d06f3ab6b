"""The walk's own sums and the product's plan agree on decisions that come on top of each other."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger.chart import LedgerAccount
from domain.ledger.decision import ClaimInTheBooks, plan_decision
from tests.unit.domain.remits import cas, remitted, remitted_line, rules
from tests.walk.decision import VERDICTS, Decision, decide, taken_back
from tests.walk.standing import Told, moved

CHARGES = (10000, 5000)
CONTRACTUAL = rules().contractual


def planned(claim: ClaimInTheBooks, decision: Decision, place: int) -> tuple[dict[str, int], ClaimInTheBooks]:
    lines = [
        remitted_line(
            decision.sign * line.charge,
            *(cas(f"{group}-{reason}", decision.sign * cents) for group, reason, cents in line.adjustments),
        )
        for line in decision.lines
    ]
    plan = plan_decision(
        remitted(*lines, status=decision.status, payer_control_number=decision.icn),
        claim,
        reference=str(place),
        rank=1,
        contractual=CONTRACTUAL,
        patient_may_owe=True,
    )
    accounts = {
        "paid": LedgerAccount.UNAPPLIED_CASH,
        "patient": LedgerAccount.PATIENT_RECEIVABLE,
        "contractual": LedgerAccount.CONTRACTUAL,
    }
    sums = {
        name: sum(leg.amount_cents for leg in plan.legs if leg.ledger_account is account)
        for name, account in accounts.items()
    }
    return sums, plan.after


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.booleans(), st.integers(0, 3000)), max_size=8))
def test_the_walks_sums_are_the_plans(history: list[tuple[str, bool, int]]) -> None:
    booked = sum(CHARGES)
    claim = ClaimInTheBooks(claim_number=7, account_number=3, open_cents=booked)
    told: list[Told] = []
    given_up = 0
    for place, (verdict, back, written_off) in enumerate(history):
        given_up += written_off
        claim = replace(claim, open_cents=claim.open_cents - written_off)
        decision = decide(verdict, CHARGES, control_number=f"1-{place}", icn=f"I{place}", trace=f"T{place}")
        earlier = [one.decision for one in told if one.decision.sign > 0]
        if back and earlier:
            decision = taken_back(earlier[-1], f"T{place}")
        told.append(Told(decision=decision, given_up=given_up))
        sums, claim = planned(claim, decision, place)
        left = moved(booked, told)[-1]
        assert {"paid": left.paid, "patient": left.patient, "contractual": left.contractual} == sums
