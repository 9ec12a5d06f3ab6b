"""Made-up tables of the size that CMS and NCHS publish, and claims that use their codes: nothing here is a real row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent, ClaimForSubmission, ServiceLine
from domain.coding.tables import TableKind
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.people.parties import Address, BillingProvider, Person, RenderingProvider
from domain.scrubbing.operator.rule import rule_of
from storage.operator_rules import keep_rules
from storage.reference_tables import NewEdition, load_codes, load_pairs
from storage.reference_tables.loading import CodeValues, PairValues

YEAR = date(2026, 1, 1)
SERVICE = date(2026, 3, 2)
DIAGNOSES, PROCEDURES, PAIRS, LIMITS, COVERED, RULES = 98_000, 10_000, 1_000_000, 12_000, 100_000, 20
USED_PROCEDURES, USED_DIAGNOSES = 1_000, 5_000
"""What the claims draw from, evenly: more than a practice uses, so that little recurs by chance."""
LINES = 3
"""Of each claim, with four diagnoses."""
PAYER = Payer(code="MCARE", name="MADE UP", kind=PayerKind.MEDICARE, filing_indicator="MB")
HOME = Address(street="1 Elm Street", city="Springfield", state="IL", zip_code="627010001")
PROVIDER = BillingProvider(
    name="MADE UP", npi="1234567893", tax_id="123456789", taxonomy="207Q00000X", address=HOME, submitter_id="S1",
    contact_name="A", contact_phone="2175550100",
)  # fmt: skip
PATIENT = Person(last_name="A", first_name="B", birth_date=date(1950, 1, 1), sex="F", address=HOME)


def procedures() -> list[str]:
    """Numbers with the shape of CPT."""
    return [f"{10_000 + number * 8:05d}" for number in range(PROCEDURES)]


def diagnoses() -> list[str]:
    """Codes with the shape of ICD-10-CM; every fourth is a header."""
    letters = "ABDEFGHIJKLMQSTVWXY"
    return [
        f"{letters[number % len(letters)]}{number // len(letters) % 100:02d}{number // (len(letters) * 100):03d}"
        for number in range(DIAGNOSES)
    ]


def load(session: Session, organisation_id: int) -> int:
    """Load all of them; returns how many rows."""
    codes, chosen = procedures(), random.Random(1)
    found = [
        load_codes(session, _new(TableKind.ICD10CM), _diagnoses()),
        load_codes(session, _new(TableKind.CPT), ((code, "", None, None) for code in codes)),
        load_codes(session, _new(TableKind.MUE), _limits(codes, chosen)),
        load_codes(session, _new(TableKind.MPFS), ((code, "A/1/XXX/1/2/1/1", None, None) for code in codes)),
        load_pairs(session, _new(TableKind.PTP), _pairs(codes)),
        load_pairs(session, _new(TableKind.COVERAGE), _coverage(codes)),
    ]
    rules = (
        rule_of(
            {
                "id": f"own-{number}", "severity": "warning", "message": "made up", "remedy": "made up",
                "place": "2400/SV101-2", "source": "made up", "payer": "medicare",
                "when": f'line.procedure in ("{codes[number * 9]}".."{codes[number * 9 + 5]}") and '
                "authorization_number is missing and not (line.modifiers has any of (\"GA\", \"GZ\"))",
            }
        )
        for number in range(RULES)
    )  # fmt: skip
    keep_rules(session, organisation_id, rules, "benchmark")
    return sum(one.rows for one in found)


def _new(kind: TableKind) -> NewEdition:
    return NewEdition(kind=kind, sha256=f"made up {kind}", files=("made up",), effective_from=YEAR, effective_to=None,
                      by="benchmark")  # fmt: skip


def _diagnoses() -> Iterator[CodeValues]:
    for number, code in enumerate(diagnoses()):
        yield code, "0" if number % 4 == 3 else "1", None, None


def _limits(codes: list[str], chosen: random.Random) -> Iterator[CodeValues]:
    for number in range(LIMITS):
        code = codes[number] if number < len(codes) else f"A{number:04d}"[:5]
        yield code, f"{chosen.randint(1, 6)} {number % 3 + 1}", None, None


def _pairs(codes: list[str]) -> Iterator[PairValues]:
    """Each code is the first of a hundred pairs: one tenth of them closed."""
    apart = PAIRS // len(codes)
    for place, first in enumerate(codes):
        for step in range(1, apart + 1):
            second = codes[(place + step * 7) % len(codes)]
            yield first, second, "01"[step % 2], date(2020, 1, 1), date(2025, 12, 31) if step % 10 == 0 else None


def _coverage(codes: list[str]) -> Iterator[PairValues]:
    names = diagnoses()
    for number in range(COVERED):
        procedure = codes[number // 100]
        yield procedure, names[number % len(names)], f"LCD L{number // 1000:05d}", date(2020, 1, 1), None


def claims(count: int) -> Iterator[ClaimForSubmission]:
    """Claims of three lines, most of them sound."""
    chosen = random.Random(7)
    codes = chosen.sample(procedures(), USED_PROCEDURES)
    billable = chosen.sample([code for number, code in enumerate(diagnoses()) if number % 4 != 3], USED_DIAGNOSES)
    for number in range(count):
        lines = tuple(
            ServiceLine(
                number=place,
                procedure=chosen.choice(codes),
                charge_cents=10_000,
                service_from=SERVICE,
                units=Decimal(chosen.choice((1, 1, 1, 2, 4))),
                modifiers=chosen.choice(((), (), ("25",), ("RT",), ("26", "KX"))),
                diagnosis_pointers=(1, 2),
            )
            for place in range(1, LINES + 1)
        )
        yield ClaimForSubmission(
            control_number=f"{10_000_000 + number}-1",
            frequency="1",
            original_reference="",
            provider=PROVIDER,
            patient=PATIENT,
            content=ClaimContent(
                diagnoses=tuple(chosen.sample(billable, 4)),
                lines=lines,
                place_of_service="11",
                coverage=Coverage(
                    payer=PAYER, member_id=f"1EG4TE5MK{number % 90 + 10}", relationship="18", subscriber=PATIENT
                ),
                rendering=RenderingProvider(last_name="DOE", npi="1999999984"),
            ),
        )
