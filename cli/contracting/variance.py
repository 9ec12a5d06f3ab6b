"""``claimflow variance``: lines that were allowed something else than the contract says, and who decides them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from activities.deciding import Decider

app = typer.Typer(help="Where a payer allowed something else than its contract says.", no_args_is_help=True)

VarianceNumber = Annotated[int, typer.Argument(metavar="VARIANCE", min=1, help="The variance's number.")]


@app.command("list")
def list_variances(
    payer: Annotated[str | None, typer.Option("--payer", metavar="CODE", help="Only this payer's.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only what nobody has decided yet.")] = False,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="VARIANCE", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List variances, the newest first."""
    from storage import variances

    with reading(organisation) as session:
        rows = variances.listed(session, payer=payer, only_open=only_open, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        (
            "variance",
            "date",
            "payer",
            "claim",
            "line",
            "procedure",
            "expected",
            "allowed",
            "short",
            "state",
            "by contract",
        ),
        (
            (
                row["variance"],
                row["date"],
                row["payer"],
                row["claim"],
                row["line"] or "whole",
                row["procedure"],
                output.money(row["expected_cents"]),
                output.money(row["allowed_cents"]),
                output.money(row["short_cents"]),
                row["state"],
                row["terms"],
            )
            for row in rows
        ),
        right=("expected", "allowed", "short"),
        empty="no variances",
    )
    if len(rows) == limit:
        output.say(f"more may follow: --after {rows[-1]['variance']}")


@app.command("accept")
def accept(
    variance: VarianceNumber,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep what the payer allowed: your name and reason stay on it."""
    from activities.contracts import deciding

    done = _decide(organisation, by, reason, lambda decider: deciding.accept(decider, variance))
    if as_json:
        output.print_json(done)
        return
    output.stdout().print(f"variance {variance} of claim {done['claim']} is accepted by {done['by']}")


@app.command("appeal")
def appeal(
    variance: VarianceNumber,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Write to the payer about every underpaid line of that decision; the claim goes its way meanwhile."""
    from activities.contracts import deciding

    done = _decide(organisation, by, reason, lambda decider: deciding.appeal(decider, variance))
    if as_json:
        output.print_json(done)
        return
    numbers = ", ".join(str(row["variance"]) for row in done["variances"])
    output.stdout().print(
        f"{done['paper']} is in the outbox: variance {numbers} of claim {done['claim']}; "
        f"an answer is due on {done['answer_due_on']}"
    )


def _decide(organisation: int, by: str, reason: str, decide: Callable[[Decider], dict[str, Any]]) -> dict[str, Any]:
    from activities.deciding import Decider

    def work(session: Session, now: Now) -> dict[str, Any]:
        who = Decider(session=session, organisation_id=organisation, by=by.strip(), reason=reason.strip(), at=now.at)
        return decide(who)

    return decided(organisation, by, work, reason=reason)
