"""A case follows the ledger: what was settled or changed in the books meanwhile settles or changes the case."""

from __future__ import annotations

from activities.cases.refund import SYSTEM, RefundCase
from domain.cases.kinds import CaseState, Decision
from domain.overpayments.books import plan_taken_back
from domain.overpayments.owed import Creditor
from domain.remittance.balancing import dollars


def follow(case: RefundCase, *, ring_case: bool = True) -> bool:
    """Bring an open case up to what is owed now; True when it changed.

    A payer's own reversal (CLP02 22) that leaves no credit closes it; an approval that was not carried out is taken
    back first, so that nothing is both refunded and taken back.
    """
    if case.state is CaseState.CLOSED:
        return False
    owed, amount = case.standing_cents(), case.row.amount_cents
    approved = case.state is CaseState.APPROVED
    if owed == amount or (approved and owed > amount):
        return False
    if approved:
        undo_approval(case, "what is owed changed before the refund was sent", SYSTEM)
    if owed <= 0:
        case.close(Decision.TAKEN_BACK, SYSTEM, *_settled(case), ring_case=ring_case)
        return True
    case.row.amount_cents = owed
    case.wait(CaseState.OPEN)
    case.note(
        f"amount:{case.desk.now:%Y%m%dT%H%M%S%f}",
        f"Refund case {case.row.number}: now ${dollars(owed)} instead of ${dollars(amount)}",
        "the balance changed" + ("; it must be approved anew" if approved else ""),
    )
    if approved:
        case.ask(
            f"decide:{case.row.details.get('approvals', 0)}",
            "refund_to_decide",
            f"Refund case {case.row.number}: {case.words()} after the balance changed; due {case.row.due_on}",
            f"`claimflow refund approve {case.row.number}` or `refund reject {case.row.number}`, with the reason",
            case.row.due_on,
        )
    if ring_case:
        case.ring()
    return True


def undo_approval(case: RefundCase, why: str, by: str) -> None:
    """The debt is a credit again."""
    approvals = int(case.row.details.get("approvals", 0))
    case.post(
        f"undone:{approvals}",
        "refund",
        f"approval of refund {case.row.number} taken back: {why}",
        by,
        plan_taken_back(case.place, case.row.amount_cents, f"refund {case.row.number} not sent"),
    )


def _settled(case: RefundCase) -> tuple[str, str]:
    if case.creditor is Creditor.PAYER:
        return (
            f"Refund case {case.row.number} closed: the payer has its money back",
            "its own decision took the credit off the claim (CLP02 22), or it was charged after all",
        )
    return f"Refund case {case.row.number} closed: the credit was used", "a new share took it up"
