"""What of an open balance the payers' decisions leave to the patient, and when a person may make it the patient's.

A cent is the patient's only where no payer says that it is the practice's: the first payer left it as deductible,
coinsurance or copay, and every payer after it neither paid it nor took it off (CO, PI). A denial for want of
coverage (CO-26, 27, 31) says that this payer insures nobody here: a named person may then go past it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.claim.claim import ClaimContent
from domain.claim.earlier_decision import EarlierDecision
from domain.coverage.coverage import SEQUENCES, PayerKind
from domain.remittance.remittance import Adjustment

NO_COVERAGE = frozenset({"26", "27", "31"})
"""CARC: before the coverage began, after it ended, patient not known to the payer."""
_SHARES = frozenset({"1", "2", "3"})
"""CARC with PR: deductible, coinsurance, copay."""
_EARLIER_PAYER = ("OA", "23")
_FORBIDDEN_TO_ASK = "209"
"""CARC: by regulation or agreement the provider may not collect this from the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientsPart:
    """What the decisions that stand say about the patient, the first payer's first."""

    decisions: tuple[EarlierDecision, ...]

    def left_cents(self, *, self_pay: bool = False, given_up: bool = False) -> int:
        """Cents that the decisions leave to the patient, whether they are in the books or not.

        ``self_pay``: a named person goes past denials for want of coverage. ``given_up``: a later payer's OA counts
        as nobody's word, so that what the payer before it left is the patient's again.
        """
        if not self.decisions:
            return 0
        first, *later = self.decisions
        left = sum(one.amount_cents for one in _all(first) if _is_share(one) or (self_pay and no_coverage(one)))
        for decision in later:
            left -= decision.paid_cents + sum(
                one.amount_cents
                for one in _all(decision)
                if not _says_nothing(one, self_pay=self_pay, given_up=given_up)
            )
        return max(0, left)

    @property
    def want_of_coverage(self) -> tuple[str, ...]:
        """The codes by which a payer says that it insures nobody here, such as ``CO-27``."""
        return _codes(one for decision in self.decisions for one in _all(decision) if no_coverage(one))

    @property
    def practices_own(self) -> tuple[str, ...]:
        """The other codes by which the last payer refused something."""
        return _codes(
            one
            for decision in self.decisions[-1:]
            for one in _all(decision)
            if not no_coverage(one) and not _says_nothing(one, self_pay=True, given_up=False)
        )

    @property
    def forbidden(self) -> bool:
        """Whether a payer says that nothing may be collected from the patient (CARC 209)."""
        return any(one.reason == _FORBIDDEN_TO_ASK for decision in self.decisions for one in _all(decision))


def untried(content: ClaimContent, answered: Sequence[int]) -> str | None:
    """Code of the first coverage that no standing decision comes from; ``answered`` are ranks."""
    for rank, coverage in enumerate(content.coverages[: len(SEQUENCES)], start=1):
        if rank not in answered:
            return coverage.payer.code
    return None


def insured_by_medicaid(content: ClaimContent) -> bool:
    """Whether Medicaid is among the coverages: its payment is payment in full (42 CFR 447.15)."""
    return any(coverage.payer.kind is PayerKind.MEDICAID for coverage in content.coverages)


def why_no_self_pay(part: PatientsPart, content: ClaimContent, answered: Sequence[int], protected: str) -> str | None:
    """Why what is open cannot be made the patient's; None where a named person may.

    ``protected`` is the rule by which a remark forbids to ask the patient (QMB, No Surprises Act); empty for none.
    """
    if not part.want_of_coverage:
        said = f"; this one says {', '.join(part.practices_own)}" if part.practices_own else ""
        return f"only what a payer denied with CO-26, CO-27 or CO-31 can be made the patient's{said}"
    if (code := untried(content, answered)) is not None:
        return (
            f"{code} has not decided on this claim: bill it first (resubmit with next_payer=yes), or end that coverage"
        )
    if insured_by_medicaid(content):
        return "Medicaid covers the patient: its payment is payment in full, nothing may be asked (42 CFR 447.15)"
    if part.forbidden:
        return "the payer says that nothing may be collected from the patient (CARC 209)"
    if protected:
        return f"the patient may not be asked: {protected}"
    if not part.left_cents(self_pay=True):
        codes = ", ".join(part.practices_own) or "another code"
        return f"what is open was refused with {codes}, which never becomes the patient's"
    return None


def no_coverage(adjustment: Adjustment) -> bool:
    """Whether this amount was denied because the payer does not insure the patient, in group CO or PR."""
    return adjustment.group in ("CO", "PR") and adjustment.reason in NO_COVERAGE and adjustment.amount_cents > 0


def _is_share(adjustment: Adjustment) -> bool:
    return adjustment.group == "PR" and adjustment.reason in _SHARES


def _says_nothing(adjustment: Adjustment, *, self_pay: bool, given_up: bool) -> bool:
    """Whether a later payer's adjustment leaves to the patient what the payer before it left."""
    return (
        _is_share(adjustment)
        or (adjustment.group, adjustment.reason) == _EARLIER_PAYER
        or (self_pay and no_coverage(adjustment))
        or (given_up and adjustment.group == "OA")
    )


def _all(decision: EarlierDecision) -> tuple[Adjustment, ...]:
    return decision.adjustments + tuple(one for line in decision.lines for one in line.adjustments)


def _codes(adjustments: Iterable[Adjustment]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{one.group}-{one.reason}" for one in adjustments if one.amount_cents))
