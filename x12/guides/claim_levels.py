"""The levels every 837 hangs its claims from, submitter to patient; read into claims that know them, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

from x12.engine.building import maker
from x12.engine.guide import Loop, Slot
from x12.engine.records import Fields
from x12.guides.claim_records import contacts
from x12.guides.common import HL, address, party, ref
from x12.transactions.claim_parts import BillingProvider, Patient, Subscriber

BHT = Fields("=0019@1 purpose=2 reference=3 date=4:date time=5:time claim_type=6")


def payer(numbers_of_provider: int) -> Loop:
    """2010BB, with so many numbers (G2, LU) the payer knows the billing provider by."""
    return party("2010BB", "payer", "PR", *address(), ref("2U|EI|FY|NF", 3, use="2"),
                 ref("G2|LU", numbers_of_provider, use="2"), use="2=2 3 8=PI|XV 9", required=True)


def patient_level(facts: Slot, person: Loop, claim: Loop) -> Loop:
    """2000C."""
    return Loop(
        "2000C", None, (Slot("HL", "1 2 3=23 4=0", HL, key="3", required=True), facts, person, claim),
        "patients", many=True, context=Patient,
    )  # fmt: skip


def subscriber_level(coverage: Sequence[Slot], person: Loop, payer: Loop, claim: Loop, patient: Loop) -> Loop:
    """2000B."""
    return Loop(
        "2000B",
        None,
        (Slot("HL", "1 2 3=22 4=0|1", HL, key="3", required=True), *coverage, person, payer, claim, patient),
        "subscribers", many=True, required=True, context=Subscriber,
    )  # fmt: skip


def billing_level(name_use: str, pay_to_type: str, subscriber: Loop, *numbers: Slot) -> Loop:
    """2000A: NM102 to NM109 of 2010AA, NM102 of 2010AB, the REF of 2010AA."""
    return Loop(
        "2000A",
        None,
        (
            Slot("HL", "1 3=20 4=1", HL, key="3", required=True),
            Slot("PRV", "1=BI 2=PXC 3", Fields("taxonomy=3")),
            Slot("CUR", "1=85 2", Fields("currency=2")),
            party("2010AA", "provider", "85", *address(required=True), *numbers, contacts(2), use=name_use,
                  required=True),
            party("2010AB", "pay_to", "87", *address(required=True), use=f"2={pay_to_type}"),
            party("2010AC", "pay_to_plan", "PE", *address(required=True), ref("2U|FY|NF|EI", 2, must="EI", use="2"),
                  use="2=2 3 8=PI|XV 9"),
            subscriber,
        ),
        "billing_providers", many=True, required=True, context=BillingProvider,
    )  # fmt: skip


def claims_set(shape: Any, billing: Loop) -> Loop:
    """The set's root: BHT, 1000A, 1000B and the levels."""
    return Loop(
        "ST",
        shape,
        (
            Slot("BHT", "1=0019 2=00|18 3 4 5 6=31|CH|RP", BHT, required=True),
            party("1000A", "submitter", "41", contacts(2, required=True), use="2=1|2 3 ?4 ?5 8=46 9", required=True),
            party("1000B", "receiver", "40", use="2=2 3 8=46 9", required=True),
            billing,
        ),
    )


class assemble_as:  # noqa: N801 - reads as a verb in the tables
    """Makes a claim of this shape with the provider, subscriber, payer and patient of the HL loops it stands in;
    None when one of them, or one of its `own` fields, could not be read."""

    __slots__ = ("_make", "_needed", "shape")
    names = ("billing_provider", "subscriber", "payer", "patient")

    def __init__(self, shape: Any, *own: str) -> None:
        self.shape = shape
        self._make = maker(shape)
        self._needed = ("claim_id", "charge_cents", *own)

    def held(self, frames: Sequence[Any]) -> tuple[Any, ...] | None:
        """What a claim below these open levels takes from them, as `names`; None when something is missing."""
        billing = subscriber = payer = patient = None
        for frame in frames:
            context = frame.context
            if context is None:
                shape = frame.loop.loop.context
                if shape is None:
                    continue
                context = frame.context = _context(shape, frame)
            name = frame.loop.name
            if name == "2000B":
                subscriber, payer = context, frame.values.get("payer")
            elif name == "2000A":
                billing = context
            elif context is None:
                return None
            else:
                patient = context
        if billing is None or subscriber is None or payer is None:
            return None
        return billing, subscriber, payer, patient

    def __call__(self, values: dict[str, Any], frames: Sequence[Any]) -> Any:
        held = self.held(frames)
        if held is None:
            return None
        for name in self._needed:
            if values.get(name) is None:
                return None
        values.update(zip(self.names, held, strict=True))
        return self._make(**values)


def _context(shape: Any, frame: Any) -> Any:
    held, needed = _held(shape)
    if not needed <= frame.values.keys():
        return None
    return maker(shape)(**{name: value for name, value in frame.values.items() if name in held})


@cache
def _held(shape: Any) -> tuple[frozenset[str], frozenset[str]]:
    needed = (one.name for one in dataclasses.fields(shape) if one.default is dataclasses.MISSING)
    return frozenset(shape.__slots__), frozenset(needed)


def _dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def balance_claim(values: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """CLM02 is the sum of SV102 (SV203 in a 837I)."""
    lines = values.get("lines", ())
    total = 0
    for line in lines:  # `sum` of a generator takes twice as long, and every claim comes here
        total += line.charge_cents
    charge = values.get("charge_cents")
    if charge is None or not lines or total == charge:
        return ()
    return (("claim-total", f"CLM02 is {_dollars(charge)}, its lines add up to {_dollars(total)}"),)


def claims_tree(content: Any) -> SimpleNamespace:
    """The claims as the HL loops they are written in: a new loop wherever its object differs from the last."""
    root = SimpleNamespace(**{name: getattr(content, name) for name in type(content).__slots__})
    root.billing_providers = []
    last: Any = None
    for claim in content.claims:
        if last is None or _differs(last.billing_provider, claim.billing_provider):
            root.billing_providers.append(_loop(claim.billing_provider, subscribers=[]))
            last = None
        billing = root.billing_providers[-1]
        if (
            last is None
            or _differs(last.subscriber, claim.subscriber)
            or last.payer != claim.payer
            or (last.patient is not None and claim.patient is None)
        ):
            billing.subscribers.append(_loop(claim.subscriber, payer=claim.payer, claims=[], patients=[]))
            last = None
        subscriber = billing.subscribers[-1]
        if claim.patient is None:
            subscriber.claims.append(claim)
        else:
            if last is None or last.patient is None or _differs(last.patient, claim.patient):
                subscriber.patients.append(_loop(claim.patient, claims=[]))
            subscriber.patients[-1].claims.append(claim)
        last = claim
    return root


def _differs(one: Any, other: Any) -> bool:
    return one is not other and (one != other or (one.hl and other.hl and one.hl != other.hl))


def _loop(value: Any, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(**{name: getattr(value, name) for name in type(value).__slots__}, **more)
