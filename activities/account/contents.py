"""What stands on the papers of an account."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities import parties
from activities.account.balance import OpenAccount
from domain.billing.statement import StatementClaim, StatementContent, StatementService, claim_on_statement
from domain.ledger.chart import LedgerAccount
from domain.people.parties import Address, Person
from domain.remittance.remittance import Adjustment
from gateways.papers import placement as placement_paper
from gateways.papers import statement as statement_paper
from storage import claims, ledger
from storage.models import RemittanceClaim, Statement
from storage.reference import statement_policy
from storage.serialise import from_json

PAY_WITHIN = timedelta(days=25)
"""Time to pay that a statement names; the next paper comes after 30 days."""
AGENCY = "the collection agency under contract"


def statement_pdf(account: OpenAccount, statement: Statement) -> bytes:
    """The statement of this moment as a PDF."""
    us = parties.submitter(account.session, account.ref.organisation_id)
    guarantor = from_json(Person, account.row.guarantor)
    final = statement.kind == "final_notice"
    rules = statement_policy(account.session, account.today)
    return statement_paper.render(
        statement_paper.StatementPaper(
            statement_number=statement.number,
            account_number=statement.account_number,
            kind=statement.kind,
            dated=account.today,
            pay_by=account.today + PAY_WITHIN,
            content=StatementContent(
                claims=tuple(_visit(account.session, number) for number in account.asked),
                credit_cents=0,
            ),
            practice_name=us.name,
            practice_address=_lines(us.address),
            practice_phone=us.contact_phone,
            guarantor_name=f"{guarantor.first_name} {guarantor.last_name}",
            guarantor_address=_lines(guarantor.address),
            collections_after=account.today + timedelta(days=rules.final_notice_days) if final else None,
        )
    )


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
                    address_lines=_lines(guarantor.address),
                    first_statement_on=dates[0] if dates else account.today,
                    last_notice_on=dates[-1] if dates else account.today,
                    balance_cents=statement.balance_cents,
                ),
            ),
        )
    )


def _visit(session: Session, claim_number: int) -> StatementClaim:
    content = claims.content(session, claim_number)
    return claim_on_statement(
        claim_number=claim_number,
        services=[
            StatementService(
                service_date=line.service_from,
                what=f"Service {line.procedure}",
                charge_cents=line.charge_cents,
            )
            for line in content.lines
        ],
        balances={
            LedgerAccount(account): cents for account, cents in ledger.claim_balances(session, claim_number).items()
        },
        adjustments=_shares(session, claim_number),
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


def _lines(address: Address) -> tuple[str, ...]:
    zip_code = address.zip_code if len(address.zip_code) != 9 else f"{address.zip_code[:5]}-{address.zip_code[5:]}"
    street = (address.street, address.street2) if address.street2 else (address.street,)
    return (*street, f"{address.city}, {address.state} {zip_code}")
