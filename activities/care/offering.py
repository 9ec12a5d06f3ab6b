"""Help is offered before pressure: assistance and a plan, with the final notice at the latest, or in person."""

from __future__ import annotations

from activities.account.balance import OpenAccount
from activities.care.gating import ASSISTANCE_OFFER, PLAN_OFFER, facts_of
from activities.care.letters import language_of, mail_letter, said
from activities.cases.desk import Desk
from domain.care.assistance import clocks
from domain.care.letters import day
from storage import timeline
from storage.care_rules import care_policy

WORDS = {
    ASSISTANCE_OFFER: "Financial assistance offered",
    PLAN_OFFER: "A payment plan offered",
}


def offer_help(desk: Desk, account: OpenAccount, *, by: str, language: str | None = None) -> bool:
    """Mail the plain summary of the assistance policy, which offers a plan too; once a day.

    It asks for nothing and names no amount: it goes out with the final notice, which is the written notice of
    26 CFR 1.501(r)-6(c)(4), and may be mailed at any time before.
    """
    number = account.row.number
    policy = care_policy(desk.organisation_id, desk.today)
    firsts = [first for first in facts_of(account).first_statements.values() if first is not None]
    until = clocks(max(firsts, default=desk.today), desk.today, policy).application_until
    spoken = language or language_of(desk, number)
    key = f"assistance_offer:{number}:{desk.today}"
    new = mail_letter(
        desk,
        name="assistance_offer",
        key=key,
        account_number=number,
        values={"apply_until": day(until, spoken)},
        kind=ASSISTANCE_OFFER,
        by=by,
        language=spoken,
    )
    _note(desk, account, key, ASSISTANCE_OFFER, by, "by letter")
    return new


def offered_in_person(desk: Desk, account: OpenAccount, kind: str, note: str, *, by: str) -> bool:
    """Keep that help or a plan was offered in a conversation; once a day."""
    key = f"{kind}:{account.row.number}:{desk.today}:said"
    new = said(desk, key=key, account_number=account.row.number, kind=kind, by=by, note=note)
    _note(desk, account, key, kind, by, note)
    return new


def _note(desk: Desk, account: OpenAccount, key: str, kind: str, by: str, why: str) -> None:
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"care:{key}",
        at=desk.now,
        by=by,
        what=WORDS[kind],
        why=why,
        account_number=account.row.number,
    )
