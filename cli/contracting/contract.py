"""``claimflow contract``: fee schedules and terms of payers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from edi.contract_files import ScheduleFile, TermsFile

app = typer.Typer(help="What payers agreed to pay.", no_args_is_help=True)


class Kind(StrEnum):
    """What a file holds."""

    FEE_SCHEDULE = "fee-schedule"
    TERMS = "terms"


@app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", exists=True, readable=True, dir_okay=False, help="With a header; the columns are above."
        ),
    ],
    kind: Annotated[Kind, typer.Option("--kind", help="Prices by procedure, or terms by name.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take prices or terms in.

    Columns of a fee schedule: payer, procedure, amount, effective_from, and modifier, place (F or NF), effective_to,
    source where they matter; of terms: payer, term, value, effective_from, and effective_to, source. A later
    effective_from closes the former row. A row that cannot be read, or that changes a price that already began, is
    named and the others are kept (exit 1); a file imported twice changes nothing.
    """
    content = file.read_bytes()
    read = _read(file, content, kind)

    def work(session: Session, now: Now) -> dict[str, Any]:
        return _keep(session, organisation, now, file.name, content, read, by.strip())

    done = decided(organisation, by, work)
    refused = [{"row": p.row, "column": p.column, "why": p.message} for p in read.problems] + done.pop("refused")
    refused.sort(key=lambda one: one["row"])
    if as_json:
        output.print_json({"file": str(file), "kind": kind.value, **done, "refused": refused})
    else:
        for one in refused:
            output.say(f"refused: {file}: row {one['row']}{one['column'] and ', ' + one['column']}: {one['why']}")
        for payer in done["unknown_payers"]:
            output.say(f"note: no claim has gone to a payer {payer} yet: check its code if you expected one")
        output.stdout().print(f"{done['new']} new, {done['closed']} given an end, {done['already']} known already")
    raise typer.Exit(1 if refused else 0)


@app.command("show")
def show(
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="The payer's code, such as PPO01.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="Only what holds on a day of service.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Show the prices and terms of a payer, with the days they hold and where they come from."""
    from storage import contracts

    day = values.day(on) if on is not None else None
    with reading(organisation) as session:
        found = contracts.contract_of(session, payer, day)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        f"terms of {payer}",
        ("term", "value", "from", "to", "source"),
        ((row["term"], row["value"], row["from"], row["to"], row["source"]) for row in found["terms"]),
        empty="no terms",
    )
    output.print_table(
        f"prices of {payer}",
        ("procedure", "modifier", "place", "allowed", "from", "to", "source"),
        (
            (
                row["procedure"],
                row["modifier"],
                row["place"],
                output.money(row["amount_cents"]),
                row["from"],
                row["to"],
                row["source"],
            )
            for row in found["schedule"]
        ),
        right=("allowed",),
        empty="no prices",
    )


def _read(file: Path, content: bytes, kind: Kind) -> ScheduleFile | TermsFile:
    from edi import contract_files
    from edi.errors import EdiError

    try:
        if kind is Kind.TERMS:
            return contract_files.read_terms(content, file.name)
        return contract_files.read_schedule(content, file.name)
    except EdiError as error:
        raise Negative(f"{file}: {error}") from None


def _keep(
    session: Session, organisation: int, now: Now, name: str, content: bytes, read: ScheduleFile | TermsFile, by: str
) -> dict[str, Any]:
    from edi.contract_files import ScheduleFile
    from storage import contract_import, files

    kept = files.receive(session, organisation, name, content, now.at)
    if kept.new:
        files.finish(session, kept.id, kind="contract", state="processed")
    if isinstance(read, ScheduleFile):
        payers = {one.payer for one in read.fees}
        fees = [(one.number, one.payer, one.fee) for one in read.fees]
        plan = contract_import.receive_schedule(session, organisation, fees)
    else:
        payers = {one.payer for one in read.terms}
        terms = [(one.number, one.payer, one.term) for one in read.terms]
        plan = contract_import.receive_terms(session, organisation, terms)
    contract_import.note_import(session, organisation, file_id=kept.id, by=by, at=now.at, plan=plan)
    return {
        "new": len(plan.new),
        "closed": len(plan.ends),
        "already": plan.already,
        "unknown_payers": contract_import.unknown_payers(session, payers),
        "refused": [{"row": one.row, "column": "", "why": one.why} for one in plan.refused],
    }
