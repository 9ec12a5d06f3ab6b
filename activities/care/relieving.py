"""What an award does to the books: counted back to the first cent, posted claim by claim, paid back where due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from activities.account.balance import OpenAccount
from activities.account.overpaid import release_overpaid
from activities.care.case import CareCase, ring_account, ring_claim
from activities.cases.finding import account_in_credit
from contracts.account import AccountRef
from domain.care.assistance import relief
from domain.care.policy import CarePolicy
from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_write_off
from storage import care, ledger
from storage.locks import lock_claims
from storage.models import Claim, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Relieved:
    """What was given up, what is left to pay, and what goes back."""

    given_cents: int
    left_cents: int
    refund_cents: int


def relieve(case: CareCase, discount: int, policy: CarePolicy, cites: str, by: str) -> Relieved:
    """Post the write-downs of every claim within reach; what was paid above them becomes the patient's credit.

    Within reach is what is open, and what was first asked for within the application period (day 240).
    """
    desk, account_number = case.desk, case.row.account_number
    assert account_number is not None
    open_by_claim = ledger.open_by_claim(desk.session, account_number)
    paid = care.paid_by_patient(desk.session, account_number)
    reach = sorted(number for number in {*open_by_claim, *paid} if _within_reach(case, number, open_by_claim, policy))
    lock_claims(desk.session, reach)
    given = left = refund = 0
    for number in reach:
        opened = open_by_claim.get(number, 0)
        charge = -ledger.claim_balances(desk.session, number).get(LedgerAccount.REVENUE.value, 0)
        found = relief(
            open_cents=opened,
            paid_cents=paid.get(number, 0),
            charge_cents=charge,
            discount=discount,
            policy=policy,
        )
        left += max(0, max(0, opened) - found.write_down_cents)
        if not found.write_down_cents:
            continue
        ledger.post(
            desk.session,
            desk.organisation_id,
            key=f"assistance:{case.row.number}:{number}",
            kind="write_off",
            cites=cites,
            by=by,
            business_date=desk.today,
            legs=plan_write_off(
                found.write_down_cents, by, number, account_number, LedgerAccount.PATIENT_RECEIVABLE
            ),
        )
        given += found.write_down_cents
        refund += found.refund_cents
        ring_claim(desk, number, str(case.row.number))
    ref = AccountRef(organisation_id=desk.organisation_id, account_number=account_number, today=desk.now)
    release_overpaid(OpenAccount.lock(desk.session, ref))
    if refund:
        account_in_credit(desk, account_number)
    ring_account(desk, account_number, str(case.row.number))
    return Relieved(given_cents=given, left_cents=left, refund_cents=refund)


def _within_reach(case: CareCase, number: int, open_by_claim: dict[int, int], policy: CarePolicy) -> bool:
    if open_by_claim.get(number, 0) > 0:
        return True
    claim = case.desk.session.get_one(Claim, number)
    statements = case.desk.session.execute(
        select(Statement.business_date, Statement.claims)
        .where(Statement.account_number == claim.account_number, Statement.step > 0)
        .order_by(Statement.number)
    )
    first = next((day for day, claims in statements if any(one["claim"] == number for one in claims)), None)
    return first is None or case.row.opened_on <= first + timedelta(days=policy.application_days)
