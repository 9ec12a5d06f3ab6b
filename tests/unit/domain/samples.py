"""Made-up people and claims for the tests of the domain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.claim.claim import ClaimContent, ServiceLine
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.people.parties import Address, BillingProvider, Person, RenderingProvider

ADDRESS = Address(street="1 MAIN ST", city="SPRINGFIELD", state="IL", zip_code="627010001")
PATIENT = Person(last_name="SAMPLE", first_name="PAT", birth_date=date(1980, 5, 17), sex="F", address=ADDRESS)
PROVIDER = BillingProvider(
    name="SAMPLE PRACTICE", npi="1234567893", tax_id="123456789", taxonomy="207Q00000X", address=ADDRESS,
    submitter_id="SUB01", contact_name="BILLING", contact_phone="5555550100",
)  # fmt: skip
PPO = Payer(code="PPO01", name="SAMPLE PPO", kind=PayerKind.COMMERCIAL, filing_indicator="CI")
MEDICARE = Payer(code="MED01", name="SAMPLE MAC", kind=PayerKind.MEDICARE, filing_indicator="MB")


def line(number: int = 1, **changes: object) -> ServiceLine:
    values: dict[str, object] = {
        "number": number, "procedure": "99213", "charge_cents": 12500, "service_from": date(2026, 3, 2),
        "units": Decimal(1), "diagnosis_pointers": (1,),
    } | changes  # fmt: skip
    return ServiceLine(**values)  # type: ignore[arg-type]


def coverage(payer: Payer = PPO, **changes: object) -> Coverage:
    values: dict[str, object] = {
        "payer": payer, "member_id": "1EG4TE5MK73", "relationship": "18", "subscriber": PATIENT,
    } | changes  # fmt: skip
    return Coverage(**values)  # type: ignore[arg-type]


def content(**changes: object) -> ClaimContent:
    values: dict[str, object] = {
        "diagnoses": ("E119", "I10"), "lines": (line(1), line(2, procedure="81002", charge_cents=2000)),
        "place_of_service": "11", "coverage": coverage(),
        "rendering": RenderingProvider(last_name="DOE", npi="1999999984"),
    } | changes  # fmt: skip
    return ClaimContent(**values)  # type: ignore[arg-type]
