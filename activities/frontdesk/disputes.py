"""What a named person keeps about a bill far above its estimate: brought down, disputed, decided, accepted."""

from __future__ import annotations

from datetime import date

from activities.account.balance import OpenAccount
from activities.account.overpaid import release_overpaid
from activities.care.case import NotPossible, ring_account, ring_claim
from activities.care.placements import pause_agency
from activities.cases.desk import Desk
from activities.cases.finding import account_in_credit
from activities.cash.workdays import federal_holidays
from activities.frontdesk.excesses import billed_now, dispute_key, first_bills, lock, settle, tell
from contracts.account import AccountRef
from domain.deadlines.business_days import add_business_days
from domain.estimates.disputes import (
    ExcessState,
    Outcome,
    after_decision,
    after_settlement,
    most_cents,
    spread,
    window_is_over,
)
from domain.estimates.good_faith import dispute_ends
from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_write_off
from domain.remittance.balancing import dollars
from storage import account_holds, estimate_excesses, ledger, work_items
from storage.care_rules import dispute_rules
from storage.models import EstimateExcess

PATIENT_ACCOUNTS = "patient_accounts"


def write_down(
    desk: Desk, estimate: int, *, by: str, reason: str, to_cents: int | None = None, npi: str = ""
) -> EstimateExcess:
    """Bring the bill down to the estimate, or to what stays below the rule's $400 above it; what rested goes on.

    Raises:
        NoExcess: no bill exceeds this estimate.
        NotPossible: it is settled or in dispute, or the amount is not between nothing and what the rule allows.
    """
    row = _begin(desk, estimate, npi, by, reason, ExcessState.OPEN)
    target, most = row.estimated_cents if to_cents is None else to_cents, most_cents(row.estimated_cents)
    if not 0 <= target <= most:
        raise NotPossible(
            f"the bill of estimate {estimate} may stand at ${dollars(most)} at most: the estimate and less than $400 "
            f"more; ${dollars(target)} is not between nothing and that"
        )
    taken = _take_down(desk, row, target, f"estimate {estimate}: brought down by {by}: {reason}", by)
    what = f"Bill of estimate {estimate} brought down to ${dollars(target)} (${dollars(taken)} given up)"
    settle(desk, row, Outcome.WRITTEN_DOWN, what, reason, by)
    return row


def begin_dispute(
    desk: Desk, estimate: int, reference: str, *, by: str, reason: str, npi: str = ""
) -> EstimateExcess:
    """Keep that a dispute has begun: nothing of the bill is asked for or collected until it ends.

    An acceptance or a lapse that was kept before does not stand against it: whether it came in time is not ours to
    say. The same reference again changes nothing.

    Raises:
        NoExcess: no bill exceeds this estimate.
        NotPossible: another dispute is open, or one was decided.
    """
    seen = estimate_excesses.of_estimate(desk.session, estimate, npi)
    _named(by, reason)
    row = lock(desk, seen)
    if not reference.strip():
        raise NotPossible("a dispute has a number: it stands on the notice that it has begun")
    if row.dispute_reference == reference.strip():
        return row
    if row.dispute_reference:
        raise NotPossible(f"dispute {row.dispute_reference} of estimate {estimate} is known: {row.state}")
    billed = billed_now(desk, row)
    row.state, row.disputed_on, row.dispute_reference = ExcessState.DISPUTED.value, desk.today, reference.strip()
    row.billed_cents = sum(billed.values())
    row.claims = sorted({*row.claims, *billed})
    row.outcome, row.settled_on, row.settled_by, row.settled_reason = "", None, "", ""
    for number in row.claims:
        account_holds.hold(
            desk.session,
            desk.organisation_id,
            key=dispute_key(row, number),
            account_number=row.account_number,
            claim_number=number,
            kind="dispute",
            since=desk.today,
            stops=account_holds.EVERYTHING,
            reason=f"dispute {row.dispute_reference} of the bill above estimate {estimate} is open (45 CFR 149.620)",
            by=by,
        )
    days = dispute_rules(desk.today).documents_business_days
    due = add_business_days(desk.today, days, federal_holidays(desk.today.year))
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"{row.key}:documents:{row.dispute_reference}",
        kind="estimate_dispute",
        reason=f"Dispute {row.dispute_reference} of the bill above estimate {estimate}: the entity wants the documents",
        remedy="Send the estimate, the bill and why it is higher; then keep the end with `claimflow estimate decided "
        f"{estimate}` or `estimate agreed {estimate}`",
        owner=PATIENT_ACCOUNTS,
        due_on=due,
        opened_on=desk.today,
        account_number=row.account_number,
    )
    tell(desk, row, f"dispute:{row.dispute_reference}", f"Dispute {row.dispute_reference} has begun: the bill rests",
         reason, by)  # fmt: skip
    pause_agency(desk, row.account_number, f"estimate-{estimate}-{row.dispute_reference}", by)
    ring_account(desk, row.account_number, str(estimate))
    desk.session.flush()
    return row


def decided(
    desk: Desk, estimate: int, entity: str, decided_cents: int, *, by: str, reason: str, npi: str = ""
) -> EstimateExcess:
    """Keep the entity's decision: below the bill, the fee that the patient paid comes off what is left to pay too.

    Raises:
        NoExcess: no bill exceeds this estimate.
        NotPossible: no dispute is open, nobody decided, or the amount is negative.
    """
    row = _begin(desk, estimate, npi, by, reason, ExcessState.DISPUTED)
    if not entity.strip() or decided_cents < 0:
        raise NotPossible("a decision names who decided and an amount that is not negative")
    billed = sum(billed_now(desk, row).values())
    left = after_decision(decided_cents, billed, dispute_rules(row.disputed_on or desk.today))
    row.decided_by = entity.strip()
    return _end(desk, row, Outcome.DECIDED, decided_cents, left, f"{row.decided_by} decided", by, reason)


def agreed(desk: Desk, estimate: int, agreed_cents: int, *, by: str, reason: str, npi: str = "") -> EstimateExcess:
    """Keep that the parties settled an open dispute: at least half of the fee comes off the amount.

    Raises:
        NoExcess: no bill exceeds this estimate.
        NotPossible: no dispute is open, or the amount is negative.
    """
    row = _begin(desk, estimate, npi, by, reason, ExcessState.DISPUTED)
    if agreed_cents < 0:
        raise NotPossible("an amount that is agreed is not negative")
    rules = dispute_rules(row.disputed_on or desk.today)
    left = after_settlement(agreed_cents, sum(billed_now(desk, row).values()), rules)
    ended = _end(desk, row, Outcome.AGREED, agreed_cents, left, "agreed with the patient", by, reason)
    days = rules.settlement_notice_business_days
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"{row.key}:settlement:{row.dispute_reference}",
        kind="settlement_notice",
        reason=f"Dispute {row.dispute_reference} was settled between the parties: the entity must be told",
        remedy="Send the notice of settlement with the reduction by half of the fee, and keep proof of it",
        owner=PATIENT_ACCOUNTS,
        due_on=add_business_days(desk.today, days, federal_holidays(desk.today.year)),
        opened_on=desk.today,
        account_number=row.account_number,
    )
    return ended


def accepted(desk: Desk, estimate: int, evidence: str, *, by: str, signed_on: date, npi: str = "") -> EstimateExcess:
    """Keep that the patient accepted the bill in writing; a dispute in time remains possible, and rests it again.

    Raises:
        NoExcess: no bill exceeds this estimate.
        NotPossible: it is settled or in dispute, nothing shows it, or the day lies ahead or before the bill.
    """
    row = _begin(desk, estimate, npi, by, evidence, ExcessState.OPEN)
    if not row.found_on <= signed_on <= desk.today:
        raise NotPossible(f"the patient signed between {row.found_on}, when the bill was found too high, and today")
    row.payable_cents = sum(billed_now(desk, row).values())
    what = f"The patient accepted the bill above estimate {estimate} in writing on {signed_on}"
    settle(desk, row, Outcome.ACCEPTED, what, evidence, by)
    return row


def undisputed(desk: Desk, estimate: int, *, by: str, reason: str, npi: str = "") -> EstimateExcess:
    """Keep that the 120 calendar days since the first bill passed without a dispute.

    Raises:
        NoExcess: no bill exceeds this estimate.
        NotPossible: it is settled or in dispute, or the days are not over; the text names the last one.
    """
    row = _begin(desk, estimate, npi, by, reason, ExcessState.OPEN)
    billed = billed_now(desk, row)
    days = first_bills(desk, row, billed)
    last = window_is_over(days, desk.today)
    if last is None:
        newest = max((day for day in days if day is not None), default=None)
        if newest is None or None in days:
            raise NotPossible(f"no statement asked for all of the bill above estimate {estimate} yet: no day counts")
        raise NotPossible(f"the patient may dispute the bill above estimate {estimate} until {dispute_ends(newest)}")
    row.payable_cents = sum(billed.values())
    what = f"Nobody disputed the bill above estimate {estimate} until {last}"
    settle(desk, row, Outcome.UNDISPUTED, what, reason, by)
    return row


def _named(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise NotPossible("--by and --reason must say something: it is kept with both")


def _begin(desk: Desk, estimate: int, npi: str, by: str, reason: str, state: ExcessState) -> EstimateExcess:
    """The row, locked with its claims and its account, where it stands as it must."""
    _named(by, reason)
    row = lock(desk, estimate_excesses.of_estimate(desk.session, estimate, npi))
    if row.state != state.value:
        stands = {
            ExcessState.OPEN.value: "no dispute of it is known: `claimflow estimate dispute` keeps one",
            ExcessState.DISPUTED.value: f"dispute {row.dispute_reference} is open: keep how it ended "
            "(`estimate decided`, `estimate agreed`)",
            ExcessState.SETTLED.value: f"it was settled on {row.settled_on} ({row.outcome.replace('_', ' ')})",
        }[row.state]
        raise NotPossible(f"bill above estimate {estimate}: {stands}")
    return row


def _end(
    desk: Desk, row: EstimateExcess, outcome: Outcome, decided_cents: int, left: int, who: str, by: str, reason: str
) -> EstimateExcess:
    billed = sum(billed_now(desk, row).values())
    row.decided_cents, row.fee_credit_cents = decided_cents, max(0, min(decided_cents, billed) - left)
    cites = f"estimate {row.estimate_number}, dispute {row.dispute_reference}: {who}"
    taken = _take_down(desk, row, left, cites, by)
    fee = f", ${dollars(row.fee_credit_cents)} of the fee taken off" if row.fee_credit_cents else ""
    what = f"Dispute {row.dispute_reference} ended: {who}, ${dollars(decided_cents)}{fee}; ${dollars(taken)} given up"
    settle(desk, row, outcome, what, reason, by)
    return row


def _take_down(desk: Desk, row: EstimateExcess, target: int, cites: str, by: str) -> int:
    """Adjust the bill to an amount, claim by claim; what was paid above it becomes the patient's credit."""
    session, account = desk.session, row.account_number
    billed = billed_now(desk, row)
    taken = spread(max(0, sum(billed.values()) - target), billed)
    opened = ledger.open_by_claim(session, account)
    for number, cents in taken.items():
        ledger.post(
            session,
            desk.organisation_id,
            key=f"{row.key}:down:{row.dispute_reference}:{number}",
            kind="write_off",
            cites=cites,
            by=by,
            business_date=desk.today,
            legs=plan_write_off(cents, by, number, account, LedgerAccount.PATIENT_RECEIVABLE),
        )
        ring_claim(desk, number, str(row.estimate_number))
    row.payable_cents = sum(billed.values()) - sum(taken.values())
    row.written_down_cents += sum(taken.values())
    ref = AccountRef(organisation_id=desk.organisation_id, account_number=account, today=desk.now)
    release_overpaid(OpenAccount.lock(session, ref))
    if any(cents > max(0, opened.get(number, 0)) for number, cents in taken.items()):
        account_in_credit(desk, account)
    return sum(taken.values())
