"""``claimflow claim correct``, ``resubmit``, ``appeal``, ``write-off``, ``self-pay``, ``void``, ``hold``, ``release``.

One body for all doors: the updates of the claim's workflow, and the signal ``biller_command``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cli import options
from cli.failures import Negative
from cli.obeying import obey

_HELP = {
    "correct": "Correct fields of a claim and send it again as the payer's policy says.",
    "resubmit": "Send a claim again as it is, or with changes, where that is allowed.",
    "appeal": "Appeal a denial on paper; the reason is the argument.",
    "send_records": "Send the records that the payer asked for; the reason says what they show.",
    "write_off": "Give up what the payer did not pay.",
    "self_pay": "Make the patient's what a payer denied for want of coverage (CO-26, CO-27, CO-31).",
    "void": "Withdraw a claim that should never have been.",
    "hold": "Stop a claim from going on until it is released.",
    "release": "Let a held claim go on.",
}

Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="A field and its new value; may be given many times."),
]
ChangesFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="CHANGES.json", exists=True, dir_okay=False, help="Changes as a JSON object."),
]
ExpectedVersion = Annotated[
    int | None,
    typer.Option("--expected-version", min=1, metavar="N", help="The version you saw; the present one by default."),
]


def register(app: typer.Typer) -> None:
    """Add one command for each verb."""
    for verb, help_text in _HELP.items():
        app.command(verb.replace("_", "-"), help=help_text)(_command(verb))


def _command(verb: str) -> Callable[..., None]:
    def give(
        claim: options.ClaimNumber,
        by: options.By,
        reason: options.Reason,
        set_: Set = None,
        file: ChangesFile = None,
        business_id: options.BusinessId = None,
        expected_version: ExpectedVersion = None,
        organisation: options.Organisation = 1,
        as_json: options.AsJson = False,
    ) -> None:
        from cli.claims.ordering import order

        body: dict[str, object] = {
            "command": verb,
            "by": by,
            "expected_version": expected_version,
            "reason": reason,
            "changes": changes_of(file, set_ or []),
        }
        obey(order, organisation, claim, body, business_id, as_json=as_json)

    return give


def changes_of(file: Path | None, pairs: list[str]) -> dict[str, object]:
    """The changes of a file, those of ``--set`` written over them.

    Raises:
        typer.BadParameter: a pair without ``=``.
        Negative: the file holds no JSON object.
    """
    changes: dict[str, object] = {}
    if file is not None:
        try:
            read = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            raise Negative(f'{file} is not JSON: write one object, such as {{"authorization_number": "..."}}') from None
        if not isinstance(read, dict):
            raise Negative(f"{file} holds no JSON object: write fields with their new values")
        changes |= read
    for place, pair in enumerate(pairs, start=1):
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"--set {place}: write FIELD=VALUE, with the field's name before the sign")
        changes[name.strip()] = value
    return changes
