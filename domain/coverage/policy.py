"""What a payer expects of a claim, and the house's own rules for statements: dated data, typed here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DeniedRemedy(StrEnum):
    """How a denied claim is corrected at this payer."""

    REPLACE = "replace"
    """837P with frequency 7 and REF*F8."""
    REOPEN = "reopen"
    """Clerical-error reopening on paper, never an 837P: Medicare Part B."""
    NEW = "new"
    """A new claim, frequency 1."""


class FilingUnit(StrEnum):
    """How a filing limit is counted from the date of service."""

    DAYS = "days"
    CALENDAR_YEAR = "calendar_year"
    """To the same date of the next year; February 29 is due February 28."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerPolicy:
    """Rules of one payer on one day. A contract overrides them by rows of its own payer code."""

    timely_filing_days: int
    """Days from service to receipt; 365 with ``CALENDAR_YEAR`` means one year."""
    timely_filing_unit: FilingUnit
    timely_filing_warning_days: int
    """Days before the limit when the biller is warned."""
    follow_up_days: int
    """Days after sending, without an answer, until a 276 is asked."""
    status_interval_days: int
    """Days between one 276 and the next."""
    status_questions: int
    """How many 276 are asked before a person takes over."""
    denied_remedy: DeniedRemedy
    unprocessable_remedy: DeniedRemedy
    """After CO-16 with MA130 there is no processed claim to replace."""
    correction_window_days: int
    """Days after the remittance in which a replacement or reopening is taken."""
    appeal_days: int
    """Days after receipt of the remittance to file the first level of appeal."""
    appeal_receipt_days: int
    """Days after its date on which a notice is presumed received."""
    appeal_decision_days: int
    """Days after an appeal was sent until its decision is missed."""
    records_due_days: int
    """Days to answer a request for records."""
    records_decision_days: int
    """Days after records were sent until the decision on them is missed."""
    crossover_wait_days: int
    """Business days after a payer sent a claim on until this payer, to whom it went, is asked for it."""
    secondary_filing_days: int
    """Days from the earlier payer's remittance until this payer takes a claim as a later one; 0 where only the
    limit from the date of service counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPolicy:
    """When a guarantor is asked for a balance, and when it is handed over."""

    statement_after_days: int
    reminder_interval_days: int
    reminders: int
    """How many reminders follow the first statement."""
    final_notice_days: int
    """Days from the final notice to collections."""
    small_balance_cents: int
    """Balances below are written off, not asked for."""
