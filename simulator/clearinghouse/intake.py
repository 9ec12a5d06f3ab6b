"""An interchange of claims comes in: acknowledged, opened, each claim refused or decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

import x12
from simulator.adjudication.front_door import PAYER_UNKNOWN, FrontDoor, Refusal, refusal_at_the_door
from simulator.claim import SubmittedClaim
from simulator.clearinghouse.answers import free_name, keep_answer
from simulator.clearinghouse.arrivals import arrivals, take_in, waiting_names, work_through
from simulator.clearinghouse.decisions import decide, payment_day, take_back
from simulator.clearinghouse.desk import Desk, due_after, opening_of
from simulator.clearinghouse.known_claims import KnownClaim, add_claim, claim_by_icn, set_state
from simulator.clearinghouse.misbehaviour import misbehaviour
from simulator.store.database import stored
from simulator.wire.acknowledgements import implementation_acknowledgement, interchange_acknowledgement
from simulator.wire.claim_acknowledgement import ClaimReceipt, claim_acknowledgement
from simulator.wire.claims import submitted_claim
from simulator.wire.envelope import header_of, interchange
from simulator.wire.institutional_claims import submitted_institutional_claim

KIND = "claims"
Submission = x12.ProfessionalClaims | x12.InstitutionalClaims


def take_claims(desk: Desk, now: datetime) -> int:
    """Work through every interchange that waits; returns how many."""
    for name in waiting_names(desk.folders.inbound):
        take_in(desk, desk.folders.inbound, KIND, name)
    return sum(
        work_through(desk, arrival, now, lambda content: _receive(desk, content, now))
        for arrival in arrivals(desk, KIND)
    )


def _receive(desk: Desk, content: bytes, now: datetime) -> str:
    habits = misbehaviour(desk.database)
    number = desk.database.next_number("received")
    if habits.loses(habits.lose_inbound, desk.seed, content.hex()[:400], number):
        return "lost"
    file = x12.read_file(content)
    for received in file.interchanges:
        _receive_interchange(desk, received, now)
    return "read" if file.interchanges else "not X12"


def _receive_interchange(desk: Desk, received: x12.Interchange, now: datetime) -> None:
    sender, receiver = received.header.sender_id, received.header.receiver_id
    number = received.header.control_number
    new = desk.database.execute(
        "INSERT OR IGNORE INTO interchanges (sender, receiver, control_number, received_at) VALUES (?, ?, ?, ?)",
        sender,
        receiver,
        number,
        stored(now),
    )
    answer = interchange_acknowledgement(received, duplicate=not new)
    header = header_of(desk, receiver, sender, now)
    stem = f"ta1-{sender}-{receiver}-{number:09d}".lower()
    keep_answer(desk, "ta1", free_name(desk, stem, "x12"), stored(now), x12.write_interchange(header, (), [answer]))
    if answer.status != "R":
        for group in received.groups:
            _receive_group(desk, received.header, group, now)


def _receive_group(desk: Desk, header: x12.InterchangeHeader, group: x12.FunctionalGroup, now: datetime) -> None:
    answer = implementation_acknowledgement(group)
    stem = f"999-{header.sender_id}-{header.receiver_id}-{header.control_number:09d}".lower()
    content = interchange(desk, header.receiver_id, header.sender_id, now, answer)
    keep_answer(desk, "999", free_name(desk, stem, "x12"), stored(now), content)
    if answer.status == "R":
        return
    for transaction, told in zip(group.transactions, answer.transactions, strict=True):
        if told.status != "R" and isinstance(transaction.content, Submission):
            _receive_claims(desk, header, transaction.content, now)


def _receive_claims(desk: Desk, header: x12.InterchangeHeader, submission: Submission, now: datetime) -> None:
    claims = _submitted(submission, header.sender_id)
    for payer, members in groupby(sorted(claims, key=lambda claim: claim.payer), key=lambda c: c.payer):
        receipts = [_receive_claim(desk, claim, now) for claim in members]
        _keep_claim_acknowledgement(desk, payer, submission, receipts, header, now)


def _submitted(submission: Submission, sender: str) -> list[SubmittedClaim]:
    if isinstance(submission, x12.InstitutionalClaims):
        return [submitted_institutional_claim(claim, sender, submission.date) for claim in submission.claims]
    return [submitted_claim(claim, sender, submission.date) for claim in submission.claims]


def _receive_claim(desk: Desk, claim: SubmittedClaim, now: datetime) -> ClaimReceipt:
    earlier = claim_by_icn(desk, claim.payer, claim.original_reference) if claim.original_reference else None
    refusal = _refusal(desk, claim, earlier)
    known = add_claim(desk, claim, now.date(), refusal)
    if refusal is None:
        _decide_by_frequency(desk, known, earlier, now)
    return ClaimReceipt(claim=claim, refusal=refusal, icn=known.icn)


def _refusal(desk: Desk, claim: SubmittedClaim, earlier: KnownClaim | None) -> Refusal | None:
    persona = desk.personas.get(claim.payer)
    if persona is None:
        return PAYER_UNKNOWN
    return refusal_at_the_door(FrontDoor(claim=claim, persona=persona, names_known_claim=earlier is not None))


def _decide_by_frequency(desk: Desk, known: KnownClaim, earlier: KnownClaim | None, now: datetime) -> None:
    """An original is decided; a replacement or reopening too, with the earlier claim reversed; a void only reverses."""
    if earlier is not None and known.claim.frequency in ("7", "8", "Q"):
        take_back(desk, earlier, payment_day(desk, known, now), now)
    if earlier is not None and known.claim.frequency == "8":
        set_state(desk, earlier, "void")
        set_state(desk, known, "void")
        return
    if earlier is not None and known.claim.frequency in ("7", "Q"):
        set_state(desk, earlier, "replaced", replaced_by=known.id)
    decide(desk, known, now)


def _keep_claim_acknowledgement(
    desk: Desk,
    payer: str,
    submission: Submission,
    receipts: Iterable[ClaimReceipt],
    header: x12.InterchangeHeader,
    now: datetime,
) -> None:
    persona = desk.personas.get(payer)
    days = persona.delays.claim_acknowledgement if persona else 0
    told = now if days == 0 else opening_of(now.date() + timedelta(days=days), now.tzinfo)
    content = claim_acknowledgement(persona, submission, receipts, now.date(), told)
    stem = f"277ca-{payer or 'unknown'}-{header.sender_id}-{header.control_number:09d}".lower()
    keep_answer(
        desk,
        "277ca",
        free_name(desk, stem, "x12"),
        due_after(now, days),
        interchange(desk, header.receiver_id, header.sender_id, told, content),
    )
