"""``claimflow appeal list``, ``appeal show`` and ``appeal ladder``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

AppealNumber = Annotated[int, typer.Argument(metavar="APPEAL", min=1, help="The appeal's number, such as 60001.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_appeals)
    app.command("show")(show_appeal)
    app.command("ladder")(ladder)


def list_appeals(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not closed.")] = False,
    claim: Annotated[int | None, typer.Option(min=1, metavar="CLAIM", help="Only those about this claim.")] = None,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="APPEAL", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List levels of appeals, the oldest first."""
    from storage import appeals

    with reading(organisation) as session:
        rows = appeals.listed(session, only_open=only_open, claim_number=claim, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("appeal", "claim", "payer", "level", "amount", "state", "file by", "decision due", "waits for", "owner"),
        (
            (
                row["appeal"],
                row["claim"],
                row["payer"],
                f"{row['level']} {row['level_name']}",
                output.money(row["amount_cents"]),
                output.words(row["decision"] or row["state"]),
                row["next_file_by"] or row["file_by"],
                row["decision_due"],
                row["next_what"],
                output.words(row["owner"]),
            )
            for row in rows
        ),
        right=("amount",),
        empty="no appeals",
    )
    if len(rows) == limit:
        output.say(f"more may follow: --after {rows[-1]['appeal']}")


def show_appeal(appeal: AppealNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show one level: its deadline by which rule, its checklist, what was decided."""
    with reading(organisation) as session:
        shown = document(session, appeal)
    if as_json:
        output.print_json(shown)
        return
    output.print_facts(
        f"Appeal {appeal}",
        {
            "claim": shown["claim"],
            "payer": shown["payer"],
            "level": f"{shown['level']}, {shown['level_name']}",
            "state": output.words(shown["state"]),
            "denied for": ", ".join(shown["reasons"]),
            "in controversy": output.money(shown["amount_cents"]),
            "decision appealed": shown["notice_on"],
            "file by": shown["file_by"],
            "rule": shown["file_rule"],
            "late under": shown["late_under"],
            "filed on": shown["filed_on"],
            "filed by": shown["filed_by"],
            "our number": shown["reference"],
            "decision due": shown["decision_due"],
            "decision": output.words(shown["decision"]),
            "decided on": shown["decided_on"],
            "next level by": shown["next_file_by"],
            "waits for": shown["next_what"],
            "next date": shown["next_date"],
            "owner": output.words(shown["owner"]),
            "closed on": shown["closed_on"],
        },
    )
    output.print_table(
        "checklist",
        ("item", "need", "provided by", "on", "what it is", "file"),
        (
            (
                one["item"],
                "waived" if one["waived"] else one["need"],
                one["provided_by"],
                one["provided_on"],
                one["note"] or one["what"],
                one["file"],
            )
            for one in shown["evidence"]
        ),
        empty="nothing belongs to it",
    )


def ladder(
    payer_kind: Annotated[
        str, typer.Argument(metavar="KIND", help="medicare, medicare_advantage, medicaid or commercial.")
    ],
    payer: Annotated[str, typer.Option("--payer", metavar="CODE", help="A payer with a ladder of its own.")] = "",
    as_json: options.AsJson = False,
) -> None:
    """Show the levels of a payer's appeals: days, amounts, what an overdue decision allows, and the sources."""
    from datetime import UTC, datetime

    from domain.coverage.coverage import PayerKind
    from storage.appeal_rules import ladders

    if payer_kind not in [kind.value for kind in PayerKind]:
        raise Negative(f"no payer kind is called so: use one of {', '.join(kind.value for kind in PayerKind)}")
    today = datetime.now(UTC).date()
    rows: list[dict[str, Any]] = []
    for level in ladders().of(PayerKind(payer_kind), payer, today):
        threshold = ladders().threshold(level, today.year)
        rows.append(
            {
                "level": level.level,
                "name": level.name,
                "decided_by": level.decided_by,
                "file_days": level.file_days,
                "receipt_days": level.receipt_days,
                "decision_days": level.decision_days or None,
                "least_cents": threshold.cents if threshold is not None else None,
                "late_under": level.late_source or None,
                "when_overdue": level.when_overdue.value,
                "source": level.source,
            }
        )
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        (
            "level",
            "name",
            "decided by",
            "file within",
            "receipt +",
            "decision",
            "at least",
            "late",
            "overdue",
            "source",
        ),
        (
            (
                row["level"],
                row["name"],
                row["decided_by"],
                f"{row['file_days']} days",
                row["receipt_days"],
                f"{row['decision_days']} days" if row["decision_days"] else "",
                output.money(row["least_cents"]) if row["least_cents"] is not None else "",
                row["late_under"] or "",
                row["when_overdue"],
                row["source"],
            )
            for row in rows
        ),
        empty="no level is known",
    )


def document(session: Session, number: int) -> dict[str, Any]:
    """The level as JSON shows it.

    Raises:
        Negative: no appeal has this number.
    """
    from storage import appeals
    from storage.held import held_among

    try:
        row = appeals.get(session, number)
    except appeals.UnknownAppeal:
        raise Negative(f"no appeal has the number {number}: see `claimflow appeal list`") from None
    evidence = [appeals.evidence_document(one) for one in appeals.evidence_of(session, number)]
    held = bool(held_among(session, [row.claim_number]))
    return appeals.document(row, held=held) | {"argument": row.argument, "evidence": evidence}
