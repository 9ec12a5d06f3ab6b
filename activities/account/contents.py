"""What stands on the papers of an account."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities import parties
from activities.account.balance import OpenAccount
from domain.billing.payment_plan import offer
from domain.billing.statement import (
    StatementClaim,
    StatementContent,
    StatementPayment,
    StatementService,
    claim_on_statement,
)
from domain.cash.payment import PaymentMethod
from domain.ledger.chart import LedgerAccount
from domain.people.parties import Address, Person
from domain.remittance.remittance import Adjustment
from gateways.papers import placement as placement_paper
from gateways.papers import statement as statement_paper
from storage import claims, contact_preferences, ledger
from storage.billing_rules import COLLECTOR, plan_policy
from storage.care_rules import contact_pack_of
from storage.models import Entry, Patient, Posting, Receipt, RemittanceClaim, Statement
from storage.plain_services import plain_service
from storage.reference import statement_policy
from storage.serialise import from_json

PAY_WITHIN = timedelta(days=25)
"""Time to pay that a statement names; the next paper comes after 30 days."""
FIRST_LOOKS_BACK = timedelta(days=90)
"""Payments that a first statement tells of."""
AGENCY = "the collection agency under contract"


def statement_pdf(account: OpenAccount, statement: Statement) -> bytes:
    """The statement of this moment as a PDF."""
    return statement_paper.render(statement_of(account, statement))


def statement_of(
    account: OpenAccount, statement: Statement, language: str = ""
) -> statement_paper.StatementPaper:
    """What stands on the statement, read at this moment, in the guarantor's language or another one."""
    us = parties.submitter(account.session, account.ref.organisation_id)
    guarantor = from_json(Person, account.row.guarantor)
    final = statement.kind == "final_notice"
    rules = statement_policy(account.session, account.today)
    spoken = language or contact_preferences.read(account.session, account.row.number).language
    missed = statement.kind == statement_paper.PLAN_MISSED
    return statement_paper.StatementPaper(
        statement_number=statement.number,
        account_number=statement.account_number,
        kind=statement.kind,
        dated=account.today,
        pay_by=account.today + PAY_WITHIN,
        content=StatementContent(
            claims=tuple(_visit(account.session, entry["claim"], spoken) for entry in statement.claims),
            credit_cents=0,
            payments=_payments(account, statement),
        ),
        practice_name=us.name,
        practice_address=address_lines(us.address),
        practice_phone=us.contact_phone,
        guarantor_name=f"{guarantor.first_name} {guarantor.last_name}",
        guarantor_address=address_lines(guarantor.address),
        collections_after=account.today + timedelta(days=rules.final_notice_days) if final else None,
        language=spoken,
        asked_cents=statement.balance_cents if missed else None,
        plan_example=None if missed else _plan_example(statement.balance_cents, account.today),
        debt_collector=collects_for_others(account),
    )


def collects_for_others(account: OpenAccount) -> bool:
    """Whether the organisation is bound as a third-party collector today."""
    return contact_pack_of(account.ref.organisation_id, account.today) == COLLECTOR


def _plan_example(balance_cents: int, today: date) -> tuple[int, int] | None:
    """The plan that the house would offer to a household it knows nothing about; None over a small balance."""
    policy = plan_policy(today)
    if balance_cents < policy.offer_from_cents:
        return None
    terms = offer(balance_cents, policy, today)
    return len(terms), max(one.cents for one in terms)


def practice(account: OpenAccount) -> tuple[str, str]:
    """Our name and telephone."""
    us = parties.submitter(account.session, account.ref.organisation_id)
    return us.name, us.contact_phone


def placement_pdf(account: OpenAccount, statement: Statement) -> bytes:
    """The list for the agency: what it needs, and no diagnosis or service (minimum necessary)."""
    us = parties.submitter(account.session, account.ref.organisation_id)
    guarantor = from_json(Person, account.row.guarantor)
    dates = account.session.scalars(
        select(Statement.business_date)
        .where(Statement.account_number == account.row.number, Statement.step > 0, Statement.number != statement.number)
        .where(Statement.cycle_started_on == statement.cycle_started_on)
        .order_by(Statement.number)
    ).all()
    return placement_paper.render(
        placement_paper.PlacementList(
            reference=f"PL-{statement.number}",
            dated=account.today,
            practice_name=us.name,
            agency_name=AGENCY,
            accounts=(
                placement_paper.PlacedAccount(
                    account_number=account.row.number,
                    guarantor_name=f"{guarantor.first_name} {guarantor.last_name}",
                    address_lines=address_lines(guarantor.address),
                    first_statement_on=dates[0] if dates else account.today,
                    last_notice_on=dates[-1] if dates else account.today,
                    balance_cents=statement.balance_cents,
                ),
            ),
        )
    )


def _visit(session: Session, claim_number: int, language: str) -> StatementClaim:
    content = claims.content(session, claim_number)
    person = from_json(Person, session.get_one(Patient, claims.get(session, claim_number).patient_id).person)
    return claim_on_statement(
        claim_number=claim_number,
        services=[
            StatementService(
                service_date=line.service_from,
                what=plain_service(line.procedure, language),
                charge_cents=line.charge_cents,
            )
            for line in content.lines
        ],
        returned_to_payer_cents=ledger.returned_to_payers(session, claim_number),
        balances={
            LedgerAccount(account): cents for account, cents in ledger.claim_balances(session, claim_number).items()
        },
        adjustments=_shares(session, claim_number),
        patient_name=f"{person.first_name} {person.last_name}",
        owed_since=_owed_since(session, claim_number),
    )


def _owed_since(session: Session, claim_number: int) -> date | None:
    """The day on which something of the visit first became the patient's."""
    return session.scalar(
        select(func.min(Posting.business_date))
        .join(Entry, Entry.posting_id == Posting.id)
        .where(
            Entry.claim_number == claim_number,
            Entry.ledger_account == LedgerAccount.PATIENT_RECEIVABLE.value,
            Entry.amount_cents > 0,
        )
    )


def _payments(account: OpenAccount, statement: Statement) -> tuple[StatementPayment, ...]:
    """What came since the last paper and did not come back."""
    last = account.session.scalar(
        select(func.max(Statement.business_date)).where(
            Statement.account_number == account.row.number,
            Statement.number < statement.number,
            Statement.kind.not_in(("withdrawn", "placement")),
        )
    )
    came_back = select(Posting.key).where(Posting.key == func.concat("receipt:", Receipt.id, ":returned")).exists()
    rows = account.session.scalars(
        select(Receipt)
        .where(
            Receipt.account_number == account.row.number,
            Receipt.received_on >= (last or account.today - FIRST_LOOKS_BACK),
            ~came_back,
        )
        .order_by(Receipt.received_on, Receipt.id)
    )
    return tuple(
        StatementPayment(
            received_on=row.received_on,
            method=row.method if row.method in set(PaymentMethod) else PaymentMethod.OTHER.value,
            amount_cents=row.amount_cents,
        )
        for row in rows
    )


def _shares(session: Session, claim_number: int) -> list[Adjustment]:
    rows = session.scalars(
        select(RemittanceClaim.adjustments).where(
            RemittanceClaim.claim_number == claim_number, RemittanceClaim.state == "posted"
        )
    )
    return [
        Adjustment(group=entry["group"], reason=entry["reason"], amount_cents=entry["amount_cents"])
        for adjustments in rows
        for entry in adjustments
    ]


def address_lines(address: Address) -> tuple[str, ...]:
    """An address as it stands on an envelope."""
    zip_code = address.zip_code if len(address.zip_code) != 9 else f"{address.zip_code[:5]}-{address.zip_code[5:]}"
    street = (address.street, address.street2) if address.street2 else (address.street,)
    return (*street, f"{address.city}, {address.state} {zip_code}")
