"""What people agree with a guarantor: plans, how to be reached, and what was heard from them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from activities.account import instalments, reaching
from activities.account.balance import OpenAccount
from activities.account.planning import BAD_ADDRESS, plan
from activities.cash.by_hand import Entering
from contracts.account import AccountRef
from domain.billing.contact_policy import Channel, call_from, is_stop
from domain.billing.payment_plan import Instalment, offer, schedule
from domain.billing.schedule import StepKind
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.remittance.balancing import dollars
from storage import contact_preferences, contacts, doorbells, payment_plans, timeline, work_items
from storage.billing_rules import plan_policy
from storage.models import PaymentPlanRow, Statement

HEARD = ("call", "conversation", "answer", "returned_mail")


class PlanRefused(ValueError):
    """Not now, or not on these terms; the text says what to do."""


def offer_plan(
    entering: Entering,
    account_number: int,
    *,
    monthly_income_cents: int | None = None,
    monthly_cents: int | None = None,
    first_due: date | None = None,
    business_id: str = "",
) -> dict[str, Any]:
    """Offer instalments over what is asked for now; a repeat of the id tells the same offer.

    Raises:
        PlanRefused: nothing is asked for, a plan stands already, or the terms break the policy.
    """
    account = _lock(entering, account_number)
    if account.plan is not None:
        raise PlanRefused(f"plan {account.plan.number} stands: change it (`claimflow account plan change`)")
    terms = _terms(account, account.balance_cents, monthly_income_cents, monthly_cents, first_due)
    row = payment_plans.keep(
        entering.session,
        entering.organisation_id,
        account_number,
        key=business_id or f"plan:{account_number}:{entering.today}:{account.balance_cents}:{terms[0].cents}",
        claims={number: cents for number, cents in account.asked.items() if cents > 0},
        instalments=terms,
        by=entering.by,
        today=entering.today,
    )
    _note(entering, account_number, f"plan:{row.number}:offered", "A payment plan was offered", _words(terms))
    return _told(row)


def agree_plan(entering: Entering, account_number: int, reason: str) -> dict[str, Any]:
    """The guarantor agrees to the offer that stands: while it is kept, nobody reminds them of its balance.

    Raises:
        PlanRefused: nothing is offered, or the balance moved since: offer anew.
    """
    account = _lock(entering, account_number)
    if account.plan is not None:
        return _told(account.plan) | {"new": False}
    row = payment_plans.offered(entering.session, account_number)
    if row is None:
        raise PlanRefused(f"no plan is offered on account {account_number}: `claimflow account plan offer` first")
    still = {entry["claim"]: account.owed.get(entry["claim"], 0) for entry in row.claims}
    if sum(still.values()) != sum(entry["cents"] for entry in row.instalments):
        raise PlanRefused("the balance moved since the offer: offer a plan anew over what is open now")
    row.state, row.agreed_on = payment_plans.AGREED, entering.today
    account.row.cycle_started_on, account.row.cycle_step = None, 0
    work_items.close_items(
        entering.session,
        account_number=account_number,
        kinds=(StepKind.PLACEMENT_APPROVAL.value,),
        by=entering.by,
        on=entering.today,
    )
    words = f"{reason}: {_words(payment_plans.instalments(row))}"
    _note(entering, account_number, f"plan:{row.number}:agreed", "A payment plan was agreed", words)
    _ring(entering, account_number, f"plan:{row.number}")
    return _told(row) | {"new": True}


def change_plan(
    entering: Entering,
    account_number: int,
    *,
    reason: str,
    monthly_income_cents: int | None = None,
    monthly_cents: int | None = None,
    first_due: date | None = None,
) -> dict[str, Any]:
    """New instalments over what is still open of the plan: renegotiated, and what was missed is forgotten.

    Raises:
        PlanRefused: no plan stands, or the terms break the policy.
    """
    account = _lock(entering, account_number)
    row = _standing(account)
    terms = _terms(account, account.planned_cents, monthly_income_cents, monthly_cents, first_due)
    row.instalments, row.agreed_on = payment_plans.as_rows(terms), entering.today
    row.follow_ups, row.asked_person_on = 0, None
    work_items.close_items(
        entering.session,
        account_number=account_number,
        kinds=(instalments.RENEGOTIATION,),
        by=entering.by,
        on=entering.today,
    )
    key = f"plan:{row.number}:changed:{entering.at:%Y%m%dT%H%M%S%f}"
    _note(entering, account_number, key, "The payment plan was changed", f"{reason}: {_words(terms)}")
    _ring(entering, account_number, f"plan:{row.number}")
    return _told(row)


def end_plan(entering: Entering, account_number: int, reason: str) -> dict[str, Any]:
    """End the plan unpaid: its claims go back to the procedure.

    Raises:
        PlanRefused: no plan stands.
    """
    account = _lock(entering, account_number)
    row = _standing(account)
    instalments.end(account, reason, by=entering.by)
    _ring(entering, account_number, f"plan:{row.number}")
    return _told(row)


def heard(entering: Entering, account_number: int, *, what: str, channel: Channel, text: str, key: str) -> str:
    """Keep what came from the guarantor or was said to them, and act on it at once; returns what was done.

    ``what`` is one of ``call`` (nobody answered), ``conversation``, ``answer`` (to a text or an e-mail) or
    ``returned_mail``.

    Raises:
        PlanRefused: it is none of these.
    """
    if what not in HEARD:
        raise PlanRefused(f"{what} is none of {', '.join(HEARD)}")
    account = _lock(entering, account_number)
    session, owner = entering.session, entering.organisation_id
    if not contacts.note(
        session, owner, account_number, key=key, channel=channel, what=what, at=entering.at, by=entering.by, text=text
    ):
        return "kept before: nothing was changed"
    done = "kept"
    if what == "returned_mail":
        done = _came_back(entering, account_number, channel)
    elif what == "answer" and is_stop(text, reaching.rules_of(account)):
        contact_preferences.revoke(session, account_number, channel, how=f"answered {text.strip()}", at=entering.at)
        done = f"the consent to {channel.value} is revoked"
    elif what in {"call", "conversation"}:
        items = [f"call:{number}" for number in _calls(account)]
        work_items.close_by_key(session, items, by=entering.by, on=entering.today)
    _note(entering, account_number, f"contact:{key}", f"Contact: {what.replace('_', ' ')} ({channel.value})", done)
    _ring(entering, account_number, f"contact:{key}")
    return done


def _came_back(entering: Entering, account_number: int, channel: Channel) -> str:
    """No more words by the way that failed: an e-mail or a text that came back says nothing of the letter box."""
    session, owner = entering.session, entering.organisation_id
    if channel is Channel.EMAIL:
        contact_preferences.prefer(session, owner, account_number, email="")
        return "no more e-mail until there is a new address"
    if channel is Channel.TEXT:
        contact_preferences.prefer(session, owner, account_number, phone="")
        return "no more texts until there is a new number"
    contact_preferences.mark_address(session, owner, account_number, entering.today)
    return "no more mail until there is a new address"


def prefer(
    entering: Entering,
    account_number: int,
    *,
    language: str | None = None,
    channels: tuple[Channel, ...] | None = None,
    email: str | None = None,
    phone: str | None = None,
    time_zone: str | None = None,
    consents: tuple[Channel, ...] = (),
    revokes: tuple[Channel, ...] = (),
    new_address: bool = False,
    how: str = "",
) -> None:
    """Keep how the guarantor wants to be reached, and wake the account."""
    session, owner = entering.session, entering.organisation_id
    account = _lock(entering, account_number)
    contact_preferences.prefer(
        session,
        owner,
        account_number,
        language=language,
        channels=channels,
        email=email,
        phone=phone,
        time_zone=time_zone,
    )
    for channel in consents:
        contact_preferences.consent(session, owner, account_number, channel, how=how, at=entering.at)
    for channel in revokes:
        contact_preferences.revoke(session, account_number, channel, how=how, at=entering.at)
    if new_address:
        contact_preferences.mark_address(session, owner, account_number, None)
        kinds = (BAD_ADDRESS,)
        work_items.close_items(session, account_number=account_number, kinds=kinds, by=entering.by, on=entering.today)
        # Waits no longer for a person: the next look finds a way.
        account.row.next_what = ""
    _ring(entering, account_number, "preferences")


def may_call(entering: Entering, account_number: int) -> dict[str, Any]:
    """Whether a person may call now, and from when on: ``{"now", "from", "why"}``."""
    account = _lock(entering, account_number)
    for what in ("contact", "statement"):
        if stopped := account.stopped(what):
            return {"now": False, "from": None, "why": f"a {stopped[0].kind} pauses the account"}
    wishes = contact_preferences.read(entering.session, account_number)
    earlier = contacts.recent(entering.session, account_number, entering.at)
    first = call_from(entering.at, earlier, reaching.zone_of(account, wishes), reaching.rules_of(account))
    now = first <= entering.at
    why = "" if now else "quiet hours, calls made, or a conversation a few days ago"
    return {"now": now, "from": first.isoformat(), "why": why}


def _calls(account: OpenAccount) -> list[int]:
    found = select(Statement.number).where(Statement.account_number == account.row.number)
    return list(account.session.scalars(found))


def _lock(entering: Entering, account_number: int) -> OpenAccount:
    ref = AccountRef(organisation_id=entering.organisation_id, account_number=account_number, today=entering.at)
    return OpenAccount.lock(entering.session, ref)


def _standing(account: OpenAccount) -> PaymentPlanRow:
    if account.plan is None:
        raise PlanRefused(f"no plan stands on account {account.row.number}")
    return account.plan


def _terms(
    account: OpenAccount,
    balance_cents: int,
    monthly_income_cents: int | None,
    monthly_cents: int | None,
    first_due: date | None,
) -> tuple[Instalment, ...]:
    policy = plan_policy(account.today)
    try:
        found = (
            offer(balance_cents, policy, account.today, monthly_income_cents=monthly_income_cents)
            if monthly_cents is None
            else schedule(
                balance_cents, monthly_cents, first_due or account.today + timedelta(days=policy.first_due_days), policy
            )
        )
        if first_due is not None:
            found = schedule(balance_cents, found[0].cents, first_due, policy)
    except ValueError as error:
        raise PlanRefused(str(error)) from None
    return found


def _words(terms: tuple[Instalment, ...]) -> str:
    return f"{len(terms)} instalments of ${dollars(terms[0].cents)} from {terms[0].due_on} on, without interest"


def _note(entering: Entering, account_number: int, key: str, what: str, why: str) -> None:
    timeline.note(
        entering.session,
        entering.organisation_id,
        key=key,
        at=entering.at,
        by=entering.by,
        what=what,
        why=why,
        account_number=account_number,
    )


def _ring(entering: Entering, account_number: int, reference: str) -> None:
    entering.session.flush()
    plan(_lock(entering, account_number))
    bell = Doorbell(
        recipient=Recipient.ACCOUNT,
        number=str(account_number),
        kind=MessageKind.DECISION,
        reference=reference,
        business_at=entering.at,
    )
    doorbells.ring(entering.session, entering.organisation_id, bell)


def _told(row: PaymentPlanRow) -> dict[str, Any]:
    return {
        "plan": row.number,
        "account": row.account_number,
        "state": row.state,
        "total_cents": sum(entry["cents"] for entry in row.instalments),
        "instalments": row.instalments,
        "claims": row.claims,
    }
