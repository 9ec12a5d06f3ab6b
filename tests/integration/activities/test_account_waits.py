"""An account that waits for a person has its next date, whatever became of the work item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from activities.account.asking import issue
from activities.account.balance import OpenAccount
from activities.account.planning import SMALL_BALANCE, plan
from contracts.account import AccountRef
from domain.claim.stages import Owes, Stage
from domain.ledger.chart import LedgerAccount
from domain.ledger.posting import pair
from storage import claims, ledger, work_items
from storage.engine import make_engine
from storage.intake import check_in
from storage.models import Organisation
from storage.unit_of_work import Books
from tests.integration.storage.samples import encounter

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
FIRST = 1


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=4)
    yield Books(engine)
    engine.dispose()


@pytest.fixture
def small(books: Books) -> AccountRef:
    """A guarantor who owes three dollars, less than the house asks for."""
    with books.system() as session:
        session.add(Organisation(id=FIRST, name="Elm Street Family Practice", provider={}))
    with books.transaction(FIRST) as session:
        checked_in = check_in(session, FIRST, encounter(), by="front desk", business_at=NOW)
        number, account = checked_in.claim_number, checked_in.account_number
        ledger.post(
            session,
            FIRST,
            key="share",
            kind="remittance",
            cites="CAS PR 2",
            by="payer",
            business_date=NOW.date(),
            legs=pair(
                LedgerAccount.PATIENT_RECEIVABLE, LedgerAccount.REVENUE, 300, "CAS PR 2", number, account
            ),
        )
        claims.set_stage(
            session,
            number,
            stage=Stage.PATIENT_BALANCE,
            owes=Owes.PATIENT,
            next_at=NOW + timedelta(days=90),
            next_what="the patient's share",
            owner="system",
        )
    return AccountRef(organisation_id=FIRST, account_number=account, today=NOW)


def test_a_question_closed_without_a_decision_is_not_asked_again_at_once(books: Books, small: AccountRef) -> None:
    with books.transaction(FIRST) as session:
        asked = plan(OpenAccount.lock(session, small))
        assert (asked.kind, asked.due_at) == (SMALL_BALANCE, NOW)
        issue(OpenAccount.lock(session, small))
    with books.transaction(FIRST) as session:
        work_items.close_items(session, account_number=small.account_number, by="somebody", on=NOW.date())
        again = plan(OpenAccount.lock(session, small))
        assert again.due_at is not None
        assert again.due_at > NOW + timedelta(days=1)
        issue(OpenAccount.lock(session, small))
        assert plan(OpenAccount.lock(session, small)).due_at == again.due_at
