"""An 837I of another system, as a hospital would hand it over: bytes to import."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import x12
from tests.unit.x12 import examples
from tests.unit.x12 import institutional_examples as made

MEDICARE = x12.Party(entity="PR", last_name="MEDICARE PART A", id_qualifier="PI", identifier="00435")
BENEFICIARY = replace(
    examples.SUBSCRIBER,
    group_number="",
    filing_indicator="MA",
    person=replace(examples.SUBSCRIBER.person, identifier="1EG4TE5MK73"),
)


def visit(**more: Any) -> x12.InstitutionalClaim:
    """An emergency visit of a Medicare patient: type of bill 0131."""
    return made.claim(**{"subscriber": BENEFICIARY, "payer": MEDICARE, **more})


def stay(**more: Any) -> x12.InstitutionalClaim:
    """Five days in hospital: type of bill 0111."""
    return made.stay(**{"subscriber": BENEFICIARY, "payer": MEDICARE, **more})


def file_of(*claims: x12.InstitutionalClaim) -> bytes:
    """One interchange."""
    return examples.interchange(made.claims(*claims))
