"""``claimflow account plan ...``, ``prefer``, ``contact``, ``may-call``: what is agreed with a guarantor, and heard."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli import options, output
from cli.cash import values
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative
from cli.money.papers import Language
from domain.billing.contact_policy import Channel

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from activities.cash.by_hand import Entering

T = TypeVar("T")
plans = typer.Typer(help="Instalments without interest, by what a household can carry.", no_args_is_help=True)

Income = Annotated[str | None, typer.Option("--income", metavar="DOLLARS", help="What the household earns in a month.")]
Monthly = Annotated[str | None, typer.Option("--monthly", metavar="DOLLARS", help="An instalment that they named.")]
FirstDue = Annotated[str | None, typer.Option("--first", metavar="DAY", help="When the first instalment is due.")]


class What(StrEnum):
    """What was heard or tried."""

    CALL = "call"
    CONVERSATION = "conversation"
    ANSWER = "answer"
    RETURNED_MAIL = "returned_mail"


def register(accounts: typer.Typer) -> None:
    """Add the commands to ``claimflow account``."""
    accounts.add_typer(plans, name="plan")
    accounts.command("prefer")(prefer)
    accounts.command("contact")(contact)
    accounts.command("may-call")(may_call)


@plans.command("offer")
def offer(
    account: options.AccountNumber,
    by: options.By,
    income: Income = None,
    monthly: Monthly = None,
    first: FirstDue = None,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Offer a plan over what is asked for now. Exit 1 when the policy has none: assistance is the way then."""
    from activities.account import agreeing

    terms = _terms(income, monthly, first)
    done = _decide(
        organisation, by, account, lambda who: agreeing.offer_plan(who, account, business_id=business_id or "", **terms)
    )
    _print_plan(done, as_json, "offered; when they agree: `claimflow account plan agree`")


@plans.command("agree")
def agree(
    account: options.AccountNumber,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """The guarantor agrees to what was offered: no reminders while the plan is kept."""
    from activities.account import agreeing

    done = _decide(organisation, by, account, lambda who: agreeing.agree_plan(who, account, reason.strip()), reason)
    _print_plan(done, as_json, "agreed" if done["new"] else "was agreed before; nothing was changed")


@plans.command("change")
def change(
    account: options.AccountNumber,
    by: options.By,
    reason: options.Reason,
    income: Income = None,
    monthly: Monthly = None,
    first: FirstDue = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """New instalments over what is still open of the plan."""
    from activities.account import agreeing

    terms = _terms(income, monthly, first)
    done = _decide(
        organisation,
        by,
        account,
        lambda who: agreeing.change_plan(who, account, reason=reason.strip(), **terms),
        reason,
    )
    _print_plan(done, as_json, "changed")


@plans.command("end")
def end(
    account: options.AccountNumber,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """End the plan unpaid: its claims go back to the procedure, which begins anew with a statement."""
    from activities.account import agreeing

    done = _decide(organisation, by, account, lambda who: agreeing.end_plan(who, account, reason.strip()), reason)
    _print_plan(done, as_json, "ended")


@plans.command("show")
def show(
    account: options.AccountNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Show the plans of an account, the newest first."""
    from storage import account_views, payment_plans

    with reading(organisation) as session:
        account_views.get(session, account)
        rows = payment_plans.of_account(session, account)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("plan", "state", "total", "instalments", "first", "last", "why it ended"),
        (
            (
                row["plan"],
                row["state"],
                output.money(row["total_cents"]),
                len(row["instalments"]),
                row["instalments"][0]["due_on"],
                row["instalments"][-1]["due_on"],
                row["ended_reason"],
            )
            for row in rows
        ),
        right=("total",),
        empty="no plan was offered",
    )


def prefer(
    account: options.AccountNumber,
    by: options.By,
    language: Annotated[
        Language | None, typer.Option("--language", help="In which language papers are written.")
    ] = None,
    channel: Annotated[list[Channel] | None, typer.Option("--channel", help="In the order they like best.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="Where e-mails go.")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="Where calls and texts go.")] = None,
    zone: Annotated[str | None, typer.Option("--time-zone", help="Such as America/Chicago.")] = None,
    consent: Annotated[list[Channel] | None, typer.Option("--consent", help="They said yes to this one.")] = None,
    revoke: Annotated[list[Channel] | None, typer.Option("--revoke", help="They said no to this one.")] = None,
    new_address: Annotated[bool, typer.Option("--new-address", help="Letters may go out again.")] = False,
    how: Annotated[str, typer.Option("--how", help="How they said so.")] = "told us",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep how a guarantor wants to be reached: texts and e-mails only with consent, which ends at any word."""
    from activities.account import agreeing

    if zone is not None:
        _require_zone(zone)
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise typer.BadParameter(f"{email} is no e-mail address: write name@example.org")
    if not (new_address or any((language, channel, email, phone, zone, consent, revoke))):
        raise typer.BadParameter("say what is to be kept, such as --language, --channel or --consent")
    _decide(
        organisation,
        by,
        account,
        lambda who: agreeing.prefer(
            who,
            account,
            language=language.value if language else None,
            channels=tuple(channel) if channel else None,
            email=email,
            phone=phone,
            time_zone=zone,
            consents=tuple(consent or ()),
            revokes=tuple(revoke or ()),
            new_address=new_address,
            how=how,
        ),
    )
    if as_json:
        output.print_json({"account": account, "kept": True})
    else:
        output.stdout().print(f"account {account}: kept")


def contact(
    account: options.AccountNumber,
    by: options.By,
    what: Annotated[What, typer.Option("--what", help="What was heard or tried.")],
    channel: Annotated[Channel, typer.Option("--channel", help="By which means.")] = Channel.CALL,
    text: Annotated[str, typer.Option("--text", help="Their words, or a note.")] = "",
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep a call, a conversation, an answer or returned mail, and act on it: STOP ends a consent at once."""
    from activities.account import agreeing

    def work(who: Entering) -> str:
        key = business_id or f"{account}:{what}:{channel}:{who.at.isoformat()}"
        return agreeing.heard(who, account, what=what.value, channel=channel, text=text, key=key)

    became = _decide(organisation, by, account, work)
    if as_json:
        output.print_json({"account": account, "what": what.value, "became": became})
    else:
        output.stdout().print(f"account {account}: {became}")


def may_call(
    account: options.AccountNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Say whether a person may call now. Exit 1 when not, with the first moment at which they may."""
    from activities.account import agreeing

    found = _decide(organisation, "asked", account, lambda who: agreeing.may_call(who, account))
    if as_json:
        output.print_json(found)
    elif found["now"]:
        output.stdout().print(f"account {account}: you may call")
    else:
        later = f"; from {found['from']} on" if found["from"] else ""
        output.stdout().print(f"account {account}: do not call: {found['why']}{later}")
    raise typer.Exit(0 if found["now"] else 1)


def _decide(organisation: int, by: str, account: int, work: Callable[[Entering], T], reason: str | None = None) -> T:
    """Do a person's work about an account.

    Raises:
        UnknownAccount: no such account.
        Negative: the rules of plans do not allow it.
    """
    from activities.account.agreeing import PlanRefused
    from activities.cash.by_hand import Entering
    from storage import account_views

    def entered(session: Session, now: Now) -> T:
        account_views.get(session, account)
        try:
            return work(
                Entering(session=session, organisation_id=organisation, by=by.strip(), at=now.at, today=now.today)
            )
        except PlanRefused as refused:
            raise Negative(str(refused)) from None

    return decided(organisation, by, entered, reason=reason)


def _terms(income: str | None, monthly: str | None, first: str | None) -> dict[str, Any]:
    day: date | None = values.day(first) if first is not None else None
    return {
        "monthly_income_cents": values.positive_cents(income) if income is not None else None,
        "monthly_cents": values.positive_cents(monthly) if monthly is not None else None,
        "first_due": day,
    }


def _require_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise typer.BadParameter(f"{zone} is no time zone: write one such as America/Chicago") from None


def _print_plan(done: dict[str, Any], as_json: bool, word: str) -> None:
    if as_json:
        output.print_json(done)
        return
    terms = done["instalments"]
    output.stdout().print(
        f"plan {done['plan']} of account {done['account']}, {output.money(done['total_cents'])} in {len(terms)} "
        f"instalments of {output.money(terms[0]['cents'])} from {terms[0]['due_on']}: {word}"
    )
