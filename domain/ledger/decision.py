"""What one more decision of a payer does to a claim that may have been decided before.

The first decision is posted as reported. A reversal (CLP02 22) takes back what its original posted, leg by leg.
What comes on top of a standing decision, from a later payer or from the same payer again, posts its payment in
full and its adjustments only up to what is still open (X12 RFI 1696, 2535). The patient owes what the last payer
that has answered left to them: an earlier payer's share goes back to the payers' side when a later one decides,
and comes again when the later decision is taken back. What became the patient's without a decision (self-pay, an
earlier share after the last payer's refusal) is given back as soon as a payer decides anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.pair import pair
from domain.ledger.posting import SHARE, Contractual, is_posted, plan_adjusted
from domain.remittance.remittance import RemittedClaim

REVERSAL = "22"
EARLIER_SHARE = "decided again by a later payer: "
SHARE_AGAIN = "the later payer took its decision back: "
TAKEN_BACK = "taken back (CLP02 22): "
HANDED_BACK = "a payer decided anew: what had been made the patient's"
_BY_STATUS = {"2": 2, "20": 2, "3": 3, "21": 3}
_BY_SEQUENCE = {"P": 1, "S": 2, "T": 3}


def rank_of(status: str, sequence: str) -> int:
    """Place of the payer in the order of benefits: 1 primary, 2 secondary, 3 tertiary.

    ``status`` is CLP02, ``sequence`` SBR01 of the attempt that it answers: a payer to whom the claim crossed over
    answers the primary's attempt with CLP02 2.
    """
    return max(_BY_STATUS.get(status, 1), _BY_SEQUENCE.get(sequence, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDecision:
    """A decision that was posted and not taken back."""

    reference: str
    """Key of its posting."""
    rank: int
    charge_cents: int
    paid_cents: int
    payer_control_number: str
    legs: tuple[Leg, ...]

    @property
    def share(self) -> tuple[Leg, ...]:
        """The legs that moved its PR adjustments to the patient."""
        return tuple(leg for leg in self.legs if leg.cites.startswith(SHARE))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimInTheBooks:
    """A claim's ledger as far as the next decision needs it."""

    claim_number: int
    account_number: int
    open_cents: int
    """Balance of its payer receivable."""
    standing: tuple[StandingDecision, ...] = ()
    """In the order they were posted."""
    turn: int = 1
    """Rank of the payer whose turn it is: a share that an earlier payer names now is not the patient's yet."""
    handed_cents: int = 0
    """What was made the patient's without a decision, net: by a named person, or as an earlier payer's share."""
    patient_protected: bool = False
    """An earlier decision that stands says that the patient may not be asked (QMB, No Surprises Act): what a later
    payer calls their share waits for a person too."""

    def original_of(self, reversal: RemittedClaim) -> StandingDecision | None:
        """The standing decision whose amounts a reversal negates: the last one, of the same payer's number if any."""
        fitting = [
            decision
            for decision in self.standing
            if decision.charge_cents == -reversal.charge_cents and decision.paid_cents == -reversal.paid_cents
        ]
        numbered = [d for d in fitting if d.payer_control_number == reversal.payer_control_number]
        return next(reversed(numbered or fitting), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDecision:
    """The legs, the claim after them, and what was reported but could not be posted."""

    legs: tuple[Leg, ...]
    after: ClaimInTheBooks
    takes_back: StandingDecision | None = None
    remarks: tuple[str, ...] = ()


def plan_decision(
    claim: RemittedClaim,
    books: ClaimInTheBooks,
    *,
    reference: str,
    rank: int,
    contractual: Contractual,
    patient_may_owe: bool,
) -> PlannedDecision:
    """Plan one CLP loop that balances. ``patient_may_owe`` is False where a block stands beside PR."""
    if not is_posted(claim.status):
        return PlannedDecision(legs=(), after=books)
    patient_may_owe = patient_may_owe and not books.patient_protected
    answered = any(decision.rank >= rank for decision in books.standing)
    if books.handed_cents and (not answered or _changes_who_owes(claim, patient_may_owe)):
        back = _handed_back(books)
        planned = plan_decision(
            claim,
            replace(books, open_cents=books.open_cents + books.handed_cents, handed_cents=0),
            reference=reference,
            rank=rank,
            contractual=contractual,
            patient_may_owe=patient_may_owe,
        )
        return replace(planned, legs=back + planned.legs)
    if claim.status == REVERSAL:
        original = books.original_of(claim)
        if original is not None:
            return _take_back(original, books)
        legs, remarks = _adjusted(claim, books, contractual, None, patient_may_owe)
        return PlannedDecision(legs=legs, after=_after(books, legs, books.standing), remarks=remarks)
    before = () if answered else _moved(_top_share(books.standing), EARLIER_SHARE, -1)
    overtaken = books.turn > rank or any(d.rank > rank for d in books.standing)
    open_cents = books.open_cents + _receivable(before) if books.standing or rank > 1 else None
    own, remarks = _adjusted(claim, books, contractual, open_cents, patient_may_owe and not overtaken)
    legs = before + own
    decision = StandingDecision(
        reference=reference,
        rank=rank,
        charge_cents=claim.charge_cents,
        paid_cents=claim.paid_cents,
        payer_control_number=claim.payer_control_number,
        legs=legs,
    )
    return PlannedDecision(legs=legs, after=_after(books, legs, (*books.standing, decision)), remarks=remarks)


def _changes_who_owes(claim: RemittedClaim, patient_may_owe: bool) -> bool:
    """Whether this is more than another refusal, which leaves the patient what they owe."""
    share = patient_may_owe and any(one.group == "PR" and one.amount_cents for one in claim.all_adjustments)
    return claim.status == REVERSAL or claim.paid_cents != 0 or share


def _handed_back(books: ClaimInTheBooks) -> tuple[Leg, ...]:
    return pair(
        LedgerAccount.PATIENT_RECEIVABLE,
        LedgerAccount.PAYER_RECEIVABLE,
        -books.handed_cents,
        HANDED_BACK,
        books.claim_number,
        books.account_number,
    )


def _adjusted(
    claim: RemittedClaim,
    books: ClaimInTheBooks,
    contractual: Contractual,
    open_cents: int | None,
    patient_may_owe: bool,
) -> tuple[tuple[Leg, ...], tuple[str, ...]]:
    return plan_adjusted(
        claim,
        claim_number=books.claim_number,
        account_number=books.account_number,
        contractual=contractual,
        open_cents=open_cents,
        patient_may_owe=patient_may_owe,
    )


def _take_back(original: StandingDecision, books: ClaimInTheBooks) -> PlannedDecision:
    rest = tuple(decision for decision in books.standing if decision is not original)
    moved = (SHARE, EARLIER_SHARE, SHARE_AGAIN, HANDED_BACK)
    ours = [leg for leg in original.legs if not leg.cites.startswith(moved)]
    legs = _moved(ours, TAKEN_BACK, -1)
    if all(decision.rank <= original.rank for decision in rest):
        legs += _moved(original.share, TAKEN_BACK, -1)
        if all(decision.rank < original.rank for decision in rest):
            legs += _moved(_top_share(rest), SHARE_AGAIN, 1)
    return PlannedDecision(legs=legs, after=_after(books, legs, rest), takes_back=original)


def _top_share(standing: Sequence[StandingDecision]) -> list[Leg]:
    """What the payers that answered last left to the patient."""
    top = max((decision.rank for decision in standing), default=0)
    return [leg for decision in standing if decision.rank == top for leg in decision.share]


def _moved(legs: Iterable[Leg], why: str, sign: int) -> tuple[Leg, ...]:
    return tuple(replace(leg, amount_cents=sign * leg.amount_cents, cites=why + leg.cites) for leg in legs)


def _receivable(legs: Iterable[Leg]) -> int:
    return sum(leg.amount_cents for leg in legs if leg.ledger_account is LedgerAccount.PAYER_RECEIVABLE)


def _after(books: ClaimInTheBooks, legs: Iterable[Leg], standing: tuple[StandingDecision, ...]) -> ClaimInTheBooks:
    return replace(books, open_cents=books.open_cents + _receivable(legs), standing=standing)
