"""``claimflow claim show``: one claim in full."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import options, output
from cli.connection import reading


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(show_claim)


def show_claim(
    claim: options.ClaimNumber,
    with_versions: Annotated[
        bool, typer.Option("--versions", help="Also who corrected what, when and why, before and after.")
    ] = False,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Show one claim: its services, its attempts at the payer, what was paid, what is open, what waits for a person."""
    from storage import claim_desk, read_models

    with reading(organisation) as session:
        shown = read_models.claim_show(session, claim)
        if with_versions:
            shown["versions"] = claim_desk.versions(session, claim)
    if as_json:
        output.print_json(shown)
        return
    _print_where_it_stands(shown)
    _print_coverages(shown["coverages"], shown["sequence"])
    _print_lines(shown["lines"])
    _print_attempts(shown["attempts"])
    _print_remittances(shown["remittances"])
    _print_work(shown["work"])
    _print_suggested(shown["suggested_changes"])
    _print_versions(shown.get("versions", []))
    output.print_table(
        "\nBalances",
        ("ledger account", "balance"),
        ((output.words(name), output.money(cents)) for name, cents in sorted(shown["balances"].items())),
        right=("balance",),
        empty="\nNothing is booked on this claim yet.",
    )
    if shown["balances"]:
        output.stdout().print(f"Where each cent came from: claimflow ledger explain {claim}")


def _print_where_it_stands(shown: dict[str, Any]) -> None:
    output.print_facts(
        f"Claim {shown['claim']}",
        {
            "stage": output.words(shown["stage"]) + (" (on hold)" if shown["held"] else ""),
            "outcome": output.words(shown["outcome"]),
            "group of denial": output.words(shown["denial_group"]),
            "payer": f"{shown['payer']} {shown['payer_name']}".rstrip(),
            "owed by": shown["owes"],
            "charge": output.money(shown["charge_cents"]),
            "open": output.money(shown["open_cents"]),
            "waits for": shown["next_what"],
            "next date": shown["next_date"],
            "owner": output.words(shown["owner"]),
            **({"type of bill": shown["type_of_bill"]} if shown["type_of_bill"] else {}),
            "service date": shown["service_date"],
            "opened": shown["opened_on"],
            "closed": shown["closed_on"],
            "account": shown["account"],
            "version": shown["version"],
            "diagnoses": shown["diagnoses"],
        },
    )


PLACES = {"P": "first", "S": "second", "T": "third"}


def _print_coverages(coverages: list[dict[str, Any]], turn: str) -> None:
    """Only where there are several: who pays when, and whose turn it is."""
    if len(coverages) < 2:
        return
    output.print_table(
        "\nPayers, in the order of benefits",
        ("place", "payer", "name", "turn", "why"),
        (
            (
                PLACES[one["sequence"]],
                one["payer"],
                one["payer_name"],
                "now" if one["sequence"] == turn else "",
                one["why"] or "pays first",
            )
            for one in coverages
        ),
        empty="",
    )


def _print_lines(lines: list[dict[str, Any]]) -> None:
    output.print_table(
        "\nServices",
        ("line", "date", "procedure", "modifiers", "units", "charge"),
        (
            (
                line["number"],
                line["service_date"],
                line["procedure"] or f"revenue {line['revenue_code']}",
                line["modifiers"],
                line["units"],
                output.money(line["charge_cents"]),
            )
            for line in lines
        ),
        right=("units", "charge"),
        empty="\nNo services.",
    )


def _print_attempts(attempts: list[dict[str, Any]]) -> None:
    output.print_table(
        "\nAttempts at the payer",
        (
            *("attempt", "payer", "place", "control number", "frequency"),
            *("state", "ready", "accepted", "answered", "payer's number"),
        ),
        (
            (
                attempt["attempt"],
                attempt["payer"],
                PLACES[attempt["sequence"]],
                attempt["control_number"],
                attempt["frequency"],
                attempt["state"],
                attempt["ready_on"],
                attempt["accepted_on"],
                attempt["answered_on"],
                attempt["payer_control_number"],
            )
            for attempt in attempts
        ),
        empty="\nNothing was sent to the payer yet.",
    )


def _print_remittances(remittances: list[dict[str, Any]]) -> None:
    if not remittances:
        return
    output.print_table(
        "\nRemittances",
        ("date", "attempt", "status", "verdict", "paid", "patient's share", "codes"),
        (
            (
                row["date"],
                row["attempt"],
                row["status"],
                output.words(row["verdict"]),
                output.money(row["paid_cents"]),
                output.money(row["patient_cents"]),
                [*dict.fromkeys(f"{one['group']}-{one['reason']}" for one in row["adjustments"]), *row["remarks"]],
            )
            for row in remittances
        ),
        right=("paid", "patient's share"),
        empty="",
    )


def _print_work(items: list[dict[str, Any]]) -> None:
    """Why it waits and what to do; each finding with its place and the field to set."""
    for item in items:
        output.print_facts(
            f"\n{output.words(item['kind'])}, due {item['due_on']} ({output.words(item['owner'])})",
            {
                "why": item["reason"],
                "what to do": item["remedy"],
                "codes": item["details"].get("reasons", []),
                "remedy": output.words(item["details"].get("remedy")),
                "next attempt's frequency": item["details"].get("frequency"),
                "until": item["details"].get("deadline_rule"),
            },
        )
        for one in item["details"].get("findings", []):
            line = f"line {one['line']}, " if one["line"] is not None else ""
            output.stdout().print(f"  - {line}{one['place']}: {one['message']}: {one['remedy']}", soft_wrap=True)


def _print_suggested(suggested: list[dict[str, Any]]) -> None:
    """The fields that the denial points to; what belongs there is in the chart."""
    for one in suggested:
        output.stdout().print(f"  - look at {one['field']}: {one['what']}", soft_wrap=True)


def _print_versions(versions: list[dict[str, Any]]) -> None:
    if not versions:
        return
    output.print_table(
        "\nVersions",
        ("version", "on", "by", "why", "field", "before", "after"),
        (
            (one["version"], one["on"], one["by"], one["reason"], change["field"], change["before"], change["after"])
            for one in versions
            for change in one["changes"] or [{"field": "as it came", "before": None, "after": None}]
        ),
        empty="",
    )
