"""What each payer paid on a claim, decision by decision, and what it got back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent
from domain.coverage.coverage import SEQUENCES, PayerKind
from domain.denials.classification import REVERSAL
from domain.ledger.decision import rank_of
from domain.ledger.posting import is_posted
from domain.overpayments.owed import PayerPaid
from storage import claims
from storage.models import PayerRow, RemittanceClaim, RemittanceRow, Submission


@dataclass(kw_only=True)
class ClaimPayer:
    """A payer of a claim: who it is, and what it paid."""

    code: str
    kind: str
    rank: int
    identifiers: set[str] = field(default_factory=set)
    """Who its remittances say they come from (TRN03)."""
    payments: list[int] = field(default_factory=list)

    def as_paid(self, returned_cents: int) -> PayerPaid:
        """The same for the rules, less what was returned to it."""
        back = (-returned_cents,) if returned_cents else ()
        return PayerPaid(payer_code=self.code, rank=self.rank, payments=(*self.payments, *back))


def payers_of(session: Session, claim_number: int) -> dict[str, ClaimPayer]:
    """The payers that decided a claim, by code."""
    rows = _decisions(session, claim_number)
    content = claims.content(session, claim_number)
    claim = claims.get(session, claim_number)
    found: dict[str, ClaimPayer] = {}
    for place, row in enumerate(rows):
        rank = _rank(row, rows[:place])
        code, kind = _payer(content, rank, row) or (row.payer_code or claim.payer_code, claim.payer_kind)
        payer = found.setdefault(code, ClaimPayer(code=code, kind=kind, rank=rank))
        payer.identifiers.add(row.payer_identifier)
        payer.payments.append(row.paid_cents)
    return found


def _decisions(session: Session, claim_number: int) -> list[Row[Any]]:
    statement = (
        select(
            RemittanceClaim.status,
            RemittanceClaim.paid_cents,
            RemittanceClaim.payer_control_number,
            RemittanceRow.payer_identifier,
            Submission.sequence,
            Submission.payer_code,
            PayerRow.kind,
        )
        .join(RemittanceRow, RemittanceRow.id == RemittanceClaim.remittance_id)
        .outerjoin(
            Submission,
            (Submission.claim_number == RemittanceClaim.claim_number) & (Submission.attempt == RemittanceClaim.attempt),
        )
        .outerjoin(PayerRow, PayerRow.code == Submission.payer_code)
        .where(RemittanceClaim.claim_number == claim_number, RemittanceClaim.state == "posted")
        .order_by(RemittanceClaim.id)
    )
    decisions: list[Any] = [row for row in session.execute(statement) if is_posted(row.status)]
    return decisions


def _rank(row: Row[Any], earlier: Sequence[Row[Any]]) -> int:
    """A reversal belongs to the payer whose payment it takes back."""
    if row.status == REVERSAL:
        for before in reversed(earlier):
            if before.paid_cents == -row.paid_cents and before.payer_identifier == row.payer_identifier:
                return rank_of(before.status, before.sequence or SEQUENCES[0])
    return rank_of(row.status, row.sequence or SEQUENCES[0])


def _payer(content: ClaimContent, rank: int, row: Row[Any]) -> tuple[str, str] | None:
    """The payer to which the attempt went, also when its coverage ended or moved since; else, for one to whom the
    claim was sent on, the one that stands there now."""
    if row.payer_code and rank == rank_of("1", row.sequence or SEQUENCES[0]):
        kinds = {coverage.payer.code: coverage.payer.kind.value for coverage in content.coverages}
        return row.payer_code, kinds.get(row.payer_code) or row.kind or PayerKind.COMMERCIAL.value
    try:
        payer = content.coverage_of(SEQUENCES[rank - 1]).payer
    except LookupError:
        return None
    return payer.code, payer.kind.value
