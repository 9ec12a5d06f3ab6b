"""What a payer's reviewer has on the desk when deciding a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simulator.claim import SubmittedClaim
from simulator.persona import Persona


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim, the payer it came to, and the few facts outside the claim that a rule may ask for."""

    claim: SubmittedClaim
    persona: Persona
    received_on: date
    repeats_earlier_claim: bool = False
    """The same services were already decided for this patient."""
    records_on_file: bool = False
    """Medical records for this claim came by mail."""
    set_aside: frozenset[str] = frozenset()
    """Claim adjustment reasons that an appeal has overturned."""
