"""A decision on a level: for us it waits for its money, against us a person goes on in time or ends it."""

from __future__ import annotations

from datetime import date, timedelta

from activities.appeals.desk import BILLER, BILLING_MANAGER, SYSTEM, AppealDesk
from domain.appeals.clock import Notice, last_day_to_file, next_warning, too_little, years_without_amount
from domain.appeals.examination import RecordState
from domain.appeals.states import AppealState, Outcome
from storage.appeal_rules import ladders

ASK_WITHIN = timedelta(days=14)
MONEY_WITHIN = timedelta(days=45)
"""House policy: after a favourable decision its remittance comes within weeks, or somebody asks for it."""


def decide(desk: AppealDesk, outcome: Outcome, dated: date, by: str, file_id: int | None = None) -> None:
    """Take a decision on a filed level; a later one about the same level changes nothing."""
    if desk.state is not AppealState.FILED:
        return
    row = desk.row
    row.decision, row.decided_on = outcome.value, dated
    if file_id is not None:
        row.details = row.details | {"decision_file": file_id}
    desk.done_asking(by)
    if outcome is Outcome.FAVOURABLE:
        desk.move_register({"state": RecordState.OVERTURNED.value}, by, RecordState.FILED.value)
        desk.note("decided", f"{desk.words().capitalize()} was decided for us", f"dated {dated}; the 835 pays", by)
        desk.wait(
            AppealState.OVERTURNED,
            until=desk.step.today + MONEY_WITHIN,
            waits_for=f"the remittance of {row.payer_code} after its favourable decision",
            owner=SYSTEM,
        )
        return
    desk.move_register({"state": RecordState.UPHELD.value}, by, RecordState.FILED.value)
    desk.note("decided", f"{desk.words().capitalize()}: {outcome.value.replace('_', ' ')}", f"dated {dated}", by)
    following = desk.next_level(desk.step.today)
    if following is None:
        desk.close(outcome, by, f"{desk.words().capitalize()} was the last level", "the payer's ladder ends here")
        return
    row.next_file_by = last_day_to_file(following, Notice(dated=dated))
    desk.wait(
        AppealState.UPHELD,
        until=next_warning(desk.step.today, row.next_file_by),
        waits_for=f"a person to file the {following.name} by {row.next_file_by}, or to end it",
        owner=BILLER,
    )
    ask_for_amount(desk)


def ask_for_amount(desk: AppealDesk) -> None:
    """A person is asked for the figure of a year that the table does not have; no earlier one is taken for it."""
    following = desk.next_level(desk.step.today)
    last_day = desk.row.next_file_by
    if following is None or last_day is None:
        return
    for year in years_without_amount(following, desk.step.today, last_day, ladders()):
        desk.ask(
            f"amount:{year}:{desk.step.today}",
            "amount_not_known",
            f"The amount in controversy that a {following.name} needs in {year} is not known (after {desk.words()})",
            "Add it to amounts_in_controversy.csv with its Federal Register notice, before the request is filed",
            due_on=min(last_day, desk.step.today + ASK_WITHIN),
            owner=BILLING_MANAGER,
        )


def what_next(desk: AppealDesk) -> str:
    """What a person may do after a decision against us, in words."""
    row = desk.row
    write_off = "or write it off"
    if row.decision in (Outcome.WITHDRAWN.value, Outcome.LAPSED.value):
        return f"appeal in time or with good cause (`claimflow claim appeal {row.claim_number}`), {write_off}"
    following = desk.next_level(desk.step.today)
    if following is None:
        return f"no level is left above the {row.level_name}: write it off, or bill on"
    by_when = f" by {row.next_file_by}" if row.next_file_by else ""
    short = too_little(following, row.amount_cents, desk.step.today, ladders())
    if short is not None:
        return f"the next level is a {following.name}{by_when}, but {short}; add claims up, {write_off}"
    return (
        f"go on to the {following.name}{by_when} (`claimflow claim appeal {row.claim_number}`, decided by "
        f"{following.decided_by}), {write_off}"
    )
