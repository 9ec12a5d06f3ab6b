"""People and organisations that stand on a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A street address in the United States; ``zip_code`` has five or nine digits."""

    street: str
    city: str
    state: str
    zip_code: str
    street2: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A patient, subscriber or guarantor."""

    last_name: str
    first_name: str
    birth_date: date | None
    """None only for a subscriber who is not the patient: 2010BA has no DMG then (837P TR3)."""
    sex: str
    """``F``, ``M`` or ``U``, as DMG03."""
    address: Address
    middle_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingProvider:
    """Who is paid: loop 2010AA of the 837."""

    name: str
    npi: str
    tax_id: str
    taxonomy: str
    address: Address
    """A street address, never a PO box; nine-digit ZIP."""
    submitter_id: str
    """Our id at the clearinghouse: ISA06, GS02 and loop 1000A NM109."""
    contact_name: str
    contact_phone: str
    first_name: str = ""
    """Set when the billing provider is a person (NM102 = 1); ``name`` is then the last name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderingProvider:
    """Who rendered the service: loop 2310B."""

    last_name: str
    npi: str
    first_name: str = ""
    taxonomy: str = ""
