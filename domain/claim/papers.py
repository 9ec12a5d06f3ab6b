"""Papers about a claim that leave by mail, and how each is named: one name for each question to the payer.

A payer takes three questions on paper only: a clerical error reopening (42 CFR 405.980), an appeal
(42 CFR 405.942; 29 CFR 2560.503-1(h)), and the records it asked for (CARC 252, 226).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class PaperKind(StrEnum):
    """What the paper asks; the value is its manifest's own word."""

    REOPENING = "reopening_request"
    APPEAL = "appeal"
    RECORDS = "records"


_WORDS = {PaperKind.REOPENING: "reopening", PaperKind.APPEAL: "appeal", PaperKind.RECORDS: "records"}
_MARKS = {PaperKind.REOPENING: "RO", PaperKind.APPEAL: "AP", PaperKind.RECORDS: "MR"}
_KINDS = {word: kind for kind, word in _WORDS.items()}

KEY_PATTERN = rf"^claim:([0-9]+):v([0-9]+):({'|'.join(_KINDS)})(?::d([0-9]+))?(?::l([0-9]+))?(?::a([0-9]+))?$"
"""Key of the timeline's entry about a paper that was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper: the same claim, version, kind, denial and level are the same paper, however often it is ordered."""

    kind: PaperKind
    claim_number: int
    version: int
    denial: int = 0
    """Which of the payer's decisions it speaks of, counted from 1; 0 for a reopening, which a version names."""
    level: int = 1
    """Level of an appeal."""
    again: int = 1
    """How often this level was filed: a request that was withdrawn and comes again is another paper."""

    @property
    def word(self) -> str:
        """What a biller calls it."""
        return _WORDS[self.kind]

    @property
    def reference(self) -> str:
        """Our number of it; the payer's letter repeats it."""
        return f"{_MARKS[self.kind]}-{self.claim_number}-v{self.version}{self._denial('-')}"

    @property
    def name(self) -> str:
        """Name of its file."""
        return f"{self.word}-{self.claim_number}-v{self.version}{self._denial('-')}"

    @property
    def send_key(self) -> str:
        """Key of its send: the same paper leaves once."""
        return f"{self.word}:{self.claim_number}:v{self.version}{self._denial(':')}"

    @property
    def entry_key(self) -> str:
        """Key of its entry in the claim's timeline, after the claim's own part."""
        return f"v{self.version}:{self.word}{self._denial(':')}"

    def _denial(self, mark: str) -> str:
        level = f"{mark}l{self.level}" if self.level > 1 else ""
        again = f"{mark}a{self.again}" if self.again > 1 else ""
        return f"{mark}d{self.denial}{level}{again}" if self.denial else ""


def paper_of(entry_key: str) -> Paper | None:
    """The paper that a timeline's entry tells of, or None when it tells of something else."""
    found = re.fullmatch(KEY_PATTERN, entry_key)
    if found is None:
        return None
    claim, version, word, denial, level, again = found.groups()
    return Paper(
        kind=_KINDS[word],
        claim_number=int(claim),
        version=int(version),
        denial=int(denial or 0),
        level=int(level or 1),
        again=int(again or 1),
    )
