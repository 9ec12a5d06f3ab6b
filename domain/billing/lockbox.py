"""Patients' checks as the bank's lockbox reports them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class LockboxPayment:
    """One check, or one patient's part of it."""

    line: int
    """Line of the file it stood on, the header being line 1."""
    deposit: str
    check_number: str
    account_number: int
    statement_number: int | None
    """None where the patient sent no slip."""
    amount_cents: int
    received_on: date

    @property
    def key(self) -> str:
        """What makes it post once, in whatever file the bank reports it again."""
        return f"lockbox/{self.deposit}/{self.check_number}/{self.account_number}/{self.statement_number or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockboxProblem:
    """A line that could not be read: a person looks at the bank's paper."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockboxFile:
    """What a lockbox file holds; a bad line does not hold back the others' money."""

    payments: tuple[LockboxPayment, ...]
    problems: tuple[LockboxProblem, ...] = ()

    @property
    def total_cents(self) -> int:
        """The readable payments together."""
        return sum(payment.amount_cents for payment in self.payments)
