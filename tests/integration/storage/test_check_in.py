"""An encounter becomes one claim, whatever is repeated and whoever comes at the same time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, literal_column, select

from domain.claim.claim import Encounter
from domain.coverage.coverage import Payer, PayerKind
from storage import claims, doorbells, intake, timeline
from storage.models import Account, Claim, EncounterRow, Patient, PayerRow
from storage.unit_of_work import Books
from tests.integration.storage.samples import check_in, encounter, person
from tests.integration.storage.together import together


def _count(books: Books, model: type) -> int:
    with books.system() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_check_in_writes_everything_a_claim_needs(books: Books, organisation: int) -> None:
    done = check_in(books, organisation)
    assert done.new
    assert done.possible_duplicate_of is None
    with books.transaction(organisation) as session:
        claim = claims.get(session, done.claim_number)
        assert (claim.stage, claim.owes, claim.version, claim.payer_code) == ("checked_in", "payer", 1, "PPO01")
        assert claim.next_at is not None
        assert claims.content(session, claim.number) == encounter().content
        assert [entry["what"] for entry in timeline.of_claim(session, claim.number)] == ["Checked in"]
        (bell,) = doorbells.due(session, 10)
        assert (bell.recipient, bell.number, bell.kind) == ("claim", str(claim.number), "open")


def test_the_same_encounter_again_is_the_same_claim(books: Books, organisation: int) -> None:
    first = check_in(books, organisation)
    again = check_in(books, organisation)
    assert again == replace(first, new=False)
    assert _count(books, Claim) == 1


def test_two_check_ins_of_one_encounter_at_once_make_one_claim(books: Books, organisation: int) -> None:
    results = together([lambda: check_in(books, organisation) for _ in range(4)])
    assert len({result.claim_number for result in results}) == 1
    assert sorted(result.new for result in results) == [False, False, False, True]
    counts = {model.__name__: _count(books, model) for model in (Claim, EncounterRow, Patient, Account)}
    assert counts == {"Claim": 1, "EncounterRow": 1, "Patient": 1, "Account": 1}


def test_two_new_visits_of_one_patient_at_once_share_one_account(books: Books, organisation: int) -> None:
    visits = [encounter(ordinal) for ordinal in range(1, 5)]
    results = together([lambda v=v: check_in(books, organisation, v) for v in visits])  # type: ignore[misc]
    assert len({result.claim_number for result in results}) == 4
    assert len({result.account_number for result in results}) == 1
    assert (_count(books, Patient), _count(books, Account)) == (1, 1)


def test_the_same_claim_reference_again_is_shown_as_a_possible_duplicate(
    books: Books, organisation: int, other_organisation: int
) -> None:
    first = check_in(books, organisation, encounter(1, reference="26463774"))
    elsewhere = check_in(books, other_organisation, encounter(2, reference="26463774"))
    second = check_in(books, organisation, encounter(2, reference="26463774"))
    assert second.new
    assert second.possible_duplicate_of == first.claim_number
    assert elsewhere.possible_duplicate_of is None


def test_one_person_at_two_organisations_is_two_patients(
    books: Books, organisation: int, other_organisation: int
) -> None:
    here, there = check_in(books, organisation), check_in(books, other_organisation)
    assert here.account_number != there.account_number
    assert here.claim_number != there.claim_number


def test_identity_ignores_case_and_blanks_and_nothing_else() -> None:
    ann = person("De La Cruz")
    assert intake.identity_key(ann) == intake.identity_key(replace(ann, last_name=" de  la cruz "))
    assert intake.identity_key(ann) != intake.identity_key(replace(ann, first_name="Anna"))


def test_a_patient_without_a_birth_date_is_not_checked_in(books: Books, organisation: int) -> None:
    undated = replace(person(), birth_date=None)
    with pytest.raises(intake.PatientWithoutBirthDate, match="enter it"):
        check_in(books, organisation, encounter(patient=undated))
    assert (_count(books, Claim), _count(books, Patient), _count(books, Account)) == (0, 0, 0)


def test_a_subscriber_who_is_not_the_patient_may_lack_a_birth_date(books: Books, organisation: int) -> None:
    childs = encounter()
    coverage = replace(
        childs.content.coverage, relationship="19", subscriber=replace(person("Parent"), birth_date=None)
    )
    done = check_in(books, organisation, replace(childs, content=replace(childs.content, coverage=coverage)))
    with books.transaction(organisation) as session:
        assert claims.content(session, done.claim_number).coverage == coverage


def _billed_to(name: str, ordinal: int) -> Encounter:
    visit = encounter(ordinal)
    payer = Payer(code="PPO01", name=name, kind=PayerKind.COMMERCIAL, filing_indicator="12")
    coverage = replace(visit.content.coverage, payer=payer)
    return replace(visit, content=replace(visit.content, coverage=coverage))


def test_a_payer_keeps_its_first_name_and_each_claim_the_name_it_came_with(books: Books, organisation: int) -> None:
    names = ("Evergreen PPO", "Evergreen Health", "EVERGREEN")
    numbers = [
        check_in(books, organisation, _billed_to(name, ordinal)).claim_number for ordinal, name in enumerate(names)
    ]
    with books.transaction(organisation) as session:
        assert [row.name for row in session.scalars(select(PayerRow))] == ["Evergreen PPO"]
        assert tuple(claims.content(session, number).coverage.payer.name for number in numbers) == names


def test_check_ins_that_name_one_payer_differently_at_once_write_it_once(books: Books, organisation: int) -> None:
    visits = [_billed_to(f"Evergreen {ordinal}", ordinal) for ordinal in range(4)]
    together([lambda v=v: check_in(books, organisation, v) for v in visits])  # type: ignore[misc]
    written = select(PayerRow.name, literal_column("xmin::text").label("by_transaction"))
    with books.transaction(organisation) as session:
        (first,) = session.execute(written).all()
    assert first.name in {visit.content.coverage.payer.name for visit in visits}
    check_in(books, organisation, _billed_to("Evergreen again", 9))
    with books.transaction(organisation) as session:
        assert session.execute(written).all() == [first]
