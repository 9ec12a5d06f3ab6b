"""What a file from the mailbox is, and each of its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from edi import bank_statement, letter, lockbox
from edi.errors import EdiError, UnexpectedContent
from edi.recently_read import RecentlyRead
from x12.envelope.model import TransactionSet, X12File
from x12.errors import X12Error
from x12.reading import read_file
from x12.transactions.acknowledgement import InterchangeAcknowledgement

FileKind = Literal["x12", "lockbox", "bank", "letter", "unknown"]
INTERCHANGE_ACKNOWLEDGEMENT = "TA1"
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundTransaction:
    """One thing to process: a TA1, an ST, or the whole of a lockbox file, bank file or letter."""

    ordinal: int
    """From 1, in file order."""
    kind: str
    """``TA1``, ``999``, ``277CA``, ``835`` or another set, ``lockbox``, ``bank``, ``letter``, ``unreadable``."""
    control_number: str
    """ST02, ISA13 of what a TA1 acknowledges, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundFile:
    """What a file holds. Problems are one line each; they may quote the file: never log them."""

    kind: FileKind
    transactions: tuple[InboundTransaction, ...]
    problems: tuple[str, ...] = ()


def classify(content: bytes, name: str) -> InboundFile:
    """Say what ``content`` is by looking at it; ``name`` only speaks in problems. Never raises."""
    if content.lstrip()[:3] == b"ISA":
        return _classify_x12(_FILES.read(content))
    if lockbox.is_lockbox(content):
        return _one("lockbox", content)
    if bank_statement.is_bank_statement(content):
        return _one("bank", content)
    if letter.is_letter(content):
        return _one("letter", content)
    what = f"{name} is neither X12 (ISA), a lockbox or bank file nor a letter's manifest ({len(content)} bytes)"
    return InboundFile(kind="unknown", transactions=(), problems=(what,))


def open_transaction(content: bytes, ordinal: int) -> TransactionSet | InterchangeAcknowledgement:
    """The transaction set, or TA1, that ``classify`` gave this ordinal.

    Raises:
        UnexpectedContent: the file has no such transaction.
    """
    parts = _FILES.read(content).parts
    if not 1 <= ordinal <= len(parts):
        raise UnexpectedContent(f"the file has no transaction {ordinal}")
    return parts[ordinal - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadFile:
    file: X12File
    parts: tuple[TransactionSet | InterchangeAcknowledgement, ...]
    """In file order: ordinal 1 stands first."""


def _read(content: bytes) -> _ReadFile:
    file = read_file(content)
    return _ReadFile(file=file, parts=tuple(_parts(file)))


_FILES = RecentlyRead(_read, keep=2)
"""A file's workflow asks for one transaction after the other; two files may be on their way at once."""


def _classify_x12(found: _ReadFile) -> InboundFile:
    transactions = tuple(_transaction(ordinal, part) for ordinal, part in enumerate(found.parts, start=1))
    return InboundFile(kind="x12", transactions=transactions, problems=tuple(_problems(found.file)))


def _parts(file: X12File) -> Iterator[TransactionSet | InterchangeAcknowledgement]:
    for interchange in file.interchanges:
        yield from interchange.acknowledgements
        for group in interchange.groups:
            yield from group.transactions


def _transaction(ordinal: int, found: TransactionSet | InterchangeAcknowledgement) -> InboundTransaction:
    if isinstance(found, InterchangeAcknowledgement):
        return InboundTransaction(
            ordinal=ordinal,
            kind=INTERCHANGE_ACKNOWLEDGEMENT,
            control_number=f"{found.control_number:09d}",
        )
    return InboundTransaction(ordinal=ordinal, kind=found.kind or UNREADABLE, control_number=found.control_number)


def _problems(file: X12File) -> Iterator[str]:
    yield from _lines("file", file.errors)
    for interchange in file.interchanges:
        where = f"interchange {interchange.header.control_number:09d}"
        yield from _lines(where, interchange.errors)
        for group in interchange.groups:
            yield from _lines(f"{where}, group {group.header.control_number}", group.errors)
            for transaction in group.transactions:
                yield from _lines(f"{where}, ST {transaction.control_number}", transaction.errors)


def _lines(where: str, errors: tuple[X12Error, ...]) -> Iterator[str]:
    for error in errors:
        if error.severity == "error":
            yield f"{where}: {error}"


def _one(kind: Literal["lockbox", "bank", "letter"], content: bytes) -> InboundFile:
    """The whole file is one transaction; its problems are known at once."""
    try:
        if kind == "lockbox":
            found = lockbox.read(content)
            control_number = found.payments[0].deposit if found.payments else ""
            problems = tuple(str(problem) for problem in found.problems)
        elif kind == "bank":
            control_number = ""
            problems = tuple(str(problem) for problem in bank_statement.read(content).problems)
        else:
            control_number, problems = letter.read(content).reference, ()
    except EdiError as error:
        control_number, problems = "", (str(error),)
    transaction = InboundTransaction(ordinal=1, kind=kind, control_number=control_number)
    return InboundFile(kind=kind, transactions=(transaction,), problems=problems)
