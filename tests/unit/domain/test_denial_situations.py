"""Denial situations from ``tests/fixtures/denials/situations.csv``, written before the tables that answer them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from activities.denial_rules import knowledge_base
from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context, Network
from domain.denials.explaining import (
    Explanation,
    RemittedCodes,
    StatusCodes,
    explain_acknowledgement,
    explain_remitted,
    explain_status,
)

TABLE = Path(__file__).parents[2] / "fixtures" / "denials" / "situations.csv"
SITUATIONS = tuple(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
ANSWERS = (
    "group_of_denial", "remedy", "frequency_code", "appealable", "bill_patient", "deadline_days",
)  # fmt: skip


def name(row: dict[str, str]) -> str:
    asked = [
        row["payer"], f"{row['group']}-{row['carc']}".strip("-"), row["rarcs"], row["status"], row["acknowledgement"],
        row["modifiers"], row["network"], row["clp_status"], row["attempt_frequency"], row["claim_type"][:4],
    ]  # fmt: skip
    return " ".join(part for part in asked if part)


def explained(row: dict[str, str]) -> Explanation:
    context = Context(claim_type=ClaimType(row["claim_type"]), network=Network(row["network"]))
    payer, known, frequency = PayerKind(row["payer"]), knowledge_base(), row["attempt_frequency"] or "1"
    if row["status"]:
        category, *rest = row["status"].split(":")
        action = rest.pop() if rest and rest[-1] in ("U", "WQ") else ""
        status, entity = (*rest, "", "")[:2]
        asked = StatusCodes(category=category, status_code=status, entity=entity, action=action)
        return explain_status(asked, frequency, payer, context, known)
    if row["acknowledgement"]:
        answer, code = row["acknowledgement"].split(":")
        return explain_acknowledgement(answer, code, "", frequency, payer, context, known)
    codes = RemittedCodes(
        group=row["group"],
        carc=row["carc"],
        remarks=tuple(row["rarcs"].split()),
        modifiers=tuple(row["modifiers"].split()),
        claim_status=row["clp_status"],
    )
    return explain_remitted(codes, payer, context, known)


@pytest.mark.parametrize("row", SITUATIONS, ids=[name(row) for row in SITUATIONS])
def test_each_situation_has_its_answer(row: dict[str, str]) -> None:
    found = explained(row)
    answer = {
        "group_of_denial": found.group.value,
        "remedy": found.remedy.value,
        "frequency_code": found.frequency,
        "appealable": "yes" if found.appealable else "no",
        "bill_patient": "yes" if found.bill_patient else "no",
        "deadline_days": "" if found.deadline.days is None else str(found.deadline.days),
    }
    assert answer == {column: row[column] for column in ANSWERS}, row["reason"]
    assert found.why
    assert found.deadline.rule
