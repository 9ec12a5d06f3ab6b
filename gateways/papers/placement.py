"""The list of accounts handed to a collection agency: what it needs to collect, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateways.papers.page import Page, day, dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAccount:
    """One account. Diagnoses and services are left out (45 CFR 164.502(b), minimum necessary)."""

    account_number: int
    guarantor_name: str
    address_lines: tuple[str, ...]
    first_statement_on: date
    last_notice_on: date
    balance_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementList:
    """One hand-over; its total is the sum of its accounts, for the agency to reconcile."""

    reference: str
    dated: date
    practice_name: str
    agency_name: str
    accounts: tuple[PlacedAccount, ...]

    @property
    def total_cents(self) -> int:
        """What is placed altogether."""
        return sum(account.balance_cents for account in self.accounts)


def render(placement: PlacementList) -> bytes:
    """The list as a PDF."""
    page = Page(title=f"Placement {placement.reference}", dated=placement.dated)
    page.heading("Accounts placed for collection")
    page.paragraph(
        f"From: {placement.practice_name}",
        f"To: {placement.agency_name}",
        f"Date: {day(placement.dated)}    Reference: {placement.reference}",
    )
    page.table(
        ("Account", "Guarantor and address", "First statement", "Last notice", "Balance"),
        [
            (
                str(account.account_number),
                "\n".join((account.guarantor_name, *account.address_lines)),
                account.first_statement_on.isoformat(),
                account.last_notice_on.isoformat(),
                dollars(account.balance_cents),
            )
            for account in placement.accounts
        ],
        widths=(16, 44, 18, 18, 18),
    )
    page.amount_box(f"Total of {len(placement.accounts)} accounts", dollars(placement.total_cents))
    page.paragraph(
        "A payment, dispute or application for financial assistance that reaches us is reported to you the "
        "same day; collection of that account then rests until we say otherwise. No account is reported to a "
        "credit bureau and no legal action is taken without our written consent."
    )
    return page.render()
