"""835s of a payer that does as it likes: every group, every mixture, blocks beside a share, reversals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from tests.support import remittance_text

BLOCKS = ("N781", "N782", "N783", "N830", "N862", "N864", "N870")
"""QMB and No Surprises Act: beside these remarks the patient owes nothing."""
_CODES = {
    "CO": ("45", "45", "45", "50", "16", "97", "29", "22"),
    "PI": ("45", "94", "204"),
    "OA": ("18", "23", "94"),
    "PR": ("1", "2", "3", "1", "2", "3", "96", "204"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One SVC."""

    procedure: str
    charge: int
    adjustments: tuple[tuple[str, str, int], ...]
    remarks: tuple[str, ...] = ()

    @property
    def paid(self) -> int:
        return self.charge - sum(cents for _, _, cents in self.adjustments)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One CLP loop."""

    control_number: str
    payer: str
    status: str
    icn: str
    lines: tuple[Line, ...]

    @property
    def paid(self) -> int:
        return sum(line.paid for line in self.lines)

    @property
    def patient(self) -> int:
        return sum(cents for line in self.lines for group, _, cents in line.adjustments if group == "PR")

    def taken_back(self) -> Decision:
        lines = tuple(
            replace(
                line,
                charge=-line.charge,
                adjustments=tuple((group, reason, -cents) for group, reason, cents in line.adjustments),
            )
            for line in self.lines
        )
        return replace(self, status="22", lines=lines)


def decide(
    draw: Random, control_number: str, payer: str, icn: str, lines: Sequence[tuple[str, int]], status: str
) -> Decision:
    """What a payer may say of a claim: ordinary more often than not."""
    ordinary = draw.random() < 0.75
    decided = [_ordinary(draw, *line) if ordinary else _anything(draw, *line) for line in lines]
    if draw.random() < 0.1:
        decided[0] = replace(decided[0], remarks=(draw.choice(BLOCKS),))
    return Decision(control_number=control_number, payer=payer, status=status, icn=icn, lines=tuple(decided))


def as_835(draw: Random, decisions: Sequence[Decision], trace: str, day: date) -> bytes:
    """One file with the decisions of one payer; what it takes back and cannot net is carried forward by PLB."""
    paid = sum(one.paid for one in decisions)
    carried = min(0, paid)
    method = "ACH" if paid > 0 else "NON"
    body = remittance_text.head(
        trace, _dollars(paid - carried), method=method, handling="I" if paid > 0 else "H",
        payer=decisions[0].payer, day=f"{day:%Y%m%d}",
    )  # fmt: skip
    for one in decisions:
        charge = sum(line.charge for line in one.lines)
        body += remittance_text.claim(
            one.control_number, one.status, _dollars(charge), _dollars(one.paid),
            _dollars(one.patient) if one.patient > 0 else "", one.icn,
        )  # fmt: skip
        for line in one.lines:
            body.append(f"SVC*HC:{line.procedure}*{_dollars(line.charge)}*{_dollars(line.paid)}**1")
            body.append(f"DTM*472*{day:%Y%m%d}")
            body += [f"CAS*{group}*{reason}*{_dollars(cents)}" for group, reason, cents in line.adjustments]
            body += [f"LQ*HE*{remark}" for remark in line.remarks]
    if carried:
        body.append(f"PLB*1234567893*{day.year}1231*FB:{trace}*{_dollars(carried)}")
    return remittance_text.interchange(body, number=draw.randrange(1, 999_999_999))


def _ordinary(draw: Random, procedure: str, charge: int) -> Line:
    """A contract's part off, a share to the patient, the rest paid."""
    off = charge * draw.randrange(10, 40) // 100
    share = draw.choice((0, charge - off, draw.randrange(0, charge - off)))
    found = [("CO", "45", off), ("PR", draw.choice("123"), share)]
    return Line(procedure=procedure, charge=charge, adjustments=tuple(one for one in found if one[2]))


def _anything(draw: Random, procedure: str, charge: int) -> Line:
    """Some of the charge cut into pieces, each in any group."""
    rest, found = charge, dict[tuple[str, str], int]()
    for _ in range(draw.randrange(1, 4)):
        cents = rest if draw.random() < 0.35 else draw.randrange(0, rest + 1)
        group = draw.choice(tuple(_CODES))
        code = (group, draw.choice(_CODES[group]))
        if cents:
            found[code] = found.get(code, 0) + cents
        rest -= cents
    return Line(
        procedure=procedure,
        charge=charge,
        adjustments=tuple((group, reason, cents) for (group, reason), cents in found.items()),
    )


def _dollars(cents: int) -> str:
    """X12's decimals: no trailing zeros, no plus."""
    sign, whole = ("-" if cents < 0 else ""), abs(cents)
    text = f"{whole // 100}.{whole % 100:02d}".rstrip("0").rstrip(".")
    return f"{sign}{text}"
