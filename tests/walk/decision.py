"""What a payer of the walk decides about one attempt: lines, shares and codes, with sums of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One service line as decided."""

    charge: int
    paid: int
    adjustments: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One CLP loop. ``sign`` is -1 for a reversal."""

    control_number: str
    icn: str
    status: str
    trace: str
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()
    sign: int = 1
    means: str = "decided"
    """allowed, denied, partly, taken_back or unclear: what a biller would call it."""
    answers: frozenset[str] = frozenset()
    """Orders that it leaves to a biller: appeal and send_records on paper, self_pay."""

    @property
    def charge(self) -> int:
        return self.sign * sum(line.charge for line in self.lines)

    @property
    def paid(self) -> int:
        return self.sign * sum(line.paid for line in self.lines)

    @property
    def patient(self) -> int:
        return self._sum("PR")

    @property
    def contractual(self) -> int:
        return self._sum("CO", "45")

    @property
    def explained(self) -> int:
        """What the decision takes off the payer's open balance."""
        return self.paid + self.patient + self.contractual

    def _sum(self, group: str, reason: str = "") -> int:
        return self.sign * sum(
            cents
            for line in self.lines
            for its_group, its_reason, cents in line.adjustments
            if its_group == group and reason in ("", its_reason)
        )


VERDICTS = (
    "paid", "share", "deductible", "small_share", "denied", "partly", "unprocessable", "unknown_code", "records",
    "no_coverage",
)  # fmt: skip
_REFUSED_WHOLE = {
    "denied": ("CO", "50"),
    "unprocessable": ("CO", "16"),
    "unknown_code": ("CO", "P99"),
    "records": ("CO", "252"),
    "no_coverage": ("CO", "27"),
}
_MEANS = dict.fromkeys(_REFUSED_WHOLE, "denied") | {"partly": "partly", "unknown_code": "unclear"}
_APPEALABLE = frozenset({"denied", "partly", "records", "no_coverage"})
"""MA130 leaves no right of appeal, and a code that nobody knows none that a machine could tell."""


def decide(verdict: str, charges: tuple[int, ...], *, control_number: str, icn: str, trace: str) -> Decision:
    """A decision of this kind over these charges."""
    answers = {"appeal"} if verdict in _APPEALABLE else set()
    answers |= {"send_records"} if verdict == "records" else set()
    answers |= {"self_pay"} if verdict == "no_coverage" else set()
    return Decision(
        control_number=control_number,
        icn=icn,
        status="4" if verdict in _REFUSED_WHOLE else "1",
        trace=trace,
        lines=tuple(_line(verdict, charge, place) for place, charge in enumerate(charges)),
        remarks=("MA130",) if verdict == "unprocessable" else (),
        means=_MEANS.get(verdict, "allowed"),
        answers=frozenset(answers),
    )


def _line(verdict: str, charge: int, place: int) -> Line:
    if verdict in _REFUSED_WHOLE:
        return Line(charge=charge, paid=0, adjustments=((*_REFUSED_WHOLE[verdict], charge),))
    if verdict == "partly" and place == 1:
        return Line(charge=charge, paid=0, adjustments=(("CO", "97", charge),))
    allowed = charge * 7 // 10
    share = {
        "share": ("2", allowed // 5),
        "partly": ("2", allowed // 5),
        "deductible": ("1", allowed),
        "small_share": ("3", 150 if place == 0 else 0),
    }.get(verdict, ("", 0))
    adjustments = [("CO", "45", charge - allowed)]
    if share[1]:
        adjustments.append(("PR", *share))
    return Line(charge=charge, paid=allowed - share[1], adjustments=tuple(adjustments))


def taken_back(decision: Decision, trace: str) -> Decision:
    """The reversal of a decision: every amount negated (CLP02 22)."""
    return Decision(
        control_number=decision.control_number,
        icn=decision.icn,
        status="22",
        trace=trace,
        lines=decision.lines,
        remarks=decision.remarks,
        sign=-1,
        means="taken_back",
    )
