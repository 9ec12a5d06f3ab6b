"""Records and slots which several guides share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from x12.engine.building import maker
from x12.engine.guide import Loop, Slot
from x12.engine.records import EachAlone, Fields, OneElement, Raw, join_parts
from x12.syntax.delimiters import Delimiters
from x12.syntax.values import read_date, read_decimal, read_money, write_date, write_decimal, write_money
from x12.transactions.parts import (
    Address,
    Adjustment,
    Amount,
    Contact,
    ContactNumber,
    DateOrPeriod,
    OutpatientAdjudication,
    Party,
    Procedure,
    Quantity,
    Reference,
    Trace,
)

ADJUSTMENT: Callable[..., Adjustment] = maker(Adjustment)
DATE_OR_PERIOD: Callable[..., DateOrPeriod] = maker(DateOrPeriod)


class Dates(EachAlone):
    """DTP (format in element 2) or DTM (a plain date, a time, or a period in elements 5 and 6)."""

    __slots__ = ("_message",)
    recurs = True

    def __init__(self, *, message: bool = False) -> None:
        self._message = message

    def read(self, elements: Sequence[str], _delimiters: Delimiters) -> DateOrPeriod:
        if self._message:
            if len(elements) > 6 and elements[5] == "RD8":
                return _period(elements[1], elements[6])
            return DATE_OR_PERIOD(qualifier=elements[1], start=read_date(elements[2]))
        kind, text = elements[2], elements[3]
        if kind == "RD8":
            return _period(elements[1], text)
        if kind == "DT":
            if len(text) != 12 or not _is_clock(text[8:]):
                raise ValueError(f"{text!r} is not CCYYMMDDHHMM")
            return DATE_OR_PERIOD(qualifier=elements[1], start=read_date(text[:8]), time=text[8:])
        if kind != "D8":
            raise ValueError(f"{kind!r} is not a date format")
        return DATE_OR_PERIOD(qualifier=elements[1], start=read_date(text))

    def elements(self, value: DateOrPeriod, _delimiters: Delimiters) -> tuple[str, ...]:
        text = write_date(value.start)
        if value.end is not None:
            text = f"{text}-{write_date(value.end)}"
            return (value.qualifier, "", "", "", "RD8", text) if self._message else (value.qualifier, "RD8", text)
        if value.time:
            text += value.time
        return (value.qualifier, text) if self._message else (value.qualifier, "DT" if value.time else "D8", text)


def _is_clock(text: str) -> bool:
    return text.isdigit() and int(text[:2]) < 24 and int(text[2:]) < 60


def _period(qualifier: str, text: str) -> DateOrPeriod:
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is not CCYYMMDD-CCYYMMDD")
    return DATE_OR_PERIOD(qualifier=qualifier, start=read_date(start), end=read_date(end))


class Contacts(EachAlone):
    """PER with up to three pairs of numbers."""

    __slots__ = ()
    recurs = True

    def read(self, elements: Sequence[str], _delimiters: Delimiters) -> Contact:
        numbers = tuple(
            ContactNumber(qualifier=elements[at], value=elements[at + 1])
            for at in (3, 5, 7)
            if at + 1 < len(elements) and elements[at]
        )
        return Contact(function=elements[1], name=elements[2] if len(elements) > 2 else "", numbers=numbers)

    def elements(self, value: Contact, _delimiters: Delimiters) -> tuple[str, ...]:
        if len(value.numbers) > 3:
            raise ValueError("a contact takes at most three numbers")
        return (value.function, value.name, *(part for n in value.numbers for part in (n.qualifier, n.value)))


class Adjustments:
    """CAS: one segment is several triplets; triplets of one group standing together share a segment."""

    __slots__ = ()
    spreads = True

    def read(self, elements: Sequence[str], _delimiters: Delimiters) -> tuple[Adjustment, ...]:
        group, count = elements[1], len(elements)
        if count == 4 and elements[2]:  # the commonest: one reason, no quantity
            return (ADJUSTMENT(group, elements[2], read_money(elements[3])),)
        return tuple([
            ADJUSTMENT(
                group=group,
                reason=elements[at],
                amount_cents=read_money(elements[at + 1]),
                quantity=read_decimal(text) if at + 2 < count and (text := elements[at + 2]) else None,
            )
            for at in range(2, count - 1, 3)
            if elements[at]
        ])

    def write(self, values: Sequence[Adjustment], _delimiters: Delimiters) -> Iterable[list[str]]:
        out: list[str] = []
        for value in values:
            if not out or out[0] != value.group or len(out) >= 19:
                if out:
                    yield out
                out = [value.group]
            quantity = write_decimal(value.quantity) if value.quantity is not None else ""
            out += [value.reason, write_money(value.amount_cents), quantity]
        if out:
            yield out


class Codes(EachAlone):
    """Elements `first` to `last` of several segments' worth of plain codes, one tuple: MSG, LQ, K3."""

    __slots__ = ("_at", "_before")

    def __init__(self, at: int, lead: tuple[str, ...] = ()) -> None:
        self._at = at
        self._before = (*lead, *[""] * (at - 1 - len(lead)))

    def read(self, elements: Sequence[str], _delimiters: Delimiters) -> str:
        return elements[self._at]

    def elements(self, value: str, _delimiters: Delimiters) -> tuple[str, ...]:
        return (*self._before, value)


@lru_cache(1024)
def _pointers(text: str, component: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(component) if part)


@lru_cache(1024, typed=True)
def _written_pointers(value: tuple[int, ...], component: str) -> str:
    return join_parts([str(pointer) for pointer in value], component)


class Pointers(OneElement):
    """A composite of integers: SV107."""

    __slots__ = ()
    alone = True

    def read_element(self, text: str, _elements: Sequence[str], _at: int, delimiters: Delimiters) -> tuple[int, ...]:
        return _pointers(text, delimiters.component)

    def text(self, value: tuple[int, ...], delimiters: Delimiters) -> str:
        return _written_pointers(value, delimiters.component)


PROCEDURE = Fields("qualifier=1 code=2 modifiers=3-6 description=7", Procedure)
REFERENCE = Fields("qualifier=1 value=2 description=3 other_payer_id=4.2", Reference)


class References(EachAlone):
    """REF; REF04-1 is 2U where REF04-2 names another payer."""

    __slots__ = ()
    fields = REFERENCE

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> Reference:
        return REFERENCE.read(elements, delimiters)  # type: ignore[no-any-return]

    def elements(self, value: Reference, delimiters: Delimiters) -> tuple[str, ...]:
        other = value.other_payer_id
        if other:
            other = join_parts(["2U", other], delimiters.component)
        return (value.qualifier, value.value, value.description, other)


HL = Fields("level=3")
DTP = Dates()
DTM = Dates(message=True)
REF = References()
PER = Contacts()
CAS = Adjustments()
RAW = Raw()
AMT = Fields("qualifier=1 amount_cents=2", Amount)
QTY = Fields("qualifier=1 quantity=2:decimal", Quantity)
TRN = Fields("type_code=1 number=2 originator=3 division=4", Trace)
MOA = Fields(
    "reimbursement_rate=1:decimal payable_cents=2 remark_codes=3-7 esrd_payment_cents=8 "
    "nonpayable_professional_cents=9",
    OutpatientAdjudication,
)
NM1 = Fields(
    "entity=1 entity_type=2 last_name=3 first_name=4 middle_name=5 prefix=6 suffix=7 id_qualifier=8 identifier=9"
)
DMG = Fields("birth_date=2:date+1:D8 sex=3")
PRV = Fields("provider_code=1 taxonomy=3+2:PXC")
N3 = Fields("line1=1 line2=2", None)
N4 = Fields("city=1 state=2 postal_code=3 country=4 subdivision=7", None)
NESTED: dict[str, Any] = {"address": Address}


def address(*, required: bool = False, city: str = "1 ?2 ?3 ?4 ?7") -> list[Slot]:
    """N3 and N4 of a party."""
    return [
        Slot("N3", "1 ?2", N3, "address.", required=required),
        Slot("N4", city, N4, "address.", required=required),
    ]


def ref(codes: str, most: int = 0, *, required: bool = False, each: int = 1, must: str = "",
        use: str = "2 ?4 4.1=2U 4.2") -> Slot:
    """REF with these qualifiers."""
    return Slot("REF", f"1={codes} {use}", REF, "references", many=True, most=most, each=each, required=required,
                must=must)


def party(
    name: str,
    into: str,
    codes: str,
    *rest: Slot,
    use: str = "2=1|2 3 ?4 ?5 ?7 ?8=XX ?9",
    many: bool = False,
    required: bool = False,
    most: int = 1,
) -> Loop:
    """A NM1 loop whose object is a `Party`."""
    opening = Slot("NM1", f"1={codes} {use}", NM1, required=True)
    return Loop(name, Party, (opening, *rest), into, many=many, required=required, most=most)


def prv(code: str) -> Slot:
    """PRV with a taxonomy."""
    return Slot("PRV", f"1={code} 2=PXC 3", PRV)
