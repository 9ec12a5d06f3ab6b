"""What payers and the post do in a walk: they acknowledge, decide, take back; late, doubled, out of order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.walk import payer
from tests.walk.decision import Decision, decide, taken_back
from tests.walk.walk import Envelope, Impossible, Walk


async def acknowledge(walk: Walk, facts: dict[str, Any]) -> None:
    """TA1 or 999 for the interchange of an attempt, or 277CA for the attempt itself."""
    sent = _attempt(walk, facts)
    today = (await walk.world.now()).date()
    accepted = bool(facts["accepted"])
    rejects: tuple[int, ...] = () if accepted else (sent.slot_number,)
    if facts["what"] == "TA1":
        rejects = () if accepted else _in_interchange(walk, sent)
        content = payer.interchange_answer(sent, walk.serial, today, accepted=accepted)
        await _answer(walk, Envelope(name=f"TA1-{walk.serial}.x12", content=content, rejects=rejects), facts)
        return
    if facts["what"] == "999":
        rejects = () if accepted else _in_interchange(walk, sent)
        told: Any = payer.functional_answer(sent, accepted=accepted)
    else:
        told = payer.claim_answer(sent, today, accepted=accepted)
    content = payer.sealed(walk.serial, today, told)
    await _answer(walk, Envelope(name=f"{facts['what']}-{walk.serial}.x12", content=content, rejects=rejects), facts)


async def remit(walk: Walk, facts: dict[str, Any]) -> None:
    """An 835 decides an attempt."""
    sent = _attempt(walk, facts)
    if any(d.explained for d in _net(walk, sent)):
        raise Impossible
    decision = decide(
        facts["verdict"],
        sent.charges,
        control_number=sent.control_number,
        icn=sent.icn,
        trace=f"TRN{walk.serial}",
    )
    await _answer(walk, await _envelope(walk, sent, [decision]), facts)


async def take_back(walk: Walk, facts: dict[str, Any]) -> None:
    """A reversal of what was allowed, with or without the correction in the same remittance."""
    sent = _attempt(walk, facts)
    standing = _net(walk, sent)
    if not standing or not standing[-1].explained:
        raise Impossible
    trace = f"TRN{walk.serial}"
    decisions = [taken_back(standing[-1], trace)]
    if facts.get("correction"):
        decisions.append(
            decide(
                facts["correction"], sent.charges, control_number=sent.control_number, icn=sent.icn, trace=trace
            )
        )
    await _answer(walk, await _envelope(walk, sent, decisions), facts)


async def letter(walk: Walk, facts: dict[str, Any]) -> None:
    """A letter about a claim, entered as it reads."""
    number = walk.claims.get(facts["slot"])
    if number is None or walk.seen is None:
        raise Impossible
    row = walk.seen.claims[number]
    attempt = row.attempts[-1][0] if row.attempts else 0
    sent = walk.world.mail.papers.values()
    papers = [paper for paper in sent if str(paper.get("claim_control_number", "")).startswith(f"{number}-")]
    answered = {"newest": papers[-1:], "oldest": papers[:1]}.get(facts.get("answers", ""), [])
    document = {
        "letter": "reopening_decision",
        "reference": answered[0]["reference"] if answered else f"L-{walk.serial}",
        "payer": "MCARE",
        "claim_control_number": f"{number}-{attempt}" if attempt and facts.get("exact") else str(number),
        "decision": facts["decision"],
        "date": (await walk.world.now()).date().isoformat(),
    }
    if not attempt:
        raise Impossible
    unfavourable = facts["decision"] == "unfavourable"
    envelope = Envelope(
        name=f"letter-{walk.serial}.json",
        content=json.dumps(document).encode(),
        letter_for=number if unfavourable else 0,
    )
    await _answer(walk, envelope, facts)


async def deliver_late(walk: Walk, facts: dict[str, Any]) -> None:
    """What was kept back arrives: one file, or all of them with the newest first."""
    if facts.get("all"):
        late, walk.drawer = list(reversed(walk.drawer)), []
    else:
        if facts["which"] >= len(walk.drawer):
            raise Impossible
        late = [walk.drawer.pop(facts["which"])]
    if not late:
        raise Impossible
    await post(walk, late, facts)


async def redeliver(walk: Walk, facts: dict[str, Any]) -> None:
    """The same bytes under another name: nothing changes."""
    if facts["which"] >= len(walk.delivered):
        raise Impossible
    old = walk.delivered[facts["which"]]
    await post(walk, [Envelope(name=f"again-{walk.serial}-{old.name}", content=old.content)], facts)
    walk.quiet = True


async def repack(walk: Walk, facts: dict[str, Any]) -> None:
    """The same remittance inside another file: nothing changes."""
    old = [envelope for envelope in walk.delivered if envelope.decisions]
    if facts["which"] >= len(old):
        raise Impossible
    today = (await walk.world.now()).date()
    parts = old[facts["which"]].parts
    content = payer.sealed(500_000 + walk.serial, today, *parts * (2 if facts.get("twice") else 1))
    await post(walk, [Envelope(name=f"repacked-{walk.serial}.x12", content=content)], facts)
    walk.quiet = True


async def _envelope(walk: Walk, sent: payer.Sent, decisions: Sequence[Decision]) -> Envelope:
    today = (await walk.world.now()).date()
    content = payer.remittance(decisions, sent, today)
    return Envelope(
        name=f"835-{walk.serial}.x12",
        content=payer.sealed(walk.serial, today, content),
        parts=(content,),
        decisions=tuple(decisions),
        announced=content.payment.amount_cents,
        held_back=sum(entry.amount_cents for entry in content.provider_adjustments),
    )


async def _answer(walk: Walk, envelope: Envelope, facts: dict[str, Any]) -> None:
    if facts.get("late"):
        walk.drawer.append(envelope)
    else:
        await post(walk, [envelope], facts)


async def post(walk: Walk, envelopes: Sequence[Envelope], facts: dict[str, Any]) -> None:
    """Put files into our mailbox and let the sweep look; workers may be restarted while it does."""
    for place, envelope in enumerate(envelopes):
        walk.world.mailbox.waiting[f"{place:03d}-{envelope.name}"] = envelope.content
        walk.told(envelope)
    if facts.get("restart"):
        await walk.world.sweep_while_restarting("mailbox", facts["restart"])
    else:
        await walk.world.conductor.sweep("mailbox")


def _attempt(walk: Walk, facts: dict[str, Any]) -> payer.Sent:
    number = walk.claims.get(facts["slot"])
    sent = walk.sent.get(f"{number}-{facts['attempt']}")
    if sent is None:
        raise Impossible
    return sent


def _in_interchange(walk: Walk, sent: payer.Sent) -> tuple[int, ...]:
    return tuple(other.slot_number for other in walk.sent.values() if other.interchange == sent.interchange)


def _net(walk: Walk, sent: payer.Sent) -> list[Decision]:
    """The decisions about an attempt that no reversal took back, those in the drawer included."""
    said = [d for envelope in (*walk.delivered, *walk.drawer) for d in envelope.decisions]
    standing: list[Decision] = []
    for decision in said:
        if decision.control_number != sent.control_number:
            continue
        if decision.sign < 0:
            standing = [d for d in standing if not d.explained]
        else:
            standing.append(decision)
    return standing
