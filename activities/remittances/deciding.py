"""What named persons decide about remittances that wait: post, reject, match, not ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.deciding import Decider, NotDecidable
from activities.inbound.context import Inbound
from activities.remittances import asking
from activities.remittances.loops import Head, Loop, MatchedLoop
from activities.remittances.matching import match_by_hand, match_loops, with_lines
from activities.remittances.posting import Acceptance, post_loops
from activities.remittances.receive import remittance_received
from activities.remittances.rules import money
from activities.remittances.work import Work
from domain.remittance.handling import claim_obstacles
from domain.remittance.remittance import ProviderAdjustment, Remittance, RemittedClaim
from storage import claims, work_items
from storage.models import RemittanceClaim, RemittanceRow, WorkItem
from storage.practice_day import day_at
from storage.remittances import attempts_of
from storage.serialise import from_json

WAITING = ("held", "unmatched")


def _acceptance(decider: Decider) -> Acceptance:
    """The name and reason that stand on what is posted."""
    return Acceptance(by=decider.by, reason=decider.reason)


def _inbound(decider: Decider, file_id: int) -> Inbound:
    """As if the file came now."""
    return Inbound(
        session=decider.session,
        organisation_id=decider.organisation_id,
        file_id=file_id,
        ordinal=0,
        business_at=decider.at,
        today=day_at(decider.session, decider.organisation_id, decider.at),
    )


def post_remittance(decider: Decider, remittance_id: int) -> dict[str, Any]:
    """Post a held transaction; a claim of it that does not balance by itself goes on waiting.

    Raises:
        NotDecidable: it does not wait.
    """
    row, questions = _waiting_remittance(decider, remittance_id)
    inbound = _inbound(decider, row.file_id)
    loops = _waiting_loops(decider.session, remittance_id)
    for place, question in enumerate(questions):
        remittance_received(inbound, _delivered(row, question, loops if place == 0 else []), _acceptance(decider))
    _close(decider, inbound, [question.key for question in questions])
    inbound.deliver_bells()
    left = len(_waiting_loops(decider.session, remittance_id))
    return {"id": f"R{remittance_id}", "state": row.state, "posted": inbound.matched, "waiting": left}


def reject_remittance(decider: Decider, remittance_id: int) -> dict[str, Any]:
    """Refuse a held transaction with all its waiting claims; its deposit stays in unapplied cash.

    Raises:
        NotDecidable: it does not wait.
    """
    row, questions = _waiting_remittance(decider, remittance_id)
    inbound = _inbound(decider, row.file_id)
    if row.state == "held":
        row.state, row.decided_by, row.decided_reason = "rejected", decider.by, decider.reason
    loops = _waiting_loops(decider.session, remittance_id)
    for loop in loops:
        loop.state, loop.decided_by, loop.decided_reason = "rejected", decider.by, decider.reason
    decider.session.flush()
    _close(decider, inbound, [question.key for question in questions])
    work = Work(inbound=inbound)
    if row.state == "rejected":
        # Of a remittance that is posted only a later delivery is refused: its deposit is used up.
        # A negative payment booked no deposit.
        booked = max(row.payment_cents, 0)
        asking.about_money(work, f"remittance:{row.id}", row.trace_number, booked, decider.reason)
    work.write()
    return {"id": f"R{remittance_id}", "state": row.state, "rejected": len(loops)}


def post_loop(decider: Decider, loop_id: int) -> dict[str, Any]:
    """Post a held claim as it stands.

    Raises:
        NotDecidable: it does not wait, or waits with its whole remittance.
    """
    row, head = _waiting_loop(decider, loop_id, ("held",))
    (matched,) = match_loops(decider.session, [_loop(row)])
    return _carry_out(decider, row, head, matched)


def match_loop(
    decider: Decider, loop_id: int, claim_number: int, lines: Mapping[int, int] | None = None
) -> dict[str, Any]:
    """Post a claim that found no match on the claim that a person names; held where it does not
    balance or says what an 835 cannot say.

    ``lines`` is our line for an SVC, by its place from 1. What is posted on that claim already keeps its postings:
    only its lines are named.

    Raises:
        NotDecidable: it does not wait, the claim was never sent, or a line is not there.
        UnknownClaim: no such claim.
    """
    posted = decider.session.get(RemittanceClaim, loop_id)
    if lines and posted is not None and (posted.state, posted.claim_number) == ("posted", claim_number):
        return _name_lines(decider, loop_id, lines)
    row, head = _waiting_loop(decider, loop_id, WAITING)
    claims.get(decider.session, claim_number)
    loop = _loop(row)
    why = claim_obstacles(loop.remitted)
    matched = match_by_hand(decider.session, Loop(key=loop.key, remitted=loop.remitted, why_held=why, row_id=row.id),
                            claim_number, lines)  # fmt: skip
    if matched is None:
        raise NotDecidable(f"claim {claim_number} was never sent to a payer: no remittance can be about it")
    return _carry_out(decider, row, head, matched)


def _name_lines(decider: Decider, loop_id: int, told: Mapping[int, int]) -> dict[str, Any]:
    """Our lines for SVCs of a decision that is posted: no cent moves."""
    row = decider.session.get_one(RemittanceClaim, loop_id, with_for_update=True, populate_existing=True)
    assert row.claim_number is not None
    (sent,) = [one for one in attempts_of(decider.session, {row.claim_number}) if one.attempt == row.attempt]
    places = [entry["line"] for entry in row.lines]
    named = with_lines(places, {line["number"] for line in sent.lines}, told)
    row.lines = [entry | {"line": number} for entry, number in zip(row.lines, named, strict=True)]
    decider.session.flush()
    inbound = _inbound(decider, int(row.loop.get("file", 0)))
    work = Work(inbound=inbound)
    what = ", ".join(f"line {place} of the payer is our line {number}" for place, number in sorted(told.items()))
    key = ":".join(f"{place}={number}" for place, number in sorted(told.items()))
    work.note(row.claim_number, f"remittance_claim:{row.id}:lines:{key}", f"Lines matched: {what}", decider.reason,
              decider.by)  # fmt: skip
    work.write()
    left = [place for place, number in enumerate(named, start=1) if number is None]
    if not left:
        _close(decider, inbound, [asking.lines_key(row.id)])
    return {"id": f"C{row.id}", "state": row.state, "claim": row.claim_number, "paid_cents": row.paid_cents,
            "lines": list(named)}  # fmt: skip


def reject_loop(decider: Decider, loop_id: int) -> dict[str, Any]:
    """Refuse a held claim: its payment stays in unapplied cash until the payer corrects it.

    Raises:
        NotDecidable: it does not wait.
    """
    return _set_aside(decider, loop_id, ("held",), "rejected")


def not_ours(decider: Decider, loop_id: int) -> dict[str, Any]:
    """Set aside a claim that is nobody's here: its payment stays in unapplied cash until it is returned.

    Raises:
        NotDecidable: it does not wait.
    """
    return _set_aside(decider, loop_id, WAITING, "not_ours")


def _carry_out(decider: Decider, row: RemittanceClaim, head: Head, matched: MatchedLoop) -> dict[str, Any]:
    inbound = _inbound(decider, head.file_id)
    _close(decider, inbound, [asking.held_key(row.id), asking.unmatched_key(row.id)])
    work = Work(inbound=inbound)
    post_loops(inbound, work, head, [matched], _acceptance(decider))
    work.write()
    inbound.deliver_bells()
    decider.session.refresh(row)
    return {"id": f"C{row.id}", "state": row.state, "claim": row.claim_number, "paid_cents": row.paid_cents}


def _set_aside(decider: Decider, loop_id: int, states: tuple[str, ...], state: str) -> dict[str, Any]:
    row, head = _waiting_loop(decider, loop_id, states)
    inbound = _inbound(decider, head.file_id)
    row.state, row.decided_by, row.decided_reason = state, decider.by, decider.reason
    decider.session.flush()
    _close(decider, inbound, [asking.held_key(row.id), asking.unmatched_key(row.id)])
    work = Work(inbound=inbound)
    if row.claim_number is not None:
        what = f"The payer's decision was not posted: paid {money(row.paid_cents)} of {money(row.charge_cents)}"
        work.note(row.claim_number, f"remittance_claim:{row.id}:{state}", what, decider.reason, decider.by)
    asking.about_money(work, f"remittance_claim:{row.id}", head.trace_number, row.paid_cents, decider.reason)
    work.write()
    return {"id": f"C{row.id}", "state": row.state, "claim": row.claim_number, "paid_cents": row.paid_cents}


def _close(decider: Decider, inbound: Inbound, keys: list[str]) -> None:
    work_items.close_by_key(decider.session, keys, by=decider.by, on=inbound.today)


def _waiting_remittance(decider: Decider, remittance_id: int) -> tuple[RemittanceRow, list[WorkItem]]:
    row = decider.session.get(RemittanceRow, remittance_id, with_for_update=True)
    if row is None:
        raise NotDecidable(f"no remittance has the id R{remittance_id}: `claimflow remit queue` lists those that wait")
    questions = list(
        decider.session.scalars(
            select(WorkItem)
            .where(
                WorkItem.key.startswith(f"remittance:{remittance_id}:", autoescape=True),
                WorkItem.kind == "remittance_unbalanced",
                WorkItem.closed_on.is_(None),
            )
            .order_by(WorkItem.id)
        )
    )
    if not questions:
        raise NotDecidable(f"remittance R{remittance_id} does not wait: it is {row.state}")
    return row, questions


def _waiting_loops(session: Session, remittance_id: int) -> list[RemittanceClaim]:
    return list(
        session.scalars(
            select(RemittanceClaim)
            .where(RemittanceClaim.remittance_id == remittance_id, RemittanceClaim.state == "held")
            .order_by(RemittanceClaim.id)
            .execution_options(populate_existing=True)
        )
    )


def _waiting_loop(decider: Decider, loop_id: int, states: tuple[str, ...]) -> tuple[RemittanceClaim, Head]:
    found = decider.session.get(RemittanceClaim, loop_id)
    if found is None:
        raise NotDecidable(f"no claim of a remittance has the id C{loop_id}: `claimflow remit queue` lists them")
    # The remittance before its claims: the order in which a delivery locks them.
    remittance = decider.session.get_one(RemittanceRow, found.remittance_id, with_for_update=True)
    row = decider.session.get_one(RemittanceClaim, loop_id, with_for_update=True, populate_existing=True)
    if row.state not in states:
        raise NotDecidable(f"C{loop_id} does not wait for that: it is {row.state.replace('_', ' ')}")
    if remittance.state == "held":
        raise NotDecidable(f"C{loop_id} waits with its whole remittance: decide R{remittance.id} first")
    file_id = int(row.loop.get("file", remittance.file_id))
    return row, Head.of(remittance, file_id)


def _loop(row: RemittanceClaim) -> Loop:
    return Loop(key=row.key, remitted=from_json(RemittedClaim, row.loop), row_id=row.id)


def _delivered(row: RemittanceRow, question: WorkItem, loops: list[RemittanceClaim]) -> Remittance:
    """The transaction as it came, from its rows."""
    return Remittance(
        handling=row.handling,
        payment_cents=question.details["payment_cents"],
        payment_method=row.method,
        payment_date=row.payment_date,
        trace_number=row.trace_number,
        payer_identifier=row.payer_identifier,
        payer_name=row.payer_name,
        payee_npi=row.payee_npi,
        claims=tuple(from_json(RemittedClaim, loop.loop) for loop in loops),
        provider_adjustments=tuple(
            from_json(ProviderAdjustment, entry) for entry in question.details["provider_adjustments"]
        ),
        control_number=str(loops[0].loop.get("transaction", "")) if loops else "",
    )
