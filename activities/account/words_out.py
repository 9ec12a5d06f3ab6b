"""A word to a guarantor, written with its send in one transaction: a letter, an e-mail, a text, or a call to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from activities.account import contents, instalments, reaching
from activities.account.balance import OpenAccount
from activities.account.planning import PATIENT_ACCOUNTS, PLACEMENT, plan
from activities.care.offering import offer_help
from activities.cases.desk import Desk
from activities.deliveries import MAIL
from contracts.account import StatementIssued
from domain.billing.contact_policy import Channel
from domain.billing.schedule import StepKind
from domain.remittance.balancing import dollars
from domain.sending import SendKind
from gateways.papers import statement as statement_paper
from gateways.papers.statement import PLAN_MISSED
from gateways.papers.wording import wording
from gateways.smtp import SmtpSettings, compose
from storage import contact_preferences, contacts, files, outbox, timeline, work_items
from storage.models import Statement

NOTHING = StatementIssued(statement_number=None, outbox_id=None)
EMAIL, TEXT = Channel.EMAIL.value, Channel.TEXT.value
CALL_WITHIN = timedelta(days=7)
STEPS_OF_A_PLAN = 100
"""Most letters about missed instalments of one plan that are told apart."""


def reach(account: OpenAccount, kind: str) -> StatementIssued:
    """Write what is due now for the way that is allowed now."""
    way = reaching.route(account, kind, account.now)
    if way is None or way.at > account.now:
        plan(account)
        return NOTHING
    statement = _of_plan(account) if kind == PLAN_MISSED else _of_cycle(account, kind)
    _note(account, statement, way.channel)
    if kind == StepKind.FINAL_NOTICE:
        # Help comes before pressure: the summary of the assistance policy leaves with the final notice.
        offer_help(Desk.at(account.session, account.ref.organisation_id, account.now), account, by="system")
    if way.channel is Channel.CALL:
        _call(account, statement)
        plan(account)
        return NOTHING
    outbox_id = _intend(account, statement, way.channel)
    plan(account)
    return StatementIssued(statement_number=statement.number, outbox_id=outbox_id)


def keep(account: OpenAccount, kind: str, balance_cents: int) -> Statement:
    """The statement of the cycle's present step."""
    row = account.row
    assert row.cycle_started_on is not None
    return _add(account, kind, balance_cents, dict(account.asked), row.cycle_started_on, row.cycle_step)


def _of_cycle(account: OpenAccount, kind: str) -> Statement:
    account.row.cycle_step += 1
    return keep(account, kind, account.balance_cents)


def _of_plan(account: OpenAccount) -> Statement:
    """A letter about a missed instalment stands beside the cycle: its step is the plan's, below zero."""
    assert account.plan is not None
    agreed = account.plan
    claims = {number: cents for number, cents in account.payable.items() if number in account.planned}
    missing = instalments.standing_of(account).missing_cents
    agreed.follow_ups += 1
    step = -(agreed.number * STEPS_OF_A_PLAN + agreed.follow_ups)
    return _add(account, PLAN_MISSED, missing, claims, account.today, step)


def _add(
    account: OpenAccount, kind: str, balance_cents: int, claims: dict[int, int], cycle: date, step: int
) -> Statement:
    statement = Statement(
        organisation_id=account.ref.organisation_id,
        account_number=account.row.number,
        cycle_started_on=cycle,
        step=step,
        kind=kind,
        balance_cents=balance_cents,
        claims=[{"claim": number, "cents": cents} for number, cents in claims.items()],
        business_date=account.today,
    )
    account.session.add(statement)
    account.session.flush()
    return statement


def _note(account: OpenAccount, statement: Statement, channel: Channel) -> None:
    kind, session, owner = statement.kind, account.session, account.ref.organisation_id
    by_mail = channel is Channel.MAIL
    words = f"{kind.replace('_', ' ').capitalize()} over ${dollars(statement.balance_cents)} issued"
    timeline.note(
        session,
        owner,
        key=f"statement:{statement.number}",
        at=account.now,
        by="system",
        what=words if by_mail else f"{words} ({channel.value})",
        account_number=account.row.number,
    )
    for entry in statement.claims:
        timeline.note(
            session,
            owner,
            key=f"statement:{statement.number}:claim:{entry['claim']}",
            at=account.now,
            by="system",
            what=f"On a {kind.replace('_', ' ')} to the patient: ${dollars(entry['cents'])}",
            claim_number=entry["claim"],
        )
    contacts.note(
        session,
        owner,
        account.row.number,
        key=f"statement:{statement.number}",
        channel=channel,
        what="reminder" if kind == "reminder" else "statement",
        at=account.now,
        by="system",
    )


def _call(account: OpenAccount, statement: Statement) -> None:
    """A call is made by a person: the task says what to say, and what may not be done."""
    work_items.open_item(
        account.session,
        account.ref.organisation_id,
        key=f"call:{statement.number}",
        kind="call_patient",
        reason=f"A balance of ${dollars(statement.balance_cents)} is open, and the guarantor prefers a call",
        remedy=(
            "Read the balance first (`claimflow account show`): it may be paid by now. Offer a plan and assistance; "
            "then note the call (`claimflow account contact`)"
        ),
        owner=PATIENT_ACCOUNTS,
        due_on=account.today + CALL_WITHIN,
        opened_on=account.today,
        account_number=account.row.number,
        details={"statement": statement.number},
    )


def _intend(account: OpenAccount, statement: Statement, channel: Channel) -> int:
    if channel is Channel.MAIL:
        return mail(account, statement, "statement", contents.statement_pdf(account, statement))
    if channel is Channel.EMAIL:
        return _email(account, statement)
    return _text(account, statement)


def mail(account: OpenAccount, statement: Statement, paper: str, pdf: bytes) -> int:
    """A letter for the print vendor."""
    return _outgoing(account, statement, paper, f"{paper}-{statement.number}", "pdf", MAIL, pdf, {})


def _email(account: OpenAccount, statement: Statement) -> int:
    settings = SmtpSettings.from_environment()
    assert settings is not None, "no way by e-mail is offered without a server"
    wishes = contact_preferences.read(account.session, account.row.number)
    paper = replace(contents.statement_of(account, statement), by_email=True)
    words = wording(wishes.language)
    message = compose(
        sender=settings.sender,
        to=wishes.email,
        subject=words.say("mail.subject", title=words.say(statement.kind), practice=paper.practice_name),
        text=statement_paper.as_text(paper),
        html=statement_paper.as_html(paper),
        dated=account.now,
        key=f"statement-{account.ref.organisation_id}-{statement.number}",
    )
    name = f"email-{statement.number}"
    return _outgoing(account, statement, "email", name, "eml", EMAIL, message, {"to": wishes.email}, SendKind.BLIND)


def _text(account: OpenAccount, statement: Statement) -> int:
    """No sum and no visit: a telephone is read by others too."""
    wishes = contact_preferences.read(account.session, account.row.number)
    practice, phone = contents.practice(account)
    words = wording(wishes.language)
    text = words.say("short.text", practice=practice, phone=phone)
    if contents.collects_for_others(account):
        text = f"{text} {words.say('collector')}"
    more = {"to": wishes.phone, "text": text}
    name = f"text-{statement.number}"
    return _outgoing(account, statement, "text", name, "txt", TEXT, text.encode(), more)


def _outgoing(
    account: OpenAccount,
    statement: Statement,
    paper: str,
    name: str,
    suffix: str,
    channel: str,
    content: bytes,
    more: Mapping[str, object],
    send_kind: SendKind = SendKind.RECOGNISED,
) -> int:
    session, owner = account.session, account.ref.organisation_id
    file_id = files.build(session, owner, f"{name}.{suffix}", paper, content, account.now)
    outbox_id = outbox.intend(
        session,
        owner,
        f"{paper}:{statement.number}",
        send_kind,
        channel,
        name,
        file_id,
        {
            "paper": paper,
            "reference": f"{'PL' if paper == PLACEMENT else 'ST'}-{statement.number}",
            "organisation": owner,
            "account": statement.account_number,
            "statement": statement.number,
            "step": statement.step,
            "balance_cents": statement.balance_cents,
            "date": account.today.isoformat(),
            **more,
        },
        account.now,
    )
    statement.outbox_id = outbox_id
    session.flush()
    return outbox_id
