"""What went over the wire: files, batches, control numbers, outbox, doorbells."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Identity, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.sending import SendKind
from storage.models.base import SESSION_ORGANISATION, Base, Id, Json, Owned, Recorded, one_of, same_organisation


class File(Base, Owned, Recorded):
    """Raw bytes that came in or went out, one row for each content."""

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        UniqueConstraint("organisation_id", "direction", "sha256"),
    )

    id: Mapped[Id]
    direction: Mapped[str]
    """``in`` or ``out``."""
    sha256: Mapped[str]
    name: Mapped[str]
    """The name it was first seen under."""
    kind: Mapped[str] = mapped_column(server_default="")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    """In: ``received``, ``processed``, ``failed``. Out: ``built``."""
    deliveries: Mapped[int] = mapped_column(server_default="1")
    business_at: Mapped[datetime]


class FileTransaction(Base, Owned, Recorded):
    """One transaction set of an inbound file and what became of it."""

    __tablename__ = "file_transactions"
    __table_args__ = (
        same_organisation("file_transactions", "file_id", "files.id"),
        UniqueConstraint("file_id", "ordinal"),
    )

    id: Mapped[Id]
    file_id: Mapped[int]
    ordinal: Mapped[int]
    kind: Mapped[str]
    control_number: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str]
    """``processed``, ``held`` (a person decides) or ``refused``."""
    summary: Mapped[Json]


class Batch(Base, Owned, Recorded):
    """One interchange of claims to one payer."""

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        same_organisation("batches", "file_id", "files.id"),
        UniqueConstraint("organisation_id", "window_key"),
    )

    number: Mapped[int] = mapped_column(Identity(start=50001), primary_key=True)
    payer_code: Mapped[str]
    window_key: Mapped[str]
    state: Mapped[str]
    """``open``, ``built``, ``sent``, ``acknowledged``, ``refused``, ``empty``."""
    business_at: Mapped[datetime]
    file_id: Mapped[int | None]
    interchange_control_number: Mapped[str] = mapped_column(server_default="", index=True)
    group_control_number: Mapped[str] = mapped_column(server_default="")
    claims: Mapped[int] = mapped_column(server_default="0")
    acknowledged_on: Mapped[date | None]
    acknowledgement: Mapped[str] = mapped_column(server_default="")


class ControlNumber(Base, Owned):
    """The durable sequence of ISA13, GS06 and ST02 for a sender and a receiver.

    It belongs to the pair on the wire: organisations that send under one submitter id share it, through the
    function ``draw_control_numbers``; ``organisation_id`` is the one that drew first.
    """

    __tablename__ = "control_numbers"

    sender: Mapped[str] = mapped_column(primary_key=True)
    receiver: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Outbox(Base, Owned, Recorded):
    """An effect outside: intended in the transaction of its cause, then sent, then acknowledged."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        same_organisation("outbox", "file_id", "files.id"),
        UniqueConstraint("organisation_id", "key"),
        CheckConstraint(one_of("send_kind", SendKind), name="send_kind"),
        Index("ix_outbox_unsent", "id", postgresql_where=text("state in ('intended', 'sending')")),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """Business key of the effect."""
    send_kind: Mapped[str]
    """``keyed``, ``recognised`` or ``blind``: what may be done after an uncertain outcome."""
    channel: Mapped[str]
    """``claims`` (SFTP inbound folder) or ``mail`` (papers and statements)."""
    name: Mapped[str]
    """File name at the receiver: the same on every repeat."""
    file_id: Mapped[int]
    manifest: Mapped[Json | None]
    state: Mapped[str]
    """``intended``, ``sending``, ``sent``, ``acknowledged``, ``uncertain``, ``refused``."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    uncertain: Mapped[bool] = mapped_column(server_default="false")
    """Some attempt began and nobody knows how it ended."""
    last_error: Mapped[str] = mapped_column(server_default="")
    business_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class WorkflowMessage(Base, Owned, Recorded):
    """A doorbell: the dispatcher starts or signals the workflow from it, in order for each workflow."""

    __tablename__ = "workflow_messages"
    __table_args__ = (
        Index("ix_workflow_messages_due", "id", postgresql_where=text("delivered_at is null")),
        Index("ix_workflow_messages_recipient", "recipient", "number"),
    )

    id: Mapped[Id]
    recipient: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str]
    reference: Mapped[str]
    outcome: Mapped[str]
    business_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str] = mapped_column(server_default="")
    retry_at: Mapped[datetime | None]
    """Real time before which a failed delivery, and all later ones of its workflow, wait."""


class ActivityResult(Base):
    """Result of a step, written in the transaction of its effect: a repeat returns it and does nothing."""

    __tablename__ = "activity_results"

    organisation_id: Mapped[int] = mapped_column(primary_key=True, server_default=text(SESSION_ORGANISATION))
    """Zero for a step of the system; it refers to no row, so that a step costs no lock elsewhere."""
    key: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[Json]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class BusinessClockRow(Base):
    """One row: the offset of business time to real time, zero in production."""

    __tablename__ = "business_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    offset_seconds: Mapped[int]
    step: Mapped[int] = mapped_column(server_default="0")
