"""Refund cases about the claim of a desk: a payer pays twice, orders are given, money is held back or taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases import looking, orders
from activities.cases.desk import Desk as CaseDesk
from activities.cases.finding import look_for_credits
from activities.remittances.receive import remittance_received
from contracts.case import CaseAnswer, CaseOrderBody, CaseRef, CaseSnapshot, OrderedCase
from domain.claim.stages import Stage
from domain.remittance.remittance import ProviderAdjustment, Remittance
from storage import ledger
from storage.models import CaseRow, WorkflowMessage
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk

PAID = 14_000
BOOKS = {"contractual": 3500, "revenue": -17_500}
"""Of a claim that is paid, whatever came on top."""


def run(desk: Desk, work: Callable[[Session], Any]) -> Any:
    return desk.books.run(LOCAL_PRACTICE, work)


def pay_twice(desk: Desk) -> int:
    """The same decision under two traces; the number of the case that opens."""
    desk.remit(desk.decision())
    desk.remit(desk.decision())
    (case,) = rows(desk)
    return case.number


def rows(desk: Desk) -> list[CaseRow]:
    return list(run(desk, lambda s: list(s.scalars(select(CaseRow).order_by(CaseRow.number)))))


def ref(desk: Desk, number: int) -> CaseRef:
    return CaseRef(organisation_id=LOCAL_PRACTICE, case_number=number, today=desk.today)


def order(desk: Desk, number: int, verb: str, **more: str) -> CaseAnswer:
    body = CaseOrderBody(
        verb=verb,
        id=more.pop("id", f"{verb}-{desk.today:%m%d}"),
        by=more.pop("by", "bea" if verb == "sent" else "ann"),
        reason=more.pop("reason", "it paid twice"),
        check=more.pop("check", ""),
    )
    answer: CaseAnswer = run(desk, lambda s: orders.apply_order(s, OrderedCase(case=ref(desk, number), order=body)))
    return answer


def remind(desk: Desk, number: int) -> CaseSnapshot:
    snapshot: CaseSnapshot = run(desk, lambda s: looking.remind(s, ref(desk, number)))
    return snapshot


def hold_back(desk: Desk, *entries: tuple[str, str, int], trace: str = "PLB1", payer: str = "1999999999") -> None:
    """A remittance with nothing but PLB entries; interest that it owes covers what is held back."""
    covered = ("L6", "LATE", -sum(cents for _, _, cents in entries))
    entries = (*entries, covered) if covered[2] else entries
    adjustments = tuple(
        ProviderAdjustment(reason=reason, reference=reference, amount_cents=cents)
        for reason, reference, cents in entries
    )
    remittance = Remittance(
        handling="H",
        payment_cents=0,
        payment_method="NON",
        payment_date=desk.today.date(),
        trace_number=trace,
        payer_identifier=payer,
        payer_name="EVERGREEN",
        payee_npi="1234567893",
        provider_adjustments=adjustments,
        claims=(),
    )
    run(desk, lambda s: remittance_received(desk._inbound(s), remittance))


def take_back(desk: Desk, *, trace: str = "BACK") -> Stage:
    """The payer reverses one payment; what it is short of for that is carried forward (PLB FB)."""
    reversal = desk.decision(status="22", sign=-1)
    remittance = Remittance(
        handling="H",
        payment_cents=0,
        payment_method="NON",
        payment_date=desk.today.date(),
        trace_number=trace,
        payer_identifier="1999999999",
        payer_name="EVERGREEN",
        payee_npi="1234567893",
        provider_adjustments=(ProviderAdjustment(reason="FB", reference="FORWARD", amount_cents=-PAID),),
        claims=(reversal,),
    )
    run(desk, lambda s: remittance_received(desk._inbound(s), remittance))
    return desk.act().stage


def sheet(desk: Desk) -> dict[str, int]:
    found: dict[str, int] = run(desk, ledger.trial_balance)
    return {account: cents for account, cents in found.items() if cents}


def sweep(desk: Desk) -> int:
    found: int = run(desk, lambda s: look_for_credits(CaseDesk.at(s, LOCAL_PRACTICE, desk.today)))
    return found


def rung(desk: Desk, recipient: str) -> list[str]:
    statement = select(WorkflowMessage.kind).where(WorkflowMessage.recipient == recipient).order_by(WorkflowMessage.id)
    return list(run(desk, lambda s: list(s.scalars(statement))))
