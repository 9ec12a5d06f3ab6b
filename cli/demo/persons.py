"""Made-up patients and their insurance cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cli.demo.data_files import read
from cli.demo.derivation import derived_between, derived_choice
from domain.coverage.coverage import Coverage, OtherCoverage, Payer, PayerKind
from domain.coverage.order_of_benefits import Basis, Insurance, in_order
from domain.people.parties import Address, Person

_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
"""CMS "Understanding the Medicare Beneficiary Identifier": no S, L, O, I, B, Z."""
SELF, SPOUSE, CHILD = "18", "01", "19"


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A patient with the insurance card that is valid."""

    patient: Person
    coverage: Coverage
    others: tuple[OtherCoverage, ...] = ()
    """Further coverages, in the order of benefits."""


def persona_of(
    seed: int,
    number: int,
    payer_code: str,
    start: date,
    *,
    child: bool = False,
    others: Iterable[dict[str, Any]] = (),
) -> Persona:
    """The patient of a visit: the same for the same seed and number; ``child`` is insured by a parent. ``others``
    are further cards, in any order."""
    facts = read("payers")[payer_code]
    low, high = facts["ages"]
    insured = _person(seed, number, "insured", start, low, high)
    patient = _person(seed, number, "child", start, 3, 15, family=insured) if child else insured
    own = Insurance(coverage=_coverage(seed, number, payer_code, insured, CHILD if child else SELF))
    further = [_further(seed, number, card, insured, start) for card in others]
    first, *rest = in_order([*further, own], start)
    return Persona(patient=patient, coverage=first.coverage, others=tuple(rest))


def _further(seed: int, number: int, card: dict[str, Any], insured: Person, start: date) -> Insurance:
    payer, by_spouse = card["payer"], bool(card.get("by_spouse"))
    low, high = read("payers")[payer]["ages"]
    who = _person(seed, number, "spouse", start, low, high, family=insured) if by_spouse else insured
    coverage = _coverage(seed, number, payer, who, SPOUSE if by_spouse else SELF)
    return Insurance(coverage=coverage, basis=Basis(card.get("basis", Basis.PLAN)))


def _coverage(seed: int, number: int, payer_code: str, subscriber: Person, relationship: str) -> Coverage:
    facts = read("payers")[payer_code]
    return Coverage(
        payer=Payer(
            code=payer_code,
            name=facts["name"],
            kind=PayerKind(facts["kind"]),
            filing_indicator=facts["filing_indicator"],
        ),
        member_id=member_id(seed, number, facts["member_id"]),
        relationship=relationship,
        subscriber=subscriber,
        group_number=f"G{derived_between(10_000, 99_999, seed, number, 'group')}" if facts.get("group") else "",
    )


def member_id(seed: int, number: int, shape: str) -> str:
    """An id in the payer's shape: ``#`` is a digit; ``mbi`` a Medicare Beneficiary Identifier."""
    if shape == "mbi":
        # Never a leading 9: the simulator reads some of those as ended or unknown.
        return "".join(_mbi_place(kind, seed, number, place) for place, kind in enumerate("8LADLADLLDD"))
    return "".join(
        str(derived_between(0, 9, seed, number, "member", place)) if mark == "#" else mark
        for place, mark in enumerate(shape)
    )


def old_card(payer_code: str, valid: str) -> str:
    """The id of a coverage that has ended, on the card the patient showed first."""
    return f"9T{valid[2:9]}27" if payer_code == "MCARE" else f"{valid[:-3]}T27"


def dashed(payer_code: str, valid: str) -> str:
    """The id as it is printed on the card for the eye."""
    return f"{valid[:4]}-{valid[4:7]}-{valid[7:]}" if payer_code == "MCARE" else f"{valid[:5]}-{valid[5:]}"


def _mbi_place(kind: str, seed: int, number: int, place: int) -> str:
    options = {
        "8": "12345678",
        "L": _MBI_LETTERS,
        "A": "0123456789" + _MBI_LETTERS,
        "D": "0123456789",
    }[kind]
    return derived_choice(options, seed, number, "mbi", place)


def _person(
    seed: int, number: int, role: str, start: date, low: int, high: int, family: Person | None = None
) -> Person:
    names = read("people")
    sex = derived_choice("FM", seed, number, role, "sex")
    days = derived_between(low * 366, high * 365, seed, number, role, "age")
    town = derived_choice(names["towns"], seed, number, "town")
    house = derived_between(1, 480, seed, number, "house")
    return Person(
        last_name=family.last_name if family else derived_choice(names["last_names"], seed, number, role, "last"),
        first_name=derived_choice(names["women" if sex == "F" else "men"], seed, number, role, "first"),
        # One letter more keeps two people that chance made alike from sharing an account.
        middle_name=derived_choice("ABCDEFGHIJKLMNOPRSTVW", seed, number, role, "middle"),
        birth_date=start - timedelta(days=days),
        sex=sex,
        address=family.address
        if family
        else Address(street=f"{house} {derived_choice(names['streets'], seed, number, 'street')}", **town),
    )
