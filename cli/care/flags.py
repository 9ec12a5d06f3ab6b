"""``claimflow account flag``: facts about a patient that change who may be billed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.care import doing
from cli.failures import Negative

if TYPE_CHECKING:
    from activities.cases.desk import Desk
    from storage.models import PatientFlagRow

app = typer.Typer(help="Facts about a patient that change who may be billed.", no_args_is_help=True)

_FORMATS = ["%Y-%m-%d"]


@app.command("set")
def set_flag(
    account: options.AccountNumber,
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="Such as deceased, bankrupt or qmb: `flag rules`.")],
    began: Annotated[datetime, typer.Option("--from", formats=_FORMATS, help="Its first day.")],
    evidence: Annotated[str, typer.Option("--evidence", metavar="TEXT", help="What shows it.")],
    by: options.By,
    ends: Annotated[datetime | None, typer.Option("--to", formats=_FORMATS, help="Its last day.")] = None,
    patient: Annotated[int | None, typer.Option("--patient", min=1, help="The one patient of the account.")] = None,
    claim: Annotated[int | None, typer.Option("--claim", min=1, help="The one claim, for an accident.")] = None,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Set a flag with its evidence: from now on its rule holds for statements, contacts and collection."""
    from activities.care.flagging import NewFlag
    from activities.care.flagging import set_flag as set_it
    from domain.care.flags import Flag

    if flag not in [one.value for one in Flag]:
        raise Negative(f"no flag is called {flag}: {', '.join(one.value for one in Flag)}")

    def work(desk: Desk) -> dict[str, Any]:
        doing.known_account(desk, account)
        new = NewFlag(
            flag=Flag(flag),
            account_number=account,
            began_on=began.date(),
            ends_on=ends.date() if ends else None,
            patient_id=patient,
            claim_number=claim,
            evidence=evidence,
        )
        key = business_id or f"{flag}:{began.date()}:{patient or ''}:{claim or ''}"
        return _document(set_it(desk, new, key=key, by=by))

    shown = doing.at_desk(organisation, work)
    if as_json:
        output.print_json(shown)
        return
    output.stdout().print(f"account {account}: flagged {output.words(flag)}; billed is {shown['billed']}")


@app.command("end")
def end(
    flag_id: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The flag's number, from `flag list`.")],
    on: Annotated[datetime, typer.Option("--on", formats=_FORMATS, help="The first day on which it holds no more.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say from which day on a flag holds no more."""
    from activities.care.flagging import end_flag

    shown = doing.at_desk(
        organisation, lambda desk: _document(end_flag(desk, flag_id, on.date(), by=by, reason=reason))
    )
    if as_json:
        output.print_json(shown)
        return
    output.stdout().print(f"flag {flag_id}: its last day is {shown['to']}")


@app.command("list")
def list_flags(
    account: options.AccountNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """List the flags of an account, and everything else that pauses it today."""
    from storage import care
    from storage.account_holds import open_holds

    def work(desk: Desk) -> dict[str, Any]:
        doing.known_account(desk, account)
        holds = open_holds(desk.session, organisation, account, desk.today)
        return {
            "account": account,
            "flags": [_document(row) for row in care.flags_of(desk.session, account)],
            "holds": [
                {
                    "kind": one.kind,
                    "claim": one.claim_number,
                    "since": one.since.isoformat(),
                    "until": one.until.isoformat() if one.until else None,
                    "stops": sorted(one.stops),
                    "reason": one.reason,
                }
                for one in holds
            ],
        }

    shown = doing.at_desk(organisation, work)
    if as_json:
        output.print_json(shown)
        return
    output.print_table(
        f"Account {account}",
        ("flag", "kind", "from", "to", "patient", "claim", "evidence", "by"),
        (
            (r["flag"], output.words(r["kind"]), r["from"], r["to"], r["patient"], r["claim"], r["evidence"], r["by"])
            for r in shown["flags"]
        ),
        empty="no flags",
    )
    output.print_table(
        "\nPaused today",
        ("what", "claim", "since", "until", "stops", "why"),
        ((r["kind"], r["claim"], r["since"], r["until"], ", ".join(r["stops"]), r["reason"]) for r in shown["holds"]),
        empty="\nNothing is paused.",
    )


@app.command("rules")
def rules(as_json: options.AsJson = False) -> None:
    """Say what each flag does: who may be billed, what stops, what a person does, by which rule."""
    from domain.care.flags import RULES

    shown = [
        {
            "flag": flag.value,
            "billed": rule.billed,
            "stops": sorted(rule.stops),
            "concerns": rule.concerns.value,
            "remedy": rule.remedy,
            "source": rule.source,
        }
        for flag, rule in RULES.items()
    ]
    if as_json:
        output.print_json(shown)
        return
    output.print_table(
        "",
        ("flag", "billed", "what a person does", "rule"),
        ((output.words(row["flag"]), row["billed"], row["remedy"], row["source"]) for row in shown),
        empty="",
    )


def _document(row: PatientFlagRow) -> dict[str, Any]:
    from domain.care.flags import RULES, Flag

    return {
        "flag": row.id,
        "kind": row.kind,
        "account": row.account_number,
        "patient": row.patient_id,
        "claim": row.claim_number,
        "from": row.began_on.isoformat(),
        "to": row.ends_on.isoformat() if row.ends_on else None,
        "evidence": row.evidence,
        "by": row.by,
        "billed": RULES[Flag(row.kind)].billed,
    }
