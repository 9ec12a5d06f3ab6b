"""SQLAlchemy models: the record of everything that happened."""

from storage.models.base import Base
from storage.models.books import Entry, Posting, Receipt, RemittanceClaim, RemittanceRow, Statement
from storage.models.claims import (
    Claim,
    ClaimVersion,
    Command,
    EncounterRow,
    Submission,
    TimelineEntry,
    WorkItem,
)
from storage.models.parties import Account, Organisation, Patient, PayerPolicyRow, PayerRow
from storage.models.wire import (
    ActivityResult,
    Batch,
    BusinessClockRow,
    ControlNumber,
    File,
    FileTransaction,
    Outbox,
    WorkflowMessage,
)

__all__ = [
    "Account",
    "ActivityResult",
    "Base",
    "Batch",
    "BusinessClockRow",
    "Claim",
    "ClaimVersion",
    "Command",
    "ControlNumber",
    "EncounterRow",
    "Entry",
    "File",
    "FileTransaction",
    "Organisation",
    "Outbox",
    "Patient",
    "PayerPolicyRow",
    "PayerRow",
    "Posting",
    "Receipt",
    "RemittanceClaim",
    "RemittanceRow",
    "Statement",
    "Submission",
    "TimelineEntry",
    "WorkItem",
    "WorkflowMessage",
]
