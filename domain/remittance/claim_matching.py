"""Which attempt of ours a CLP loop speaks of.

By CLM01 as echoed in CLP01 first, whole, then cut or without its suffix; then by the payer's control number
(CLP07); then by member id, date of service and charge together. The weaker a trace, the more must agree with it:
a number that could be anybody's is believed only where charge, member, date or the payer's number fit too. What
is not certain is told as a candidate, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.remittance.remittance import RemittedClaim

MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAttempt:
    """An attempt of ours, with what a payer repeats of it."""

    claim_number: int
    attempt: int
    control_number: str
    """CLM01."""
    charge_cents: int
    service_date: date | None
    member_id: str
    payer_control_number: str = ""
    """As an acknowledgement or an earlier remittance gave it."""
    open: bool = False
    """The payer has not answered it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A claim that may be meant, and why."""

    claim_number: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMatch:
    """The attempt found; None: a person chooses, with the candidates in the order of their likelihood."""

    attempt: SentAttempt | None
    by: str = ""
    candidates: tuple[Candidate, ...] = ()


def match_claim(
    claim: RemittedClaim,
    *,
    named: Sequence[SentAttempt],
    attempt_named: int | None,
    same_payer_number: Sequence[SentAttempt] = (),
    same_day: Sequence[SentAttempt] = (),
) -> ClaimMatch:
    """Match one loop.

    ``named`` are the attempts of the claim whose number CLP01 begins with, ``attempt_named`` the attempt it
    names; ``same_payer_number`` those that carry CLP07; ``same_day`` those of the member or the charge on the date
    of service.
    """
    if whole := next((sent for sent in named if sent.control_number == claim.control_number.strip().upper()), None):
        return ClaimMatch(attempt=whole, by="CLM01")
    if (cut := _meant(named, attempt_named)) and _agrees(claim, cut):
        return ClaimMatch(attempt=cut, by="CLM01 without its suffix")
    numbered = _one_claim(same_payer_number)
    if numbered is not None and _agrees_beyond_number(claim, numbered):
        return ClaimMatch(attempt=numbered, by="payer's control number")
    alike = [sent for sent in same_day if _same_service(claim, sent)]
    if (found := _one_claim(alike)) is not None:
        return ClaimMatch(attempt=found, by="member, date of service and charge")
    return ClaimMatch(attempt=None, candidates=_candidates(claim, named, same_payer_number, same_day))


def _meant(attempts: Sequence[SentAttempt], attempt: int | None) -> SentAttempt | None:
    """The attempt that is named, else the open one, else the last."""
    in_order = sorted(attempts, key=lambda sent: (sent.attempt == attempt, sent.open, sent.attempt))
    return in_order[-1] if in_order else None


def _one_claim(attempts: Sequence[SentAttempt]) -> SentAttempt | None:
    return _meant(attempts, None) if len({sent.claim_number for sent in attempts}) == 1 else None


def _agrees(claim: RemittedClaim, sent: SentAttempt) -> bool:
    same_number = bool(sent.payer_control_number) and sent.payer_control_number == claim.payer_control_number
    return same_number or _agrees_beyond_number(claim, sent)


def _agrees_beyond_number(claim: RemittedClaim, sent: SentAttempt) -> bool:
    return abs(claim.charge_cents) == sent.charge_cents or _same_member(claim, sent) or _same_date(claim, sent)


def _same_service(claim: RemittedClaim, sent: SentAttempt) -> bool:
    same_charge = abs(claim.charge_cents) == sent.charge_cents
    return same_charge and _same_member(claim, sent) and _same_date(claim, sent)


def _same_member(claim: RemittedClaim, sent: SentAttempt) -> bool:
    return bool(sent.member_id) and sent.member_id.upper() == claim.member_id.upper()


def _same_date(claim: RemittedClaim, sent: SentAttempt) -> bool:
    return sent.service_date is not None and sent.service_date == claim.service_date


def _candidates(
    claim: RemittedClaim,
    named: Iterable[SentAttempt],
    same_payer_number: Iterable[SentAttempt],
    same_day: Iterable[SentAttempt],
) -> tuple[Candidate, ...]:
    found: dict[int, str] = {}
    for sent in named:
        found.setdefault(sent.claim_number, "its number begins CLP01, but charge, member and date differ")
    for sent in same_payer_number:
        found.setdefault(sent.claim_number, "the payer's control number")
    for sent in same_day:
        same = ["date of service"]
        same += ["member"] if _same_member(claim, sent) else []
        same += ["charge"] if abs(claim.charge_cents) == sent.charge_cents else []
        found.setdefault(sent.claim_number, f"same {' and '.join(same)}")
    several = [Candidate(claim_number=number, why=why) for number, why in found.items()]
    return tuple(several[:MOST_CANDIDATES])
