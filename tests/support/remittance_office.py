"""An office that sent claims, receives 835s as the worker does, and can be asked what its books say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from activities.inbound_books import InboundBooksInPostgres
from contracts.wire import FileReceived, TransactionRef
from domain.claim.claim import ClaimContent, Encounter, EncounterSource, ServiceLine
from domain.claim.submission import claim_control_number
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.ledger.planning import plan_charge
from domain.people.parties import Address, BillingProvider, Person
from storage import files, intake, ledger
from storage.models import (
    Claim,
    Entry,
    Organisation,
    Posting,
    ProviderAdjustmentRow,
    RemittanceClaim,
    RemittanceRow,
    Submission,
    TimelineEntry,
    WorkflowMessage,
    WorkItem,
)
from storage.unit_of_work import Books

NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 20)
SERVED = date(2026, 3, 2)
_HOME = Address(street="12 Elm Street", city="Albany", state="NY", zip_code="122071234")
_PROVIDER = BillingProvider(
    name="Elm Street Family Practice",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    address=_HOME,
    submitter_id="ELM01",
    contact_name="Front Desk",
    contact_phone="5185550100",
)
PAYERS = {
    "commercial": Payer(code="PPO01", name="EVERGREEN PPO", kind=PayerKind.COMMERCIAL, filing_indicator="12"),
    "medicare": Payer(code="MCARE", name="MEDICARE PART B", kind=PayerKind.MEDICARE, filing_indicator="MB"),
    "medicaid": Payer(code="MCAID", name="STATE MEDICAID", kind=PayerKind.MEDICAID, filing_indicator="MC"),
}


@dataclass
class RemittanceOffice:
    """One practice with books of its own."""

    books: Books
    organisation: int
    _visits: int = field(default=0)

    @classmethod
    def open(cls, books: Books) -> RemittanceOffice:
        with books.system() as session:
            practice = Organisation(name="Elm Street Family Practice", provider={})
            session.add(practice)
            session.flush()
            return cls(books=books, organisation=practice.id)

    def send_claim(
        self, *lines: tuple[str, int], payer: str = "commercial", member: str = "", attempts: int = 1
    ) -> int:
        """A claim of a new patient, charged, and sent as many times; lines are ``(code:modifiers, cents)``."""
        self._visits += 1
        patient = Person(
            last_name=f"Testpatient{self._visits}", first_name="Ann", birth_date=date(1970, 5, 4), sex="F",
            address=_HOME,
        )  # fmt: skip
        content = ClaimContent(
            diagnoses=("E119",),
            lines=tuple(
                ServiceLine(
                    number=number, procedure=code.split(":")[0], modifiers=tuple(code.split(":")[1:]),
                    charge_cents=cents, service_from=SERVED,
                )
                for number, (code, cents) in enumerate(lines, start=1)
            ),
            place_of_service="11",
            coverage=Coverage(
                payer=PAYERS[payer], member_id=member or f"W{self._visits:09}", relationship="18", subscriber=patient
            ),
        )  # fmt: skip
        source = EncounterSource(file_sha256="ab" * 32, transaction="0001", ordinal=self._visits, claim_reference="")
        visit = Encounter(provider=_PROVIDER, patient=patient, content=content, source=source)

        def work(session: Session) -> int:
            checked_in = intake.check_in(session, self.organisation, visit, by="desk", business_at=NOW)
            number = checked_in.claim_number
            session.execute(update(Claim).where(Claim.number == number).values(stage="with_payer"))
            for attempt in range(1, attempts + 1):
                session.add(
                    Submission(
                        organisation_id=self.organisation, claim_number=number, attempt=attempt,
                        control_number=claim_control_number(number, attempt), payer_code=PAYERS[payer].code,
                        frequency="1", version=1, state="sent" if attempt == attempts else "rejected",
                        ready_on=SERVED,
                    )
                )  # fmt: skip
                session.flush()
            ledger.post(
                session, self.organisation, key=f"charge:{number}", kind="charge", cites="CLM02", by="desk",
                business_date=SERVED, legs=plan_charge(content.charge_cents, number, checked_in.account_number),
            )  # fmt: skip
            return number

        return self.books.run(self.organisation, work)

    def receive(self, content: bytes, name: str = "remittance.835", *, at: datetime = NOW) -> list[str]:
        """Take a file in as mailbox and workflow do; the state of each of its transactions."""
        with self.books.transaction(self.organisation) as session:
            kept = files.receive(session, self.organisation, name, content, at)
        activities = InboundBooksInPostgres(self.books)
        file = FileReceived(organisation_id=self.organisation, file_id=kept.id, business_at=at)
        return [
            activities.process(
                TransactionRef(organisation_id=self.organisation, file_id=kept.id, ordinal=ordinal, business_at=at)
            ).state
            for ordinal in activities.classify(file).ordinals
        ]

    def ledger(self) -> dict[str, int]:
        """Every ledger account that is not zero."""
        with self.books.transaction(self.organisation) as session:
            assert ledger.is_balanced(session)
            return {name: cents for name, cents in ledger.trial_balance(session).items() if cents}

    def balances(self, claim_number: int) -> dict[str, int]:
        """What the ledger says of one claim, zeros left out."""
        with self.books.transaction(self.organisation) as session:
            return {name: cents for name, cents in ledger.claim_balances(session, claim_number).items() if cents}

    def loops(self) -> list[RemittanceClaim]:
        """Every CLP loop kept, in order."""
        return self._all(select(RemittanceClaim).order_by(RemittanceClaim.id))

    def remittances(self) -> list[RemittanceRow]:
        """Every deposit announced."""
        return self._all(select(RemittanceRow).order_by(RemittanceRow.id))

    def provider_adjustments(self) -> list[ProviderAdjustmentRow]:
        """Every PLB entry."""
        return self._all(select(ProviderAdjustmentRow).order_by(ProviderAdjustmentRow.id))

    def open_items(self) -> list[WorkItem]:
        """What billers must do; what operations make of the file as a file is left out."""
        waiting = (WorkItem.closed_on.is_(None), WorkItem.owner == "biller")
        return self._all(select(WorkItem).where(*waiting).order_by(WorkItem.id))

    def attempts(self, claim_number: int) -> list[Submission]:
        """The attempts of a claim."""
        return self._all(select(Submission).where(Submission.claim_number == claim_number).order_by(Submission.attempt))

    def notes(self, claim_number: int) -> list[TimelineEntry]:
        """What happened to a claim."""
        return self._all(
            select(TimelineEntry).where(TimelineEntry.claim_number == claim_number).order_by(TimelineEntry.id)
        )

    def rung(self) -> Counter[str]:
        """How often each claim was told of a remittance."""
        bells = self._all(select(WorkflowMessage).where(WorkflowMessage.kind == "remitted"))
        return Counter(bell.number for bell in bells)

    def size(self) -> tuple[int, ...]:
        """Rows of everything that posting writes: unchanged where nothing was posted."""
        with self.books.transaction(self.organisation) as session:
            models = (
                Posting, Entry, RemittanceRow, RemittanceClaim, ProviderAdjustmentRow, WorkflowMessage, TimelineEntry,
            )  # fmt: skip
            rows = tuple(len(session.execute(select(model.id)).all()) for model in models)
        return (*rows, len(self.open_items()))

    def _all(self, statement: Any) -> list[Any]:
        with self.books.transaction(self.organisation) as session:
            return list(session.scalars(statement))
