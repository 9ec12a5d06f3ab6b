"""A bill far above its good faith estimate: found, shown to a person, and looked at until it is settled.

From the day on which it is found nothing is collected of the account (``no_estimate_dispute`` among the gates).
Time alone never ends that: a named person brings the bill down, keeps the patient's acceptance or the end of a
dispute, or keeps that nobody disputed it (``activities.frontdesk.disputes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from activities.care.case import ring_account
from activities.care.placements import resume_agency
from activities.cases.desk import Desk
from domain.estimates import good_faith
from domain.estimates.disputes import ExcessState, Outcome, window_is_over
from domain.estimates.good_faith import EXCEEDED_CENTS, GoodFaithEstimate
from domain.remittance.balancing import dollars
from storage import account_holds, estimate_excesses, frontdesk_estimates, timeline, work_items
from storage.frontdesk_estimates import Billed
from storage.locks import lock_accounts, lock_claims
from storage.models import EstimateExcess, EstimateRow
from storage.serialise import from_json

PATIENT_ACCOUNTS, SYSTEM = "patient_accounts", "system"


def compare(desk: Desk, row: EstimateRow) -> int:
    """Alarm where a provider billed $400 more than was estimated; returns how many are new."""
    claims = frontdesk_estimates.billed(desk.session, row.patient_id, row.service_date)
    by_provider: dict[str, int] = {}
    for one in claims:
        by_provider[one.npi] = by_provider.get(one.npi, 0) + one.cents
    found = 0
    for excess in good_faith.exceeded(from_json(GoodFaithEstimate, row.content), by_provider):
        mine = [one for one in claims if one.npi == excess.npi]
        for account in dict.fromkeys(one.account_number for one in mine):
            found += _found(desk, row, excess, account, [one for one in mine if one.account_number == account])
    if found:
        row.exceeded_on = row.exceeded_on or desk.today
        desk.session.flush()
    return found


def look_at_excesses(desk: Desk) -> int:
    """The daily look at those that wait: a claim more, a bill that came down, the days for a dispute that are over."""
    return sum(_look(desk, row) for row in estimate_excesses.unsettled(desk.session))


def billed_now(desk: Desk, row: EstimateExcess, *, every_account: bool = False) -> dict[int, int]:
    """What the bill is made of now, cents by claim; payments are not counted. The $400 are counted over every account
    that the provider billed."""
    estimate = frontdesk_estimates.get(desk.session, row.estimate_number)
    billed = frontdesk_estimates.billed(desk.session, estimate.patient_id, estimate.service_date)
    return {
        one.claim_number: one.cents
        for one in billed
        if one.npi == row.npi and (every_account or one.account_number == row.account_number)
    }


def lock(desk: Desk, row: EstimateExcess) -> EstimateExcess:
    """Lock its claims, its account and the row, in that order."""
    lock_claims(desk.session, {*row.claims, *billed_now(desk, row)})
    lock_accounts(desk.session, {row.account_number})
    return estimate_excesses.locked(desk.session, row)


def hold_key(row: EstimateExcess, claim_number: int) -> str:
    """The key of what rests while it is open."""
    return f"estimate:{row.estimate_number}:claim:{claim_number}:exceeded"


def dispute_key(row: EstimateExcess, claim_number: int) -> str:
    """The key of what rests while a dispute is open."""
    return f"estimate:{row.estimate_number}:claim:{claim_number}:dispute:{row.dispute_reference}"


def question_keys(row: EstimateExcess) -> tuple[str, ...]:
    """Keys of every question about it."""
    found = (hold_key(row, number) for number in row.claims)
    return (*found, f"{row.key}:window", f"{row.key}:documents:{row.dispute_reference}")


def settle(desk: Desk, row: EstimateExcess, outcome: Outcome, what: str, why: str, by: str) -> None:
    """End it: questions closed, what rested goes on, the account's story told. The caller holds the locks."""
    row.state, row.outcome = ExcessState.SETTLED.value, outcome.value
    row.settled_on, row.settled_by, row.settled_reason = desk.today, by, why
    for number in row.claims:
        for key in (hold_key(row, number), dispute_key(row, number)):
            account_holds.lift(desk.session, desk.organisation_id, key=key, by=by, on=desk.today, reason=what)
    work_items.close_by_key(desk.session, question_keys(row), by=by, on=desk.today)
    tell(desk, row, f"settled:{outcome.value}:{row.dispute_reference}", what, why, by)
    desk.session.flush()
    left = account_holds.open_holds(desk.session, desk.organisation_id, row.account_number, desk.today)
    if row.disputed_on is not None and not any(account_holds.COLLECTION in one.stops for one in left):
        resume_agency(desk, row.account_number, f"estimate-{row.estimate_number}-{row.dispute_reference}", by)
    ring_account(desk, row.account_number, str(row.estimate_number))


def tell(desk: Desk, row: EstimateExcess, key: str, what: str, why: str, by: str) -> None:
    """Say on the account's timeline what happened, once for each key."""
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"{row.key}:{key}",
        at=desk.now,
        by=by,
        what=what,
        why=why,
        account_number=row.account_number,
    )


def rest(desk: Desk, row: EstimateExcess, numbers: Mapping[int, int] | list[int]) -> None:
    """Nothing of these claims is collected, until a person settles it."""
    for number in numbers:
        account_holds.hold(
            desk.session,
            desk.organisation_id,
            key=hold_key(row, number),
            account_number=row.account_number,
            claim_number=number,
            kind="dispute",
            since=desk.today,
            stops=(account_holds.COLLECTION,),
            reason=f"the bill exceeds good faith estimate {row.estimate_number} by $400 or more (45 CFR 149.620)",
            by=SYSTEM,
        )


def _found(
    desk: Desk, estimate: EstimateRow, excess: good_faith.Exceeded, account: int, claims: list[Billed]
) -> int:
    row = estimate_excesses.add(
        desk.session,
        {
            "organisation_id": desk.organisation_id,
            "key": f"estimate:{estimate.number}:{excess.npi}:{account}",
            "estimate_number": estimate.number,
            "account_number": account,
            "npi": excess.npi,
            "claims": [one.claim_number for one in claims],
            "estimated_cents": excess.estimated_cents,
            "billed_cents": sum(one.cents for one in claims),
            "found_on": desk.today,
            "state": ExcessState.OPEN.value,
        },
    )
    if row is None:
        return 0
    rest(desk, row, row.claims)
    words = in_words(row)
    for number in row.claims:
        work_items.open_item(
            desk.session,
            desk.organisation_id,
            key=hold_key(row, number),
            kind="estimate_exceeded",
            reason=f"The bill of claim {number} exceeds good faith estimate {estimate.number}: {words}",
            remedy=f"`claimflow estimate write-down {estimate.number}` brings the bill down; else tell the patient of "
            "the right to dispute it within 120 days of the first bill; nothing is collected until one is settled",
            owner=PATIENT_ACCOUNTS,
            due_on=desk.today,
            opened_on=desk.today,
            account_number=account,
        )
        tell(desk, row, f"exceeded:{number}", f"The bill exceeds estimate {estimate.number}: {words}",
             "collection stands still until it is settled (45 CFR 149.620)", SYSTEM)  # fmt: skip
    ring_account(desk, account, str(estimate.number))
    return 1


def in_words(row: EstimateExcess) -> str:
    """How far it is above."""
    over = row.billed_cents - row.estimated_cents
    return f"billed ${dollars(row.billed_cents)}, estimated ${dollars(row.estimated_cents)}: ${dollars(over)} over"


def _look(desk: Desk, seen: EstimateExcess) -> int:
    if seen.state != ExcessState.OPEN.value:
        return 0  # a dispute ends by a person's word alone
    row = lock(desk, seen)
    billed = billed_now(desk, row)
    if more := [number for number in billed if number not in row.claims]:
        row.claims = [*row.claims, *more]
        rest(desk, row, more)
    if sum(billed_now(desk, row, every_account=True).values()) - row.estimated_cents < EXCEEDED_CENTS:
        row.payable_cents = sum(billed.values())
        what = f"The bill exceeds estimate {row.estimate_number} no more: ${dollars(row.payable_cents)}"
        settle(desk, row, Outcome.BROUGHT_DOWN, what, "brought down by another adjustment", SYSTEM)
        return 1
    row.billed_cents = sum(billed.values())
    last = window_is_over(first_bills(desk, row, billed), desk.today)
    if last is None:
        return int(bool(more))
    return int(
        work_items.open_item(
            desk.session,
            desk.organisation_id,
            key=f"{row.key}:window",
            kind="estimate_undisputed",
            reason=f"The bill above estimate {row.estimate_number} could be disputed until {last}: no dispute is known",
            remedy=f"Look for a notice of a dispute; then `claimflow estimate undisputed {row.estimate_number}` or "
            f"`claimflow estimate dispute {row.estimate_number}`: nothing is collected before",
            owner=PATIENT_ACCOUNTS,
            due_on=desk.today,
            opened_on=desk.today,
            account_number=row.account_number,
        )
    )


def first_bills(desk: Desk, row: EstimateExcess, claims: Mapping[int, int]) -> list[date | None]:
    """For each claim the day of the first statement that asked for it; None: none did."""
    return [frontdesk_estimates.first_bill_on(desk.session, row.account_number, number) for number in claims]
