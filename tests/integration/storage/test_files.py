"""Files: one row for each content, whatever its name and however often it comes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage import files
from storage.models import File
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW
from tests.integration.storage.together import together


def test_a_second_delivery_under_another_name_only_counts(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        first = files.receive(session, organisation, "835-1.x12", b"ISA*00*", NOW)
        again = files.receive(session, organisation, "835-1 (copy).x12", b"ISA*00*", NOW)
        assert (first.new, again.new) == (True, False)
        assert (first.id, first.sha256) == (again.id, again.sha256)
        row = session.scalars(select(File)).one()
        assert (row.name, row.deliveries) == ("835-1.x12", 2)


def test_of_concurrent_deliveries_one_is_new(books: Books, organisation: int) -> None:
    def deliver() -> bool:
        return books.run(organisation, lambda s: files.receive(s, organisation, "835.x12", b"ISA*00*", NOW)).new

    assert sorted(together([deliver] * 4)) == [False, False, False, True]


def test_the_same_bytes_at_two_organisations_are_two_files(
    books: Books, organisation: int, other_organisation: int
) -> None:
    received = [
        books.run(owner, lambda s, o=owner: files.receive(s, o, "835.x12", b"ISA*00*", NOW))  # type: ignore[misc]
        for owner in (organisation, other_organisation)
    ]
    assert [file.new for file in received] == [True, True]
    with books.transaction(other_organisation) as session, pytest.raises(files.UnknownFile):
        files.content(session, received[0].id)


def test_a_file_received_is_not_the_file_sent(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        received = files.receive(session, organisation, "x", b"bytes", NOW)
        built = files.build(session, organisation, "x", "837P", b"bytes", NOW)
        assert built != received.id
        assert files.build(session, organisation, "y", "837P", b"bytes", NOW) == built
        assert files.content(session, built) == b"bytes"


def test_what_became_of_a_transaction_is_kept_once(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        file = files.receive(session, organisation, "x", b"bytes", NOW)
        kept = [
            files.record_transaction(
                session, organisation, file.id, ordinal, kind="835", state="processed", control_number="0001"
            )
            for ordinal in (1, 2, 1)
        ]
        files.finish(session, file.id, kind="835", state="processed")
    assert kept == [True, True, False]
