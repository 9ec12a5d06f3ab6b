"""Invented people and claims that the tests of this room share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from domain.claim.claim import ClaimContent, ClaimForSubmission, ServiceLine
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.people.parties import Address, BillingProvider, Person, RenderingProvider
from edi.envelope import ControlNumbers

AT = datetime(2026, 3, 4, 9, 30)
PPO = Payer(code="PPO01", name="SUMMIT PPO", kind=PayerKind.COMMERCIAL, filing_indicator="12")
MEDICARE = Payer(code="MCARE", name="MEDICARE PART B", kind=PayerKind.MEDICARE, filing_indicator="MB")
HOME = Address(street="12 Elm Street", city="Springfield", state="IL", zip_code="62701")
PROVIDER = BillingProvider(
    name="LAKESIDE FAMILY PRACTICE",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    address=Address(street="1 Lake Road", city="Springfield", state="IL", zip_code="627011234"),
    submitter_id="LAKESIDE1",
    contact_name="BILLING OFFICE",
    contact_phone="217-555-0100",
)
ADULT = Person(
    last_name="MEADOW",
    first_name="IRIS",
    birth_date=date(1970, 5, 17),
    sex="F",
    address=HOME,
    middle_name="Q",
)
CHILD = Person(last_name="MEADOW", first_name="FERN", birth_date=date(2015, 2, 1), sex="F", address=HOME)
OWN = Coverage(payer=PPO, member_id="XYZ12345", relationship="18", subscriber=ADULT, group_number="G100")
PARENTS = replace(OWN, relationship="19")

LINES = (
    ServiceLine(
        number=1,
        procedure="99213",
        modifiers=("25",),
        charge_cents=12_500,
        service_from=date(2026, 3, 2),
        diagnosis_pointers=(1, 2),
    ),
    ServiceLine(
        number=2,
        procedure="97530",
        charge_cents=9_001,
        units=Decimal(3),
        service_from=date(2026, 3, 2),
        service_to=date(2026, 3, 3),
        place_of_service="12",
        diagnosis_pointers=(2,),
    ),
)
CONTENT = ClaimContent(
    diagnoses=("E119", "M25.561"),
    lines=LINES,
    place_of_service="11",
    coverage=OWN,
    authorization_number="AUTH77",
    referral_number="REF88",
    patient_paid_cents=2_000,
    rendering=RenderingProvider(last_name="HOLLIS", first_name="ADA", npi="1999999984", taxonomy="207Q00000X"),
    referring=RenderingProvider(last_name="VALE", first_name="TOM", npi="1558467555"),
    onset_date=date(2026, 2, 1),
)


def claim(number: int = 10_000_001, **changes: object) -> ClaimForSubmission:
    """One attempt; keyword arguments replace fields."""
    base = ClaimForSubmission(
        control_number=f"{number}-1",
        frequency="1",
        original_reference="",
        provider=PROVIDER,
        patient=ADULT,
        content=CONTENT,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def control_numbers(transactions: int = 1) -> ControlNumbers:
    """Small control numbers."""
    return ControlNumbers(interchange=12, group=12, transactions=tuple(range(1, transactions + 1)))
