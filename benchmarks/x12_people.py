"""Who stands in the measured files: practices, payers and patients, made up and drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import x12

listed = str.split
DAY = date(2026, 3, 2)
_LAST = listed(
    "ABBOTT BAKER CASTILLO DIAZ EDWARDS FOSTER GARCIA HUGHES IBARRA JENSEN KELLY LOPEZ MORALES NGUYEN OWENS PATEL "
    "QUINN RAMIREZ SANCHEZ TURNER URBAN VARGAS WALLACE XIONG YOUNG ZIMMERMAN OBRIEN STEWART PRICE MCCOY"
)
_FIRST = listed(
    "ALICE BEN CARLA DAVID ELENA FRANK GRACE HENRY IRENE JACK KAREN LOUIS MARIA NOAH OLGA PAUL ROSA SAM TINA VICTOR"
)
_STREETS = listed("ELM OAK MAPLE CEDAR PINE MAIN HIGH LAKE HILL PARK WALNUT CHESTNUT SPRING NORTH RIVER CHURCH")
_TOWNS = (
    ("BOSTON", "MA", "02101"), ("TOLEDO", "OH", "43604"), ("AUSTIN", "TX", "73301"), ("DENVER", "CO", "80202"),
    ("FRESNO", "CA", "93650"), ("TAMPA", "FL", "33601"), ("RENO", "NV", "89501"), ("OMAHA", "NE", "68101"),
)  # fmt: skip
_PAYERS = (
    ("ACME HEALTH", "60054"), ("SECOND MUTUAL", "70001"), ("PRAIRIE PLAN", "45281"), ("COAST CARE", "94135"),
    ("UNION BENEFIT", "13162"), ("STATE MEDICAID", "77027"), ("SUMMIT LIFE", "62308"), ("VALLEY HMO", "95378"),
)  # fmt: skip
_TAXONOMIES = ("207Q00000X", "207R00000X", "208D00000X", "363L00000X")
PRACTICES = 4
CLINICIANS = 12


def npi(number: int) -> str:
    """A national provider identifier with its check digit (Luhn over the digits behind the prefix 80840)."""
    digits = f"{100_000_000 + number:09}"
    total = 24 + sum(
        value if at % 2 else value // 5 + value * 2 % 10 for at, value in enumerate(int(digit) for digit in digits)
    )
    return f"{digits}{-total % 10}"


def address(chance: random.Random) -> x12.Address:
    city, state, postal_code = chance.choice(_TOWNS)
    line = f"{chance.randint(1, 9999)} {chance.choice(_STREETS)} ST"
    return x12.Address(line1=line, city=city, state=state, postal_code=f"{postal_code}{chance.randint(1, 9999):04}")


@cache
def payer(number: int) -> x12.Party:
    name, identifier = _PAYERS[number % len(_PAYERS)]
    return x12.Party(entity="PR", last_name=name, id_qualifier="PI", identifier=identifier)


@cache
def practice(number: int) -> x12.BillingProvider:
    chance = random.Random(number)
    party = x12.Party(
        entity="85", last_name=f"{chance.choice(_STREETS)} STREET MEDICAL GROUP {number}", id_qualifier="XX",
        identifier=npi(number), address=address(chance),
        references=(x12.Reference(qualifier="EI", value=f"{120_000_000 + number}"),),
    )  # fmt: skip
    return x12.BillingProvider(taxonomy=_TAXONOMIES[0], provider=party)


@cache
def clinician(number: int) -> x12.Party:
    chance = random.Random(1_000 + number)
    return x12.Party(
        entity="82", entity_type="1", last_name=chance.choice(_LAST), first_name=chance.choice(_FIRST),
        id_qualifier="XX", identifier=npi(500 + number), provider_code="PE", taxonomy=chance.choice(_TAXONOMIES),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One insured person, with the name and address that a claim carries."""

    last_name: str
    first_name: str
    member_id: str
    birth_date: date
    sex: str
    address: x12.Address

    def party(self, entity: str, *, member: bool = True, full: bool = True) -> x12.Party:
        """As subscriber (IL) or patient (QC); `full` with address, birth date and sex."""
        return x12.Party(
            entity=entity, entity_type="1", last_name=self.last_name, first_name=self.first_name,
            id_qualifier="MI" if member else "", identifier=self.member_id if member else "",
            address=self.address if full else None, birth_date=self.birth_date if full else None,
            sex=self.sex if full else "",
        )  # fmt: skip


def person(chance: random.Random) -> Person:
    return Person(
        last_name=chance.choice(_LAST), first_name=chance.choice(_FIRST),
        member_id=f"W{chance.randrange(10**9):09}",
        birth_date=date(1935, 1, 1) + timedelta(days=chance.randrange(30_000)),
        sex=chance.choice("FM"), address=address(chance),
    )  # fmt: skip
