"""``claimflow rules``: the operator's own rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative
from cli.scrubbing import proposals

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.operator_rules import RulesKept

app = typer.Typer(
    help="Rules of the scrubber: the operator's own, and those that denials propose.", no_args_is_help=True
)


@app.command("load")
def load(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", exists=True, readable=True, dir_okay=False, help="One rule a row: docs/scrubbing.md."
        ),
    ],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take rules in. Each mistake is told with its line and column; with one, nothing is taken (exit 1)."""
    from edi.operator_rules import read_rules
    from storage.operator_rules import keep_rules

    read = read_rules(file.read_bytes())
    if read.problems:
        problems = [
            {"line": one.line, "column": one.column, "at": one.at, "message": one.message} for one in read.problems
        ]
        if not as_json:
            for one in read.problems:
                output.say(f"{file}: {one}")
        count = output.counted(len(problems), "mistake")
        raise Negative(f"{file}: {count}, nothing was loaded", {"loaded": False, "problems": problems})

    def work(session: Session, _: Now) -> RulesKept:
        return keep_rules(session, organisation, read.rules, by.strip())

    kept = decided(organisation, by, work)
    if as_json:
        output.print_json(
            {"loaded": True, "new": kept.new, "replaced": kept.replaced, "already": kept.already, "problems": []}
        )
    else:
        output.stdout().print(f"{kept.new} new, {kept.replaced} replaced, {kept.already} known already")


@app.command("list")
def list_rules(organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show the built-in rules and the operator's own."""
    from domain.scrubbing.registry import FAMILIES
    from storage.operator_rules import rule_rows

    with reading(organisation) as session:
        own = [
            {
                "rule": row.rule,
                "family": "operator",
                "severity": row.severity,
                "place": row.place,
                "wrong": row.message,
                "remedy": row.remedy,
                "source": row.source,
                "by": row.by,
            }
            for row in rule_rows(session)
        ]
    built_in = [
        {
            "rule": rule.id,
            "family": family,
            "severity": rule.severity.value,
            "place": rule.place,
            "wrong": rule.wrong,
            "remedy": rule.remedy,
            "source": rule.source,
            "by": "",
        }
        for family, rules in FAMILIES.items()
        for rule in rules
    ]
    if as_json:
        output.print_json({"rules": built_in + own})
        return
    output.print_table(
        "",
        ("rule", "family", "severity", "place", "what is wrong", "by"),
        (
            (one["rule"], one["family"], one["severity"], one["place"], one["wrong"], one["by"])
            for one in built_in + own
        ),
        empty="no rules",
    )


@app.command("withdraw")
def withdraw(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Id of one of the operator's rules.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take one of the operator's rules away; its row stays as a record."""
    from storage.operator_rules import withdraw_rule

    rows = decided(organisation, by, lambda session, _: withdraw_rule(session, rule))
    if not rows:
        raise Negative(f"no rule {rule} is the operator's: look at `claimflow rules list`")
    if as_json:
        output.print_json({"rule": rule, "withdrawn": rows})
    else:
        output.stdout().print(f"{rule} withdrawn")


proposals.register(app)
