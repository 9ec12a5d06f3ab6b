"""What became of a file's claims: imported, or refused with a place and a reason."""

from __future__ import annotations

from dataclasses import dataclass

from domain.claim.claim import Encounter


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A claim that could not be imported; the rest of the file goes on."""

    claim: str
    """CLM01 as the file has it; empty where the claim or its transaction set could not be read."""
    segment: str
    """Segment or element, with its loop where that tells more: ``SBR01``, ``DMG (2010BA)``."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """Every claim of a file is in ``encounters`` or in ``refused``. Warnings name claim and segment."""

    encounters: tuple[Encounter, ...]
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def claims(self) -> int:
        """How many claims the file holds."""
        return len(self.encounters) + len(self.refused)


class NotImportable(ValueError):
    """What stops one claim, with its place."""

    def __init__(self, segment: str, why: str) -> None:
        super().__init__(f"{segment}: {why}")
        self.segment = segment
        self.why = why


def require(value: str, segment: str, what: str) -> str:
    """``value``, stripped.

    Raises:
        NotImportable: it is empty.
    """
    stripped = value.strip()
    if not stripped:
        raise NotImportable(segment, f"{what} is missing")
    return stripped
