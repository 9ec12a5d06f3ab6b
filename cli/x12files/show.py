"""``claimflow x12 show``: what a file says, as typed content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from cli import options, output
from cli.failures import Negative
from cli.x12files.options import X12Path

if TYPE_CHECKING:
    from x12.envelope.model import X12File


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(show)


def show(file: X12Path, as_json: options.AsJson = False) -> None:
    """Show the typed content of a file. Exit 1 when it holds nothing that can be read."""
    from cli.x12files.findings import why_not_x12
    from x12.reading import read_file

    read = read_file(file.read_bytes())
    document = document_of(read)
    if not read.interchanges:
        raise Negative(f"{file} holds no X12: {why_not_x12(read)}", document)
    if as_json:
        output.print_json(document)
        return
    output.stdout().print("\n".join(outline(document)), soft_wrap=True)
    if not read.valid:
        output.say(f"{file} is not valid; claimflow x12 check lists what is wrong")


def document_of(file: X12File) -> dict[str, Any]:
    """The file as plain data: envelopes, and each transaction set's content by the names of its fields."""
    from cli.x12files.plain import plain

    return {
        "interchanges": [
            {
                "header": plain(interchange.header),
                "acknowledgements": plain(interchange.acknowledgements),
                "groups": [
                    {
                        "header": plain(group.header),
                        "transactions": [
                            {
                                "type": one.kind,
                                "control_number": one.control_number,
                                "version": one.version,
                                "claims": one.claim_count,
                                "valid": one.valid,
                                "content": plain(one.content),
                            }
                            for one in group.transactions
                        ],
                    }
                    for group in interchange.groups
                ],
            }
            for interchange in file.interchanges
        ]
    }


def outline(value: object, depth: int = 0) -> Iterator[str]:
    """Plain data as indented lines; what is empty is left out."""
    pad = "  " * depth
    if isinstance(value, dict):
        for name, inner in value.items():
            if inner in (None, "", [], {}):
                continue
            if isinstance(inner, dict | list):
                yield f"{pad}{output.words(name)}:"
                yield from outline(inner, depth + 1)
            else:
                yield f"{pad}{output.words(name)}: {output.text(inner)}"
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            if isinstance(inner, dict | list):
                yield f"{pad}{place}."
                yield from outline(inner, depth + 1)
            else:
                yield f"{pad}{output.text(inner)}"
