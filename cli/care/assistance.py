"""``claimflow assistance``: applications for help with a bill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.care import doing
from cli.failures import Negative
from cli.obeying import own_id

if TYPE_CHECKING:
    from activities.cases.desk import Desk

app = typer.Typer(help="Help with a bill: apply, bring documents, decide.", no_args_is_help=True)

Case = Annotated[int, typer.Argument(metavar="CASE", min=1, help="The application's number, such as 50001.")]
Documents = Annotated[
    list[str] | None, typer.Option("--document", metavar="NAME", help="A document that came, such as tax_return.")
]
Language = Annotated[str, typer.Option("--language", help="en or es; empty: as the guarantor prefers.")]


@app.command("apply")
def apply(
    account: options.AccountNumber,
    household: Annotated[int, typer.Option("--household", min=1, help="People in the household.")],
    income: Annotated[str, typer.Option("--income", metavar="DOLLARS", help="Of the whole household, a year.")],
    state: Annotated[str, typer.Option("--state", help="Where they live, such as NY.")],
    by: options.By,
    document: Documents = None,
    language: Language = "",
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take an application: nothing is asked while it is open, and the household is told what is missing."""
    from activities.care import applications
    from domain.care.assistance import Application

    cents, spoken, lives_in = _cents(income), _language(language), state.strip().upper()
    if not (lives_in.isascii() and lives_in.isalpha() and len(lives_in) == 2):
        raise Negative("--state is two letters, such as NY: the poverty guideline hangs on it")

    def work(desk: Desk) -> dict[str, Any]:
        doing.known_account(desk, account)
        asked = Application(
            household=household,
            income_cents=cents,
            state=lives_in,
            applied_on=desk.today,
            documents=tuple(document or ()),
        )
        key = business_id or f"{desk.today}"
        return doing.document(applications.apply(desk, account, asked, key=key, by=by, language=spoken).row)

    _tell(doing.at_desk(organisation, work), "application taken", as_json=as_json)


@app.command("presume")
def presume(
    account: options.AccountNumber,
    ground: Annotated[str, typer.Option("--ground", help="medicaid, snap, wic, homeless, deceased_without_estate.")],
    evidence: Annotated[str, typer.Option("--evidence", metavar="TEXT", help="What shows it.")],
    by: options.By,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take somebody as eligible by what is known already; a named person still approves it."""
    from activities.care import applications

    def work(desk: Desk) -> dict[str, Any]:
        doing.known_account(desk, account)
        key = business_id or f"{ground}:{desk.today}"
        return doing.document(applications.presume(desk, account, ground, evidence, key=key, by=by).row)

    _tell(doing.at_desk(organisation, work), "application taken", as_json=as_json)


@app.command("documents")
def documents(
    case: Case,
    document: Annotated[list[str], typer.Option("--document", metavar="NAME", help="A document that came.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep documents that came; what is still missing is told in a letter."""
    from activities.care import applications
    from activities.care.case import CareCase
    from domain.cases.kinds import ASSISTANCE

    def work(desk: Desk) -> dict[str, Any]:
        found = CareCase.lock(desk, case, ASSISTANCE)
        missing = applications.bring_documents(found, document, by)
        return {**doing.document(found.row), "missing": list(missing)}

    _tell(doing.at_desk(organisation, work), "documents kept", as_json=as_json)


@app.command("approve")
def approve(
    case: Case,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Grant what the policy gives: written down, paid back, recalled from an agency, and told in a letter."""
    body = {"verb": "approve", "id": own_id(business_id), "by": by, "reason": reason}
    _tell(doing.order(organisation, case, body), "granted", as_json=as_json)


@app.command("reject")
def reject(
    case: Case,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Refuse it, told in a letter with the reason and with what else there is."""
    body = {"verb": "reject", "id": own_id(business_id), "by": by, "reason": reason}
    _tell(doing.order(organisation, case, body), "not granted", as_json=as_json)


@app.command("show")
def show(case: Case, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show an application: what was said, what is missing, what was decided."""
    from domain.cases.kinds import ASSISTANCE

    shown = doing.at_desk(organisation, lambda desk: doing.shown(desk, case, ASSISTANCE))
    if as_json:
        output.print_json(shown)
        return
    doing.print_case(shown, f"Application {case}")


@app.command("list")
def list_applications(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not decided.")] = False,
    limit: options.Limit = 50,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List applications, the oldest first."""
    from domain.cases.kinds import ASSISTANCE

    print_cases(ASSISTANCE, organisation, limit, only_open=only_open, as_json=as_json)


def print_cases(kind: str, organisation: int, limit: int, *, only_open: bool, as_json: bool) -> None:
    """Cases of a kind, the oldest first."""
    from cli.connection import reading
    from storage import care

    with reading(organisation) as session:
        rows = [doing.document(row) for row in care.listed(session, kind, only_open=only_open, limit=limit)]
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("case", "account", "claim", "state", "due", "waits for", "owner"),
        (
            (
                row["case"],
                row["account"],
                row["claim"],
                output.words(row["decision"] or row["state"]),
                row["due_on"],
                row["next_what"],
                output.words(row["owner"]),
            )
            for row in rows
        ),
        empty="none",
    )


def _tell(shown: dict[str, Any], what: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json(shown)
        return
    after = f"; waits for {shown['next_what']}, due {shown['due_on']}" if shown["state"] != "closed" else ""
    output.stdout().print(f"application {shown['case']}: {what}{after}")


def _cents(dollars: str) -> int:
    from decimal import Decimal, InvalidOperation

    try:
        cents = Decimal(dollars.replace(",", "").lstrip("$")) * 100
    except InvalidOperation:
        raise Negative("--income is no sum of dollars: write it like 23500 or 23500.50") from None
    if cents < 0 or cents != cents.to_integral_value():
        raise Negative("--income is no sum of dollars: write it like 23500 or 23500.50")
    return int(cents)


def _language(language: str) -> str:
    if language not in ("", "en", "es"):
        raise Negative("--language is en or es")
    return language
