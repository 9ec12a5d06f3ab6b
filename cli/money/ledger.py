"""``claimflow ledger``: where each cent came from."""

from __future__ import annotations

from typing import Any

import typer

from cli import options, output
from cli.connection import reading

app = typer.Typer(help="Where each cent came from, and whether the books balance.", no_args_is_help=True)


@app.command("explain")
def explain(
    claim: options.ClaimNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Show every posting of a claim, its legs, and what each rests on. Debits are positive, credits negative."""
    from storage import claims, ledger_views
    from storage.ledger import claim_balances

    with reading(organisation) as session:
        claims.get(session, claim)
        postings = ledger_views.postings_of_claim(session, claim)
        balances = claim_balances(session, claim)
    if as_json:
        output.print_json({"claim": claim, "postings": postings, "balances": balances})
        return
    output.print_table(
        f"Claim {claim}",
        ("date", "posting", "by", "ledger account", "debit", "credit", "rests on", "where", "why"),
        (row for posting in postings for row in _rows(posting)),
        right=("debit", "credit"),
        empty="nothing is booked on this claim yet",
    )
    output.print_table(
        "\nBalances",
        ("ledger account", "balance"),
        ((output.words(name), output.money(cents)) for name, cents in sorted(balances.items())),
        right=("balance",),
        empty="",
    )


@app.command("balance")
def balance(organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show the sum of every ledger account. Exit 1 when the books do not balance."""
    from storage import ledger

    with reading(organisation) as session:
        accounts = ledger.trial_balance(session)
        balanced = ledger.is_balanced(session) and sum(accounts.values()) == 0
    if as_json:
        output.print_json({"balanced": balanced, "accounts": accounts})
    else:
        output.print_table(
            "",
            ("ledger account", "balance"),
            ((output.words(name), output.money(cents)) for name, cents in accounts.items()),
            right=("balance",),
            empty="",
        )
        output.stdout().print("the books balance" if balanced else "the books do NOT balance")
    raise typer.Exit(0 if balanced else 1)


def _rows(posting: dict[str, Any]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for place, leg in enumerate(posting["legs"]):
        first = place == 0
        cents = leg["amount_cents"]
        rows.append(
            (
                posting["date"] if first else "",
                output.words(posting["kind"]) if first else "",
                output.words(posting["by"]) if first else "",
                output.words(leg["ledger_account"]),
                output.money(cents) if cents > 0 else "",
                output.money(-cents) if cents < 0 else "",
                leg["cites"] or posting["cites"],
                _where(posting["source"], leg["segment"]) if first or leg["segment"] else "",
                leg["rule"],
            )
        )
    return rows


def _where(source: dict[str, Any] | None, segment: str) -> str:
    if source is None:
        return ""
    parts = (source["file_name"], f"ST {source['transaction']}" if source["transaction"] else "", segment)
    return ", ".join(part for part in parts if part)
