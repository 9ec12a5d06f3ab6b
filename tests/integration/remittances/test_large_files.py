"""What a file costs grows with what is new in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from activities.inbound_books import InboundBooksInPostgres
from contracts.wire import FileReceived, TransactionRef
from storage import files
from tests.integration.remittances.test_posting import paid
from tests.support.remittance_office import NOW, RemittanceOffice
from tests.support.remittance_text import head, interchange


@contextmanager
def statements(office: RemittanceOffice) -> Iterator[list[str]]:
    """Every statement sent meanwhile."""
    sent: list[str] = []

    def keep(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(office.books.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(office.books.engine, "before_cursor_execute", keep)


def remittance(office: RemittanceOffice, claims: int, trace: str, number: int) -> bytes:
    numbers = [office.send_claim(("99213", 12500)) for _ in range(claims)]
    loops = [segment for one in numbers for segment in paid(one, icn=f"ICN{one}")]
    return interchange([*head(trace, str(80 * claims)), *loops], number=number)


def test_twelve_claims_need_no_more_statements_than_three(office: RemittanceOffice) -> None:
    few, many = remittance(office, 3, "EFT1", 1), remittance(office, 12, "EFT2", 2)
    with statements(office) as for_few:
        office.receive(few, "few.835")
    with statements(office) as for_many:
        office.receive(many, "many.835")
    assert len(for_many) <= len(for_few)


def test_a_file_of_many_sets_leaves_the_database_once(office: RemittanceOffice) -> None:
    numbers = [office.send_claim(("99213", 12500)) for _ in range(4)]
    content = interchange(*([*head(f"EFT{n}", "80"), *paid(n)] for n in numbers))
    with office.books.transaction(office.organisation) as session:
        kept = files.receive(session, office.organisation, "sets.835", content, NOW)
    activities = InboundBooksInPostgres(office.books)
    facts = {"organisation_id": office.organisation, "file_id": kept.id, "business_at": NOW}
    ordinals = activities.classify(FileReceived(**facts)).ordinals  # type: ignore[arg-type]
    with statements(office) as sent:
        for ordinal in ordinals:
            activities.process(TransactionRef(**facts, ordinal=ordinal))  # type: ignore[arg-type]
    assert sum("files.content" in statement for statement in sent) == 1
    assert len(office.remittances()) == 4
