"""What a biller is asked about a decision that is not what the contract says."""

from __future__ import annotations

from collections.abc import Sequence

from activities.remittances.work import Work
from domain.contracts.variance import LineVariance
from domain.remittance.balancing import dollars
from storage.work_items import OVERPAID, UNDERPAID


def variance_key(remittance_claim_id: int, what: str = "contract") -> str:
    """Key of the question about a decision's variances (``contract``), or about their appeal (``appeal``)."""
    return f"remittance_claim:{remittance_claim_id}:{what}"


def ask_about(work: Work, claim_number: int, row_id: int, payer: str, found: Sequence[LineVariance]) -> None:
    """One question for each decision, with the arithmetic of every line."""
    short = sum(line.short_cents for line in found if line.short_cents > 0)
    over = -sum(line.short_cents for line in found if line.short_cents < 0)
    said = [f"{dollars(short)} less" if short else "", f"{dollars(over)} more" if over else ""]
    work.ask(
        variance_key(row_id),
        UNDERPAID if short else OVERPAID,
        f"{payer} allowed {' and '.join(filter(None, said))} than its contract says; "
        + "; ".join(line.words for line in found),
        _APPEAL_OR_ACCEPT if short else _ACCEPT,
        claim_number=claim_number,
        details={
            "remittance_claim": row_id,
            "lines": [
                {
                    "line": line.line,
                    "procedure": line.procedure,
                    "expected_cents": line.expected_cents,
                    "allowed_cents": line.allowed_cents,
                    "short_cents": line.short_cents,
                    "why": line.why,
                }
                for line in found
            ],
        },
    )


_APPEAL_OR_ACCEPT = (
    "Appeal or accept: `claimflow variance list` names each line, `variance appeal` writes the letter, "
    "`variance accept` keeps what was allowed"
)
_ACCEPT = (
    "See whether the schedule is out of date, and import the new one; else expect the payer to take it back, and "
    "`claimflow variance accept` it with your reason"
)
