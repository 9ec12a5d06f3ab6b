"""A named person approves the hand-over to an agency: only while every condition is met, and once."""

from __future__ import annotations

from collections.abc import Sequence

from activities.account.balance import OpenAccount
from activities.care.case import NotPossible
from activities.care.gating import closed_gates
from domain.care.collection_gates import Gate, in_words
from storage import account_decisions
from storage.account_decisions import Decision


class GatesShut(NotPossible):
    """Conditions before an agency are not met; the text names each of them."""

    def __init__(self, account_number: int, shut: Sequence[Gate]) -> None:
        """Name what is not met."""
        super().__init__(f"account {account_number} does not go to an agency: {in_words(shut)}")
        self.shut = tuple(shut)


def approve_placement(
    account: OpenAccount, *, by: str, reason: str, business_id: str | None = None
) -> tuple[str, Decision]:
    """Keep the approval of an account that is locked; returns its business id too.

    One approval for one cycle of statements where the caller has no id of their own. An order that is kept already
    is told again, whatever holds today: the hand-over looks at every condition once more.

    Raises:
        BusinessIdTaken: the id belongs to an order about something else.
        GatesShut: a condition is not met.
        NotPossible: nobody is named or no reason is given, nothing is open, or the account does not ask yet.
    """
    row, session = account.row, account.session
    if not by.strip() or not reason.strip():
        raise NotPossible("--by and --reason must say something: the decision is kept with both")
    used = business_id or f"approve-placement:{row.number}:{row.cycle_started_on or 'no-cycle'}"
    if not account_decisions.is_known(session, account.ref.organisation_id, used):
        _require_question(account)
    decision = account_decisions.approve_placement(
        session,
        account.ref.organisation_id,
        row.number,
        business_id=used,
        by=by.strip(),
        reason=reason.strip(),
        business_at=account.now,
    )
    return used, decision


def _require_question(account: OpenAccount) -> None:
    """An approval answers the account's own question; given before it is asked, it would skip the reminders."""
    row = account.row
    if row.stage == "settled":
        raise NotPossible(f"account {row.number} is settled: nothing is open that could be handed over")
    if shut := closed_gates(account):
        raise GatesShut(row.number, shut)
    if not account_decisions.asks_for_placement(account.session, row.number):
        raise NotPossible(f"account {row.number} does not ask for an approval yet; it waits for {row.next_what}")
