"""What a claim's own steps do about refunds: open a case, follow its balance, and go on once it is settled."""

from __future__ import annotations

from datetime import timedelta

from activities.cases.desk import Desk
from activities.cases.finding import claim_overpaid
from activities.cases.following import follow
from activities.cases.refund import RefundCase
from activities.claim.step import BILLER, Step
from domain.cases.kinds import REFUND, CaseState, Decision
from domain.ledger.chart import LedgerAccount
from domain.overpayments.owed import Creditor
from domain.remittance.balancing import dollars
from storage import cases

ASK_WITHIN = timedelta(days=3)


def open_refund_case(step: Step) -> None:
    """The payers have paid too much: one case for each payer, in this transaction. The claim asks a person itself."""
    claim_overpaid(_desk(step), step.claim.number, step.claim.account_number, asked=True)


def follow_refunds(step: Step) -> None:
    """A payer answered again: what it took back settles its case, or contradicts a check that was sent."""
    desk = _desk(step)
    receivable = step.balance(LedgerAccount.PAYER_RECEIVABLE)
    for row in cases.of_claim(step.session, REFUND, step.claim.number):
        case = RefundCase(desk=desk, row=row)
        if case.state is not CaseState.CLOSED:
            follow(case)
        elif row.decision == Decision.REFUNDED.value and receivable >= row.amount_cents:
            step.ask_person(
                f"refund:{row.number}:{step.claim.remittances_seen}",
                "refunded_and_recouped",
                f"The payer took money back although refund case {row.number} (${dollars(row.amount_cents)}, check "
                f"{row.details.get('check', '')}) was sent to it",
                "Ask the payer to pay it out again, with the check as evidence; or stop the check",
                within=ASK_WITHIN,
                owner=BILLER,
            )


def refund_settled(step: Step) -> bool:
    """Whether a refund was decided and left nothing of the payer's open on the claim."""
    if step.balance(LedgerAccount.PAYER_RECEIVABLE):
        return False
    known = cases.of_claim(step.session, REFUND, step.claim.number)
    return any(
        row.state == CaseState.CLOSED.value
        and row.decision != Decision.REJECTED.value
        and row.details.get("creditor") == Creditor.PAYER.value
        for row in known
    ) and all(row.state == CaseState.CLOSED.value for row in known)


def _desk(step: Step) -> Desk:
    return Desk.at(step.session, step.ref.organisation_id, step.now)
