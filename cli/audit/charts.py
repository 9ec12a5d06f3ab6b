"""``claimflow audit import``: charts of patients from FHIR R4 bundles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import open_books, require_organisation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_charts)


def import_charts(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True, help="FHIR R4 bundles (JSON)."),
    ],
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take conditions, medications, results and encounters of charts in. A file imported twice changes nothing.

    What does not fit is refused by place and reason, and the rest goes on. Exit 1 when no patient could be read.
    """
    from edi import fhir
    from storage import clinical

    documents: list[dict[str, Any]] = []
    with open_books() as books:
        with books.transaction(organisation) as session:
            require_organisation(session, organisation)
        for file in files:
            imported = fhir.read(file.read_bytes())

            def keep(session: Session, imported: fhir.ImportedChart = imported) -> list[clinical.Kept]:
                return [clinical.keep(session, organisation, one.person, one.facts) for one in imported.charts]

            kept = books.run(organisation, keep)
            documents.append(
                {
                    "file": str(file),
                    "patients": len(kept),
                    "new": sum(one.new for one in kept),
                    "known": sum(one.known for one in kept),
                    "refused": [
                        {"resource": one.resource, "place": one.place, "why": one.why} for one in imported.refused
                    ],
                    "left_out": [
                        {"resource": one.resource, "place": one.place, "why": one.why} for one in imported.left_out
                    ],
                }
            )
    if as_json:
        output.print_json({"files": documents})
    else:
        _print(documents)
    raise typer.Exit(0 if any(document["patients"] for document in documents) else 1)


def _print(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        for word in ("refused", "left_out"):
            for one in document[word]:
                output.say(f"{output.words(word)}: {document['file']}: {one['resource']}: {one['place']}: {one['why']}")
    output.print_table(
        "",
        ("file", "patients", "new facts", "known", "refused", "left out"),
        (
            (one["file"], one["patients"], one["new"], one["known"], len(one["refused"]), len(one["left_out"]))
            for one in documents
        ),
        right=("patients", "new facts", "known", "refused", "left out"),
        empty="no files",
    )
