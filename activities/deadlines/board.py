"""Every deadline that runs: filing limits, rights of appeal, appeals, requests for records, refunds, decisions due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.claim import filing_watch
from activities.claim.history import decisions
from domain.appeals.clock import Notice, last_day_to_file
from domain.appeals.ladder import FIRST, under_contract
from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind
from domain.deadlines.filing_watch import NOT_FILED, why_passed
from storage.appeal_rules import filing_exceptions, ladders
from storage.models import Appeal, CaseRow, Claim, Entry, RemittanceRow
from storage.practice_day import next_day
from storage.reference import policy

_REVIEWED = (Stage.DENIED.value, Stage.NEEDS_REVIEW.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One date that binds."""

    due_on: date
    kind: str
    """``filing``, ``appeal``, ``appeal_filing``, ``appeal_decision``, ``next_level``, ``correction``, ``decision``,
    or the kind of a case: ``records``, ``refund``."""
    claim: int | None
    number: int | None
    """Of the appeal or the case."""
    payer: str
    owner: str
    money_cents: int
    what: str
    rule: str

    def document(self, today: date) -> dict[str, Any]:
        """As people and programs see it."""
        return {
            "date": self.due_on.isoformat(),
            "days_left": (self.due_on - today).days,
            "kind": self.kind,
            "claim": self.claim,
            "number": self.number,
            "payer": self.payer or None,
            "owner": self.owner,
            "money_cents": self.money_cents,
            "what": self.what,
            "rule": self.rule,
        }


def board(session: Session, today: date, limit: int) -> list[Deadline]:
    """The soonest deadlines of an organisation, sorted by date; what has passed comes first."""
    found = [*_filing_limits(session, today), *_after_denials(session, today), *_reviews(session),
             *_appeals(session), *_cases(session)]  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.claim or 0, one.number or 0))[:limit]


def _filing_limits(session: Session, today: date) -> list[Deadline]:
    stages = [stage.value for stage in NOT_FILED] + [Stage.DENIED.value]
    rows = list(session.scalars(select(Claim).where(Claim.stage.in_(stages)).order_by(Claim.number)))
    money = _open_with_payer(session, [row.number for row in rows])
    found = []
    for row in rows:
        last_day = filing_watch.limit_of(session, row, Stage(row.stage), today)
        if last_day is None:
            continue
        rule = filing_watch.rule_of(row.payer_kind)
        late = today > last_day
        what = "the filing limit has passed" if late else "file the claim"
        why = why_passed(last_day, rule, PayerKind(row.payer_kind), filing_exceptions()) if late else rule
        found.append(_of_claim(row, last_day, "filing", what, why, money))
    return found


def _after_denials(session: Session, today: date) -> list[Deadline]:
    """Rights that a denial leaves: its first level of appeal, and its correction. What is held for review takes
    neither, and its newest decision may tell why."""
    reviewed = select(Claim).where(Claim.stage.in_(_REVIEWED), ~Claim.held_for_review)
    rows = list(session.scalars(reviewed.order_by(Claim.number)))
    money = _open_with_payer(session, [row.number for row in rows])
    appealed = set(session.scalars(select(Appeal.claim_number).where(Appeal.state != "closed")))
    found = []
    for row in rows:
        known = decisions(session, row)
        if not known or row.number in appealed or known[-1].meaning.unprocessable:
            continue
        denial = known[-1]
        notice = session.get_one(RemittanceRow, denial.row.remittance_id).payment_date
        rules = policy(session, row.payer_kind, row.payer_code, today)
        level = ladders().level(PayerKind(row.payer_kind), row.payer_code, FIRST, today)
        if denial.meaning.appealable and level is not None:
            level = under_contract(level, rules)
            last_day = last_day_to_file(level, Notice(dated=notice))
            found.append(_of_claim(row, last_day, "appeal", f"file the {level.name}", level.source, money))
        corrected_by = notice + timedelta(days=rules.correction_window_days)
        found.append(
            _of_claim(row, corrected_by, "correction", "correct the denied claim", "the payer's policy", money)
        )
    return found


def _reviews(session: Session) -> list[Deadline]:
    """Decisions on reopenings and records; those on appeals stand with their level."""
    appealed = select(Appeal.claim_number).where(Appeal.state != "closed")
    rows = list(
        session.scalars(
            select(Claim).where(
                Claim.stage == Stage.UNDER_REVIEW.value,
                Claim.next_at.is_not(None),
                Claim.number.not_in(appealed),
                ~Claim.held_for_review,
            )
        )
    )
    money = _open_with_payer(session, [row.number for row in rows])
    return [
        _of_claim(row, day, "decision", row.next_what, "the payer's policy", money)
        for row in rows
        if (day := next_day(row)) is not None
    ]


def _appeals(session: Session) -> list[Deadline]:
    found = []
    for row in session.scalars(select(Appeal).where(Appeal.state != "closed").order_by(Appeal.number)):
        by_state = {
            "gathering": ("appeal_filing", row.file_by, f"file the {row.level_name}"),
            "filed": ("appeal_decision", row.decision_due, f"decision on the {row.level_name}"),
            "upheld": ("next_level", row.next_file_by, f"go beyond the {row.level_name}, or end it"),
        }
        kind, due_on, what = by_state.get(row.state, ("", None, ""))
        if due_on is not None:
            found.append(
                Deadline(
                    due_on=due_on,
                    kind=kind,
                    claim=row.claim_number,
                    number=row.number,
                    payer=row.payer_code,
                    owner=row.owner,
                    money_cents=row.amount_cents,
                    what=what,
                    rule=row.file_rule,
                )
            )
    return found


def _cases(session: Session) -> list[Deadline]:
    rows = session.scalars(select(CaseRow).where(CaseRow.state != "closed").order_by(CaseRow.number))
    return [
        Deadline(
            due_on=row.due_on,
            kind=row.kind,
            claim=row.claim_number,
            number=row.number,
            payer=str(row.details.get("payer_code", "")),
            owner=row.owner,
            money_cents=row.amount_cents,
            what=row.next_what,
            rule=row.due_rule,
        )
        for row in rows
    ]


def _of_claim(row: Claim, due_on: date, kind: str, what: str, rule: str, money: dict[int, int]) -> Deadline:
    return Deadline(
        due_on=due_on, kind=kind, claim=row.number, number=None, payer=row.payer_code, owner=row.owner,
        money_cents=money.get(row.number, 0), what=what, rule=rule,
    )  # fmt: skip


def _open_with_payer(session: Session, numbers: list[int]) -> dict[int, int]:
    rows = session.execute(
        select(Entry.claim_number, func.sum(Entry.amount_cents))
        .where(Entry.claim_number.in_(numbers), Entry.ledger_account == "payer_receivable")
        .group_by(Entry.claim_number)
    )
    return {number: int(cents) for number, cents in rows if number is not None}
