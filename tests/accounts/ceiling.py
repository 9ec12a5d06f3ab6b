"""How much of a claim a patient may be asked for at most, from raw 835 bytes and raw rows alone.

Independent of the product on purpose: its own reading of segments, its own sums, no import from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BLOCKING = frozenset({"N781", "N782", "N783", "N830", "N862", "N864", "N865", "N866", "N867", "N868", "N869", "N870"})
SHARES = frozenset({"1", "2", "3"})


@dataclass(frozen=True, kw_only=True)
class Told:
    """One CLP loop as it stands in the bytes."""

    claim: int
    attempt: int
    payer: str
    reversal: bool
    icn: str
    charge_cents: int
    paid_cents: int
    patient_cents: int
    """All of its PR."""
    share_cents: int
    """PR 1, 2 and 3: deductible, coinsurance, copay."""
    remarks: frozenset[str]


def read(content: bytes) -> list[Told]:
    """Every CLP loop of an 835, by splitting its bytes."""
    found: list[dict[str, object]] = []
    payer = ""
    for segment in content.decode("ascii").replace("\n", "").split("~"):
        part = segment.split("*")
        match part[0]:
            case "N1" if part[1] == "PR":
                payer = part[2]
            case "CLP":
                claim, _, attempt = part[1].partition("-")
                found.append(
                    {
                        "claim": int(claim), "attempt": int(attempt or 1), "payer": payer, "reversal": part[2] == "22",
                        "icn": part[7], "charge_cents": _cents(part[3]), "paid_cents": _cents(part[4]),
                        "patient_cents": 0, "share_cents": 0, "remarks": frozenset[str](),
                    }
                )  # fmt: skip
            case "CAS" if part[1] == "PR" and found:
                for reason, amount in zip(part[2::3], part[3::3], strict=False):
                    found[-1]["patient_cents"] += _cents(amount)  # type: ignore[operator]
                    found[-1]["share_cents"] += _cents(amount) if reason in SHARES else 0  # type: ignore[operator]
            case "LQ" if found:
                found[-1]["remarks"] |= {part[2]}  # type: ignore[operator]
            case _:
                pass
    return [Told(**one) for one in found]  # type: ignore[arg-type]


def ceiling(told: Sequence[Told], payers: Sequence[str], medicaid: frozenset[str]) -> int:
    """The last payer's PR, when every payer has answered and nothing blocks; else nothing. Where Medicaid insures,
    its own deductible, coinsurance and copay alone (42 CFR 447.15).

    ``told``: of one claim, in the order in which the files came; ``payers``: of the claim, in their order.
    """
    standing: dict[str, list[Told]] = {}
    for one in told:
        mine = standing.setdefault(one.payer, [])
        if not one.reversal:
            mine.append(one)
            continue
        back = [old for old in mine if (old.charge_cents, old.paid_cents) == (-one.charge_cents, -one.paid_cents)]
        if back:
            mine.remove(back[-1])
    if not all(standing.get(payer) for payer in payers):
        return 0
    if any(one.remarks & BLOCKING for mine in standing.values() for one in mine):
        return 0
    if any(payer in medicaid for payer in payers):
        return max(one.share_cents for one in standing[payers[-1]]) if payers[-1] in medicaid else 0
    return max(one.patient_cents for one in standing[payers[-1]])


def after_patient(ceiling_cents: int, moved: Mapping[str, int]) -> int:
    """Less what patients paid of it and what was given up of it, by kind of posting."""
    return max(0, ceiling_cents + min(0, sum(moved.values())))


def _cents(text: str) -> int:
    whole, _, part = text.lstrip("-").partition(".")
    cents = int(whole or 0) * 100 + int((part + "00")[:2])
    return -cents if text.startswith("-") else cents
