"""What crosses Temporal for batches, inbound files, papers and sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

BATCH_WORKFLOW = "SubmissionBatchWorkflow"
FILE_WORKFLOW = "InboundFileWorkflow"
SWEEP_WORKFLOW = "SweepWorkflow"


@dataclass(frozen=True, kw_only=True)
class BatchOpened:
    """One interchange to build and send."""

    organisation_id: int
    batch_number: int
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class InterchangeBuilt:
    """What was built; no outbox row when no claim was ready any more."""

    claims: int
    outbox_id: int | None


@dataclass(frozen=True, kw_only=True)
class OutboxRef:
    """One effect outside."""

    organisation_id: int
    outbox_id: int
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class BatchSent:
    """How the batch ended."""

    batch_number: int
    claims: int


@dataclass(frozen=True, kw_only=True)
class FileReceived:
    """One inbound file, by content."""

    organisation_id: int
    file_id: int
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class FileContents:
    """The transaction sets of a file that are to be processed, by ordinal."""

    kind: str
    ordinals: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TransactionRef:
    """One transaction set of an inbound file."""

    organisation_id: int
    file_id: int
    ordinal: int
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class TransactionProcessed:
    """What became of one transaction set."""

    kind: str
    state: str
    matched: int = 0
    queued: int = 0


@dataclass(frozen=True, kw_only=True)
class FileProcessed:
    """What became of a file."""

    kind: str
    transactions: int
    held: int


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """One look: ``ready``, ``mailbox``, ``unacknowledged``, ``outbox``, ``deposits`` or ``visits``."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep found."""

    found: int


class BatchBooks:
    """Building interchanges."""

    @activity.defn(name="build_interchange")
    def build(self, batch: BatchOpened) -> InterchangeBuilt:
        """Draw control numbers, mark ready rows, write the 837P and its outbox row: one transaction."""
        raise NotImplementedError


class Deliveries:
    """Recognised sends: repeated only with the same name and bytes."""

    @activity.defn(name="deliver")
    async def deliver(self, send: OutboxRef) -> None:
        """Hand one outbox row to its channel and mark it sent."""
        raise NotImplementedError


class InboundBooks:
    """Inbound files: classify, then one transaction set at a time."""

    @activity.defn(name="classify_file")
    def classify(self, file: FileReceived) -> FileContents:
        """Say what the file holds; what cannot be read becomes a work item."""
        raise NotImplementedError

    @activity.defn(name="process_transaction")
    def process(self, transaction: TransactionRef) -> TransactionProcessed:
        """Process one ST in one transaction: rows, postings, doorbells."""
        raise NotImplementedError

    @activity.defn(name="finish_file")
    def finish(self, file: FileReceived) -> FileProcessed:
        """Close the file."""
        raise NotImplementedError


class Sweeps:
    """Schedules' short looks: they write rows and messages, and carry no business id."""

    @activity.defn(name="sweep_ready")
    def ready(self, sweep: Sweep) -> Swept:
        """Open a batch for each payer that has ready claims."""
        raise NotImplementedError

    @activity.defn(name="sweep_mailbox")
    async def mailbox(self, sweep: Sweep) -> Swept:
        """Take every waiting file into the books, then out of the mailbox."""
        raise NotImplementedError

    @activity.defn(name="sweep_unacknowledged")
    def unacknowledged(self, sweep: Sweep) -> Swept:
        """One work item for each interchange without its TA1 or 999 past the date."""
        raise NotImplementedError

    @activity.defn(name="sweep_outbox")
    async def outbox(self, sweep: Sweep) -> Swept:
        """Deliver papers that wait."""
        raise NotImplementedError

    @activity.defn(name="sweep_deposits")
    def deposits(self, sweep: Sweep) -> Swept:
        """Match the bank's deposits; one work item for each that is overdue."""
        raise NotImplementedError

    @activity.defn(name="sweep_visits")
    def visits(self, sweep: Sweep) -> Swept:
        """Link visits to their charges; one work item for each visit without."""
        raise NotImplementedError

    @activity.defn(name="sweep_lessons")
    def lessons(self, sweep: Sweep) -> Swept:
        """Look at denials that nobody has looked at: what the scrubber could have caught proposes a rule."""
        raise NotImplementedError

    @activity.defn(name="sweep_overpayments")
    def overpayments(self, sweep: Sweep) -> Swept:
        """Open a refund case for each credit balance that has none; close those that the ledger settled."""
        raise NotImplementedError
