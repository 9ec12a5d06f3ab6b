"""What is on its way into the books: the head of a remittance and its CLP loops, each with its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from activities.remitted import with_sent_modifiers
from domain.coverage.coverage import PayerKind
from domain.denials.classification import Adjudication
from domain.remittance.claim_matching import Candidate, SentAttempt
from domain.remittance.remittance import Remittance, RemittedClaim
from storage.models import RemittanceRow
from storage.models.base import Json

POSTER = "payer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every loop of a remittance shares."""

    remittance_id: int
    trace_number: str
    payer_name: str
    file_id: int
    transaction: str
    """ST02, empty where a person acts long after."""

    @classmethod
    def of(cls, row: RemittanceRow, file_id: int, remittance: Remittance | None = None) -> Head:
        """The head of a remittance as it is delivered now, or as its row tells it."""
        return cls(
            remittance_id=row.id,
            trace_number=row.trace_number,
            payer_name=(remittance.payer_name if remittance is not None else row.payer_name) or POSTER,
            file_id=file_id,
            transaction=remittance.control_number if remittance is not None else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One CLP loop to post, hold or queue."""

    key: str
    remitted: RemittedClaim
    why_held: str = ""
    """Why it may not be posted without a person: its arithmetic, or what contradicts it."""
    row_id: int | None = None
    """Its row, where it has waited before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAttempt:
    """An attempt of ours from its rows."""

    row: Row[Any]
    sent: SentAttempt

    @property
    def claim_number(self) -> int:
        """Its claim."""
        return int(self.row.claim_number)

    @property
    def other_payers(self) -> tuple[Json, ...]:
        """The payers after the first, in the order of benefits, as the content that was sent names them."""
        return tuple(other["coverage"]["payer"] for other in self.row.other_coverages or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedLoop:
    """A loop with the attempt it answers, or with candidates."""

    loop: Loop
    found: FoundAttempt | None
    by: str = ""
    candidates: tuple[Candidate, ...] = ()
    lines: tuple[int | None, ...] = ()
    """Our line for each SVC, in order; None where none was found."""

    @property
    def sent_modifiers(self) -> tuple[tuple[str, ...], ...]:
        """For each SVC without modifiers of its own, those of our line with the same procedure."""
        ours = {} if self.found is None else {line["number"]: line for line in self.found.row.lines}
        return tuple(
            tuple(ours[number].get("modifiers", ()))
            if number in ours and not line.modifiers and ours[number]["procedure"] == line.procedure
            else ()
            for line, number in zip(self.loop.remitted.lines, self.lines, strict=True)
        )

    @property
    def remitted(self) -> RemittedClaim:
        """What the payer decided, with the modifiers that were sent where it left them out."""
        return with_sent_modifiers(self.loop.remitted, self.sent_modifiers)

    @property
    def state(self) -> str:
        """What becomes of the loop's row."""
        if self.found is None:
            return "unmatched"
        return "held" if self.loop.why_held else "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A loop with what it means at its payer."""

    matched: MatchedLoop
    payer_kind: PayerKind
    payer_code: str
    meaning: Adjudication
