"""Invented encounters and postings for tests of the books."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent, Encounter, EncounterSource, ServiceLine
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.ledger.chart import LedgerAccount, Leg
from domain.people.parties import Address, BillingProvider, Person, RenderingProvider
from storage import intake, ledger
from storage.unit_of_work import Books

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)

_ADDRESS = Address(street="12 Elm Street", city="Albany", state="NY", zip_code="122071234")
_PROVIDER = BillingProvider(
    name="Elm Street Family Practice",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    address=_ADDRESS,
    submitter_id="ELM01",
    contact_name="Front Desk",
    contact_phone="5185550100",
)


def person(last_name: str = "Testpatient") -> Person:
    return Person(last_name=last_name, first_name="Ann", birth_date=date(1970, 5, 4), sex="F", address=_ADDRESS)


def encounter(
    ordinal: int = 1, *, reference: str = "", patient: Person | None = None, payer_code: str = "PPO01"
) -> Encounter:
    patient = patient or person()
    payer = Payer(code=payer_code, name="Evergreen PPO", kind=PayerKind.COMMERCIAL, filing_indicator="12")
    content = ClaimContent(
        diagnoses=("E119", "I10"),
        lines=(
            ServiceLine(
                number=1,
                procedure="99213",
                charge_cents=15000,
                service_from=date(2026, 2, 27),
                units=Decimal("1.5"),
                modifiers=("25",),
                diagnosis_pointers=(1, 2),
            ),
            ServiceLine(number=2, procedure="81002", charge_cents=2500, service_from=date(2026, 2, 27)),
        ),
        place_of_service="11",
        coverage=Coverage(payer=payer, member_id="W000000001", relationship="18", subscriber=patient),
        rendering=RenderingProvider(last_name="Healer", npi="1234567893"),
    )
    source = EncounterSource(file_sha256="ab" * 32, transaction="0001", ordinal=ordinal, claim_reference=reference)
    return Encounter(provider=_PROVIDER, patient=patient, content=content, source=source)


def check_in(books: Books, organisation_id: int, encounter_: Encounter | None = None) -> intake.CheckedIn:
    wanted = encounter_ or encounter()
    return books.run(
        organisation_id,
        lambda session: intake.check_in(session, organisation_id, wanted, by="desk", business_at=NOW),
    )


def leg(account: LedgerAccount, cents: int, **places: int) -> Leg:
    return Leg(ledger_account=account, amount_cents=cents, **places)


def post(session: Session, organisation_id: int, key: str, *legs: Leg) -> bool:
    return ledger.post(
        session,
        organisation_id,
        key=key,
        kind="charge",
        cites="test",
        by="test",
        business_date=TODAY,
        legs=legs,
    )
