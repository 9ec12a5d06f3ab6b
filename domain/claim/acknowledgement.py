"""What the other side said about files and claims before any adjudication: TA1, 999, 277CA."""

from __future__ import annotations

from dataclasses import dataclass

DUPLICATE_INTERCHANGE = "025"
"""TA105: the receiver has this interchange already (X12 005010X231A1, appendix on TA1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeAcknowledged:
    """One TA1."""

    control_number: str
    """ISA13 of our interchange, nine digits."""
    status: str
    """TA104: ``A`` accepted, ``E`` accepted with errors, ``R`` rejected."""
    note: str
    """TA105."""

    @property
    def accepted(self) -> bool:
        """Whether the interchange went on; a duplicate did not, but its first delivery did."""
        return self.status in ("A", "E")

    @property
    def duplicate(self) -> bool:
        """Whether it was refused because the receiver has it already: then it was delivered."""
        return self.note == DUPLICATE_INTERCHANGE


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionalAcknowledged:
    """What a 999 said of one of our transaction sets, or of the whole group."""

    group_control_number: str
    """GS06 (AK102)."""
    control_number: str
    """ST02 (AK202); empty when the 999 speaks of the group as a whole."""
    accepted: bool
    status: str
    """IK501, or AK901 for the group: A and E accepted; R, M, W and X rejected."""
    errors: tuple[str, ...] = ()
    """Each as segment, position, loop and codes, without the bad values: they may be protected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAcknowledged:
    """What a 277CA said of one claim."""

    control_number: str
    """TRN02 of loop 2200D: our CLM01."""
    accepted: bool
    """False: rejected, never adjudicated."""
    category: str
    """STC01-1: A0 to A8."""
    status_code: str
    """STC01-2."""
    entity: str
    """STC01-3."""
    payer_control_number: str
    """REF*1K."""
    text: str
    """STC12, or the codes in words of our own."""
    in_adjudication: bool = False
    """Category A2: proof of timely filing. A1 is a receipt only."""
    action: str = ""
    """STC03: WQ accepts, U rejects."""
    contradictory: bool = False
    """Category and STC03 disagree: counted as rejected, and a person looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRejected:
    """A 277CA that refused everything below our submitter (2200B) or a billing provider (2200C)."""

    reference: str
    """TRN02: at 2200B the BHT03 of our 837."""
    level: str
    """``receiver`` or ``provider``."""
    category: str
    status_code: str
    text: str
