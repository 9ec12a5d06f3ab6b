"""A patient's statement: what was done, what was paid, what is owed and why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.billing.statement import StatementClaim, StatementContent
from gateways.papers.page import Page, day, dollars

TITLES = {"statement": "Statement", "reminder": "Reminder", "final_notice": "Final notice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPaper:
    """One statement with its sender, its receiver and the ways to answer it."""

    statement_number: int
    account_number: int
    kind: str
    """``statement``, ``reminder`` or ``final_notice``."""
    dated: date
    pay_by: date
    content: StatementContent
    practice_name: str
    practice_address: tuple[str, ...]
    practice_phone: str
    guarantor_name: str
    guarantor_address: tuple[str, ...]
    payment_page: str = ""
    """Web address; left out when there is none."""
    collections_after: date | None = None
    """Only on a final notice: the day after which the account may go to an agency."""


def render(paper: StatementPaper) -> bytes:
    """The statement as a PDF; one page for a simple visit.

    Raises:
        ValueError: a visit does not add up, or the kind is unknown; no such statement may leave.
    """
    wrong = [str(claim.claim_number) for claim in paper.content.claims if not claim.adds_up]
    if wrong:
        raise ValueError(f"statement {paper.statement_number}: the sums of claim {', '.join(wrong)} do not add up")
    if paper.kind not in TITLES:
        raise ValueError(f"statement {paper.statement_number}: {paper.kind} is no kind of statement")
    title = TITLES[paper.kind]
    page = Page(title=f"{title} {paper.statement_number}", dated=paper.dated)
    page.heading(f"{title} from {paper.practice_name}")
    page.paragraph(*paper.practice_address, f"Telephone: {paper.practice_phone}")
    page.paragraph(paper.guarantor_name, *paper.guarantor_address)
    page.paragraph(
        f"Date: {day(paper.dated)}    Account: {paper.account_number}    Statement: {paper.statement_number}"
    )
    page.amount_box(f"Please pay by {day(paper.pay_by)}", dollars(paper.content.owed_cents))
    for claim in paper.content.claims:
        _visit(page, claim)
    if paper.content.credit_cents:
        page.paragraph(f"You have paid ahead: {dollars(paper.content.credit_cents)}. It is taken off above.")
    _how_to_pay(page, paper)
    _help_and_objection(page, paper)
    return page.render()


def _visit(page: Page, claim: StatementClaim) -> None:
    page.section(f"Your visit (claim {claim.claim_number})")
    page.table(
        ("Date", "Service", "Charge"),
        [(day(service.service_date), service.what, dollars(service.charge_cents)) for service in claim.services],
        widths=(22, 60, 18),
    )
    sums = (
        ("Charge", claim.charge_cents, True),
        ("Your insurance paid", -claim.insurance_paid_cents, True),
        ("Taken off, you do not owe this", -claim.adjusted_cents, True),
        ("You paid already", -claim.patient_paid_cents, claim.patient_paid_cents != 0),
        ("Still with your insurance", -claim.still_with_insurance_cents, claim.still_with_insurance_cents != 0),
        ("You owe", claim.owed_cents, True),
    )
    page.sums([(label, dollars(cents)) for label, cents, shown in sums if shown])
    if claim.shares:
        shares = "; ".join(f"{share.why} {dollars(share.amount_cents)}" for share in claim.shares)
        page.paragraph(f"Why: your plan leaves this part to you: {shares}.")


def _how_to_pay(page: Page, paper: StatementPaper) -> None:
    marks = f"account {paper.account_number} and statement {paper.statement_number}"
    page.section("How to pay")
    page.paragraph(
        f"By check to {paper.practice_name}: write {marks} on it.",
        f"By telephone: {paper.practice_phone}.",
        *([f"On the web: {paper.payment_page}"] if paper.payment_page else []),
    )


def _help_and_objection(page: Page, paper: StatementPaper) -> None:
    page.section("If you cannot pay")
    page.paragraph(
        f"You can ask for a payment plan or for financial assistance: call {paper.practice_phone}. Asking costs "
        "nothing, and no collection step is taken while we decide."
    )
    page.section("If you do not agree")
    page.paragraph(
        "If a figure looks wrong, call or write to us before the date above. We look into it, and you need not pay "
        "the part in question until we have answered. You can also ask your insurance to explain or to review its "
        "decision."
    )
    if paper.collections_after is not None:
        page.paragraph(
            f"If we hear nothing from you by {day(paper.collections_after)}, the account may be handed to a "
            "collection agency."
        )
