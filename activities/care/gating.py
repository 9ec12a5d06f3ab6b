"""The gates before a collection agency, from the books: read under the account's lock, at the moment of the step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select

from activities.account.balance import OpenAccount
from domain.care.collection_gates import CollectionFacts, Gate, closed, gates
from domain.cases.kinds import ASSISTANCE, COMPLAINT
from domain.ledger.chart import LedgerAccount
from domain.remittance.balancing import dollars
from storage import care, estimate_excesses
from storage.account_holds import COLLECTION, FLAG, AccountHold, open_holds
from storage.care_rules import care_policy, category
from storage.models import ContactPreferences, Entry, PaymentPlanRow, Statement

ASSISTANCE_OFFER, PLAN_OFFER = "assistance_offer", "plan_offer"
_OFFERS_PLAN = frozenset({ASSISTANCE_OFFER, PLAN_OFFER})
"""The offer of help speaks of a plan too."""
BY_PEOPLE = frozenset({"balance", "statements", "plan_offered", "assistance_offered", "address"})
"""Gates that neither time nor the end of a pause opens."""
_PAPERS = ("statement", "reminder", "final_notice")


def gates_of(account: OpenAccount) -> tuple[Gate, ...]:
    """Every gate as it stands for an account that is locked."""
    policy = care_policy(account.ref.organisation_id, account.today)
    return gates(facts_of(account), policy, account.today)


def closed_gates(account: OpenAccount) -> tuple[Gate, ...]:
    """The gates that are not open: while there is one, the account stays in the house."""
    return closed(gates_of(account))


def opens_on(shut: Iterable[Gate]) -> date | None:
    """When time alone opens all of these; None where somebody must do something first."""
    days = [gate.until for gate in shut]
    return None if not days or None in days else max(day for day in days if day is not None)


def facts_of(account: OpenAccount) -> CollectionFacts:
    """What the books say about an account that is locked."""
    session, number = account.session, account.row.number
    papers = session.execute(
        select(Statement.business_date, Statement.kind, Statement.claims, Statement.cycle_started_on)
        .where(Statement.account_number == number, Statement.step > 0, Statement.kind.in_(_PAPERS))
        .order_by(Statement.number)
    ).all()
    cycle = [paper for paper in papers if paper.cycle_started_on == account.row.cycle_started_on]
    first: dict[int, date | None] = dict.fromkeys(account.asked)
    for paper in papers:
        for entry in paper.claims:
            if entry["claim"] in first and first[entry["claim"]] is None:
                first[entry["claim"]] = paper.business_date
    holds = [
        one
        for one in open_holds(session, account.ref.organisation_id, number, account.today)
        if COLLECTION in one.stops and (one.claim_number is None or one.claim_number in account.asked)
    ]
    complaints = [
        row.number
        for row in care.open_cases(session, number, COMPLAINT)
        if COLLECTION in category(str(row.details["category"])).stops
    ]
    awards = [
        date.fromisoformat(row.details["valid_until"])
        for row in care.awards_of(session, number)
        if row.details.get("discount_percent") == 100
    ]
    return CollectionFacts(
        balance_cents=max(0, account.balance_cents - max(0, account.credit_cents)),
        statements=tuple(paper.business_date for paper in cycle),
        first_statements=first,
        final_notice_sent=any(paper.kind == "final_notice" for paper in cycle),
        notice_on=max((paper.business_date for paper in cycle if paper.kind == "final_notice"), default=None),
        assistance_offered_on=care.last_notice(session, number, {ASSISTANCE_OFFER}),
        assistance_open=tuple(row.number for row in care.open_cases(session, number, ASSISTANCE)),
        assistance_awarded_until=max(awards, default=None),
        plan_offered_on=_plan_offered(account),
        plan_kept=_plan_stands(account),
        complaints_open=tuple(complaints),
        estimates_exceeded=_estimates_exceeded(account),
        holds=tuple(one.reason for one in holds if not _told_elsewhere(one)),
        flags=tuple(one.reason for one in holds if one.kind.startswith(FLAG)),
        insurance_open=_insurance_open(account),
        address_good=_address_good(account),
    )


def _told_elsewhere(one: AccountHold) -> bool:
    """Flags, applications, complaints and bills above their estimates have gates of their own."""
    return one.kind.startswith(FLAG) or one.key.startswith((f"{ASSISTANCE}:", f"{COMPLAINT}:", "estimate:"))


def _estimates_exceeded(account: OpenAccount) -> tuple[str, ...]:
    """Bills above their estimates of which something is still owed: no hold's last day ends that."""
    owed = {number for number, cents in account.owed.items() if cents > 0}
    return tuple(
        f"estimate {row.estimate_number}: "
        + (f"dispute {row.dispute_reference} is open" if row.dispute_reference else "it may still be disputed")
        + f", billed ${dollars(row.billed_cents)} for ${dollars(row.estimated_cents)}"
        for row in estimate_excesses.unsettled(account.session, account.row.number)
        if owed & set(row.claims)
    )


def _plan_offered(account: OpenAccount) -> date | None:
    offered = account.session.scalar(
        select(func.max(PaymentPlanRow.offered_on)).where(PaymentPlanRow.account_number == account.row.number)
    )
    told = care.last_notice(account.session, account.row.number, _OFFERS_PLAN)
    return max((day for day in (offered, told) if day is not None), default=None)


def _plan_stands(account: OpenAccount) -> bool:
    agreed = select(PaymentPlanRow.number).where(
        PaymentPlanRow.account_number == account.row.number, PaymentPlanRow.state == "agreed"
    )
    return account.session.scalar(agreed.limit(1)) is not None


def _insurance_open(account: OpenAccount) -> tuple[int, ...]:
    rows = account.session.execute(
        select(Entry.claim_number)
        .where(
            Entry.claim_number.in_(account.asked),
            Entry.ledger_account == LedgerAccount.PAYER_RECEIVABLE.value,
        )
        .group_by(Entry.claim_number)
        .having(func.sum(Entry.amount_cents) > 0)
        .order_by(Entry.claim_number)
    )
    return tuple(number for (number,) in rows if number is not None)


def _address_good(account: OpenAccount) -> bool:
    bad_since = account.session.scalar(
        select(ContactPreferences.address_bad_since).where(
            ContactPreferences.account_number == account.row.number
        )
    )
    return bad_since is None
