"""The grammar of workflow ids: surrogate numbers and hashes only, never protected data."""

from __future__ import annotations

from domain.doorbell import Recipient


def workflow_id(recipient: Recipient, number: str, organisation_id: int) -> str:
    """Id of the workflow that a message is for."""
    if recipient is Recipient.FILE:
        return f"file/{organisation_id}/{number}"
    return f"{recipient.value}/{number}"


def claim_workflow_id(claim_number: int) -> str:
    """``claim/<claim number>``."""
    return f"{Recipient.CLAIM.value}/{claim_number}"


def account_workflow_id(account_number: int) -> str:
    """``account/<account number>``."""
    return f"{Recipient.ACCOUNT.value}/{account_number}"


def case_workflow_id(case_number: int) -> str:
    """``case/<case number>``."""
    return f"{Recipient.CASE.value}/{case_number}"


def appeal_workflow_id(appeal_number: int) -> str:
    """``appeal/<appeal number>``: one level of one appeal."""
    return f"{Recipient.APPEAL.value}/{appeal_number}"


def claim_number_of(identifier: str) -> int:
    """Inverse of :func:`claim_workflow_id`.

    Raises:
        ValueError: the id is not a claim's.
    """
    prefix, _, number = identifier.partition("/")
    if prefix != Recipient.CLAIM.value or not (number.isascii() and number.isdigit()):
        raise ValueError(f"{identifier!r} is not the id of a claim workflow")
    return int(number)
