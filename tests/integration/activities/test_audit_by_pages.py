"""The look at a whole practice reads its charts page by page, and sees what lies on different pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from activities.audit import auditing
from domain.compliance.patterns import Suspicion
from edi.fhir.facts import ClinicalFact, FactKind
from storage import clinical, compliance
from storage.engine import make_engine
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW, check_in, encounter, person

PATIENTS = 5
CODES = ("R079", "R519", "R42", "R5383")
NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm")


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=2)
    books = Books(engine)
    with books.system() as session:
        ensure_local_practice(session)
    yield books
    engine.dispose()


def same_content_for_everybody(books: Books) -> list[int]:
    numbers = []
    for place, name in enumerate(NAMES, start=1):
        asked = encounter(place, reference=f"P{place}", patient=person(name))
        (line, *_) = asked.content.lines
        lines = tuple(
            replace(line, number=n, procedure=code) for n, code in enumerate(("99214", "93000", "36415"), start=1)
        )
        content = replace(asked.content, diagnoses=CODES, lines=lines)
        numbers.append(check_in(books, LOCAL_PRACTICE, replace(asked, content=content)).claim_number)
    return numbers


def dies_before_the_visit(session: Session) -> None:
    died = ClinicalFact(kind=FactKind.DEATH, source_id="Patient/5", began_on=date(2026, 2, 1))
    clinical.keep(session, LOCAL_PRACTICE, person(NAMES[-1]), [died])


def referrals(books: Books) -> dict[str, list[int]]:
    with books.transaction(LOCAL_PRACTICE) as session:
        compliance.as_compliance(session)
        rows = compliance.listed(session, only_open=False, limit=20, after=None)
    return {row["suspicion"]: row["claims"] for row in rows}


@pytest.mark.parametrize("page", [1, 2, PATIENTS, 200])
def test_a_pattern_over_many_pages_is_referred_once_whatever_the_page(
    books: Books, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(auditing, "PAGE", page)
    numbers = same_content_for_everybody(books)
    books.run(LOCAL_PRACTICE, dies_before_the_visit)

    assert auditing.audit_whole_practice(books, LOCAL_PRACTICE, NOW) == (0, 2)
    assert auditing.audit_whole_practice(books, LOCAL_PRACTICE, NOW) == (0, 0), "the next night refers nothing again"
    assert referrals(books) == {
        Suspicion.AFTER_DEATH.value: [numbers[-1]],
        Suspicion.CLONED_CLAIMS.value: numbers,
    }
