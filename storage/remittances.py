"""Remittances as rows: one deposit for each trace, one row for each CLP loop and PLB entry, and what they may match."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.bulk import chunks, insert_rows
from storage.models import (
    Claim,
    ClaimVersion,
    Entry,
    Posting,
    ProviderAdjustmentRow,
    RemittanceClaim,
    RemittanceRow,
    Submission,
)
from storage.models.base import LARGEST_NUMBER, Json


def keep_remittance(session: Session, values: Json) -> tuple[RemittanceRow, bool]:
    """The deposit's row, locked to the end of the transaction, and whether it is new.

    Of two workers with one remittance the second waits here until the first has committed.
    """
    new: int | None = session.scalar(
        insert(RemittanceRow).values(**values).on_conflict_do_nothing().returning(RemittanceRow.id)
    )
    row = session.scalars(
        select(RemittanceRow)
        .where(RemittanceRow.organisation_id == values["organisation_id"], RemittanceRow.key == values["key"])
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return row, new is not None


def loops_of(session: Session, remittance_id: int) -> Mapping[str, Row[str, int, str]]:
    """Key, id and state of every loop that came under a remittance so far."""
    rows = session.execute(
        select(RemittanceClaim.key, RemittanceClaim.id, RemittanceClaim.state).where(
            RemittanceClaim.remittance_id == remittance_id
        )
    )
    return {row.key: row for row in rows.all()}


def add_loops(session: Session, rows: Sequence[Json]) -> dict[str, int]:
    """Write loops in the order given; return the ids of those that were new, by key."""
    return {
        row.key: row.id for row in insert_rows(session, RemittanceClaim, rows, skip_known=True, returning=("id", "key"))
    }


def add_provider_adjustments(session: Session, rows: Sequence[Json]) -> dict[str, int]:
    """Write PLB entries; return the ids of those that were new, by key."""
    found = insert_rows(session, ProviderAdjustmentRow, rows, skip_known=True, returning=("id", "key"))
    return {row.key: row.id for row in found}


_ATTEMPT = (
    Submission.id,
    Submission.claim_number,
    Submission.attempt,
    Submission.control_number,
    Submission.state,
    Submission.sequence,
    Submission.payer_code,
    Submission.payer_control_number,
    Claim.account_number,
    Claim.payer_kind,
    Claim.claim_type,
    Claim.payer_code.label("claim_payer_code"),
    Claim.sequence.label("turn"),
    Claim.service_date,
    Claim.networks,
    ClaimVersion.content["lines"].label("lines"),
    ClaimVersion.content["coverage"]["member_id"].astext.label("member_id"),
    ClaimVersion.content["other_coverages"].label("other_coverages"),
)


def attempts_of(session: Session, claim_numbers: Collection[int]) -> list[Row[Any]]:
    """Every attempt of these claims with what it said, in one statement for each chunk."""
    found: list[Row[Any]] = []
    for chunk in chunks(sorted(number for number in claim_numbers if number <= LARGEST_NUMBER)):
        found += _attempts(session, Submission.claim_number == func.any(list(chunk)))
    return found


def claims_by_payer_number(session: Session, payer_numbers: Collection[str]) -> dict[str, set[int]]:
    """Claims whose attempts carry one of these payer's control numbers, or whose earlier remittances did."""
    wanted = list(payer_numbers)
    found: dict[str, set[int]] = {number: set() for number in wanted}
    if not wanted:
        return found
    for model in (Submission, RemittanceClaim):
        rows = session.execute(
            select(model.payer_control_number, model.claim_number)
            .where(model.payer_control_number == func.any(wanted), model.claim_number.is_not(None))
            .distinct()
        )
        for number, claim_number in rows:
            if claim_number is not None:
                found[number].add(claim_number)
    return found


def attempts_on_days(session: Session, days: Collection[date]) -> list[Row[Any]]:
    """Attempts of claims whose first service was on one of these days."""
    return _attempts(session, Claim.service_date == func.any(list(days))) if days else []


def _attempts(session: Session, where: Any) -> list[Row[Any]]:
    statement = (
        select(*_ATTEMPT)
        .join(Claim, Claim.number == Submission.claim_number)
        .join(
            ClaimVersion,
            (ClaimVersion.claim_number == Submission.claim_number) & (ClaimVersion.version == Submission.version),
        )
        .where(where)
        .order_by(Submission.claim_number, Submission.attempt)
    )
    return list(session.execute(statement).all())


def lock_claims_and_accounts(session: Session, claim_numbers: Collection[int]) -> None:
    """Lock claims, then their accounts, each in ascending order, as every transaction does."""
    numbers = sorted(claim_numbers)
    for chunk in chunks(numbers):
        session.execute(
            text("select from claims where number = any(:numbers) order by number for no key update"),
            {"numbers": list(chunk)},
        )
    accounts: set[int] = set()
    for chunk in chunks(numbers):
        accounts.update(session.scalars(select(Claim.account_number).where(Claim.number == func.any(list(chunk)))))
    for chunk in chunks(sorted(accounts)):
        session.execute(
            text("select from accounts where number = any(:numbers) order by number for no key update"),
            {"numbers": list(chunk)},
        )


def posted_loops(session: Session, claim_numbers: Collection[int]) -> list[Row[Any]]:
    """The posted decisions on these claims, in the order they came."""
    columns = (
        RemittanceClaim.id,
        RemittanceClaim.key,
        RemittanceClaim.claim_number,
        RemittanceClaim.attempt,
        RemittanceClaim.status,
        RemittanceClaim.payer_control_number,
        RemittanceClaim.charge_cents,
        RemittanceClaim.paid_cents,
    )
    found: list[Row[Any]] = []
    for chunk in chunks(sorted(claim_numbers)):
        found += list(
            session.execute(
                select(*columns).where(
                    RemittanceClaim.claim_number == func.any(list(chunk)), RemittanceClaim.state == "posted"
                )
            )
        )
    return sorted(found, key=lambda row: row.id)


def legs_of_postings(session: Session, keys: Collection[str]) -> list[Row[Any]]:
    """``key, ledger_account, amount_cents, claim_number, account_number, cites`` of these postings, in order."""
    found: list[Row[Any]] = []
    for chunk in chunks(sorted(keys)):
        found += list(
            session.execute(
                select(
                    Posting.key,
                    Entry.ledger_account,
                    Entry.amount_cents,
                    Entry.claim_number,
                    Entry.account_number,
                    Entry.cites,
                )
                .join(Entry, Entry.posting_id == Posting.id)
                .where(Posting.key == func.any(list(chunk)))
                .order_by(Entry.id)
            )
        )
    return found


def open_cents(session: Session, claim_numbers: Collection[int]) -> dict[int, int]:
    """Balance of the payer receivable of each claim; zero where nothing is booked."""
    found = dict.fromkeys(claim_numbers, 0)
    for chunk in chunks(sorted(claim_numbers)):
        rows = session.execute(
            select(Entry.claim_number, func.sum(Entry.amount_cents))
            .where(Entry.claim_number == func.any(list(chunk)), Entry.ledger_account == "payer_receivable")
            .group_by(Entry.claim_number)
        )
        found |= {number: int(cents) for number, cents in rows if number is not None}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptAnswered:
    """What a decision says about the attempt it answers."""

    submission_id: int
    payer_control_number: str
    answered: bool


_ANSWERED = text(
    """
    update submissions s
    set payer_control_number = case when g.payer_number <> '' then g.payer_number else s.payer_control_number end,
        state = case when g.answered and s.state = any(:open_states) then 'answered' else s.state end,
        answered_on = case when g.answered and s.state = any(:open_states) then :today else s.answered_on end
    from unnest(cast(:ids as bigint[]), cast(:numbers as text[]), cast(:answered as boolean[]))
        as g (id, payer_number, answered)
    where s.id = g.id
    """
)


def answer_attempts(
    session: Session, answers: Sequence[AttemptAnswered], open_states: Sequence[str], today: date
) -> None:
    """Keep the payer's number of each attempt, and that it was answered where it still waited; one row each."""
    for chunk in chunks(answers):
        session.execute(
            _ANSWERED,
            {
                "ids": [answer.submission_id for answer in chunk],
                "numbers": [answer.payer_control_number for answer in chunk],
                "answered": [answer.answered for answer in chunk],
                "open_states": list(open_states),
                "today": today,
            },
        )


def claims_by_number(session: Session, numbers: Collection[str]) -> dict[str, set[int]]:
    """Claims that one of these texts names whole: as our claim control number, our claim number, or a payer's."""
    if not numbers:
        return {}
    found = claims_by_payer_number(session, numbers)
    rows = session.execute(
        select(Submission.control_number, Submission.claim_number).where(
            Submission.control_number == func.any(list(numbers))
        )
    )
    for text_, claim_number in rows:
        found[text_].add(claim_number)
    plain = {int(number): number for number in numbers if number.isascii() and number.isdigit()}
    possible = [number for number in plain if number <= LARGEST_NUMBER]
    for claim_number in session.scalars(select(Claim.number).where(Claim.number == func.any(possible))):
        found[plain[claim_number]].add(claim_number)
    return found
