"""The claims of a remittance as the ledger has them: what was decided before and still stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from activities.protected_patients import protecting_rule
from activities.remittances.loops import FoundAttempt
from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.decision import REVERSAL, ClaimInTheBooks, StandingDecision, rank_of
from domain.ledger.posting import is_posted
from domain.ledger.receivable import in_pairs
from domain.remittance.remittance import RemittedClaim
from storage import remittances
from storage.handed_over import handed_cents
from storage.remarks import remark_codes


def claims_in_the_books(
    session: Session, found: Sequence[FoundAttempt], statuses: Sequence[str]
) -> dict[int, ClaimInTheBooks]:
    """Every claim, with its balance where one loop of it does not stand alone. The claims are locked, and the rows
    of the loops that are posted now are not written yet.

    A claim that is decided for the first time costs nothing here but one look for earlier decisions.
    """
    numbers = {one.claim_number for one in found}
    earlier = _earlier(session, numbers)
    times = Counter(one.claim_number for one in found)
    later = {
        one.claim_number
        for one, status in zip(found, statuses, strict=True)
        if rank_of(status, one.row.sequence) > 1 or status == REVERSAL
    }
    balanced = {number for number in numbers if number in earlier or times[number] > 1 or number in later}
    open_cents = remittances.open_cents(session, balanced)
    handed = handed_cents(session, earlier)
    legs = _legs(session, [row.key for rows in earlier.values() for row in rows])
    sequences = _sequences(session, earlier)
    stands = {number: standing(rows, legs, sequences) for number, rows in earlier.items()}
    remarks = remark_codes(session, [one.reference for several in stands.values() for one in several])
    return {
        one.claim_number: ClaimInTheBooks(
            claim_number=one.claim_number,
            account_number=one.row.account_number,
            open_cents=open_cents.get(one.claim_number, 0),
            standing=stands.get(one.claim_number, ()),
            turn=rank_of("1", one.row.turn),
            handed_cents=handed.get(one.claim_number, 0),
            patient_protected=bool(protecting_rule(remarks.get(one.claim_number, ()))),
        )
        for one in found
    }


def standing(
    rows: Iterable[Row[Any]], legs: dict[str, tuple[Leg, ...]], sequences: dict[tuple[int, int], str]
) -> tuple[StandingDecision, ...]:
    """The decisions that no later reversal took back, told over again from the first."""
    claim: ClaimInTheBooks | None = None
    for row in rows:
        claim = claim or ClaimInTheBooks(claim_number=row.claim_number, account_number=0, open_cents=0)
        if not is_posted(row.status):
            continue
        if row.status == REVERSAL:
            original = claim.original_of(_amounts_of(row))
            kept = tuple(decision for decision in claim.standing if decision is not original)
        else:
            decision = StandingDecision(
                reference=row.key,
                rank=rank_of(row.status, sequences.get((row.claim_number, row.attempt), "P")),
                charge_cents=row.charge_cents,
                paid_cents=row.paid_cents,
                payer_control_number=row.payer_control_number,
                legs=legs.get(row.key, ()),
            )
            kept = (*claim.standing, decision)
        claim = ClaimInTheBooks(claim_number=row.claim_number, account_number=0, open_cents=0, standing=kept)
    return claim.standing if claim is not None else ()


def _amounts_of(row: Row[Any]) -> RemittedClaim:
    return RemittedClaim(
        control_number="",
        status=row.status,
        charge_cents=row.charge_cents,
        paid_cents=row.paid_cents,
        patient_responsibility_cents=0,
        payer_control_number=row.payer_control_number,
        adjustments=(),
        lines=(),
    )


def _earlier(session: Session, numbers: set[int]) -> dict[int, list[Row[Any]]]:
    rows: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in remittances.posted_loops(session, numbers):
        rows[row.claim_number].append(row)
    return rows


def _legs(session: Session, keys: Sequence[str]) -> dict[str, tuple[Leg, ...]]:
    legs: dict[str, list[Leg]] = defaultdict(list)
    for row in remittances.legs_of_postings(session, keys):
        legs[row.key].append(
            Leg(
                ledger_account=LedgerAccount(row.ledger_account),
                amount_cents=row.amount_cents,
                claim_number=row.claim_number,
                account_number=row.account_number,
                cites=row.cites,
            )
        )
    return {key: in_pairs(several) for key, several in legs.items()}


def _sequences(session: Session, earlier: dict[int, list[Row[Any]]]) -> dict[tuple[int, int], str]:
    if not earlier:
        return {}
    return {(row.claim_number, row.attempt): row.sequence for row in remittances.attempts_of(session, earlier)}
