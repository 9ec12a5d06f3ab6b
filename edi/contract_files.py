"""An operator's CSV of a fee schedule or of contract terms, one payer or several in a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.cash.amount import cents_of
from domain.contracts.schedule import FeeRow
from domain.contracts.terms import Term, check_term
from edi.named_columns import Row, RowProblem, Spellings, at_most, day, rows

_DATED: Spellings = {
    "payer": frozenset({"payer", "payer code", "payer id", "plan"}),
    "effective_from": frozenset({"effective from", "effective", "effective date", "from", "begin", "start date"}),
    "effective_to": frozenset({"effective to", "to", "end", "end date", "termination date", "expires"}),
    "source": frozenset({"source", "contract", "document"}),
}
_SCHEDULE: Spellings = {
    **_DATED,
    "procedure": frozenset({"procedure", "code", "cpt", "hcpcs", "cpt hcpcs", "procedure code", "hcpcs code"}),
    "modifier": frozenset({"modifier", "mod"}),
    "place": frozenset({"place", "place of service", "facility", "setting", "site of service"}),
    "amount": frozenset({"amount", "allowed", "allowed amount", "fee", "rate", "price"}),
}
_TERMS: Spellings = {
    **_DATED,
    "term": frozenset({"term", "name"}),
    "value": frozenset({"value"}),
}
_PLACES = {
    "": "", "both": "",
    "f": "F", "fac": "F", "facility": "F",
    "nf": "NF", "nonfac": "NF", "non facility": "NF", "nonfacility": "NF", "office": "NF",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerFee:
    """A row of a schedule, at its payer; ``number`` is its line in the file."""

    number: int
    payer: str
    fee: FeeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerTerm:
    """A term, at its payer; ``number`` is its line in the file."""

    number: int
    payer: str
    term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFile:
    """What a schedule's file holds."""

    fees: tuple[PayerFee, ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsFile:
    """What a file of terms holds."""

    terms: tuple[PayerTerm, ...]
    problems: tuple[RowProblem, ...]


def read_schedule(content: bytes, name: str) -> ScheduleFile:
    """Read a fee schedule; a row with a problem is left out and named. ``name`` is the source of rows without one.

    Raises:
        UnexpectedContent: it is not UTF-8, or the header lacks a column.
    """
    found: list[PayerFee] = []
    problems: list[RowProblem] = []
    for row in rows(content, _SCHEDULE, ("payer", "procedure", "amount", "effective_from"), "a fee schedule"):
        payer, begin, end, source = _dated(row, name)
        fee = FeeRow(
            procedure=row.value("procedure", _matching("[0-9A-Z]{5}", "a procedure code of five characters"), ""),
            modifier=row.value("modifier", _matching("([0-9A-Z]{2})?", "a modifier of two characters, or empty"), ""),
            place=row.value("place", _place, ""),
            amount_cents=row.value("amount", _price, 0),
            effective_from=begin,
            effective_to=end,
            source=source,
        )
        if not row.problems:
            found.append(PayerFee(number=row.number, payer=payer, fee=fee))
        problems += row.problems
    return ScheduleFile(fees=tuple(found), problems=tuple(problems))


def read_terms(content: bytes, name: str) -> TermsFile:
    """Read contract terms, as ``read_schedule`` reads prices.

    Raises:
        UnexpectedContent: it is not UTF-8, or the header lacks a column.
    """
    found: list[PayerTerm] = []
    problems: list[RowProblem] = []
    for row in rows(content, _TERMS, ("payer", "term", "value", "effective_from"), "a file of contract terms"):
        payer, begin, end, source = _dated(row, name)
        term = Term(
            name=row.value("term", _name, ""),
            value=" ".join(row.text("value").split()),
            effective_from=begin,
            effective_to=end,
            source=source,
        )
        if not row.problems:
            try:
                check_term(term.name, term.value)
            except ValueError as error:
                row.refuse("term" if "no term" in str(error) else "value", str(error))
        if not row.problems:
            found.append(PayerTerm(number=row.number, payer=payer, term=term))
        problems += row.problems
    return TermsFile(terms=tuple(found), problems=tuple(problems))


def _dated(row: Row, name: str) -> tuple[str, date, date | None, str]:
    payer = row.value("payer", _payer, "")
    begin = row.value("effective_from", day, date.min)
    end = row.value("effective_to", lambda text: day(text) if text else None, None)
    if end is not None and end < begin and not row.problems:
        row.refuse("effective_to", "must not be before effective_from")
    return payer, begin, end, row.value("source", at_most(200), "") or name


def _payer(text: str) -> str:
    if not text or len(text) > 80 or not text.isprintable():
        raise ValueError("must be a payer's code, at most 80 printable characters")
    return text


def _name(text: str) -> str:
    words = "_".join(text.lower().split())
    return re.sub(r"^(modifier_percent_)(..)$", lambda found: found[1] + found[2].upper(), words)


def _matching(pattern: str, what: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if not re.fullmatch(pattern, text.upper(), re.ASCII):
            raise ValueError(f"must be {what}")
        return text.upper()

    return convert


def _place(text: str) -> str:
    found = _PLACES.get(" ".join(text.lower().replace("-", " ").split()))
    if found is None:
        raise ValueError("must be F (facility), NF (non-facility) or empty for both")
    return found


def _price(text: str) -> int:
    if (cents := cents_of(text)) < 0:
        raise ValueError("must not be negative")
    return cents
