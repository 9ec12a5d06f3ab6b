"""A remitted claim as its row keeps it: codes and cents, enough to be understood again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.remittance.remittance import Adjustment, RemittedClaim, RemittedLine
from storage.models import RemittanceClaim


def adjustments_of(claim: RemittedClaim) -> list[dict[str, Any]]:
    """Every CAS triplet with its line (0: claim level)."""
    rows = [_adjustment(0, entry) for entry in claim.adjustments]
    for number, line in enumerate(claim.lines, start=1):
        rows += [_adjustment(number, entry) for entry in line.adjustments]
    return rows


def remarks_of(claim: RemittedClaim) -> list[dict[str, Any]]:
    """Every remark code with its line (0: claim level), and each line's money."""
    rows: list[dict[str, Any]] = [{"line": 0, "code": code} for code in claim.remarks]
    for number, line in enumerate(claim.lines, start=1):
        rows += [{"line": number, "code": code} for code in line.remarks]
        money = {"line": number, "procedure": line.procedure, "charge": line.charge_cents, "paid": line.paid_cents}
        rows.append(money | ({"modifiers": list(line.modifiers)} if line.modifiers else {}))
    return rows


def remitted_claim(row: RemittanceClaim) -> RemittedClaim:
    """The claim of a row, for classification."""
    lines = sorted({int(entry["line"]) for entry in [*row.adjustments, *row.remarks]} - {0})
    sent = {int(entry["position"]): tuple(entry.get("sent_modifiers", ())) for entry in row.lines}
    return RemittedClaim(
        control_number="",
        status=row.status,
        charge_cents=row.charge_cents,
        paid_cents=row.paid_cents,
        patient_responsibility_cents=row.patient_cents,
        payer_control_number=row.payer_control_number,
        adjustments=_adjustments(row, 0),
        lines=tuple(_line(row, number, sent.get(number, ())) for number in lines),
        remarks=_codes(row, 0),
    )


def _adjustment(line: int, entry: Adjustment) -> dict[str, Any]:
    return {"line": line, "group": entry.group, "reason": entry.reason, "amount_cents": entry.amount_cents}


def _adjustments(row: RemittanceClaim, line: int) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(group=entry["group"], reason=entry["reason"], amount_cents=entry["amount_cents"])
        for entry in row.adjustments
        if entry["line"] == line
    )


def _codes(row: RemittanceClaim, line: int) -> tuple[str, ...]:
    return tuple(entry["code"] for entry in row.remarks if entry["line"] == line and "code" in entry)


def _line(row: RemittanceClaim, number: int, sent: tuple[str, ...]) -> RemittedLine:
    money: dict[str, Any] = next((e for e in row.remarks if e["line"] == number and "paid" in e), {})
    return RemittedLine(
        procedure=money.get("procedure", ""),
        modifiers=tuple(money.get("modifiers", ())) or sent,
        charge_cents=money.get("charge", 0),
        paid_cents=money.get("paid", 0),
        adjustments=_adjustments(row, number),
        remarks=_codes(row, number),
    )


def with_sent_modifiers(claim: RemittedClaim, sent: Sequence[tuple[str, ...]]) -> RemittedClaim:
    """The claim with the modifiers that were sent, where the payer's line leaves its own out: they change what a
    denial means (GA, GZ, GY, 59)."""
    if not any(sent):
        return claim
    lines = zip(claim.lines, sent, strict=True)
    return replace(
        claim,
        lines=tuple(replace(line, modifiers=ours) if ours and not line.modifiers else line for line, ours in lines),
    )


def negated(claim: RemittedClaim) -> RemittedClaim:
    """What a reversal takes back: the decision it names, processed as primary."""

    def turned(entries: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
        return tuple(replace(entry, amount_cents=-entry.amount_cents) for entry in entries)

    return replace(
        claim,
        status="1",
        charge_cents=-claim.charge_cents,
        paid_cents=-claim.paid_cents,
        adjustments=turned(claim.adjustments),
        lines=tuple(
            replace(
                line,
                charge_cents=-line.charge_cents,
                paid_cents=-line.paid_cents,
                adjustments=turned(line.adjustments),
            )
            for line in claim.lines
        ),
    )
