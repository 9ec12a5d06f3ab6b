"""A decision on a claim, in the words of the remittance."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """What a rule finds: lines it denies, and the codes that say why."""

    lines: tuple[int, ...]
    group: str
    reason: str
    remarks: tuple[str, ...] = ()
    claim_remarks: tuple[str, ...] = ()
    claim_status: str = ""
    """CLP02 where this denial decides it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasTriplet:
    """One adjustment; positive lowers the payment."""

    group: str
    reason: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVerdict:
    """One SVC loop: charge less adjustments is what is paid."""

    number: int
    charge_cents: int
    allowed_cents: int
    paid_cents: int
    adjustments: tuple[CasTriplet, ...]
    remarks: tuple[str, ...] = ()
    denied: bool = False

    @property
    def patient_cents(self) -> int:
        """The sum of group PR."""
        return sum(triplet.amount_cents for triplet in self.adjustments if triplet.group == "PR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One CLP loop."""

    status: str
    """CLP02."""
    lines: tuple[LineVerdict, ...]
    remarks: tuple[str, ...] = ()
    withheld_cents: int = 0
    """Kept back per provider in the PLB, outside the claim's own arithmetic."""

    @property
    def charge_cents(self) -> int:
        """CLP03."""
        return sum(line.charge_cents for line in self.lines)

    @property
    def paid_cents(self) -> int:
        """CLP04."""
        return sum(line.paid_cents for line in self.lines)

    @property
    def patient_cents(self) -> int:
        """CLP05."""
        return sum(line.patient_cents for line in self.lines)

    @property
    def denied_lines(self) -> frozenset[int]:
        """Lines of which nothing was allowed."""
        return frozenset(line.number for line in self.lines if line.denied)

    @property
    def denied(self) -> bool:
        """No line was allowed."""
        return all(line.denied for line in self.lines)

    @property
    def unprocessable(self) -> bool:
        """Never decided (MA130): the same services may come again as a new claim."""
        return "MA130" in self.remarks

    def reversed(self) -> Verdict:
        """The same claim with every amount negated: CLP02 22."""
        lines = tuple(
            replace(
                line,
                charge_cents=-line.charge_cents,
                allowed_cents=-line.allowed_cents,
                paid_cents=-line.paid_cents,
                adjustments=tuple(replace(t, amount_cents=-t.amount_cents) for t in line.adjustments),
            )
            for line in self.lines
        )
        return replace(self, status="22", lines=lines, withheld_cents=-self.withheld_cents)
