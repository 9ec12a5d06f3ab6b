"""Made-up remittances for the tests of the domain."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

import storage
from domain.denials.rules import DenialRules, parse_denial_rules
from domain.remittance.remittance import (
    Adjustment,
    ProviderAdjustment,
    Remittance,
    RemittedClaim,
    RemittedLine,
)

TABLE = Path(storage.__file__).parent / "reference_data" / "denial_rules.csv"
ROWS = tuple(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def rules() -> DenialRules:
    return parse_denial_rules(ROWS)


def cas(code: str, cents: int) -> Adjustment:
    group, _, reason = code.partition("-")
    return Adjustment(group=group, reason=reason, amount_cents=cents)


def remitted_line(charge: int, *adjustments: Adjustment, **changes: object) -> RemittedLine:
    values: dict[str, object] = {
        "procedure": "99213",
        "modifiers": (),
        "charge_cents": charge,
        "paid_cents": charge - sum(a.amount_cents for a in adjustments),
        "adjustments": adjustments,
    } | changes
    return RemittedLine(**values)  # type: ignore[arg-type]


def remitted(*lines: RemittedLine, **changes: object) -> RemittedClaim:
    adjustments = changes.get("adjustments", ())
    assert isinstance(adjustments, tuple)
    values: dict[str, object] = {
        "control_number": "10000001-1",
        "status": "1",
        "charge_cents": sum(line.charge_cents for line in lines),
        "paid_cents": sum(line.paid_cents for line in lines) - sum(a.amount_cents for a in adjustments),
        "patient_responsibility_cents": 0,
        "payer_control_number": "ICN1",
        "adjustments": (),
        "lines": lines,
    } | changes
    return RemittedClaim(**values)  # type: ignore[arg-type]


def remittance(*claims: RemittedClaim, plb: tuple[ProviderAdjustment, ...] = (), **changes: object) -> Remittance:
    values: dict[str, object] = {
        "handling": "I",
        "payment_cents": sum(c.paid_cents for c in claims) - sum(entry.amount_cents for entry in plb),
        "payment_method": "ACH",
        "payment_date": date(2026, 4, 1),
        "trace_number": "T1",
        "payer_identifier": "1999999999",
        "payer_name": "SAMPLE PPO",
        "payee_npi": "1234567893",
        "claims": claims,
        "provider_adjustments": plb,
    } | changes
    return Remittance(**values)  # type: ignore[arg-type]


CODES = ("CO-45", "CO-253", "PR-1", "PR-2", "PR-3", "CO-97", "OA-18", "CO-197", "PI-204", "OA-23")
adjustments = st.builds(cas, st.sampled_from(CODES), st.integers(-5_000, 20_000))
lines = st.builds(
    lambda charge, several: remitted_line(charge, *several),
    st.integers(0, 500_000),
    st.lists(adjustments, max_size=4),
)
claims = st.builds(
    lambda several, status: remitted(*several, status=status),
    st.lists(lines, min_size=1, max_size=4),
    st.sampled_from(("1", "2", "4", "19")),
)
"""Claims that balance, whatever they say."""


def negated(claim: RemittedClaim) -> RemittedClaim:
    """The reversal (CLP02 22) of a claim."""
    return remitted(
        *(
            remitted_line(
                -line.charge_cents, *(cas(f"{a.group}-{a.reason}", -a.amount_cents) for a in line.adjustments)
            )
            for line in claim.lines
        ),
        status="22",
    )
