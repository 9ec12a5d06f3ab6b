"""Valid files of every kind: the example made by hand, and some drawn from the guide's table and balanced."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import x12
from tests.unit.x12 import examples
from tests.unit.x12.damage import Base, base_of
from tests.unit.x12.guide_filler import Filler
from tests.unit.x12.test_round_trip import BY_KIND, enveloped
from x12.engine.compiled import compiled_guide

KINDS = tuple(BY_KIND)
LONGEST = 6_000
"""Bytes of the longest file that is damaged: a short one leaves more of its bytes damaged."""


def drawn(kind: str, seed: int, fullness: float) -> Any:
    """Content drawn from the table of a guide, in balance: its form is right, but it makes no sense."""
    segments = Filler(compiled_guide(BY_KIND[kind], x12.STANDARD), seed, fullness).segments()
    (transaction,) = x12.read_file(enveloped(kind, segments), codes=None).transactions()
    assert transaction.content is not None
    return balanced(transaction.content)


def balanced(content: Any) -> Any:
    """The same content with amounts that add up, as SNIP 3 wants them."""
    if isinstance(content, x12.Remittance):
        return _remittance(content)
    if isinstance(content, x12.ProfessionalClaims | x12.InstitutionalClaims):
        return replace(content, claims=tuple(_claim(claim) for claim in content.claims))
    return content


def _claim(claim: Any) -> Any:
    total = sum(line.charge_cents for line in claim.lines)
    return replace(claim, charge_cents=total)


def _remittance(content: x12.Remittance) -> x12.Remittance:
    groups = tuple(replace(group, claims=tuple(_payment(claim) for claim in group.claims)) for group in content.groups)
    paid = sum(claim.paid_cents for group in groups for claim in group.claims)
    withheld = sum(one.amount_cents for one in content.provider_adjustments)
    return replace(content, groups=groups, payment=replace(content.payment, amount_cents=paid - withheld))


def _payment(claim: x12.ClaimPayment) -> x12.ClaimPayment:
    lines = tuple(
        replace(line, paid_cents=line.charge_cents - sum(one.amount_cents for one in line.adjustments))
        for line in claim.lines
    )
    charge = sum(line.charge_cents for line in lines) if lines else claim.charge_cents
    adjusted = sum(one.amount_cents for source in (claim, *lines) for one in source.adjustments)
    return replace(claim, lines=lines, charge_cents=charge, paid_cents=charge - adjusted)


def valid_files(kind: str, seed: int, drawn_files: int = 2) -> list[Base]:
    """The example of a kind, and as many files as asked for drawn from its guide, which are read without SNIP 4, 5."""
    files = [base_of(f"{kind} example", examples.interchange(examples.every_content()[kind]))]
    draw = random.Random(f"{kind} {seed}")
    while len(files) <= drawn_files:
        number, fullness = draw.randrange(10**6), draw.choice((0.0, 0.05, 0.2))
        data = written(drawn(kind, number, fullness))
        if len(data) < LONGEST:
            files.append(base_of(f"{kind} drawn by {number} at {fullness}", data, codes=None))
    return files


def written(content: Any) -> bytes:
    """An interchange with drawn content."""
    header = x12.GroupHeader(
        sender_code="SENDER", receiver_code="RECEIVER", date=examples.DAY, time=examples.NOON, control_number=1
    )
    transaction = x12.TransactionSet(control_number="0001", content=content)
    return x12.write_interchange(
        examples.HEADER, [x12.FunctionalGroup(header=header, transactions=(transaction,))], codes=None
    )
