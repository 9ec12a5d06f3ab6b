"""Where a decision of a payer is not what its contract says, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.contracts.allowed import allowed_by, is_allowed, names_earlier_payer
from domain.contracts.codes import ContractCodes
from domain.contracts.expected import BilledLine, Contract, Expected
from domain.contracts.terms import HUNDRED, Terms
from domain.remittance.balancing import dollars
from domain.remittance.remittance import RemittedClaim, RemittedLine

WHOLE_CLAIM = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVariance:
    """One line that was allowed something else than the contract says."""

    line: int
    """Our line's number; 0: the claim as a whole, where the payer did not decide it by line."""
    procedure: str
    expected_cents: int
    allowed_cents: int
    why: str
    """How the expected amount comes about."""

    @property
    def short_cents(self) -> int:
        """Positive: allowed too little; negative: more than the contract says."""
        return self.expected_cents - self.allowed_cents

    @property
    def words(self) -> str:
        """The arithmetic in one sentence."""
        what = f"line {self.line} {self.procedure}" if self.line else "the claim as a whole"
        little = "too little" if self.short_cents > 0 else "more than agreed"
        return (
            f"{what}: expected {dollars(self.expected_cents)} ({self.why}), allowed {dollars(self.allowed_cents)}: "
            f"{dollars(abs(self.short_cents))} {little}"
        )


def find_variances(
    remitted: RemittedClaim,
    matched: Sequence[int | None],
    billed: Sequence[BilledLine],
    contract: Contract,
    codes: ContractCodes,
) -> tuple[LineVariance, ...]:
    """Compare a decision with the contract.

    ``matched`` names our line for each SVC loop. What was not allowed at all is a denial and no underpayment; what
    the contract does not price is not compared. Adjustments at claim level that lower the allowed amount leave only
    the claim as a whole to compare.
    """
    if not remitted.lines:
        return _whole(remitted, billed, contract, codes)
    known = {line.number: line for line in billed}
    loops: dict[int, list[RemittedLine]] = {}
    for number, loop in zip(matched, remitted.lines, strict=True):
        if number is not None and number in known:
            loops.setdefault(number, []).append(loop)
    allowed = {number: sum(allowed_by(loop, codes) for loop in several) for number, several in loops.items()}
    allowed = {number: cents for number, cents in allowed.items() if cents > 0}
    if not allowed:
        return ()
    if any(not is_allowed(entry, codes) for entry in remitted.adjustments):
        ours = all(number in known for number in matched)
        return _whole(remitted, [known[number] for number in allowed], contract, codes) if ours else ()
    expected = contract.expected([known[number] for number in sorted(allowed)], codes)
    found = []
    for number in sorted(allowed):
        line = known[number]
        variance = _variance(number, line.procedure, expected[number], allowed[number])
        if variance is None or not beyond(variance, contract.terms(line.service_date)):
            continue
        earlier = any(names_earlier_payer(loop.adjustments) for loop in loops[number])
        if variance.short_cents > 0 or not earlier:
            found.append(variance)
    return tuple(found)


def beyond(variance: LineVariance, terms: Terms) -> bool:
    """Whether a difference is larger than both thresholds, the cents and the percent of what was expected."""
    difference = abs(variance.short_cents)
    share = Decimal(variance.expected_cents) * terms.threshold_percent / HUNDRED
    return difference > terms.threshold_cents and difference > share


def _whole(
    remitted: RemittedClaim, billed: Sequence[BilledLine], contract: Contract, codes: ContractCodes
) -> tuple[LineVariance, ...]:
    entries = remitted.all_adjustments
    allowed = remitted.paid_cents + sum(entry.amount_cents for entry in entries if is_allowed(entry, codes))
    if allowed <= 0 or not billed:
        return ()
    expected = contract.expected(billed, codes)
    priced = [one.cents for one in expected.values() if one.cents is not None]
    if len(priced) < len(expected):
        return ()
    why = "; ".join(f"line {number}: {one.why}" for number, one in expected.items())
    variance = _variance(WHOLE_CLAIM, "", Expected(cents=sum(priced), why=why), allowed)
    first = min(line.service_date for line in billed)
    if variance is None or not beyond(variance, contract.terms(first)):
        return ()
    return (variance,) if variance.short_cents > 0 or not names_earlier_payer(entries) else ()


def _variance(number: int, procedure: str, expected: Expected, allowed_cents: int) -> LineVariance | None:
    if expected.cents is None or expected.cents == allowed_cents:
        return None
    return LineVariance(
        line=number,
        procedure=procedure,
        expected_cents=expected.cents,
        allowed_cents=allowed_cents,
        why=expected.why,
    )
