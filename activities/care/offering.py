"""Help is offered before pressure: the offer of assistance and of a plan, and the notice before collections."""

from __future__ import annotations

from datetime import timedelta

from activities.account.balance import OpenAccount
from activities.care.gating import ASSISTANCE_OFFER, COLLECTION_NOTICE, PLAN_OFFER, facts_of
from activities.care.letters import language_of, mail_letter, said
from activities.cases.desk import Desk
from domain.care.assistance import clocks
from domain.care.letters import day
from domain.remittance.balancing import dollars
from storage import timeline
from storage.care_rules import care_policy

WORDS = {
    COLLECTION_NOTICE: "Notice given: collections are possible, and help is there",
    ASSISTANCE_OFFER: "Financial assistance offered",
    PLAN_OFFER: "A payment plan offered",
}


def offer_help(desk: Desk, account: OpenAccount, *, by: str, language: str | None = None) -> bool:
    """Mail the summary of the assistance policy, which offers a plan too; once a day."""
    number = account.row.number
    key = f"assistance_offer:{number}:{desk.today}"
    new = mail_letter(
        desk,
        name="assistance_offer",
        key=key,
        account_number=number,
        values={},
        kind=ASSISTANCE_OFFER,
        by=by,
        language=language,
    )
    _note(desk, account, key, ASSISTANCE_OFFER, by, "by letter")
    return new


def offered_in_person(desk: Desk, account: OpenAccount, kind: str, note: str, *, by: str) -> bool:
    """Keep that help or a plan was offered in a conversation; once a day."""
    key = f"{kind}:{account.row.number}:{desk.today}:said"
    new = said(desk, key=key, account_number=account.row.number, kind=kind, by=by, note=note)
    _note(desk, account, key, kind, by, note)
    return new


def give_notice(desk: Desk, account: OpenAccount, *, by: str, language: str | None = None) -> bool:
    """Mail the written notice before any step of collections, with its deadlines (26 CFR 1.501(r)-6(c)(4)).

    It names the amount, the first day of a step, until when an application is taken, and every other way out.
    Once a day.
    """
    number = account.row.number
    policy = care_policy(desk.organisation_id, desk.today)
    firsts = [first for first in facts_of(account).first_statements.values() if first is not None]
    found = clocks(max(firsts, default=desk.today), desk.today, policy)
    earliest = max(found.collection_from, found.notice_runs_out or desk.today + timedelta(days=1))
    spoken = language or language_of(desk, number)
    key = f"collection_notice:{number}:{desk.today}"
    new = mail_letter(
        desk,
        name="collection_notice",
        key=key,
        account_number=number,
        values={
            "balance": f"${dollars(account.balance_cents)}",
            "deadline": day(earliest, spoken),
            "apply_until": day(found.application_until, spoken),
        },
        kind=COLLECTION_NOTICE,
        by=by,
        language=spoken,
    )
    _note(desk, account, key, COLLECTION_NOTICE, by, f"no step before {earliest}")
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
