"""The sums of an 835 taken from its segments as they are written, for a set that has other faults.

A wrong date, or a composite that cannot be split, takes no amount away: the sums are told all the same. Whether the
set is fit to be posted is another question.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from x12.syntax.tokenizer import Tokenizer
from x12.syntax.values import read_money
from x12.validation.balancing import Imbalance, claim_words, line_words, transaction_words


@dataclass(kw_only=True)
class WrittenSums:
    """One ST*835 as it is written; amounts in cents."""

    payment_cents: int = 0
    withheld_cents: int = 0
    claims: list[_Claim] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """Amounts that cannot be read, each with its place: without them no sum says anything."""

    def imbalances(self) -> Iterator[Imbalance]:
        """Every sum that does not hold: lines and claims first."""
        for claim in self.claims:
            for number, line in enumerate(claim.lines, 1):
                if (expected := line.charge_cents - line.adjusted_cents) != line.paid_cents:
                    words = line_words(line.charge_cents, line.adjusted_cents, line.paid_cents)
                    yield Imbalance(level="line", claim=claim.claim_id, line=number, expected_cents=expected,
                                    found_cents=line.paid_cents, message=words)  # fmt: skip
            adjusted = claim.adjusted_cents + sum(line.adjusted_cents for line in claim.lines)
            if (expected := claim.charge_cents - adjusted) != claim.paid_cents:
                words = claim_words(claim.charge_cents, adjusted, claim.paid_cents)
                yield Imbalance(level="claim", claim=claim.claim_id, expected_cents=expected,
                                found_cents=claim.paid_cents, message=words)  # fmt: skip
        paid = sum(claim.paid_cents for claim in self.claims)
        if (expected := paid - self.withheld_cents) != self.payment_cents:
            words = transaction_words(paid, self.withheld_cents, self.payment_cents)
            yield Imbalance(level="transaction", expected_cents=expected, found_cents=self.payment_cents, message=words)


@dataclass(kw_only=True)
class _Line:
    charge_cents: int
    paid_cents: int
    adjusted_cents: int = 0


@dataclass(kw_only=True)
class _Claim(_Line):
    claim_id: str
    lines: list[_Line] = field(default_factory=list)


def written_sums(data: bytes) -> list[WrittenSums]:
    """Every ST*835 of a file, in order."""
    tokenizer = Tokenizer(io.BytesIO(data))
    found: list[WrittenSums] = []
    one: WrittenSums | None = None
    position = 0
    for segment in tokenizer:
        assert tokenizer.delimiters is not None
        elements = segment.split(tokenizer.delimiters.element)
        position += 1
        if elements[0] == "ST":
            one, position = None, 1
            if elements[1:2] == ["835"]:
                found.append(one := WrittenSums())
        elif elements[0] in ("SE", "GE", "IEA"):
            one = None
        elif one is not None:
            _take(one, elements, position)
    return found


def _take(sums: WrittenSums, elements: Sequence[str], position: int) -> None:
    def amount(place: int) -> int:
        text = elements[place].strip() if place < len(elements) else ""
        try:
            return read_money(text)
        except ValueError:
            what = f"{text!r} is not an amount in whole cents" if text else "is missing"
            sums.unreadable.append(f"{elements[0]}{place:02d} at segment {position}: {what}")
            return 0

    def amounts(first: int, step: int) -> int:
        return sum(amount(place) for place in range(first, len(elements), step) if any(elements[place - 1 : place + 1]))

    match elements[0]:
        case "BPR":
            sums.payment_cents = amount(2)
        case "CLP":
            name = elements[1] if len(elements) > 1 else ""
            sums.claims.append(_Claim(claim_id=name, charge_cents=amount(3), paid_cents=amount(4)))
        case "SVC" if sums.claims:
            sums.claims[-1].lines.append(_Line(charge_cents=amount(2), paid_cents=amount(3)))
        case "CAS" if sums.claims:
            claim = sums.claims[-1]
            (claim.lines[-1] if claim.lines else claim).adjusted_cents += amounts(3, 3)
        case "PLB":
            sums.withheld_cents += amounts(4, 2)
