"""Verdicts on a file in plain data, ready for JSON: its errors by transaction set, and the balance of its 835."""

from __future__ import annotations

from typing import Any

from x12.envelope.model import TransactionSet, X12File
from x12.errors import X12Error
from x12.reading import read_file
from x12.transactions.remittance import Remittance
from x12.validation.balancing import Imbalance, remittance_imbalances
from x12.validation.codes import SHAPES_ONLY, CodeLookup
from x12.validation.written_sums import WrittenSums, written_sums


def check_file(data: bytes, codes: CodeLookup = SHAPES_ONLY) -> dict[str, Any]:
    """Every error of a file (SNIP 1 to 5, envelope included; codes by their shape, or by the lists of `codes`):
    `{"valid", "errors": [...], "transactions": [{"type", "control_number", "claims", "errors": [...]}]}`;
    `errors` of the file are those outside of any transaction set."""
    return check_report(read_file(data, codes=codes))


def check_report(file: X12File) -> dict[str, Any]:
    """As `check_file`, of a file already read."""
    outside = list(file.errors)
    for interchange in file.interchanges:
        outside += interchange.errors
        for group in interchange.groups:
            outside += group.errors
    return {
        "valid": file.valid,
        "errors": [_error(error) for error in outside],
        "transactions": [_transaction(one) for one in file.transactions()],
    }


def check_remittances(data: bytes) -> dict[str, Any]:
    """The balance of each 835 of a file: `{"balanced", "transactions": [{"control_number", "balanced",
    "problems": [{"level", "claim", "expected", "found", "message"}]}]}`; amounts are decimal text.

    The verdict is about the sums alone: a set with other faults is summed up from its segments as they are written.
    What is cut off, an amount that cannot be read and a negative BPR02 cannot balance, and say so at transaction
    level; a file without an 835 is not balanced.
    """
    file = read_file(data)
    sets = [one for one in file.transactions() if one.kind == "835"]
    written = written_sums(data) if any(not _sound(one) for one in sets) else []
    sums: list[WrittenSums | None] = [*written] if len(written) == len(sets) else [None] * len(sets)
    transactions = [_balance(one, own) for one, own in zip(sets, sums, strict=True)]
    outside = [error for error in file.all_errors() if error.code in _FATAL]
    balanced = bool(transactions) and all(one["balanced"] for one in transactions) and not outside
    return {"balanced": balanced, "transactions": transactions}


_FATAL = frozenset({"not-x12", "file-truncated", "se-missing", "isa-truncated", "isa-separator"})
_NO_SUM = _FATAL | {"payment-negative"}
_BALANCE = frozenset({"line-balance", "claim-balance", "transaction-balance"})


def _sound(transaction: TransactionSet) -> bool:
    """Read whole, so that its sums are those of its content."""
    faults = [error for error in transaction.errors if error.severity == "error" and error.code not in _BALANCE]
    return isinstance(transaction.content, Remittance) and not faults


def _balance(transaction: TransactionSet, written: WrittenSums | None) -> dict[str, Any]:
    imbalances: list[Imbalance] = []
    against = [str(error) for error in transaction.errors if error.severity == "error" and error.code in _NO_SUM]
    if _sound(transaction) and isinstance(transaction.content, Remittance):
        imbalances = list(remittance_imbalances(transaction.content))
    elif written is None:
        against = [str(error) for error in transaction.errors if error.severity == "error"]
    elif written.unreadable:
        against += written.unreadable
    else:
        imbalances = list(written.imbalances())
    problems = [
        {
            "level": one.level,
            "claim": one.claim,
            "expected": _amount(one.expected_cents),
            "found": _amount(one.found_cents),
            "message": f"line {one.line}: {one.message}" if one.line else one.message,
        }
        for one in imbalances
    ]
    problems += [{"level": "transaction", "claim": "", "expected": "", "found": "", "message": why} for why in against]
    return {"control_number": transaction.control_number, "balanced": not problems, "problems": problems}


def _amount(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _transaction(transaction: TransactionSet) -> dict[str, Any]:
    return {
        "type": transaction.kind,
        "control_number": transaction.control_number,
        "claims": transaction.claim_count,
        "errors": [_error(error) for error in transaction.errors],
    }


def _error(error: X12Error) -> dict[str, Any]:
    return {
        "severity": error.severity,
        "code": error.code,
        "snip": error.snip,
        "segment": error.segment,
        "position": error.position,
        "message": f"{error.place} {error.message}" if error.element else error.message,
    }
