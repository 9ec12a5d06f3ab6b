"""Papers that come by mail: requests to payers, statements to patients."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

from simulator.adjudication.corrections import corrected
from simulator.adjudication.verdict import Verdict
from simulator.clearinghouse.answers import free_name, keep_answer
from simulator.clearinghouse.arrivals import arrivals, take_in, waiting_names, work_through
from simulator.clearinghouse.decisions import Decision, decide_anew, standing_decision, verdict_on
from simulator.clearinghouse.desk import Desk, opening_of
from simulator.clearinghouse.known_claims import (
    KnownClaim,
    claim_by_control_number,
    claim_by_icn,
    put_records_on_file,
)
from simulator.clearinghouse.patients import StatementInHand, receive_statement
from simulator.derivation import derived_between
from simulator.persona import Persona
from simulator.store.database import stored

KIND = "paper"
PAYER_PAPERS = ("reopening_request", "records", "appeal")
LETTERS = {
    "reopening_request": "reopening_decision",
    "records": "records_decision",
    "appeal": "appeal_decision",
}
DAYS_FROM_LETTER_TO_MONEY = 5


def take_mail(desk: Desk, now: datetime) -> int:
    """Open every envelope that is complete (its manifest is written last); returns how many."""
    folder = desk.folders.mail
    for name in waiting_names(folder):
        if name.endswith(".json"):
            take_in(desk, folder, KIND, name)
            (folder / f"{name.removesuffix('.json')}.pdf").unlink(missing_ok=True)
    return sum(
        work_through(desk, arrival, now, lambda content: _open(desk, content, now)) for arrival in arrivals(desk, KIND)
    )


def _open(desk: Desk, content: bytes, now: datetime) -> str:
    try:
        manifest = json.loads(content)
        reference, paper = str(manifest["reference"]), str(manifest["paper"])
    except (ValueError, KeyError, TypeError):
        return "not a manifest"
    new = desk.database.execute(
        "INSERT OR IGNORE INTO papers (reference, paper, received_on, manifest) VALUES (?, ?, ?, ?)",
        reference,
        paper,
        now.date().isoformat(),
        json.dumps(manifest, sort_keys=True),
    )
    if not new:
        return "came before"
    try:
        _read(desk, paper, manifest, now)
    except (KeyError, TypeError, ValueError) as unreadable:
        return f"cannot be read: {type(unreadable).__name__}"
    return paper


def _read(desk: Desk, paper: str, manifest: dict[str, Any], now: datetime) -> None:
    if paper in PAYER_PAPERS:
        _review(desk, paper, manifest, now)
    elif paper == "statement":
        statement = StatementInHand(
            organisation=int(manifest["organisation"]),
            account=int(manifest["account"]),
            statement=int(manifest["statement"]),
            step=int(manifest.get("step") or 1),
            balance_cents=int(manifest["balance_cents"]),
            dated=date.fromisoformat(str(manifest["date"])[:10]),
        )
        receive_statement(desk, statement, now)
    # A placement goes to a collection agency; nothing comes back from it here.


def _review(desk: Desk, paper: str, manifest: dict[str, Any], now: datetime) -> None:
    """A reviewer decides the claim again with what the paper brings, and writes a letter."""
    known = _claim_named(desk, manifest)
    persona = desk.personas.get(known.claim.payer if known else str(manifest.get("payer")))
    low, high = persona.delays.letter if persona else (20, 40)
    days = derived_between(low, high, desk.seed, manifest["reference"], "letter")
    letter_on = now.date() + timedelta(days=days)
    favourable = (
        known is not None and persona is not None and _grants(desk, paper, known, persona, manifest, letter_on, now)
    )
    letter = {
        "letter": LETTERS[paper],
        "reference": str(manifest["reference"]),
        "payer": known.claim.payer if known else str(manifest.get("payer") or ""),
        "claim_control_number": str(
            manifest.get("claim_control_number") or (known.claim.control_number if known else "")
        ),
        "decision": "favourable" if favourable else "unfavourable",
        "date": letter_on.isoformat(),
    }
    _keep_letter(desk, letter, opening_of(letter_on, now.tzinfo))


def _claim_named(desk: Desk, manifest: dict[str, Any]) -> KnownClaim | None:
    payer, icn = str(manifest.get("payer") or ""), str(manifest.get("payer_control_number") or "")
    control_number = str(manifest.get("claim_control_number") or "")
    return (claim_by_icn(desk, payer, icn) if icn else None) or (
        claim_by_control_number(desk, control_number, payer) if control_number else None
    )


def _grants(
    desk: Desk,
    paper: str,
    known: KnownClaim,
    persona: Persona,
    manifest: dict[str, Any],
    letter_on: date,
    now: datetime,
) -> bool:
    """Whether the review changes the decision; if so, plans its reversal and the new one."""
    standing = standing_decision(desk, known)
    if standing is None or known.state != "accepted" or _too_late(standing, persona, now):
        return False
    if paper == "records":
        put_records_on_file(desk, known)
        known = _claim_named(desk, manifest) or known
    content = corrected(standing.claim, manifest.get("corrections") or {})
    set_aside = _set_aside(persona, int(manifest.get("level") or 1)) if paper == "appeal" else frozenset()
    verdict = verdict_on(desk, known, content, set_aside=set_aside)
    if not _is_better(verdict, standing.verdict):
        return False
    decide_anew(desk, known, content, verdict, letter_on + timedelta(days=DAYS_FROM_LETTER_TO_MONEY), now)
    return True


def _set_aside(persona: Persona, level: int) -> frozenset[str]:
    """Reasons that an appeal at a level sets aside: those of any level, and those that only the higher ones hear."""
    above = persona.policy.overturned_above
    return frozenset(persona.policy.overturned_on_appeal).union(
        *(reasons for from_level, reasons in above.items() if level >= int(from_level))
    )


def _too_late(standing: Decision, persona: Persona, now: datetime) -> bool:
    limit = timedelta(days=persona.policy.reopening_limit_days)
    return standing.state == "paid" and standing.pay_on + limit < now.date()


def _is_better(new: Verdict, old: Verdict) -> bool:
    """Changed, with no line newly denied."""
    return new != old and new.denied_lines <= old.denied_lines


def _keep_letter(desk: Desk, letter: dict[str, str], due: datetime) -> None:
    reference = re.sub(r"[^A-Za-z0-9_-]", "_", letter["reference"])
    name = free_name(desk, f"letter-{reference}", "json")
    keep_answer(desk, "letter", name, stored(due), json.dumps(letter, indent=1).encode())
