"""A patient's statement: what was done, what was paid, what is owed and why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.billing.aging import by_age
from domain.billing.statement import StatementClaim, StatementContent
from gateways.papers import html_form, pdf_form, text_form
from gateways.papers.document import Block, Document, Figure, Grid, Lines, Section, Sums
from gateways.papers.page import dollars
from gateways.papers.wording import Wording, wording

KINDS = ("statement", "reminder", "final_notice", "plan_missed")
PLAN_MISSED = "plan_missed"
_EXPLAINED = ("deductible", "coinsurance", "copay")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPaper:
    """One statement with its sender, its receiver and the ways to answer it."""

    statement_number: int
    """0: shown without being sent; it has no number then."""
    account_number: int
    kind: str
    """``statement``, ``reminder``, ``final_notice`` or ``plan_missed``."""
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
    language: str = "en"
    asked_cents: int | None = None
    """What is asked for now where it is less than what is open: an instalment of a plan."""
    plan_example: tuple[int, int] | None = None
    """(payments, cents of the largest) of the plan that the house would offer."""
    debt_collector: bool = False
    """The sender collects for others and must say so in every word (12 CFR 1006.18(e))."""
    by_email: bool = False
    """Sent as an e-mail: it says how to stop e-mails (12 CFR 1006.6(e) asks it of collectors)."""

    @property
    def please_pay_cents(self) -> int:
        """The figure that the reader looks for."""
        return self.content.owed_cents if self.asked_cents is None else self.asked_cents


def render(paper: StatementPaper) -> bytes:
    """The statement as a PDF, its text twin attached; one page for a simple visit.

    Raises:
        ValueError: a visit does not add up, or the kind is unknown; no such statement may leave.
    """
    return pdf_form.render(document(paper))


def as_html(paper: StatementPaper) -> str:
    """The statement as a web page without script. Raises as ``render`` does."""
    return html_form.render(document(paper))


def as_text(paper: StatementPaper) -> str:
    """The statement as plain text. Raises as ``render`` does."""
    return text_form.render(document(paper))


def document(paper: StatementPaper) -> Document:
    """What stands on it, in the reader's language.

    Raises:
        ValueError: a visit does not add up, or the kind is unknown; no such statement may leave.
    """
    wrong = [str(claim.claim_number) for claim in paper.content.claims if not claim.adds_up]
    if wrong:
        raise ValueError(f"statement {paper.statement_number}: the sums of claim {', '.join(wrong)} do not add up")
    if paper.kind not in KINDS:
        raise ValueError(f"statement {paper.statement_number}: {paper.kind} is no kind of statement")
    words = wording(paper.language)
    title = words.say(paper.kind)
    return Document(
        language=words.tag,
        title=f"{title} {paper.statement_number or paper.account_number}",
        heading=words.say("heading", title=title, practice=paper.practice_name),
        dated=paper.dated,
        sender=(*paper.practice_address, words.say("phone", phone=paper.practice_phone)),
        receiver=(paper.guarantor_name, *paper.guarantor_address),
        opening=_opening(paper, words),
        sections=(
            *(_visit(claim, paper, words) for claim in paper.content.claims),
            *_meanings(paper, words),
            *_payments(paper, words),
            _how_to_pay(paper, words),
            _help(paper, words),
            _objection(paper, words),
            *_ages(paper, words),
            *_email(paper, words),
        ),
        footnote=words.say("other_language", phone=paper.practice_phone),
        footnote_language="en-US" if words.code == "es" else "es-US",
    )


def _lines(*lines: str) -> Lines:
    return Lines(lines=lines)


def _opening(paper: StatementPaper, words: Wording) -> tuple[Block, ...]:
    marks = {"account": paper.account_number, "statement": paper.statement_number}
    ahead = paper.content.credit_cents
    more = [words.say("ahead", amount=dollars(ahead))] if ahead else []
    if paper.debt_collector:
        more.append(words.say("collector"))
    return (
        _lines(words.say("marks" if paper.statement_number else "marks_today", date=words.day(paper.dated), **marks)),
        Figure(label=words.say("please_pay", date=words.day(paper.pay_by)), amount=dollars(paper.please_pay_cents)),
        _lines(words.say(f"lead.{paper.kind}"), *more),
    )


def _visit(claim: StatementClaim, paper: StatementPaper, words: Wording) -> Section:
    of_whom = claim.patient_name and claim.patient_name != paper.guarantor_name
    title = words.say("visit_of" if of_whom else "visit", patient=claim.patient_name, claim=claim.claim_number)
    services = Grid(
        headings=(words.say("date"), words.say("service"), words.say("charge")),
        rows=tuple((words.day(one.service_date), one.what, dollars(one.charge_cents)) for one in claim.services),
        widths=(26, 58, 16),
    )
    sums = (
        ("charge", claim.charge_cents, True),
        ("insurance_paid", -claim.insurance_paid_cents, True),
        ("agreed", -claim.agreed_cents, claim.agreed_cents != 0),
        ("forgiven", -claim.forgiven_cents, claim.forgiven_cents != 0),
        ("you_paid", -claim.patient_paid_cents, claim.patient_paid_cents != 0),
        ("with_insurance", -claim.still_with_insurance_cents, claim.still_with_insurance_cents != 0),
        ("you_owe", claim.owed_cents, True),
    )
    table = Sums(
        headings=(words.say("what"), words.say("amount")),
        rows=tuple((words.say(key), dollars(cents)) for key, cents, shown in sums if shown),
    )
    return Section(title=title, blocks=(services, table, _lines(_why(claim, words))))


def _why(claim: StatementClaim, words: Wording) -> str:
    if not claim.shares:
        return words.say("why_rest" if claim.insurance_paid_cents else "why_self_pay")
    shares = "; ".join(f"{words.say(share.why)} {dollars(share.amount_cents)}" for share in claim.shares)
    if len(claim.shares) > 1:
        total = sum(share.amount_cents for share in claim.shares)
        shares = words.say("together", shares=shares, amount=dollars(total))
    return words.say("why", shares=shares)


def _meanings(paper: StatementPaper, words: Wording) -> tuple[Section, ...]:
    """The words that stand on this paper, and no others."""
    used = {share.why for claim in paper.content.claims for share in claim.shares}
    meanings = [words.say(f"meaning.{word}") for word in _EXPLAINED if word in used]
    return (Section(title=words.say("words_title"), blocks=(_lines(" ".join(meanings)),)),) if meanings else ()


def _payments(paper: StatementPaper, words: Wording) -> tuple[Section, ...]:
    lines = tuple(
        words.say(
            "payment", date=words.day(one.received_on), amount=dollars(one.amount_cents), method=words.say(one.method)
        )
        for one in paper.content.payments
    )
    return (Section(title=words.say("payments"), blocks=(Lines(lines=lines),)),) if lines else ()


def _ages(paper: StatementPaper, words: Wording) -> tuple[Section, ...]:
    steps = by_age(paper.content.ages, paper.dated)
    if not paper.content.ages:
        return ()
    headings = tuple(
        words.say("age_over", **{"from": step.from_days - 1})
        if step.to_days is None
        else words.say("age", **{"from": step.from_days, "to": step.to_days})
        for step in steps
    )
    grid = Grid(headings=headings, rows=(tuple(dollars(step.cents) for step in steps),), widths=(20,) * len(steps))
    return (Section(title=words.say("ages"), blocks=(grid,)),)


def _email(paper: StatementPaper, words: Wording) -> tuple[Section, ...]:
    lines = _lines(words.say("email_stop", phone=paper.practice_phone))
    return (Section(title=words.say("email_title"), blocks=(lines,)),) if paper.by_email else ()


def _how_to_pay(paper: StatementPaper, words: Wording) -> Section:
    marks = {"account": paper.account_number, "statement": paper.statement_number}
    return Section(
        title=words.say("how_to_pay"),
        blocks=(
            _lines(
                words.say(
                    "pay_check" if paper.statement_number else "pay_check_today",
                    practice=paper.practice_name,
                    address=", ".join(paper.practice_address),
                    **marks,
                ),
                words.say("pay_phone", phone=paper.practice_phone),
                *([words.say("pay_web", page=paper.payment_page)] if paper.payment_page else []),
            ),
        ),
    )


def _help(paper: StatementPaper, words: Wording) -> Section:
    lines = [words.say("help_text", phone=paper.practice_phone)]
    if paper.plan_example is not None:
        count, cents = paper.plan_example
        lines.append(words.say("help_plan", count=count, amount=dollars(cents)))
    return Section(title=words.say("help"), blocks=(Lines(lines=tuple(lines)),))


def _objection(paper: StatementPaper, words: Wording) -> Section:
    lines = [words.say("object_text", date=words.day(paper.pay_by))]
    if paper.collections_after is not None:
        lines.append(words.say("final_text", date=words.day(paper.collections_after)))
    return Section(title=words.say("object"), blocks=(Lines(lines=tuple(lines)),))
