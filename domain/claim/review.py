"""What a payer may be asked to look at again: an appeal in its time, records where it asked for them."""

from __future__ import annotations

from datetime import date, timedelta

from domain.coverage.policy import PayerPolicy
from domain.denials.classification import Adjudication, Remedy, Verdict

_DENIALS = frozenset({Verdict.DENIED, Verdict.PARTLY_DENIED, Verdict.REVIEW})
NOTHING_DENIED = "the payer's newest decision on this claim denies nothing: there is nothing to ask it about on paper"


def last_day_to_appeal(remitted_on: date, policy: PayerPolicy) -> date:
    """Until when the first level of appeal is filed: counted from the day the notice is presumed received.

    Medicare: 120 days, and five for the mail (42 CFR 405.942(a)); others by their policy's rows.
    """
    return remitted_on + timedelta(days=policy.appeal_receipt_days + policy.appeal_days)


def why_no_appeal(denial: Adjudication, remitted_on: date, today: date, policy: PayerPolicy) -> str | None:
    """Why this decision cannot be appealed today, with what to do instead; None when it can."""
    if (why := why_no_right(denial)) is not None:
        return why
    last_day = last_day_to_appeal(remitted_on, policy)
    if today > last_day:
        return f"the time to appeal ended on {last_day}: correct the claim where that is still taken, or write it off"
    return None


def why_no_right(denial: Adjudication) -> str | None:
    """Why a decision gives no right of appeal at all; None when it does."""
    if denial.verdict not in _DENIALS:
        return NOTHING_DENIED
    if not denial.appealable:
        codes = ", ".join(denial.reasons) or "no codes"
        return f"this decision ({codes}) gives no right of appeal: {denial.why}"
    return None


def why_no_records(denial: Adjudication) -> str | None:
    """Why records do not answer this decision, with what to do instead; None when the payer asked for them."""
    if denial.verdict not in _DENIALS:
        return NOTHING_DENIED
    if denial.remedy is not Remedy.SEND_RECORDS:
        codes = ", ".join(denial.reasons) or "no codes"
        return f"the payer did not ask for records in this decision ({codes}): appeal with them, or correct the claim"
    return None
