"""``claimflow deposit``: what the bank shows, and which remittance each deposit is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative
from domain.cash.deposit import DepositLine, DepositMethod

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.deposits import ReceivedDeposits

app = typer.Typer(help="What the bank shows, and what explains it.", no_args_is_help=True)

DepositNumber = Annotated[int, typer.Argument(metavar="DEPOSIT", min=1, help="The deposit's number.")]


@app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="BANK.csv", exists=True, readable=True, dir_okay=False, help="The bank's list, one deposit a row."
        ),
    ],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take a bank's CSV in (columns date, amount, trace, payer, method in any order) and match it.

    A row that cannot be read is named and the others are kept; a file imported twice changes nothing. Exit 1 when a
    row could not be read.
    """
    from edi import bank_statement
    from edi.errors import EdiError
    from storage import deposits, files

    content = file.read_bytes()
    try:
        statement = bank_statement.read(content)
    except EdiError as error:
        raise Negative(f"{file}: {error}") from None

    def work(session: Session, now: Now) -> dict[str, Any]:
        kept = files.receive(session, organisation, file.name, content, now.at)
        if kept.new:
            files.finish(session, kept.id, kind="bank", state="processed")
        received = deposits.receive(
            session,
            organisation,
            statement.lines,
            source="bank_file",
            by=by.strip(),
            today=now.today,
            file_id=kept.id,
        )
        return _matched(session, organisation, now, received)

    done = decided(organisation, by, work)
    refused = [{"row": p.row, "column": p.column, "why": p.message} for p in statement.problems]
    if as_json:
        output.print_json({"file": str(file), **done, "refused": refused})
    else:
        for problem in statement.problems:
            output.say(f"refused: {file}: {problem}")
        _print_done(done)
    raise typer.Exit(1 if refused else 0)


@app.command("add")
def add(
    date: Annotated[str, typer.Option("--date", metavar="DAY", help="The bank's day, as 2026-10-31.")],
    amount: Annotated[str, typer.Option("--amount", metavar="DOLLARS", help="Negative: the bank took it back.")],
    by: options.By,
    trace: Annotated[str, typer.Option("--trace", help="Trace, check or slip number.")] = "",
    payer: Annotated[str, typer.Option("--payer", help="Who paid, as the bank says.")] = "",
    method: Annotated[DepositMethod, typer.Option("--method", help="How the money came.")] = DepositMethod.OTHER,
    business_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Your own id, for a second deposit that looks the same.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Enter one deposit by hand and match it. The same again, by hand or in a bank's file, is the same deposit."""
    from storage import deposits

    line = DepositLine(
        deposited_on=values.day(date),
        amount_cents=values.cents(amount),
        trace_number=trace.strip(),
        payer_name=payer.strip(),
        method=method,
    )
    if not line.amount_cents:
        raise typer.BadParameter("an amount must not be zero")

    def work(session: Session, now: Now) -> dict[str, Any]:
        keys = None if business_id is None else (f"own:{business_id}",)
        received = deposits.receive(
            session, organisation, (line,), source="manual", by=by.strip(), today=now.today, keys=keys
        )
        return _matched(session, organisation, now, received)

    done = decided(organisation, by, work)
    if as_json:
        output.print_json(done)
    else:
        _print_done(done)


@app.command("list")
def list_deposits(
    only_open: Annotated[bool, typer.Option("--open", help="Only what nothing explains yet.")] = False,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="DEPOSIT", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List deposits and what explains them, the newest first."""
    from storage import deposits

    with reading(organisation) as session:
        rows = deposits.listed(session, only_open=only_open, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("deposit", "date", "amount", "open", "trace", "payer", "method", "state", "explained by"),
        (
            (
                row["deposit"],
                row["date"],
                output.money(row["amount_cents"]),
                output.money(row["open_cents"]),
                row["trace"],
                row["payer"],
                row["method"],
                row["state"],
                [match["trace"] or match["reason"] for match in row["matches"]],
            )
            for row in rows
        ),
        right=("amount", "open"),
        empty="no deposits",
    )


@app.command("expected")
def expected(organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """List remittances whose money the bank does not show, or not all of it."""
    from storage import deposits

    with reading(organisation) as session:
        rows: list[dict[str, Any]] = [
            {
                "remittance": row.id,
                "date": row.payment_date.isoformat(),
                "open_cents": row.open_cents,
                "in_bank_cents": row.matched_cents,
                "trace": row.trace_number,
                "payer": row.payer_name,
            }
            for row in deposits.announced(session)
        ]
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("remittance", "date", "open", "in bank", "trace", "payer"),
        (
            (
                row["remittance"],
                row["date"],
                output.money(row["open_cents"]),
                output.money(row["in_bank_cents"]),
                row["trace"],
                row["payer"],
            )
            for row in rows
        ),
        right=("open", "in bank"),
        empty="all announced money is in the bank",
    )


@app.command("match")
def match(
    deposit: DepositNumber,
    by: options.By,
    trace: Annotated[str | None, typer.Option("--trace", help="The remittance's trace number (TRN02).")] = None,
    remittance: Annotated[
        str | None, typer.Option("--remittance", metavar="NUMBER", help="Its number with us, such as 12 or R12.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="DOLLARS", help="A part; without it, all that fits.")
    ] = None,
    fee: Annotated[
        str, typer.Option("--fee", metavar="DOLLARS", help="What a card processor or the bank kept: given up.")
    ] = "0",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Match a deposit, or a part of it, to a remittance by hand."""
    from storage import deposit_matching, deposits

    if (trace is None) == (remittance is None):
        raise typer.BadParameter("name the remittance by --trace or by --remittance")
    cents = values.cents(amount) if amount is not None else None
    number = values.number(remittance) if remittance is not None else None
    if (fee_cents := values.cents(fee)) < 0:
        raise typer.BadParameter("a fee must not be negative")

    def work(session: Session, now: Now) -> dict[str, Any]:
        found = deposits.find_remittance(session, trace=(trace or "").strip(), number=number)
        matched = deposit_matching.match_by_hand(
            session,
            organisation,
            deposit,
            found,
            by=by.strip(),
            today=now.today,
            amount_cents=cents,
            fee_cents=fee_cents,
        )
        left = deposits.left_of(session, deposits.get(session, deposit))
        return {"deposit": deposit, "remittance": found.id, "matched_cents": matched, "open_cents": left}

    done = decided(organisation, by, work)
    if as_json:
        output.print_json(done)
        return
    output.stdout().print(
        f"deposit {deposit}: {output.money(done['matched_cents'])} is remittance {done['remittance']}; "
        f"{output.money(done['open_cents'])} of it stays open"
    )


@app.command("explain")
def explain(
    deposit: DepositNumber,
    by: options.By,
    reason: options.Reason,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="ACCOUNT",
            help="Book it, bank against interest, unapplied_cash, refunds_payable or write_off.",
        ),
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say what a deposit is that no remittance announced: the bank's interest, money that is not ours."""
    from domain.ledger.chart import LedgerAccount
    from storage import deposit_matching

    allowed = ("interest", "unapplied_cash", "refunds_payable", "write_off")
    if account is not None and account not in allowed:
        raise typer.BadParameter(f"--account must be one of {', '.join(allowed)}")
    book_to = LedgerAccount(account) if account is not None else None

    def work(session: Session, now: Now) -> int:
        return deposit_matching.explain(
            session, organisation, deposit, by=by.strip(), reason=reason.strip(), today=now.today, account=book_to
        )

    cents = decided(organisation, by, work, reason=reason)
    if as_json:
        output.print_json({"deposit": deposit, "explained_cents": cents, "by": by.strip(), "account": account})
        return
    booked = f" and booked to {output.words(account)}" if account else "; the books do not take it up"
    output.stdout().print(f"deposit {deposit}: {output.money(cents)} explained{booked}")


@app.command("unmatch")
def unmatch(
    deposit: DepositNumber,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take back what was said of a deposit: its postings are reversed and it is open again."""
    from storage import deposit_matching

    def work(session: Session, now: Now) -> int:
        return deposit_matching.undo(
            session, organisation, deposit, by=by.strip(), reason=reason.strip(), today=now.today
        )

    undone = decided(organisation, by, work, reason=reason)
    if as_json:
        output.print_json({"deposit": deposit, "undone": undone, "by": by.strip()})
        return
    output.stdout().print(f"deposit {deposit} is open again: {undone} matches were taken back")


def _matched(session: Session, organisation: int, now: Now, received: ReceivedDeposits) -> dict[str, Any]:
    from storage import deposit_matching
    from storage.reference import cash_policy

    window = timedelta(days=cash_policy(session, now.today).deposit_window_days)
    found = deposit_matching.match_open(session, organisation, today=now.today, window=window)
    return {
        "new": list(received.new),
        "already": received.already,
        "matched": [
            {
                "deposit": one.deposit_id,
                "remittance": one.remittance_id,
                "amount_cents": one.amount_cents,
                "by": one.rule,
            }
            for one in found
        ],
    }


def _print_done(done: dict[str, Any]) -> None:
    for one in done["matched"]:
        output.stdout().print(
            f"deposit {one['deposit']}: {output.money(one['amount_cents'])} is remittance {one['remittance']} "
            f"(by {one['by']})"
        )
    output.stdout().print(
        f"{output.counted(len(done['new']), 'deposit is', 'deposits are')} new, {done['already']} here already, "
        f"{len(done['matched'])} matched"
    )
