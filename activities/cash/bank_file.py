"""The bank's file out of the mailbox: its deposits kept once, and matched with what remittances announced."""

from __future__ import annotations

from datetime import timedelta

from activities.inbound.context import Inbound
from edi.bank_statement import BankStatement
from storage import deposit_matching, deposits
from storage.reference import cash_policy

BY = "bank"


def bank_file_received(inbound: Inbound, statement: BankStatement) -> None:
    """Keep every readable deposit and match; a row that cannot be read waits for a person."""
    deposits.receive(
        inbound.session,
        inbound.organisation_id,
        statement.lines,
        source="bank_file",
        by=BY,
        today=inbound.today,
        file_id=inbound.file_id,
    )
    found = deposit_matching.match_open(
        inbound.session, inbound.organisation_id, today=inbound.today, window=_window(inbound)
    )
    inbound.matched += len({match.deposit_id for match in found})
    for problem in statement.problems:
        inbound.ask_person(
            f"file:{inbound.file_id}:row:{problem.row}:{problem.column}",
            "bank_row",
            f"Bank file, {problem}",
            "Look at the bank's statement and enter the deposit by hand (`claimflow deposit add`)",
            owner="operations",
        )


def match_remittance(inbound: Inbound, trace_number: str) -> None:
    """Match deposits that came before their remittance: those of its trace number; the nightly look does the rest."""
    deposit_matching.match_open(
        inbound.session, inbound.organisation_id, today=inbound.today, window=_window(inbound), trace=trace_number
    )


def _window(inbound: Inbound) -> timedelta:
    return timedelta(days=cash_policy(inbound.session, inbound.today).deposit_window_days)
