"""Raw bytes that came in or went out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.models import File, FileTransaction
from storage.models.base import Json


class UnknownFile(LookupError):
    """No file has this id in this organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """An inbound file; ``new`` is False for every further delivery of the same bytes, under any name."""

    id: int
    sha256: str
    new: bool


def receive(session: Session, organisation_id: int, name: str, content: bytes, business_at: datetime) -> ReceivedFile:
    """Keep an inbound file once; a repeated delivery only counts."""
    sha256 = hashlib.sha256(content).hexdigest()
    statement = insert(File).values(
        organisation_id=organisation_id,
        direction="in",
        sha256=sha256,
        name=name,
        content=content,
        state="received",
        business_at=business_at,
    )
    # xmax is zero on a row that this statement inserted and did not find.
    file_id, new = session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "direction", "sha256"],
            set_={"deliveries": File.deliveries + 1},
        ).returning(File.id, literal_column("(files.xmax = 0)", Boolean))
    ).one()
    return ReceivedFile(id=file_id, sha256=sha256, new=new)


def build(session: Session, organisation_id: int, name: str, kind: str, content: bytes, business_at: datetime) -> int:
    """Keep an outbound file and return its id; the same bytes again are the same file."""
    sha256 = hashlib.sha256(content).hexdigest()
    statement = insert(File).values(
        organisation_id=organisation_id,
        direction="out",
        sha256=sha256,
        name=name,
        kind=kind,
        content=content,
        state="built",
        business_at=business_at,
    )
    file_id: int | None = session.scalar(statement.on_conflict_do_nothing().returning(File.id))
    if file_id is not None:
        return file_id
    return session.scalars(
        select(File.id).where(File.organisation_id == organisation_id, File.direction == "out", File.sha256 == sha256)
    ).one()


def content(session: Session, file_id: int) -> bytes:
    """Return the bytes of a file.

    Raises:
        UnknownFile: no such file in this organisation.
    """
    found = session.scalar(select(File.content).where(File.id == file_id))
    if found is None:
        raise UnknownFile(f"no file has the id {file_id}")
    return found


def finish(session: Session, file_id: int, *, kind: str, state: str) -> None:
    """Keep what an inbound file turned out to be, and that it is ``processed`` or ``failed``."""
    session.execute(update(File).where(File.id == file_id).values(kind=kind, state=state))


def record_transaction(
    session: Session,
    organisation_id: int,
    file_id: int,
    ordinal: int,
    *,
    kind: str,
    state: str,
    control_number: str = "",
    summary: Json | None = None,
) -> bool:
    """Keep what became of one ST of a file; False when that was kept before."""
    statement = insert(FileTransaction).values(
        organisation_id=organisation_id,
        file_id=file_id,
        ordinal=ordinal,
        kind=kind,
        control_number=control_number,
        state=state,
        summary=summary or {},
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(FileTransaction.id)) is not None
