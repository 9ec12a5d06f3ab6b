"""Load a table, and say which are loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.connection import open_books
from cli.failures import Negative
from domain.coding.tables import TableKind

if TYPE_CHECKING:
    from storage.reference_tables import Loaded, NewEdition

app = typer.Typer(help="Code tables of the installation: ICD-10-CM, HCPCS, NCCI and others.", no_args_is_help=True)


@app.command("load")
def load(
    kind: Annotated[TableKind, typer.Argument(metavar="KIND", help=f"One of {', '.join(TableKind)}.")],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, readable=True, dir_okay=False, help="All parts of one table."),
    ],
    effective: Annotated[
        str | None, typer.Option("--effective", metavar="DAY", help="First day of service it is for.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Last day of service it is for.")] = None,
    by: Annotated[
        str, typer.Option("--by", envvar="CLAIMFLOW_USER", metavar="USER", help="Who loads it.")
    ] = "operations",
    as_json: options.AsJson = False,
) -> None:
    """Load a table as an edition, for the whole installation; the same files again change nothing.

    Files as CMS and NCHS publish them; pos, cpt and coverage as CSV (docs/scrubbing.md). The days come from the
    file's name where it tells them. A line that does not fit refuses the file (exit 1), and nothing is loaded.
    """
    start, end = _days(kind, files, effective, until)
    contents = sorted((hashlib.sha256(data).hexdigest(), file.name, data) for file, data in _read(files))
    digest = hashlib.sha256("".join(sha for sha, _, _ in contents).encode()).hexdigest()
    done = _load(kind, contents, digest, start, end, by)
    if as_json:
        output.print_json(
            {
                "kind": kind.value,
                "files": [str(file) for file in files],
                "effective_from": start.isoformat(),
                "effective_to": end.isoformat() if end else None,
                "edition": done.edition,
                "rows": done.rows,
                "new": done.new,
                "superseded": done.superseded,
            }
        )
        return
    until_words = f" to {end}" if end else ""
    what = f"{kind} from {start}{until_words}: {output.counted(done.rows, 'row')}"
    output.stdout().print(f"loaded {what}" if done.new else f"already loaded: {what}")


@app.command("list")
def list_editions(as_json: options.AsJson = False) -> None:
    """Show the editions that are loaded."""
    from storage.reference_tables import editions

    with open_books() as books, books.system() as session:
        found = [
            {
                "kind": row.kind,
                "effective_from": row.effective_from.isoformat(),
                "effective_to": row.effective_to.isoformat() if row.effective_to else None,
                "rows": row.row_count,
                "files": row.files,
                "by": row.loaded_by,
                "edition": row.id,
            }
            for row in editions(session)
        ]
    if as_json:
        output.print_json({"editions": found})
        return
    output.print_table(
        "",
        ("kind", "from", "to", "rows", "files", "by"),
        ((one["kind"], one["effective_from"], one["effective_to"], one["rows"], one["files"], one["by"])
         for one in found),
        right=("rows",),
        empty="no table is loaded: ICD-10-CM and places of service come with the product",
    )  # fmt: skip


def _days(kind: TableKind, files: list[Path], effective: str | None, until: str | None) -> tuple[date, date | None]:
    from edi.reference_files import days_of
    from edi.reference_files.naming import last_day

    told = next(filter(None, (days_of(kind, file.name) for file in files)), None)
    if effective is None and told is None:
        raise Negative(
            f"{files[0]}: its name does not tell from which day of service it is: say --effective 2026-01-01"
        )
    if effective is not None:
        start = values.day(effective)
        end = last_day(kind, start)
    else:
        assert told is not None
        start, end = told
    if until is not None:
        end = values.day(until)
    if end is not None and end < start:
        raise Negative("--until must not lie before the first day")
    return start, end


def _read(files: list[Path]) -> Iterator[tuple[Path, bytes]]:
    for file in files:
        yield file, file.read_bytes()


def _load(
    kind: TableKind, contents: list[tuple[str, str, bytes]], digest: str, start: date, end: date | None, by: str
) -> Loaded:
    from edi.reference_files import PAIR_KINDS
    from storage.reference_tables import NewEdition, load_codes, load_pairs

    new = NewEdition(
        kind=kind,
        sha256=digest,
        files=tuple(name for _, name, _ in contents),
        effective_from=start,
        effective_to=end,
        by=by,
    )
    with open_books() as books, books.system() as session:
        work: Any = load_pairs if kind in PAIR_KINDS else load_codes
        done: Loaded = work(session, new, _rows(new, contents))
    return done


def _rows(new: NewEdition, contents: list[tuple[str, str, bytes]]) -> Iterator[Any]:
    from edi.reference_files import PAIR_KINDS, ReferenceFileRefused, read_codes, read_pairs

    read: Any = read_pairs if new.kind in PAIR_KINDS else read_codes
    for _, name, data in contents:
        try:
            yield from read(new.kind, data)
        except ReferenceFileRefused as refused:
            raise Negative(f"{name}: {refused}") from None
