"""What a person is asked about a remittance, with the arithmetic and the command that answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from activities.remittances.loops import Head, MatchedLoop, Understood
from activities.remittances.rules import money
from activities.remittances.work import Work
from domain.ledger.posting import plan_deposit
from domain.remittance.remittance import ProviderAdjustment, Remittance, RemittedClaim
from storage.models import RemittanceRow
from storage.serialise import to_json

_BOOKED = "The deposit is booked as unapplied cash."
_NOT_BOOKED = "No deposit is booked."


def about_remittance(work: Work, row: RemittanceRow, remittance: Remittance, problems: Sequence[str]) -> None:
    """The whole transaction waits."""
    work.ask(
        unbalanced_key(row.id),
        "remittance_unbalanced",
        f"Remittance {remittance.trace_number} is held: {'; '.join(problems)}",
        f"{_BOOKED if plan_deposit(remittance) else _NOT_BOOKED} `claimflow remit post R{row.id}` posts its claims "
        f"with your reason, `claimflow remit reject R{row.id}` refuses it",
        details=_told(row, remittance, problems),
    )


def about_second_delivery(work: Work, row: RemittanceRow, remittance: Remittance, problems: Sequence[str]) -> None:
    """A further delivery of a known trace brings loops that cannot be posted with it."""
    held = "the remittance" if row.state == "held" else "its new claims"
    work.ask(
        f"remittance:{row.id}:delivery:{work.inbound.file_id}:{work.inbound.ordinal}",
        "remittance_unbalanced",
        f"Remittance {remittance.trace_number} came again with other claims: {'; '.join(problems)}",
        f"`claimflow remit queue` lists them; post or reject {held} with your reason, or ask the payer what holds",
        details=_told(row, remittance, problems),
    )


def _told(row: RemittanceRow, remittance: Remittance, problems: Sequence[str]) -> dict[str, Any]:
    """What a later decision needs beside the loops' rows."""
    return {
        "remittance": row.id,
        "problems": list(problems),
        "payment_cents": remittance.payment_cents,
        "provider_adjustments": [to_json(entry) for entry in remittance.provider_adjustments],
    }


def unbalanced_key(remittance_id: int) -> str:
    """Key of the question about a whole remittance."""
    return f"remittance:{remittance_id}:unbalanced"


def held_key(row_id: int) -> str:
    """Key of the question about a held loop."""
    return f"remittance_claim:{row_id}:held"


def unmatched_key(row_id: int) -> str:
    """Key of the question whose claim a loop is."""
    return f"remittance_claim:{row_id}:unmatched"


def about_waiting(work: Work, head: Head, understood: Sequence[Understood], ids: dict[str, int]) -> None:
    """A question for each loop that found no claim or may not be posted."""
    for one in understood:
        matched, row_id = one.matched, ids[one.matched.loop.key]
        remitted = matched.loop.remitted
        if matched.found is None:
            candidates = ", ".join(str(candidate.claim_number) for candidate in matched.candidates)
            work.ask(
                unmatched_key(row_id),
                "unmatched_remittance",
                f"Remittance {head.trace_number} pays {money(remitted.paid_cents)} of "
                f"{money(remitted.charge_cents)} on a claim number that is not ours"
                + (f"; it may be {candidates}" if candidates else ""),
                f"`claimflow remit match C{row_id} CLAIM` posts it on a claim, `claimflow remit not-ours C{row_id}` "
                "sets it aside",
                details={"remittance_claim": row_id},
            )
        elif matched.loop.why_held:
            work.ask(
                held_key(row_id),
                "remittance_claim_held",
                f"Held, not posted: {matched.loop.why_held}",
                f"`claimflow remit post C{row_id}` posts it with your reason, `claimflow remit reject C{row_id}` "
                "refuses it",
                claim_number=matched.found.claim_number,
                details={"remittance_claim": row_id},
            )


def lines_key(row_id: int) -> str:
    """Key of the question about lines that are none of ours."""
    return f"remittance_claim:{row_id}:lines"


def about_lines(work: Work, matched: MatchedLoop, row_id: int) -> None:
    """Lines of the payer's that are none of ours: the money is posted, a person says what they are."""
    assert matched.found is not None
    lost = [str(place) for place, number in enumerate(matched.lines, start=1) if number is None]
    if lost:
        work.ask(
            lines_key(row_id),
            "remittance_line_unmatched",
            f"Line {', '.join(lost)} of the payer's decision is none of the claim's lines; its money is posted",
            f"Compare it with the claim as sent: the payer may have bundled, split or recoded it. "
            f"`claimflow remit match C{row_id} {matched.found.claim_number} --line {lost[0]}=LINE` names our line",
            claim_number=matched.found.claim_number,
            details={"remittance_claim": row_id},
        )


def provider_level_key(row_id: int) -> str:
    """Key of the question about a PLB entry."""
    return f"provider_adjustment:{row_id}:unknown"


def about_provider_level(work: Work, row_id: int, head: Head, entry: ProviderAdjustment) -> None:
    """A PLB entry of a reason that nobody told us: it is booked as every other, and a person says what it is."""
    held = "held back" if entry.amount_cents > 0 else "gave"
    work.ask(
        provider_level_key(row_id),
        "provider_adjustment_unknown",
        f"The payer {held} {money(abs(entry.amount_cents))} at provider level (trace {head.trace_number}) for a "
        f"reason we do not know: PLB {entry.reason}",
        f"Ask the payer what it is; it stays at provider level. `claimflow remit settle P{row_id}` keeps the answer",
        # Payers put patients' account numbers, and more, into a reference.
        details={"provider_adjustment": row_id, "amount_cents": entry.amount_cents, "reference": entry.reference},
    )


def codes(remitted: RemittedClaim) -> list[str]:
    """Adjustments summed by code, then the remarks."""
    seen: dict[str, int] = {}
    for entry in remitted.all_adjustments:
        code = f"{entry.group}-{entry.reason}"
        seen[code] = seen.get(code, 0) + entry.amount_cents
    return [f"{code} {money(cents)}" for code, cents in seen.items()] + list(dict.fromkeys(remitted.all_remarks))


def money_key(key: str) -> str:
    """Key of the question about money that was set aside."""
    return f"{key}:money"


def _id_of(key: str) -> str:
    kind, _, number = key.partition(":")
    return f"{'R' if kind == 'remittance' else 'C'}{number}"


def about_money(work: Work, key: str, trace_number: str, cents: int, reason: str) -> None:
    """Money that came with what was set aside: it waits in unapplied cash, and somebody must end that."""
    if cents:
        work.ask(
            money_key(key),
            "unapplied_money",
            f"{money(cents)} of trace {trace_number} stay in unapplied cash: {reason}",
            "Ask the payer for a corrected remittance, or return the money: `claimflow remit returned "
            f"{_id_of(key)}` books it out",
        )
