"""The filing limit as a timer of the claim: it wakes in time to warn, and says why it is too late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cash.workdays import federal_holidays
from activities.claim.history import decisions, last_attempt
from domain.claim.stages import Stage
from domain.claim.submission import AttemptState
from domain.coverage.coverage import PayerKind
from domain.coverage.policy import FilingUnit
from domain.deadlines.filing_watch import ESCALATE_DAYS, NOT_FILED, due_warning, next_look, why_passed
from domain.deadlines.filing_watch import rule_of as rule_of
from domain.deadlines.timely_filing import FilingLimit, LimitUnit, claim_deadline
from domain.words import counted
from storage import claims
from storage.appeal_rules import filing_exceptions
from storage.models import Claim, TimelineEntry
from storage.reference import policy

if TYPE_CHECKING:
    from activities.claim.step import Step

_HELD_BY_PAYER = (AttemptState.ACCEPTED, AttemptState.ANSWERED)
_ACT_WITHIN = timedelta(days=7)


def limit_of(session: Session, claim: Claim, stage: Stage, today: date) -> date | None:
    """The last day to file a claim that its payer does not hold; None where it was filed, or is another payer's turn.

    A later payer's own limit counts from the earlier one's decision, which the scrubber checks.
    """
    if claim.sequence != "P" or not (stage in NOT_FILED or (stage is Stage.DENIED and _unprocessable(session, claim))):
        return None
    last = last_attempt(session, claim)
    if stage is not Stage.DENIED and last is not None and last.state in _HELD_BY_PAYER and not _refused(last.category):
        return None
    rules = policy(session, claim.payer_kind, claim.payer_code, today)
    by_year = rules.timely_filing_unit is FilingUnit.CALENDAR_YEAR
    limit = FilingLimit(
        amount=1 if by_year else rules.timely_filing_days,
        unit=LimitUnit.CALENDAR_YEARS if by_year else LimitUnit.DAYS,
        source=rule_of(claim.payer_kind),
        next_workday=claim.payer_kind == PayerKind.MEDICARE.value,
        warn_days=rules.timely_filing_warning_days,
    )
    content = claims.content(session, claim.number)
    # Holidays of the year before and after the one in which the limit falls are there too.
    return claim_deadline(content, limit, federal_holidays((content.filing_service or content.first_service).year + 1))


def look_before(session: Session, claim: Claim, stage: Stage, today: date) -> date | None:
    """The day on which the claim must wake because of its filing limit, whatever else it waits for."""
    last_day = limit_of(session, claim, stage, today)
    if last_day is None:
        return None
    rules = policy(session, claim.payer_kind, claim.payer_code, today)
    return next_look(today, last_day, rules.timely_filing_warning_days)


def warn(step: Step) -> bool:
    """Tell people that the filing limit comes, or has passed; True when that was told now."""
    last_day = limit_of(step.session, step.claim, Stage(step.claim.stage), step.today)
    if last_day is None:
        return False
    ahead = due_warning(step.today, last_day, step.policy.timely_filing_warning_days)
    if ahead is None or _told(step, key := f"filing:{last_day}:{ahead}"):
        return False
    left = (last_day - step.today).days
    if ahead == 0:
        kind = PayerKind(step.claim.payer_kind)
        why = why_passed(last_day, rule_of(kind), kind, filing_exceptions())
        step.ask_person(
            key, "filing_limit_passed", "The filing limit has passed, and no payer holds the claim",
            f"Write it off, or file with what shows an exception: {why}", within=_ACT_WITHIN, owner="billing_manager",
        )  # fmt: skip
        step.note(key, "The filing limit has passed", why)
    else:
        owner = "billing_manager" if left <= ESCALATE_DAYS else step.claim.owner
        step.ask_person(
            key, "filing_limit_near",
            f"The payer must receive the claim by {last_day}: {counted(left, 'day is', 'days are')} left",
            "Correct it and send it now; a rejected or unprocessable claim does not count as filed",
            within=timedelta(days=min(left, _ACT_WITHIN.days)), owner=owner,
        )  # fmt: skip
        step.note(key, f"The filing limit is near: {last_day}", f"{counted(left, 'day is', 'days are')} left")
    step.stay(next_in=_ACT_WITHIN, waits_for=step.claim.next_what, owner=step.claim.owner)
    return True


def note_passed(step: Step, why: str) -> None:
    """The limit of a claim that is held back for it has been told: its timer need not tell it again."""
    last_day = limit_of(step.session, step.claim, Stage(step.claim.stage), step.today)
    if last_day is not None and step.today > last_day:
        step.note(f"filing:{last_day}:0", "The filing limit has passed", why)


def _told(step: Step, key: str) -> bool:
    found = select(TimelineEntry.id).where(TimelineEntry.key == f"claim:{step.claim.number}:{key}")
    return step.session.scalars(found).first() is not None


def _unprocessable(session: Session, claim: Claim) -> bool:
    known = decisions(session, claim)
    return bool(known) and known[-1].meaning.unprocessable


def _refused(category: str) -> bool:
    return category in ("A3", "A6", "A7", "A8")
