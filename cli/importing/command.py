"""The command: files and folders in, a count and a reason for each refusal out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.importing.importer import FileReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_files)


def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, readable=True, help="837P or 837I files, or folders of them."),
    ],
    shift_dates: Annotated[
        bool, typer.Option("--shift-dates", help="Move each claim by whole weeks to shortly before today.")
    ] = False,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Check the claims of 837P and 837I files in. A file imported twice changes nothing.

    What cannot be imported is refused by file, claim and segment, and the rest goes on. Exit 1 when no claim could be.
    """
    from cli.connection import open_books
    from cli.importing.finding import x12_files
    from cli.importing.importer import Importer

    found = x12_files(files)
    if not found:
        raise typer.BadParameter("the folders hold no X12 file (one that begins with ISA)")
    with open_books() as books, _progress(len(found)) as advance:
        importer = Importer(books, organisation, shift=shift_dates)
        reports = []
        for file in found:
            reports.append(importer.import_file(file))
            advance(file.name)
    if as_json:
        output.print_json({"files": [report.as_document() for report in reports]})
    else:
        _print(reports)
    raise typer.Exit(0 if any(report.imported or report.already for report in reports) else 1)


def _print(reports: list[FileReport]) -> None:
    for report in reports:
        for refusal in report.refused:
            claim = f"claim {refusal.claim}, " if refusal.claim else ""
            output.say(f"refused: {report.file}: {claim}{refusal.segment}: {refusal.why}")
        for warning in report.warnings:
            output.say(f"warning: {report.file}: {warning}")
    output.print_table(
        "",
        ("file", "claims", "imported", "already here", "refused"),
        ((report.file, report.claims, report.imported, report.already, len(report.refused)) for report in reports),
        right=("claims", "imported", "already here", "refused"),
        empty="no files",
    )
    imported, already, refused = (
        sum(report.imported for report in reports),
        sum(report.already for report in reports),
        sum(len(report.refused) for report in reports),
    )
    output.stdout().print(f"{output.counted(imported, 'claim')} imported, {already} already here, {refused} refused")


@contextmanager
def _progress(files: int) -> Iterator[Callable[[str], None]]:
    """A bar on stderr while a person watches; nothing otherwise."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = output.stderr()
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[name]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=files, name="")
        yield lambda name: bar.update(task, advance=1, name=name)
