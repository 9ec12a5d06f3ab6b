"""``claimflow claim list``: one page of claims, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, output
from cli.connection import reading


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list")(list_claims)


def list_claims(
    stage: Annotated[str | None, typer.Option(help="Only this stage, such as denied or with_payer.")] = None,
    payer: Annotated[str | None, typer.Option(help="Only this payer's code, such as PPO01.")] = None,
    owes: Annotated[str | None, typer.Option(help="Only claims that payer, patient or nobody owes.")] = None,
    limit: options.Limit = 50,
    after: Annotated[
        int | None, typer.Option(min=1, metavar="CLAIM", help="The last claim of the page before.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List claims: where each stands, who owes what, what comes next and when."""
    from domain.claim.stages import Owes, Stage
    from storage import read_models

    _known("--stage", stage, list(Stage))
    _known("--owes", owes, list(Owes))
    with reading(organisation) as session:
        claims = read_models.claim_list(session, stage=stage, payer=payer, owes=owes, limit=limit, after=after)
    if as_json:
        output.print_json(claims)
        return
    output.print_table(
        "",
        ("claim", "stage", "payer", "owed by", "open", "next date", "owner"),
        (
            (
                claim["claim"],
                output.words(claim["stage"]),
                claim["payer"],
                claim["owes"],
                output.money(claim["open_cents"]),
                claim["next_date"],
                output.words(claim["owner"]),
            )
            for claim in claims
        ),
        right=("open",),
        empty="no claim fits",
    )
    if len(claims) == limit:
        output.say(f"more may follow: --after {claims[-1]['claim']}")


def _known(option: str, value: str | None, known: list[str]) -> None:
    if value is not None and value not in known:
        raise typer.BadParameter(f"{option} is not known; use one of {', '.join(known)}")
