"""One transaction of care on the books' own clock: its effects and its doorbells, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from cli.deciding import on_books
from cli.failures import Negative

if TYPE_CHECKING:
    from activities.account.balance import OpenAccount
    from activities.cases.desk import Desk

T = TypeVar("T")


def at_desk(organisation: int, work: Callable[[Desk], T]) -> T:
    """Do it for an organisation, today."""
    from activities.cases.desk import Desk

    return on_books(organisation, lambda session, now: work(Desk.at(session, organisation, now.at)))


def with_account(organisation: int, account: int, work: Callable[[Desk, OpenAccount], T]) -> T:
    """Do it with an account that is locked.

    Raises:
        UnknownAccount: no such account.
    """
    from activities.account.balance import OpenAccount
    from contracts.account import AccountRef
    from storage import account_views

    def locked(desk: Desk) -> T:
        account_views.get(desk.session, account)
        ref = AccountRef(organisation_id=organisation, account_number=account, today=desk.now)
        return work(desk, OpenAccount.lock(desk.session, ref))

    return at_desk(organisation, locked)


def known_account(desk: Desk, account: int) -> None:
    """Go on only with an account of these books.

    Raises:
        UnknownAccount: no such account.
    """
    from storage import account_views

    account_views.get(desk.session, account)


def order(organisation: int, number: int, body: dict[str, str]) -> dict[str, Any]:
    """Carry out an order about a case of care; the same id again says what became of it then.

    Raises:
        Negative: it was refused; the line says why.
        UnknownCase: no such case of care.
    """
    from activities.care.steps import apply_order
    from contracts.case import CaseOrderBody, CaseRef, OrderedCase

    def work(desk: Desk) -> tuple[str, dict[str, Any]]:
        ref = CaseRef(organisation_id=organisation, case_number=number, today=desk.now)
        asked = CaseOrderBody(
            verb=body["verb"], id=body["id"], by=body["by"], reason=body.get("reason", ""), check=body.get("check", "")
        )
        answer = apply_order(desk.session, OrderedCase(case=ref, order=asked))
        return answer.refusal, shown(desk, number)

    refusal, document = at_desk(organisation, work)
    if refusal:
        raise Negative(f"case {number}: {refusal}")
    return document


def shown(desk: Desk, number: int, kind: str | None = None) -> dict[str, Any]:
    """A case of care as people and programs see it.

    Raises:
        UnknownCase: no such case of care.
    """
    from activities.care.case import CareCase

    return document(CareCase.lock(desk, number, kind).row)


def document(row: Any) -> dict[str, Any]:
    """What a case's row says, without the words that somebody said."""
    from storage.practice_day import next_date

    details = {name: value for name, value in row.details.items() if name not in {"asked", "words", "answer"}}
    return {
        "case": row.number,
        "kind": row.kind,
        "state": row.state,
        "account": row.account_number,
        "claim": row.claim_number,
        "opened_on": row.opened_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "due_rule": row.due_rule,
        "owner": row.details.get("person") or row.owner,
        "next_date": next_date(row),
        "next_what": row.next_what,
        "decision": row.decision or None,
        "decided_by": row.decided_by or None,
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
        "details": details,
    }


def print_case(shown_case: dict[str, Any], title: str) -> None:
    """A case for people."""
    from cli import output

    details = shown_case["details"]
    facts = {name: shown_case[name] for name in ("state", "account", "claim", "opened_on", "due_on", "due_rule")}
    more = {"owner": output.words(shown_case["owner"]), "waits for": shown_case["next_what"]}
    ending = {name: shown_case[name] for name in ("next_date", "decision", "decided_by", "closed_on")}
    extra = {
        name: output.money(value) if name.endswith("_cents") and isinstance(value, int) else value
        for name, value in details.items()
        if isinstance(value, str | int) and value not in ("", 0)
    }
    every = {**facts, **more, **ending, **extra}
    output.print_facts(title, {output.words(name): value for name, value in every.items()})
