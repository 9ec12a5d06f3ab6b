"""The visits of a walk: a handful of slots over four patients and four payers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.claim.claim import ClaimContent, Encounter, EncounterSource, ServiceLine
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.people.parties import Address, BillingProvider, Person, RenderingProvider

PROVIDER = BillingProvider(
    name="ELM STREET FAMILY PRACTICE",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    address=Address(street="12 ELM STREET", city="ALBANY", state="NY", zip_code="122071234"),
    submitter_id="ELM01",
    contact_name="FRONT DESK",
    contact_phone="5185550100",
)
_KINDS = {
    "MCARE": ("MEDICARE OF THE WALK", PayerKind.MEDICARE, "MB"),
    "PPO01": ("PPO OF THE WALK", PayerKind.COMMERCIAL, "12"),
    "HMO01": ("HMO OF THE WALK", PayerKind.COMMERCIAL, "HM"),
    "MCAID": ("MEDICAID OF THE WALK", PayerKind.MEDICAID, "MC"),
}
PAYERS = {
    code: Payer(code=code, name=name, kind=kind, filing_indicator=indicator)
    for code, (name, kind, indicator) in _KINDS.items()
}
_MEMBER_IDS = {"MCARE": "1EG4TE5MK7{}", "PPO01": "PPO00000000{}", "HMO01": "H0000000{}", "MCAID": "10000000{}D"}
PATIENTS = 4


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for one claim: who comes, whom it is billed to, what it charges."""

    number: int
    patient: int
    payer: str
    charges: tuple[int, int]


SLOTS = tuple(
    Slot(
        number=number,
        patient=(0, 1, 2, 1, 3, 0)[number % 6],
        payer=("MCARE", "PPO01", "MCARE", "HMO01", "PPO01", "MCAID")[number % 6],
        charges=(12000 + 1700 * number, 2100 + 300 * number),
    )
    for number in range(18)
)


def encounter(slot: Slot, served: date, *, without_pointer: bool) -> Encounter:
    """The visit of a slot; without its diagnosis pointer the scrubber keeps it in the house."""
    patient = Person(
        last_name="WALKER",
        first_name=("ADA", "BEN", "CLEO", "DAN")[slot.patient],
        birth_date=date(1948, 5, 4 + slot.patient),
        sex="FMFM"[slot.patient],
        address=Address(street="7 PATH LANE", city="ALBANY", state="NY", zip_code="122071234"),
    )
    coverage = Coverage(
        payer=PAYERS[slot.payer],
        member_id=_MEMBER_IDS[slot.payer].format(slot.patient + 1),
        relationship="18",
        subscriber=patient,
    )
    lines = tuple(
        ServiceLine(
            number=place,
            procedure=procedure,
            charge_cents=charge,
            service_from=served,
            diagnosis_pointers=() if without_pointer and place == 1 else (1,),
        )
        for place, (procedure, charge) in enumerate(zip(("99213", "81002"), slot.charges, strict=True), start=1)
    )
    content = ClaimContent(
        diagnoses=("E119", "I10"),
        lines=lines,
        place_of_service="11",
        coverage=coverage,
        rendering=RenderingProvider(last_name="HEALER", npi="1234567893"),
    )
    source = EncounterSource(file_sha256="walk", transaction="0001", ordinal=slot.number + 1, claim_reference="")
    return Encounter(provider=PROVIDER, patient=patient, content=content, source=source)
