"""Which claims of ours the loops of a remittance speak of: a few statements for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from activities.deciding import NotDecidable
from activities.remittances.loops import FoundAttempt, Loop, MatchedLoop
from domain.claim.submission import OPEN_STATES, parse_claim_control_number
from domain.remittance.claim_matching import ClaimMatch, SentAttempt, match_claim
from domain.remittance.matching import SentLine, match_lines
from domain.remittance.remittance import RemittedLine
from storage import remittances


def match_loops(session: Session, loops: Sequence[Loop]) -> list[MatchedLoop]:
    """Match every loop; what its number does not find is looked for by the payer's number and the day."""
    numbered = [parse_claim_control_number(loop.remitted.control_number) for loop in loops]
    wanted = {number[0] for number in numbered if number is not None}
    by_number = _by_claim(remittances.attempts_of(session, wanted))
    found: list[ClaimMatch] = []
    for loop, number in zip(loops, numbered, strict=True):
        named = by_number.get(number[0], []) if number is not None else []
        found.append(
            match_claim(loop.remitted, named=_sent(named), attempt_named=number[1] if number is not None else None)
        )
    known = {(f.sent.claim_number, f.sent.attempt): f for several in by_number.values() for f in several}
    lost = [place for place, match in enumerate(found) if match.attempt is None]
    if lost:
        others = _others(session, [loops[place] for place in lost])
        known |= others.by_attempt
        for place in lost:
            number, remitted = numbered[place], loops[place].remitted
            found[place] = match_claim(
                remitted,
                named=_sent(by_number.get(number[0], [])) if number is not None else (),
                attempt_named=number[1] if number is not None else None,
                same_payer_number=_sent(others.by_payer_number.get(remitted.payer_control_number, [])),
                same_day=_sent(others.on(remitted.service_date, remitted.member_id, abs(remitted.charge_cents))),
            )
    return [_matched(loop, match, known) for loop, match in zip(loops, found, strict=True)]


def match_by_hand(
    session: Session, loop: Loop, claim_number: int, lines: Mapping[int, int] | None = None
) -> MatchedLoop | None:
    """The loop on the open attempt, else the last, of a claim that a person names; None: it was never sent.

    ``lines`` is our line for an SVC, by its place from 1, where the person says so.

    Raises:
        NotDecidable: the loop has no such SVC, or the attempt no such line.
    """
    attempts = [_found(row) for row in remittances.attempts_of(session, {claim_number})]
    if not attempts:
        return None
    chosen = max(attempts, key=lambda found: (found.sent.open, found.sent.attempt))
    match = ClaimMatch(attempt=chosen.sent, by="a person")
    matched = _matched(loop, match, {(chosen.sent.claim_number, chosen.sent.attempt): chosen})
    return replace(matched, lines=with_lines(matched.lines, {line["number"] for line in chosen.row.lines}, lines or {}))


def with_lines(
    matched: Sequence[int | None], ours: Collection[int], told: Mapping[int, int]
) -> tuple[int | None, ...]:
    """Our line for each SVC, with those that a person told instead of what was found.

    Raises:
        NotDecidable: there is no such SVC, or no such line of ours.
    """
    for place, number in told.items():
        if not 1 <= place <= len(matched):
            raise NotDecidable(f"the payer's decision has no line {place}: it has {len(matched)}")
        if number not in ours:
            raise NotDecidable(f"the claim as sent has no line {number}: it has {', '.join(map(str, sorted(ours)))}")
    return tuple(told.get(place, number) for place, number in enumerate(matched, start=1))


class _Others:
    """Attempts that the weaker rules may find."""

    def __init__(self, by_payer_number: dict[str, list[FoundAttempt]], by_day: list[FoundAttempt]) -> None:
        self.by_payer_number = by_payer_number
        numbered = (found for several in by_payer_number.values() for found in several)
        self.by_attempt = {(f.sent.claim_number, f.sent.attempt): f for f in (*numbered, *by_day)}
        self._by_day: dict[date, list[FoundAttempt]] = defaultdict(list)
        for found in by_day:
            if found.sent.service_date is not None:
                self._by_day[found.sent.service_date].append(found)

    def on(self, day: date | None, member_id: str, charge_cents: int) -> list[FoundAttempt]:
        """Attempts of that day with the member or the charge."""
        if day is None:
            return []
        return [
            found
            for found in self._by_day.get(day, [])
            if (member_id and found.sent.member_id.upper() == member_id.upper())
            or found.sent.charge_cents == charge_cents
        ]


def _others(session: Session, lost: Sequence[Loop]) -> _Others:
    numbers = {loop.remitted.payer_control_number for loop in lost} - {""}
    days = {day for loop in lost if (day := loop.remitted.service_date) is not None}
    claims = remittances.claims_by_payer_number(session, numbers)
    attempts = _by_claim(remittances.attempts_of(session, set().union(*claims.values())))
    return _Others(
        {number: [found for claim in sorted(several) for found in attempts.get(claim, [])]
         for number, several in claims.items()},
        [_found(row) for row in remittances.attempts_on_days(session, days)],
    )  # fmt: skip


def _by_claim(rows: Iterable[Row[Any]]) -> dict[int, list[FoundAttempt]]:
    found: dict[int, list[FoundAttempt]] = defaultdict(list)
    for row in rows:
        found[row.claim_number].append(_found(row))
    return found


def _found(row: Row[Any]) -> FoundAttempt:
    return FoundAttempt(
        row=row,
        sent=SentAttempt(
            claim_number=row.claim_number,
            attempt=row.attempt,
            control_number=row.control_number,
            charge_cents=sum(line["charge_cents"] for line in row.lines),
            service_date=min((date.fromisoformat(line["service_from"]) for line in row.lines), default=None),
            member_id=row.member_id or "",
            payer_control_number=row.payer_control_number,
            open=row.state in OPEN_STATES,
        ),
    )


def _sent(found: Sequence[FoundAttempt]) -> list[SentAttempt]:
    return [one.sent for one in found]


def _matched(loop: Loop, match: ClaimMatch, known: dict[tuple[int, int], FoundAttempt]) -> MatchedLoop:
    if match.attempt is None:
        return MatchedLoop(loop=loop, found=None, candidates=match.candidates, lines=(None,) * len(loop.remitted.lines))
    found = known[(match.attempt.claim_number, match.attempt.attempt)]
    return MatchedLoop(loop=loop, found=found, by=match.by, lines=_lines(loop.remitted.lines, found.row.lines))


def _lines(remitted: Sequence[RemittedLine], sent: Sequence[dict[str, Any]]) -> tuple[int | None, ...]:
    by_control = {str(line["number"]): line["number"] for line in sent}
    named = tuple(by_control.get(line.line_control_number) for line in remitted)
    if None not in named:
        return named
    ours = [
        SentLine(
            number=line["number"],
            control_number=str(line["number"]),
            procedure=line["procedure"],
            modifiers=tuple(line.get("modifiers", ())),
            charge_cents=line["charge_cents"],
        )
        for line in sent
    ]
    return tuple(match.line_number for match in match_lines(remitted, ours))
