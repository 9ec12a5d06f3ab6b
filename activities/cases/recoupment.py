"""Recoupment: a payer that takes an overpayment back at provider level (PLB WO) in place of our check."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from activities.cases.desk import Desk
from activities.cases.following import follow
from activities.cases.refund import RefundCase
from domain.cases.kinds import REFUND, CaseState, Decision
from domain.overpayments.books import plan_recouped
from domain.overpayments.owed import Creditor
from domain.remittance.balancing import dollars
from storage import cases, work_items
from storage.locks import lock_accounts, lock_claims
from storage.models import CaseRow, ProviderAdjustmentRow

ASK_WITHIN = timedelta(days=3)
ACKNOWLEDGED = "72"
"""PLB03-1: authorized return; the payer acknowledges the practice's own refund."""


def held_back_at_provider_level(desk: Desk, keys: Collection[str], payer_identifier: str) -> None:
    """Look at PLB entries that were posted just now: settle the cases they mean, and ask where it is not plain."""
    rows = cases.provider_adjustments(desk.session, keys)
    recouped = [row for row in rows if row.reason == "WO" and row.amount_cents > 0]
    for claim_number in sorted({row.claim_number for row in recouped if row.claim_number is not None}):
        _of_claim(desk, claim_number, [r for r in recouped if r.claim_number == claim_number], payer_identifier)
    acknowledged = {-row.amount_cents for row in rows if row.reason == ACKNOWLEDGED}
    for row in recouped:
        if row.claim_number is None and row.amount_cents not in acknowledged:
            _perhaps(desk, row, payer_identifier)


def settle_by_what_was_held_back(case: RefundCase) -> int:
    """Settle an open case by what its payer held back for the claim; returns the cents that this took.

    Deferred recoupments (WO negative, later positive) and acknowledged returns (72) add up to nothing.
    """
    identifiers = set(case.row.details.get("payer_identifiers", ()))
    assert case.row.claim_number is not None
    rows = cases.held_back(case.desk.session, case.row.claim_number, identifiers)
    part = min(sum(row.amount_cents for row in rows), case.row.amount_cents)
    if part <= 0:
        return 0
    positive = [row for row in rows if row.amount_cents > 0]
    cites = f"recouped by PLB {positive[-1].reason} {positive[-1].reference}".rstrip()
    approved = case.state is CaseState.APPROVED
    case.post(
        f"recouped:{positive[-1].id}",
        "recoupment",
        f"{cites}; settles refund {case.row.number}",
        "payer",
        plan_recouped(case.place, part, cites, approved=approved),
    )
    for row in rows:
        row.case_number = case.row.number
    case.returned(part)
    left = case.row.amount_cents - part
    if not left:
        what = f"Refund case {case.row.number} closed: the payer held ${dollars(part)} back itself"
        case.close(Decision.RECOUPED, "payer", what, cites)
        return part
    case.row.amount_cents = left
    case.note(
        f"recouped:{positive[-1].id}",
        f"The payer held ${dollars(part)} back itself; ${dollars(left)} of refund case {case.row.number} is left",
        cites,
        "payer",
    )
    case.ring()
    return part


def _of_claim(desk: Desk, claim_number: int, entries: list[ProviderAdjustmentRow], payer_identifier: str) -> None:
    for claim in lock_claims(desk.session, {claim_number}):
        lock_accounts(desk.session, {claim.account_number})
    known = [row for row in cases.of_claim(desk.session, REFUND, claim_number) if _is_payers(row, payer_identifier)]
    if not known:
        return
    held = sum(row.amount_cents for row in cases.held_back(desk.session, claim_number, {payer_identifier}))
    if held <= 0:
        _acknowledged(desk, known, entries)
        return
    for row in known:
        case = RefundCase(desk=desk, row=row)
        # A reversal in the same remittance may have settled it already.
        follow(case)
        if case.state is not CaseState.CLOSED:
            held -= settle_by_what_was_held_back(case)
    if held > 0:
        _beyond(desk, claim_number, known, entries[-1], held)


def _beyond(desk: Desk, claim_number: int, known: list[CaseRow], entry: ProviderAdjustmentRow, held_cents: int) -> None:
    """More was held back than any open case explains: worst where our check had left before."""
    refunded = [row for row in known if row.decision == Decision.REFUNDED.value]
    if refunded:
        row = refunded[-1]
        kind = "refunded_and_recouped"
        reason = (
            f"The payer held back ${dollars(held_cents)} (PLB WO) although refund case {row.number} was sent to it "
            f"(check {row.details.get('check', '')})"
        )
        remedy = "Ask the payer to pay it out again, with the check as evidence; or stop the check"
    else:
        kind = "recouped_beyond_case"
        reason = f"The payer held back ${dollars(held_cents)} (PLB WO) more than the refund case of this claim explains"
        remedy = "Ask the payer what it holds back for; it stays at provider level until then"
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"provider_adjustment:{entry.id}:{kind}",
        kind=kind,
        reason=reason,
        remedy=remedy,
        owner="biller",
        due_on=desk.today + ASK_WITHIN,
        opened_on=desk.today,
        claim_number=claim_number,
        details={"amount_cents": held_cents, "cases": [row.number for row in known]},
    )


def _acknowledged(desk: Desk, known: list[CaseRow], entries: list[ProviderAdjustmentRow]) -> None:
    refunded = [row for row in known if row.decision == Decision.REFUNDED.value]
    if refunded and not any(row.case_number for row in entries):
        case = RefundCase(desk=desk, row=refunded[-1])
        for entry in entries:
            entry.case_number = case.row.number
        case.note(
            f"acknowledged:{entries[-1].id}",
            f"The payer shows the refund of case {case.row.number} as returned",
            "PLB WO offset by PLB 72, authorized return",
            "payer",
        )


def _perhaps(desk: Desk, row: ProviderAdjustmentRow, payer_identifier: str) -> None:
    """The reference names no claim, but this payer has an open case over the very amount: a person looks."""
    fitting = [
        case
        for case in cases.open_amounts(desk.session, REFUND, row.amount_cents)
        if _is_payers(case, payer_identifier)
    ]
    if not fitting:
        return
    numbers = ", ".join(str(case.number) for case in fitting)
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"provider_adjustment:{row.id}:may_settle",
        kind="recoupment_unmatched",
        reason=f"The payer held back ${dollars(row.amount_cents)} (PLB WO) under a reference that names no claim of "
        f"ours; refund case {numbers} is over the same amount",
        remedy="Ask the payer which claim it means before a check is sent",
        owner="biller",
        due_on=desk.today + ASK_WITHIN,
        opened_on=desk.today,
        claim_number=fitting[0].claim_number if len(fitting) == 1 else None,
        details={"cases": [case.number for case in fitting], "reference": row.reference},
    )


def _is_payers(row: CaseRow, payer_identifier: str) -> bool:
    return row.details.get("creditor") == Creditor.PAYER.value and payer_identifier in row.details.get(
        "payer_identifiers", ()
    )
