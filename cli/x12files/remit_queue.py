"""``claimflow remit queue | post | reject | match | not-ours | returned | settle``: what waits of the remittances, and
who decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from activities.deciding import Decider

Waiting = Annotated[
    str,
    typer.Argument(metavar="ID", help="What waits: R12 a remittance, C34 a claim of one, as `remit queue` names it."),
]
WaitingClaim = Annotated[str, typer.Argument(metavar="ID", help="A claim of a remittance, such as C34.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("queue")(queue)
    app.command("post")(post)
    app.command("reject")(reject)
    app.command("match")(match)
    app.command("not-ours")(not_ours)
    app.command("returned")(returned)
    app.command("settle")(settle)


def queue(
    limit: options.Limit = 50,
    after: Annotated[str | None, typer.Option(metavar="ID", help="The last claim (C34) of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List what waits: remittances that do not balance, claims that are held or found no match."""
    from storage import remittance_views

    with reading(organisation) as session:
        waiting = remittance_views.queue(session, limit=limit, after=_number(after, "C") if after else None)
    if as_json:
        output.print_json(waiting)
        return
    output.print_table(
        "",
        ("id", "state", "payer", "trace", "told as", "charge", "paid", "claim", "candidates", "why"),
        (
            (
                one["id"],
                output.words(one["state"]),
                one["payer"],
                one["trace"],
                one["claim_number_told"],
                output.money(one["charge_cents"]) if one["charge_cents"] is not None else "",
                output.money(one["paid_cents"]),
                one["claim"],
                [f"{candidate['claim']} ({candidate['why']})" for candidate in one["candidates"]],
                one["why"],
            )
            for one in waiting
        ),
        right=("charge", "paid"),
        empty="nothing waits",
    )


def post(
    waiting: Waiting,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Post a held remittance, or a held claim of one, as it stands: your name and reason stay on it."""
    from activities.remittances import deciding

    number = _number(waiting, "RC")
    if waiting.upper().startswith("R"):
        _decide(organisation, by, reason, as_json, lambda decider: deciding.post_remittance(decider, number))
    else:
        _decide(organisation, by, reason, as_json, lambda decider: deciding.post_loop(decider, number))


def reject(
    waiting: Waiting,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Refuse a held remittance, or a held claim of one: nothing is posted, its money stays in unapplied cash."""
    from activities.remittances import deciding

    number = _number(waiting, "RC")
    if waiting.upper().startswith("R"):
        _decide(organisation, by, reason, as_json, lambda decider: deciding.reject_remittance(decider, number))
    else:
        _decide(organisation, by, reason, as_json, lambda decider: deciding.reject_loop(decider, number))


def match(
    waiting: WaitingClaim,
    by: options.By,
    claim: Annotated[int | None, typer.Argument(metavar="CLAIM", help="Our claim's number.")] = None,
    claim_number: Annotated[int | None, typer.Option("--claim", metavar="CLAIM", help="The same.")] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(metavar="SVC=LINE", help="The payer's line, counted from 1, is our line so-and-so. Repeatable."),
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Post a claim that found no match on one of ours; where it does not balance it is held for `remit post`.

    On a claim that is posted already, --line names the lines that found none of ours: no cent moves.
    """
    from activities.remittances import deciding

    number = _number(waiting, "C")
    ours = claim if claim is not None else claim_number
    if ours is None or None not in (claim, claim_number):
        raise Negative(f"say once which claim of ours {waiting} is: `claimflow remit match {waiting} CLAIM`")
    lines = dict(_line(one) for one in line or ())
    reason = f"matched to claim {ours}" + "".join(f", line {place} to our {mine}" for place, mine in lines.items())
    _decide(organisation, by, reason, as_json, lambda decider: deciding.match_loop(decider, number, ours, lines))


def not_ours(
    waiting: WaitingClaim,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Set aside a claim of a remittance that is nobody's here; its money waits to be returned."""
    from activities.remittances import deciding

    number = _number(waiting, "C")
    _decide(organisation, by, reason, as_json, lambda decider: deciding.not_ours(decider, number))


def returned(
    waiting: Waiting,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """The money of what was rejected or is not ours went back to its payer; --reason names the check."""
    from activities.remittances import settling

    kind, number = waiting[:1].upper(), _number(waiting, "RC")
    _decide(organisation, by, reason, as_json, lambda decider: settling.money_returned(decider, kind, number))


def settle(
    entry: Annotated[str, typer.Argument(metavar="ID", help="A provider-level entry, such as P7.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say what a provider-level entry (PLB) of an unknown reason is; its money stays at provider level."""
    from activities.remittances import settling

    number = _number(entry, "P")
    _decide(organisation, by, reason, as_json, lambda decider: settling.provider_level_settled(decider, number))


def _decide(
    organisation: int, by: str, reason: str, as_json: bool, act: Callable[[Decider], dict[str, Any]]
) -> None:
    from activities.deciding import Decider

    def work(session: Session, now: Now) -> dict[str, Any]:
        return act(
            Decider(session=session, organisation_id=organisation, by=by.strip(), reason=reason.strip(), at=now.at)
        )

    done = decided(organisation, by, work, reason=reason)
    if as_json:
        output.print_json(done)
    else:
        output.stdout().print(_said(done))


def _said(done: dict[str, Any]) -> str:
    line = f"{done['id']} is {output.words(done['state'])}"
    if done.get("claim") is not None:
        line += f" on claim {done['claim']}"
    if "posted" in done:
        line += f": {output.counted(done['posted'], 'claim')} posted, {done['waiting']} wait"
    return line


_FORMS = {"R": "R12 for a remittance", "C": "C34 for a claim of one", "P": "P7 for a provider-level entry"}


def _line(told: str) -> tuple[int, int]:
    """The payer's line and ours.

    Raises:
        Negative: it is no ``SVC=LINE``.
    """
    place, _, mine = told.partition("=")
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in (place, mine)):
        raise Negative(f"--line {told} is no pair of lines: write 2=1 where the payer's second line is our first")
    return int(place), int(mine)


def _number(value: str, kinds: str) -> int:
    """The number of an id such as ``C34``.

    Raises:
        Negative: it is no such id.
    """
    letter, digits = value[:1].upper(), value[1:]
    if not (letter and letter in kinds and digits.isascii() and digits.isdigit() and len(digits) < 19):
        forms = " or ".join(_FORMS[kind] for kind in kinds)
        raise Negative(f"{value} is no id of what waits: write {forms}, as `claimflow remit queue` does")
    return int(digits)
