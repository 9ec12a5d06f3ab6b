"""``claimflow estimate``: what a named person keeps about a bill far above its good faith estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.care import doing
from cli.cash import values
from cli.connection import reading
from cli.failures import Negative

if TYPE_CHECKING:
    from activities.cases.desk import Desk
    from storage.models import EstimateExcess

Number = Annotated[int, typer.Argument(metavar="ESTIMATE", min=1, help="The estimate's number, such as 40001.")]
Npi = Annotated[str, typer.Option("--npi", metavar="NPI", help="Which provider, where several billed too much.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those about estimates."""
    app.command("exceeded")(exceeded)
    app.command("write-down")(write_down)
    app.command("dispute")(dispute)
    app.command("decided")(decided)
    app.command("agreed")(agreed)
    app.command("accepted")(accepted)
    app.command("undisputed")(undisputed)


def exceeded(
    every: Annotated[bool, typer.Option("--all", help="Also those that are settled.")] = False,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List the bills that are $400 or more above their estimate: nothing of them is collected until one is settled."""
    from storage import estimate_excesses

    with reading(organisation) as session:
        rows = estimate_excesses.listed(session, only_open=not every)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("estimate", "account", "estimated", "billed", "found on", "state", "dispute", "outcome", "left to pay"),
        (
            (
                row["estimate"],
                row["account"],
                output.money(row["estimated_cents"]),
                output.money(row["billed_cents"]),
                row["found_on"],
                output.words(row["state"]),
                row["dispute"],
                output.words(row["outcome"] or ""),
                output.money(row["payable_cents"]) if row["payable_cents"] is not None else "",
            )
            for row in rows
        ),
        right=("estimated", "billed", "left to pay"),
        empty="no bill exceeds its estimate by what the rule counts",
    )


def write_down(
    estimate: Number,
    by: options.By,
    reason: options.Reason,
    to: Annotated[
        str, typer.Option("--to", metavar="DOLLARS", help="What the bill stands at after it; without it the estimate.")
    ] = "",
    npi: Npi = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Bring the bill down to the estimate, or to less than $400 above it; collection may go on."""
    from activities.frontdesk import disputes

    cents = values.cents(to) if to else None
    _keep(
        organisation,
        lambda desk: disputes.write_down(desk, estimate, by=by, reason=reason, to_cents=cents, npi=npi),
        as_json=as_json,
    )


def dispute(
    estimate: Number,
    reference: Annotated[str, typer.Option("--reference", metavar="NUMBER", help="The number on the notice.")],
    by: options.By,
    reason: options.Reason,
    npi: Npi = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep that the patient-provider dispute has begun: the bill rests until it ends (45 CFR 149.620)."""
    from activities.frontdesk import disputes

    _keep(
        organisation,
        lambda desk: disputes.begin_dispute(desk, estimate, reference, by=by, reason=reason, npi=npi),
        as_json=as_json,
    )


def decided(
    estimate: Number,
    entity: Annotated[str, typer.Option("--decided-by", metavar="NAME", help="The dispute resolution entity.")],
    amount: Annotated[str, typer.Option("--amount", metavar="DOLLARS", help="What it decided, before the fee.")],
    by: options.By,
    reason: options.Reason,
    npi: Npi = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep the decision of a dispute: below the bill, the patient's fee comes off what is left to pay."""
    from activities.frontdesk import disputes

    cents = values.cents(amount)
    _keep(
        organisation,
        lambda desk: disputes.decided(desk, estimate, entity, cents, by=by, reason=reason, npi=npi),
        as_json=as_json,
    )


def agreed(
    estimate: Number,
    amount: Annotated[str, typer.Option("--amount", metavar="DOLLARS", help="What was agreed, before the fee.")],
    by: options.By,
    reason: options.Reason,
    npi: Npi = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep that the parties settled a dispute: half of the patient's fee comes off the amount."""
    from activities.frontdesk import disputes

    cents = values.cents(amount)
    _keep(
        organisation,
        lambda desk: disputes.agreed(desk, estimate, cents, by=by, reason=reason, npi=npi),
        as_json=as_json,
    )


def accepted(
    estimate: Number,
    signed_on: Annotated[str, typer.Option("--signed-on", metavar="DAY", help="When the patient signed.")],
    evidence: Annotated[str, typer.Option("--evidence", metavar="TEXT", help="What shows it: the signed paper.")],
    by: options.By,
    npi: Npi = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep that the patient accepted the bill in writing; a dispute that comes in time rests it again."""
    from activities.frontdesk import disputes

    day = values.day(signed_on)
    _keep(
        organisation,
        lambda desk: disputes.accepted(desk, estimate, evidence, by=by, signed_on=day, npi=npi),
        as_json=as_json,
    )


def undisputed(
    estimate: Number,
    by: options.By,
    reason: options.Reason,
    npi: Npi = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep that 120 calendar days since the first bill passed without a dispute: refused while they run."""
    from activities.frontdesk import disputes

    _keep(
        organisation,
        lambda desk: disputes.undisputed(desk, estimate, by=by, reason=reason, npi=npi),
        as_json=as_json,
    )


def _keep(organisation: int, work: Callable[[Desk], EstimateExcess], *, as_json: bool) -> None:
    from activities.care.case import NotPossible
    from storage import estimate_excesses

    def kept(desk: Desk) -> dict[str, Any]:
        try:
            return estimate_excesses.document(work(desk))
        except (NotPossible, estimate_excesses.NoExcess) as refused:
            raise Negative(str(refused)) from None

    shown = doing.at_desk(organisation, kept)
    if as_json:
        output.print_json(shown)
        return
    output.print_facts(
        f"Bill above estimate {shown['estimate']}",
        {
            "account": shown["account"],
            "estimated": output.money(shown["estimated_cents"]),
            "billed": output.money(shown["billed_cents"]),
            "state": output.words(shown["state"]),
            "dispute": shown["dispute"],
            "outcome": output.words(shown["outcome"] or ""),
            "decided by": shown["decided_by"],
            "fee taken off": output.money(shown["fee_credit_cents"]),
            "given up": output.money(shown["written_down_cents"]),
            "left to pay": output.money(shown["payable_cents"]) if shown["payable_cents"] is not None else "",
        },
    )
