"""``claimflow collections``: the last step, its conditions, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.care import doing
from cli.failures import Negative

if TYPE_CHECKING:
    from activities.account.balance import OpenAccount
    from activities.cases.desk import Desk
    from domain.care.collection_gates import Gate

app = typer.Typer(help="The last step: its conditions, placements, recalls, payments.", no_args_is_help=True)


@app.command("check")
def check(
    account: options.AccountNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Say which conditions before an agency are met and which are not: exit 1 while one is not."""
    from activities.care.gating import gates_of

    shown = doing.with_account(
        organisation, account, lambda desk, locked: _document(account, desk.today.isoformat(), gates_of(locked))
    )
    if not as_json:
        output.print_table(
            f"Account {account}: conditions before an agency on {shown['day']}",
            ("condition", "met", "needs", "the books say", "opens on", "rule"),
            (
                (output.words(g["id"]), "yes" if g["met"] else "NO", g["needs"], g["why"], g["until"], g["source"])
                for g in shown["gates"]
            ),
            empty="",
        )
    if not shown["ready"]:
        raise Negative(_line(account, shown), shown)
    if as_json:
        output.print_json(shown)


@app.command("approve")
def approve(
    account: options.AccountNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Approve the hand-over to an agency: refused, with the list, while a condition is not met."""
    from activities.care.approving import GatesShut, approve_placement
    from activities.care.case import NotPossible
    from activities.care.gating import gates_of
    from storage.account_decisions import BusinessIdTaken

    def work(desk: Desk, locked: OpenAccount) -> dict[str, Any]:
        try:
            used, decision = approve_placement(locked, by=by, reason=reason, business_id=business_id)
        except GatesShut as shut:
            raise Negative(str(shut), _document(account, desk.today.isoformat(), gates_of(locked))) from None
        except (NotPossible, BusinessIdTaken) as refused:
            raise Negative(str(refused)) from None
        return {"account": account, "id": used, "by": decision.by, "new": decision.new}

    shown = doing.with_account(organisation, account, work)
    if as_json:
        output.print_json(shown)
        return
    again = "" if shown["new"] else " before; nothing was changed"
    output.stdout().print(f"account {account}: the hand-over is approved by {shown['by']}{again}")


@app.command("offer")
def offer(
    account: options.AccountNumber,
    by: options.By,
    what: Annotated[str, typer.Option("--what", help="assistance (by letter, with a plan) or plan.")] = "assistance",
    said: Annotated[str, typer.Option("--said", metavar="TEXT", help="Offered in a conversation: what was said.")] = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Offer help: assistance by letter, or either in a conversation."""
    from activities.care import offering
    from activities.care.gating import ASSISTANCE_OFFER, PLAN_OFFER

    kinds = {"assistance": ASSISTANCE_OFFER, "plan": PLAN_OFFER}
    if what not in kinds or (what == "plan" and not said.strip()):
        raise Negative("--what is assistance, or plan with --said: a plan is offered in a conversation")

    def work(desk: Desk, locked: OpenAccount) -> bool:
        if said.strip():
            return offering.offered_in_person(desk, locked, kinds[what], said.strip(), by=by)
        return offering.offer_help(desk, locked, by=by)

    new = doing.with_account(organisation, account, work)
    if as_json:
        output.print_json({"account": account, "offered": what, "new": new})
        return
    output.stdout().print(f"account {account}: {what} offered" + ("" if new else " before today; nothing was changed"))


@app.command("list")
def list_placements(
    account: options.AccountNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """List what an agency has or had of an account, and the offers and letters before it."""
    from storage import care

    def work(desk: Desk) -> dict[str, Any]:
        doing.known_account(desk, account)
        rows = care.placements_of(desk.session, account)
        return {
            "account": account,
            "placements": [care.placement_document(row) for row in rows],
            "notices": care.notices_of(desk.session, account),
        }

    shown = doing.at_desk(organisation, work)
    if as_json:
        output.print_json(shown)
        return
    output.print_table(
        f"Account {account}",
        ("placement", "state", "placed on", "by", "placed", "recovered", "why ended"),
        (
            (
                row["placement"],
                row["state"],
                row["placed_on"],
                row["placed_by"],
                output.money(row["placed_cents"]),
                output.money(row["recovered_cents"]),
                row["ended_reason"],
            )
            for row in shown["placements"]
        ),
        right=("placed", "recovered"),
        empty="no placement",
    )
    output.print_table(
        "\nLetters and offers",
        ("provided on", "what", "language", "by"),
        ((row["provided_on"], output.words(row["kind"]), row["language"], row["by"]) for row in shown["notices"]),
        empty="\nnone",
    )


@app.command("recall")
def recall(
    placement: Annotated[int, typer.Argument(metavar="PLACEMENT", min=1, help="Its number, such as 95001.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take a placement back: the agency is told by letter, the debt stands in our books again."""
    from activities.care import placements
    from storage import care

    def work(desk: Desk) -> dict[str, Any]:
        from storage.locks import lock_accounts, lock_claims

        seen = care.placement(desk.session, placement)
        lock_claims(desk.session, [entry["claim"] for entry in seen.claims])
        lock_accounts(desk.session, {seen.account_number})
        row = next(one for one in care.placements_of(desk.session, seen.account_number) if one.number == placement)
        if row.state == care.PAID:
            raise Negative(f"placement {placement} was paid: there is nothing to take back")
        cents = placements.recall(desk, row, by, reason)
        return {**care.placement_document(row), "brought_back_cents": cents}

    shown = doing.at_desk(organisation, work)
    if as_json:
        output.print_json(shown)
        return
    back = output.money(shown["brought_back_cents"])
    output.stdout().print(f"placement {placement}: recalled by {shown['ended_by']}, {back} is in our books again")


@app.command("remittance")
def remittance(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: remittance,placement,account,paid_on,gross,fee.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Post what an agency paid over: each line once, gross to the patient, its fee as an expense."""
    from dataclasses import asdict

    from activities.care.agency import parse_remittance, post_remittance

    try:
        payments = parse_remittance(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Negative(f"{file} is no text: the agency's remittance is a CSV file") from None
    done = doing.at_desk(organisation, lambda desk: post_remittance(desk, payments, by=by))
    shown = asdict(done)
    shown["refused"] = [asdict(one) for one in done.refused]
    if done.refused:
        first = done.refused[0]
        lines = output.counted(len(payments), "line")
        line = f"{len(done.refused)} of {lines} not posted; line {first.line}: {first.why}"
        raise Negative(line, shown)
    if as_json:
        output.print_json(shown)
        return
    output.stdout().print(
        f"{output.counted(done.posted, 'payment')} posted: {output.money(done.gross_cents)}, "
        f"fees {output.money(done.fee_cents)}; known before: {done.known_before}"
    )


def _document(account: int, day: str, gates: tuple[Gate, ...]) -> dict[str, Any]:
    return {
        "account": account,
        "day": day,
        "ready": all(gate.met for gate in gates),
        "gates": [
            {
                "id": gate.id,
                "needs": gate.needs,
                "met": gate.met,
                "why": gate.why,
                "until": gate.until.isoformat() if gate.until else None,
                "source": gate.source,
            }
            for gate in gates
        ],
    }


def _line(account: int, shown: dict[str, Any]) -> str:
    unmet = [f"{output.words(gate['id'])} ({gate['why']})" for gate in shown["gates"] if not gate["met"]]
    return f"account {account} does not go to an agency: {'; '.join(unmet)}"
