"""What the earlier payers of a claim decided, from its posted remittances: what the next payer is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from domain.claim.earlier_decision import EarlierDecision, EarlierLine
from domain.coverage.coverage import SEQUENCES, rank_of_sequence
from domain.ledger.decision import REVERSAL, rank_of
from domain.ledger.posting import is_posted
from domain.remittance.remittance import Adjustment
from storage.models import Claim, ClaimVersion, RemittanceClaim, RemittanceRow, Submission


def earlier_decisions(session: Session, claim_number: int, before: str) -> tuple[EarlierDecision, ...]:
    """The decisions on one claim that stand, of the payers before the one that ``before`` (SBR01) names."""
    return _before(standing_decisions(session, {claim_number}).get(claim_number, {}), before)


def earlier_decisions_of(session: Session, turns: dict[int, str]) -> dict[int, tuple[EarlierDecision, ...]]:
    """The same for many claims in one statement; ``turns`` holds SBR01 by claim number."""
    standing = standing_decisions(session, turns)
    return {number: _before(standing.get(number, {}), before) for number, before in turns.items()}


def standing_decisions(session: Session, claim_numbers: Collection[int]) -> dict[int, dict[int, EarlierDecision]]:
    """By claim and rank of the payer: its last decision that no reversal took back."""
    if not claim_numbers:
        return {}
    rows = session.execute(
        select(
            RemittanceClaim.claim_number,
            RemittanceClaim.status,
            RemittanceClaim.payer_control_number,
            RemittanceClaim.charge_cents,
            RemittanceClaim.paid_cents,
            RemittanceClaim.adjustments,
            RemittanceClaim.remarks,
            RemittanceClaim.lines,
            RemittanceRow.payment_date,
            func.coalesce(Submission.sequence, SEQUENCES[0]).label("sequence"),
            Submission.payer_code,
        )
        .join(RemittanceRow, RemittanceRow.id == RemittanceClaim.remittance_id)
        .outerjoin(
            Submission,
            and_(
                Submission.claim_number == RemittanceClaim.claim_number,
                Submission.attempt == RemittanceClaim.attempt,
            ),
        )
        .where(RemittanceClaim.claim_number.in_(list(claim_numbers)), RemittanceClaim.state == "posted")
        .order_by(RemittanceClaim.id)
    )
    by_claim: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_claim[row.claim_number].append(row)
    named = _payers_named(session, by_claim)
    return {
        number: _standing(row for row in several if _still_its_turn(row, named.get(number, ())))
        for number, several in by_claim.items()
    }


def _payers_named(session: Session, claim_numbers: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Codes of the payers of each claim as it stands, in the order of benefits."""
    rows = session.execute(
        select(Claim.number, ClaimVersion.content["coverage"], ClaimVersion.content["other_coverages"])
        .join(ClaimVersion, and_(ClaimVersion.claim_number == Claim.number, ClaimVersion.version == Claim.version))
        .where(Claim.number.in_(list(claim_numbers)))
    )
    return {
        number: tuple(one["payer"]["code"] for one in (first, *(other["coverage"] for other in others or ())))
        for number, first, others in rows
    }


def _still_its_turn(row: Row[Any], named: tuple[str, ...]) -> bool:
    """Whether the payer of the attempt stands where it stood: a coverage that ended, or that another one now goes
    before, decided about another claim than the one that goes out now."""
    place = rank_of_sequence(row.sequence) - 1
    return row.payer_code is None or not named or (place < len(named) and named[place] == row.payer_code)


def _before(standing: dict[int, EarlierDecision], before: str) -> tuple[EarlierDecision, ...]:
    return tuple(standing[rank] for rank in sorted(standing) if rank < rank_of_sequence(before))


def _standing(rows: Iterable[Row[Any]]) -> dict[int, EarlierDecision]:
    left: list[Row[Any]] = []
    for row in rows:
        if row.status == REVERSAL:
            _take_back(left, row)
        elif is_posted(row.status):
            left.append(row)
    return {_rank(row): _decision(row) for row in left}


def _take_back(left: list[Row[Any]], reversal: Row[Any]) -> None:
    fitting = [
        row
        for row in left
        if row.charge_cents == -reversal.charge_cents and row.paid_cents == -reversal.paid_cents
    ]
    numbered = [row for row in fitting if row.payer_control_number == reversal.payer_control_number]
    if original := next(reversed(numbered or fitting), None):
        left.remove(original)


def _rank(row: Row[Any]) -> int:
    return rank_of(row.status, row.sequence)


def _decision(row: Row[Any]) -> EarlierDecision:
    return EarlierDecision(
        sequence=SEQUENCES[_rank(row) - 1],
        payer_control_number=row.payer_control_number,
        paid_cents=row.paid_cents,
        decided_on=row.payment_date,
        adjustments=_adjustments(row, 0),
        remarks=tuple(entry["code"] for entry in row.remarks if entry["line"] == 0 and "code" in entry),
        lines=_lines(row),
    )


def _lines(row: Row[Any]) -> tuple[EarlierLine, ...]:
    """By our lines; what the payer split is put together, what it decided on no line of ours stands at line 0."""
    procedures = {entry["line"]: entry["procedure"] for entry in row.remarks if "procedure" in entry}
    lines: dict[int, EarlierLine] = {}
    for entry in row.lines:
        number, position = entry["line"] or 0, entry["position"]
        part = EarlierLine(
            number=number,
            paid_cents=entry["paid_cents"],
            adjustments=_adjustments(row, position),
            procedure=procedures.get(position, ""),
        )
        known = lines.get(number)
        lines[number] = part if known is None else _together(known, part)
    return tuple(lines[number] for number in sorted(lines))


def _together(one: EarlierLine, other: EarlierLine) -> EarlierLine:
    return EarlierLine(
        number=one.number,
        paid_cents=one.paid_cents + other.paid_cents,
        adjustments=one.adjustments + other.adjustments,
    )


def _adjustments(row: Row[Any], line: int) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(group=entry["group"], reason=entry["reason"], amount_cents=entry["amount_cents"])
        for entry in row.adjustments
        if entry["line"] == line
    )
