"""Credit balances found: each becomes one case, opened in the transaction that finds it."""

from __future__ import annotations

from datetime import timedelta

from activities.cases.desk import Desk
from activities.cases.following import follow
from activities.cases.payments import ClaimPayer, payers_of
from activities.cases.recoupment import settle_by_what_was_held_back
from activities.cases.refund import PATIENT_ACCOUNTS, RefundCase, patient_standing, payers_standing
from domain.cases.kinds import KINDS, REFUND, CaseState
from domain.cases.reminders import next_look
from domain.doorbell import MessageKind
from domain.ledger.chart import LedgerAccount
from domain.overpayments.clock import started
from domain.overpayments.owed import Creditor, Overpayment, owed_to_payers
from domain.overpayments.policy import RefundPolicy
from storage import cases
from storage.locks import lock_accounts, lock_claims
from storage.models.base import Json
from storage.reference import HOUSE, refund_policy

DECIDE_WITHIN = timedelta(days=7)


def claim_overpaid(desk: Desk, claim_number: int, account_number: int, *, asked: bool) -> int:
    """Open a case for each payer that paid too much on a claim, or bring an open one up to date.

    ``asked`` says that a person is asked about it already. Returns how many cases are new. The caller holds the
    claim's lock.
    """
    lock_accounts(desk.session, {account_number})
    open_payers = set()
    for row in cases.of_claim(desk.session, REFUND, claim_number):
        case = RefundCase(desk=desk, row=row)
        follow(case)
        if case.state is not CaseState.CLOSED:
            open_payers.add((case.payer_code, case.state))
    new = 0
    standing = payers_standing(desk, claim_number)
    if not standing:
        return 0
    payers = payers_of(desk.session, claim_number)
    basis = cases.last_entry(desk.session, LedgerAccount.PAYER_RECEIVABLE.value, claim_number=claim_number)
    why = {one.payer_code: one.why for one in _reasons(payers, standing)}
    for code, cents in standing.items():
        if (code, CaseState.OPEN) in open_payers:
            continue
        cents -= _approved(desk, claim_number, code)
        if cents <= 0:
            continue
        payer = payers[code]
        case_opened = _open(
            desk,
            Overpayment(creditor=Creditor.PAYER, amount_cents=cents, why=why.get(code, ""), payer_code=code),
            refund_policy(desk.session, payer.kind, code, desk.today),
            key=f"refund:claim:{claim_number}:{code}:{basis}",
            owner=KINDS[REFUND].owner,
            claim_number=claim_number,
            account_number=account_number,
            asked=asked,
            details={"payer_kind": payer.kind, "payer_identifiers": sorted(payer.identifiers)},
        )
        if case_opened is not None:
            new += 1
            settle_by_what_was_held_back(case_opened)
    return new


def account_in_credit(desk: Desk, account_number: int, *, asked: bool = False) -> int:
    """Open a case for what a patient paid too much, once the credit has rested; returns 1 where one is new."""
    lock_accounts(desk.session, {account_number})
    for row in cases.of_account(desk.session, REFUND, account_number):
        case = RefundCase(desk=desk, row=row)
        follow(case)
        if case.state is CaseState.OPEN:
            return 0
    cents = min(patient_standing(desk, account_number), cases.patient_credit_cents(desk.session, account_number))
    if cents <= 0 or cases.under_way(desk.session, account_number):
        return 0
    basis = cases.last_entry(desk.session, LedgerAccount.PATIENT_CREDIT.value, account_number=account_number)
    opened = _open(
        desk,
        Overpayment(
            creditor=Creditor.PATIENT, amount_cents=cents, why="the patient paid more than was asked; nothing is open"
        ),
        refund_policy(desk.session, HOUSE, "", desk.today),
        key=f"refund:account:{account_number}:{basis}",
        owner=PATIENT_ACCOUNTS,
        claim_number=None,
        account_number=account_number,
        asked=asked,
        details={},
    )
    return 0 if opened is None else 1


def look_for_credits(desk: Desk) -> int:
    """The nightly look: every open case against the ledger, then every credit balance that has no case yet."""
    for number in cases.open_numbers(desk.session, REFUND):
        follow(RefundCase.lock(desk, number))
    found = 0
    for claim_number, account_number in cases.overpaid_claims(desk.session):
        lock_claims(desk.session, {claim_number})
        lock_accounts(desk.session, {account_number})
        found += claim_overpaid(desk, claim_number, account_number, asked=False)
    policy = refund_policy(desk.session, HOUSE, "", desk.today)
    for account_number, since in cases.credited_accounts(desk.session):
        if since + timedelta(days=policy.refund_rests_days) <= desk.today:
            found += account_in_credit(desk, account_number)
    return found


def _reasons(payers: dict[str, ClaimPayer], standing: dict[str, int]) -> tuple[Overpayment, ...]:
    return owed_to_payers(-sum(standing.values()), [payer.as_paid(0) for payer in payers.values()])


def _approved(desk: Desk, claim_number: int, payer_code: str) -> int:
    """What is approved already and waits to be sent."""
    return sum(
        row.amount_cents
        for row in cases.of_claim(desk.session, REFUND, claim_number)
        if row.state == CaseState.APPROVED.value and row.details.get("payer_code") == payer_code
    )


def _open(
    desk: Desk,
    owed: Overpayment,
    policy: RefundPolicy,
    *,
    key: str,
    owner: str,
    claim_number: int | None,
    account_number: int,
    asked: bool,
    details: Json,
) -> RefundCase | None:
    """Write the case, its question and its doorbell; None where this very overpayment had a case before."""
    clock = started(desk.today, policy)
    kind = KINDS[REFUND]
    first = next_look(desk.today, clock.due_on, policy.refund_reminder_days, kind.after_due_days)
    row = cases.add(
        desk.session,
        {
            "organisation_id": desk.organisation_id,
            "key": key,
            "kind": REFUND,
            "claim_number": claim_number,
            "account_number": account_number,
            "amount_cents": owed.amount_cents,
            "state": CaseState.OPEN.value,
            "opened_on": desk.today,
            "due_on": clock.due_on,
            "due_rule": policy.refund_due_rule,
            "owner": owner,
            "next_at": desk.morning_of(first),
            "next_what": kind.waits_for[CaseState.OPEN],
            "details": {
                "creditor": owed.creditor.value,
                "payer_code": owed.payer_code,
                "why": owed.why,
                **details,
            },
        },
    )
    if row is None:
        return None
    case = RefundCase(desk=desk, row=row)
    case.note("opened", f"Refund case {row.number} opened: {case.words()}", f"{owed.why}; due {row.due_on}")
    if not asked:
        case.ask(
            "decide",
            "refund_to_decide",
            f"Refund case {row.number}: {case.words()}, because {owed.why}; due {row.due_on}: {row.due_rule}",
            f"`claimflow refund approve {row.number}` or `refund reject {row.number}`, with the reason",
            min(row.due_on, desk.today + DECIDE_WITHIN),
        )
    case.ring(MessageKind.OPEN)
    return case
