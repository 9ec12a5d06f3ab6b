"""``claimflow audit list`` and ``audit show``: findings with their evidence, and never an amount of money."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import options, output
from cli.connection import reading

FindingNumber = Annotated[int, typer.Argument(metavar="FINDING", min=1, help="The finding's number, such as 80001.")]
_STATES = ("open", "queried", "answered", "dismissed", "all")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_findings)
    app.command("show")(show_finding)


def list_findings(
    state: Annotated[str, typer.Option(help=f"Only this state: {', '.join(_STATES)}.")] = "open",
    kind: Annotated[str | None, typer.Option(help="Only this kind, such as laterality.")] = None,
    claim: Annotated[int | None, typer.Option(min=1, help="Only about this claim.")] = None,
    patient: Annotated[int | None, typer.Option(min=1, help="Only about this patient.")] = None,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="FINDING", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List findings of the diagnosis audit, the oldest first."""
    from storage import audit_findings

    if state not in _STATES:
        raise typer.BadParameter(f"--state: use one of {', '.join(_STATES)}")
    with reading(organisation) as session:
        rows = audit_findings.listed(
            session,
            state=None if state == "all" else state,
            kind=kind,
            claim=claim,
            patient=patient,
            limit=limit,
            after=after,
        )
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("finding", "kind", "points to", "patient", "provider", "codes", "claims", "state", "found on"),
        (
            (
                row["finding"],
                output.words(row["kind"]),
                output.words(row["direction"]),
                row["patient"],
                row["provider"],
                row["codes"],
                row["claims"][-3:],
                row["state"],
                row["found_on"],
            )
            for row in rows
        ),
        empty="no findings",
    )
    if len(rows) == limit:
        output.say(f"more may follow: --after {rows[-1]['finding']}")


def show_finding(
    finding: FindingNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Show a finding: what was seen, the question with its answers, and what became of it."""
    from storage import audit_findings

    with reading(organisation) as session:
        shown = audit_findings.document(audit_findings.get(session, finding))
    if as_json:
        output.print_json(shown)
        return
    print_finding(shown)


def print_finding(shown: dict[str, Any]) -> None:
    """A finding for people."""
    indicator = shown["basis"] == "indicator"
    output.print_facts(
        f"Finding {shown['finding']}: {output.words(shown['kind'])} ({output.words(shown['direction'])})",
        {
            "state": shown["state"],
            "patient": shown["patient"],
            "provider": shown["provider"],
            "claims": shown["claims"],
            "codes as they stand": shown["codes"],
            "note": "laboratory results or medications alone support no code" if indicator else None,
            "rule": shown["source"],
            "found on": shown["found_on"],
            "still seen on": shown["seen_on"],
            "asked by": shown["queried_by"],
            "asked on": shown["queried_on"],
            "answer": shown["answer"],
            "documented in": shown["documentation"],
            "decided by": shown["decided_by"],
            "reason": shown["reason"],
        },
    )
    console = output.stdout()
    console.print("Evidence", style="bold")
    for one in shown["evidence"]:
        where = "".join((f"{one['on']}  " if one["on"] else "", f"claim {one['claim']}  " if one["claim"] else ""))
        console.print(f"  {where}{one['what']}", soft_wrap=True)
    console.print("Question to the treating provider", style="bold")
    console.print(f"  {shown['question']}", soft_wrap=True)
    for place, option in enumerate(shown["options"], start=1):
        console.print(f"  {place}. {option}", soft_wrap=True)
