"""Which step comes next: one of those possible now, chosen by the seed and the step's number alone."""

from __future__ import annotations

from typing import Any

from tests.walk.decision import VERDICTS
from tests.walk.script import Step, number, one_of, weighted
from tests.walk.visits import PATIENTS, SLOTS
from tests.walk.walk import Walk

OPEN_AT_ONCE = 6
CACHED = 1000
_RESTART_EVERY = 10
_LOST_TASK_EVERY = 25
_LATE_EVERY = 5


def next_step(walk: Walk, seed: str, place: int) -> Step:
    """The step at this place of the walk."""

    def pick(options: Any, *question: object) -> Any:
        return one_of(options, seed, place, *question)

    def chance(one_in: int, *question: object) -> bool:
        return number(seed, place, "chance", *question) % one_in == 0

    options: list[tuple[int, Step]] = []

    def may(weight: int, kind: str, **facts: Any) -> None:
        said = {name: value for name, value in facts.items() if value is not None and value is not False}
        options.append((weight, Step(kind=kind, facts=said)))

    claims = walk.seen.claims if walk.seen is not None else {}
    stages = {slot: claims[n].stage for slot, n in walk.claims.items() if n in claims}
    still_open = [slot for slot, stage in stages.items() if stage != "closed"]
    if len(still_open) < OPEN_AT_ONCE and len(walk.claims) < len(SLOTS):
        mood = weighted(
            [(12, "active"), (2, "inactive"), (1, "unknown"), (2, "refusing")], seed, place, "mood"
        )
        may(
            30 if len(walk.claims) < OPEN_AT_ONCE else 4, "check_in",
            slot=len(walk.claims), mood=mood, fault=chance(6, "fault"),
        )  # fmt: skip
    if not stages:
        return weighted(options, seed, place)
    # A task that was handed to a worker as it stopped is lost until its time limit: seldom, since it takes minutes.
    during = "during" if chance(_LOST_TASK_EVERY, "during") else "before"
    restarts = during if chance(_RESTART_EVERY, "restart") else None
    late = chance(_LATE_EVERY, "late")
    ready = [s for s, n in walk.claims.items() if any(state == "ready" for _, state in claims[n].attempts)]
    may(24 if ready else 1, "sweep", what="ready", restart=restarts)
    may(3 if "under_review" in stages.values() else 1, "sweep", what="outbox")
    may(1, "sweep", what="unacknowledged")
    _payers(walk, may, pick, restarts, late)
    _people(walk, may, pick, chance, stages, place)
    may(10, "clock", days=None if chance(4, "whole") is False else pick([1, 3, 10], "days"))
    if walk.world.cached < CACHED:
        # A small cache throws away local activities under way: their tasks are tried again after ten seconds.
        may(20, "restart", cached=CACHED)
    may(3, "restart", cached=pick([CACHED, CACHED, CACHED, 2, 0], "cached"))
    slot = pick(sorted(stages), "terminated")
    may(3, "terminate", **({"slot": slot} if chance(2, "which") else {"patient": SLOTS[slot].patient}))
    return weighted(options, seed, place)


def _payers(walk: Walk, may: Any, pick: Any, restarts: str | None, late: bool) -> None:
    if walk.sent:
        assert walk.seen is not None
        waiting = [
            f"{claim.number}-{attempt}"
            for claim in walk.seen.claims.values()
            for attempt, state in claim.attempts
            if state in ("sent", "accepted") or (claim.stage == "under_review" and state == "answered")
        ]
        waiting = sorted(walk.sent.keys() & set(waiting))
        sent = walk.sent[pick(waiting if waiting and pick(range(5), "waiting") else sorted(walk.sent), "attempt")]
        slot = next(s for s, n in walk.claims.items() if n == sent.slot_number)
        where = {"slot": slot, "attempt": sent.attempt}
        what = pick(["277CA", "277CA", "999", "TA1"], "acknowledgement")
        accepted = pick([1, 1, 0], "accepted")
        may(9 if waiting else 4, "acknowledge", **where, what=what, accepted=accepted, late=late, restart=restarts)
        may(26 if waiting else 8, "remit", **where, verdict=pick(VERDICTS, "verdict"), late=late, restart=restarts)
        correction = pick([*VERDICTS, None, None, None], "correction")
        may(5, "take_back", **where, correction=correction, late=late, restart=restarts)
    if walk.drawer:
        may(8, "deliver_late", which=pick(range(len(walk.drawer)), "drawer"), restart=restarts)
        may(3, "deliver_late", all=True)
    if walk.delivered:
        may(4, "redeliver", which=pick(range(len(walk.delivered)), "redeliver"), restart=restarts)
    decided = [envelope for envelope in walk.delivered if envelope.decisions]
    if decided:
        may(4, "repack", which=pick(range(len(decided)), "repack"), twice=pick([0, 1], "twice") == 1)


def _people(walk: Walk, may: Any, pick: Any, chance: Any, stages: dict[int, str], place: int) -> None:
    people = sorted(slot for slot, stage in stages.items() if stage in _FOR_PEOPLE)
    slot = pick(people if people and not chance(4, "anybody") else sorted(stages), "slot")
    via = pick(["update", "signal"], "via")
    verb = pick(_LIKELY.get(stages[slot], ["hold", "correct"]), "verb")
    open_on_paper = sorted({order for d in walk.model.claims[walk.claims[slot]].newest for order in d.answers})
    if stages[slot] == "denied" and open_on_paper and chance(2, "paper"):
        verb = pick(open_on_paper, "paper")
    assert walk.seen is not None
    if walk.seen.claims[walk.claims[slot]].held and chance(2, "release"):
        verb = "release"
    body = weighted_body(pick)
    how = pick(["text", "no id", "unknown field", "unknown verb", "no line", "version"], "how")
    changes = _changes(walk, slot, pick) if verb == "correct" else None
    may(26 if people else 10, "command", slot=slot, verb=verb, via=via, body=body, how=how if body == "wrong" else None,
        id=place, changes=changes)  # fmt: skip
    if walk.orders:
        may(3, "repeat_command", which=pick(range(len(walk.orders)), "order"), via=via)
    may(2, "line", slot=slot, mood=pick(["active", "active", "refusing", "paid", "lost", "pending"], "mood"))
    if stages[slot] == "under_review" or chance(8, "letter"):
        may(6, "letter", slot=slot, decision=pick(["unfavourable", "favourable"], "decision"), exact=chance(2, "exact"),
            answers=pick([None, "newest", "newest", "oldest"], "answers"))  # fmt: skip
    for patient in range(PATIENTS):
        account = walk.accounts.get(patient)
        if account is None:
            continue
        owes = walk.model.asked_at_most(account) > 0
        amount = pick(["exact", "exact", "part", "more"], "amount", patient)
        if owes or (amount == "more" and chance(6, "ahead", patient)):
            twice = chance(4, "twice", patient)
            may(7 if owes else 1, "pay", patient=patient, amount=amount, check=f"{place}P{patient}", twice=twice)
        if walk.seen.accounts[account].stage == "waiting" or (owes and chance(6, "approve", patient)):
            may(6, "approve", patient=patient, id=f"{place}P{patient}")
    if walk.checks:
        may(2, "pay_again", which=pick(range(len(walk.checks)), "check"))


_FOR_PEOPLE = {"coverage_issue", "findings", "rejected", "denied", "payer_silent", "needs_review"}
_LIKELY = {
    "coverage_issue": ["correct", "hold", "void"],
    "findings": ["correct", "correct", "write_off", "hold"],
    "with_payer": ["hold", "correct", "write_off"],
    "rejected": ["correct", "resubmit", "write_off", "void", "hold"],
    "denied": ["correct", "correct", "resubmit", "appeal", "appeal", "send_records", "write_off", "hold"],
    "under_review": ["hold", "correct", "appeal"],
    "payer_silent": ["resubmit", "correct", "write_off", "hold"],
    "needs_review": ["correct", "write_off", "resubmit", "appeal", "hold"],
    "patient_balance": ["hold", "correct", "write_off", "resubmit"],
    "closed": ["correct", "resubmit", "void", "write_off"],
}


def weighted_body(pick: Any) -> str:
    body: str = pick(["right"] * 7 + ["wrong"] * 2 + ["stale"], "body")
    return body


def _changes(walk: Walk, slot: int, pick: Any) -> dict[str, str]:
    assert walk.seen is not None
    charge = walk.charges[slot][1] + 100
    if walk.seen.claims[walk.claims[slot]].stage in ("findings", "coverage_issue") and pick(range(3), "mended"):
        return {"lines.1.diagnosis_pointers": "1", "authorization_number": f"A{slot}{pick(range(90), 'number')}"}
    return pick(  # type: ignore[no-any-return]
        [
            {"lines.1.diagnosis_pointers": "1"},
            {"lines.1.modifiers": "25"},
            {"lines.1.modifiers": ""},
            {"lines.2.charge_cents": str(charge)},
            {"diagnoses": "I10,E119"},
            {"diagnoses": "E119,I10", "lines.1.diagnosis_pointers": "1"},
            {"authorization_number": f"A{slot}77"},
        ],
        "changes",
    )
