"""Everything a day's work at the clearinghouse needs, in one hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from simulator.persona import Fee, Persona, load_fee_schedule, load_personas
from simulator.store.database import Database, moment, stored

OPENING_HOUR = time(6, 0)
"""Answers of a later day lie in the mailbox from this hour on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The simulator's folders; the first three are what an SFTP user sees."""

    state: Path

    @property
    def sftp_root(self) -> Path:
        return self.state / "sftp"

    @property
    def inbound(self) -> Path:
        return self.sftp_root / "inbound"

    @property
    def outbound(self) -> Path:
        return self.sftp_root / "outbound"

    @property
    def mail(self) -> Path:
        return self.sftp_root / "mail"

    @property
    def work(self) -> Path:
        """Arrivals taken out of the user's folders, not yet worked through."""
        return self.state / "work"

    @property
    def staging(self) -> Path:
        """Answers being written, before they are renamed into the mailbox."""
        return self.state / "staging"

    @property
    def database(self) -> Path:
        return self.state / "simulator.sqlite"

    def create(self) -> None:
        """Make every folder that is not there yet."""
        for folder in (self.inbound, self.outbound, self.mail, self.work, self.staging):
            folder.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Books, folders, payers and the seed."""

    database: Database
    folders: Folders
    seed: int
    personas: dict[str, Persona] = field(default_factory=load_personas)
    fees: dict[str, Fee] = field(default_factory=load_fee_schedule)

    def now(self) -> datetime | None:
        """The latest business time that was told; None before the first."""
        text = self.database.fact("now")
        return moment(text) if text else None

    def advance_to(self, now: datetime) -> datetime:
        """Remember a business time; it never goes back, and the later one is returned."""
        known = self.now()
        if known is not None and known >= now:
            return known
        self.database.remember("now", now.isoformat(timespec="seconds"))
        return now


def opening_of(day: date, zone: tzinfo | None) -> datetime:
    """When the answers of a day are laid into the mailbox."""
    return datetime.combine(day, OPENING_HOUR, tzinfo=zone)


def due_after(now: datetime, days: int) -> str:
    """When an answer that takes so many days is due, as stored: at once for none, else at opening."""
    return stored(now) if days == 0 else stored(opening_of(now.date() + timedelta(days=days), now.tzinfo))
