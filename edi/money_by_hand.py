"""Money that is no 835: paper EOBs and patients' payments that a person types from paper, one batch for each slip."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.cash.amount import cents_of
from domain.cash.payment import HandPayment, PaymentMethod
from domain.remittance.keys import normalised_hash
from domain.remittance.remittance import Adjustment, ProviderAdjustment, Remittance, RemittedClaim, RemittedLine
from edi.errors import UnexpectedContent
from edi.json_shape import problems

MOST_PROBLEMS = 8


def _text(pattern: str, description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "description": description}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items} | more


_AMOUNT = _text(r"-?[0-9]{1,10}(\.[0-9]{1,2})?", "dollars and cents, such as 120.50")
_DAY = _text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day, as 2026-10-31")
_CODE = _text(r"[A-Za-z0-9]{1,8}", "a code of 1 to 8 letters and digits")
_NUMBER = _text(r"[A-Za-z0-9._/-]{1,50}", "1 to 50 letters, digits and . _ / -")
_PRINTABLE = _text(r"[ -~]{1,80}", "1 to 80 printable characters")
_ADJUSTMENTS = _list(
    _object(
        ("group", "reason", "amount"),
        group={"type": "string", "enum": ["CO", "PR", "OA", "PI"]},
        reason=_CODE,
        amount=_AMOUNT,
    )
)
_LINE = _object(
    ("procedure", "charge", "paid"),
    procedure=_CODE,
    modifiers=_list(_CODE),
    charge=_AMOUNT,
    paid=_AMOUNT,
    adjustments=_ADJUSTMENTS,
    remarks=_list(_CODE),
    line_control_number=_NUMBER,
    service_date=_DAY,
)
_CLAIM = _object(
    ("claim", "status", "charge", "paid"),
    claim=_text(_NUMBER["pattern"], "the claim number that the EOB shows, as on our claim (CLM01)"),
    status={"type": "string", "enum": ["1", "2", "3", "4", "19", "20", "21", "22", "23", "25"]},
    payer_control_number=_NUMBER,
    charge=_AMOUNT,
    paid=_AMOUNT,
    patient_responsibility=_AMOUNT,
    adjustments=_ADJUSTMENTS,
    remarks=_list(_CODE),
    lines=_list(_LINE),
)
_REMITTANCE = _object(
    ("payer", "paid_on", "trace", "method", "payment", "claims"),
    payer=_object(("name",), name=_PRINTABLE, identifier=_text(r"[A-Za-z0-9]{1,30}", "the payer's tax number")),
    payee_npi=_text(r"[0-9]{10}", "an NPI of ten digits"),
    paid_on=_DAY,
    trace=_text(_NUMBER["pattern"], "the check or trace number"),
    method={"type": "string", "enum": ["check", "ach", "card", "none"]},
    payment=_AMOUNT,
    claims=_list(_CLAIM),
    provider_adjustments=_list(
        _object(
            ("reason", "amount"),
            reason=_CODE,
            reference=_text(r"[ -~]{0,50}", "up to 50 printable characters"),
            amount=_AMOUNT,
        )
    ),
)
_PAYMENT = _object(
    ("account", "amount", "method", "reference"),
    account=_text(r"[0-9]{1,15}", "an account number of digits"),
    amount=_AMOUNT,
    method={"type": "string", "enum": [method.value for method in PaymentMethod]},
    reference=_NUMBER,
    received_on=_DAY,
    statement=_text(r"[0-9]{1,9}", "the number of the statement whose slip came with the money"),
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Money by hand: paper EOBs and patients' payments of one deposit slip",
    **_object(
        (),
        slip=_object(("number", "total"), number=_NUMBER, total=_AMOUNT),
        remittances=_list(_REMITTANCE),
        payments=_list(_PAYMENT),
    ),
}
"""Amounts are dollars and cents as text; positive adjustments decrease the payment."""

_METHODS = {"check": "CHK", "ach": "ACH", "card": "NON", "none": "NON"}
"""BPR04. X12 has no code for a virtual card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBatch:
    """What one document holds."""

    slip: str
    slip_total_cents: int | None
    remittances: tuple[Remittance, ...]
    payments: tuple[HandPayment, ...]

    @property
    def amounts_cents(self) -> tuple[int, ...]:
        """What goes to the bank, entry by entry."""
        return (*(r.payment_cents for r in self.remittances), *(p.amount_cents for p in self.payments))


def read(content: bytes, *, payee_npi: str, today: date) -> HandBatch:
    """Read a document. ``payee_npi`` and ``today`` stand where it names no payee and no day of receipt.

    Raises:
        UnexpectedContent: it is no JSON, or has not the shape of ``SCHEMA``; the text names the places.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except UnicodeDecodeError as error:
        raise UnexpectedContent(f"it is not UTF-8 (byte {error.start})") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnexpectedContent(f"it is no JSON ({getattr(error, 'msg', 'nested too deeply')})") from None
    found = list(problems(SCHEMA, document))
    if not found:
        try:
            return _batch(document, payee_npi, today)
        except ValueError as error:
            found = [str(error)]
    more = f" (and {len(found) - MOST_PROBLEMS} more)" if len(found) > MOST_PROBLEMS else ""
    raise UnexpectedContent("; ".join(found[:MOST_PROBLEMS]) + more)


def _batch(document: dict[str, Any], payee_npi: str, today: date) -> HandBatch:
    slip = document.get("slip", {})
    batch = HandBatch(
        slip=slip.get("number", ""),
        slip_total_cents=cents_of(slip["total"]) if slip else None,
        remittances=tuple(_remittance(one, payee_npi) for one in document.get("remittances", ())),
        payments=tuple(_payment(one, slip.get("number", ""), today) for one in document.get("payments", ())),
    )
    if not batch.remittances and not batch.payments:
        raise ValueError("it holds neither remittances nor payments")
    if any(remittance.payment_cents < 0 for remittance in batch.remittances):
        raise ValueError("a remittance's payment must not be negative: what was taken back is a provider adjustment")
    if any(payment.amount_cents <= 0 for payment in batch.payments):
        raise ValueError("a patient's payment must be more than zero")
    repeated = [key for key, count in Counter(payment.key for payment in batch.payments).items() if count > 1]
    if repeated:
        raise ValueError(f"{len(repeated)} payments stand twice: same account, method and reference")
    return batch


def _payment(one: dict[str, Any], slip: str, today: date) -> HandPayment:
    return HandPayment(
        account_number=int(one["account"]),
        amount_cents=cents_of(one["amount"]),
        method=PaymentMethod(one["method"]),
        reference=one["reference"],
        received_on=_day(one["received_on"]) if "received_on" in one else today,
        slip=slip,
        statement_number=int(one["statement"]) if "statement" in one else None,
    )


def _remittance(one: dict[str, Any], payee_npi: str) -> Remittance:
    payer = one["payer"]
    seen: Counter[str] = Counter()
    claims = []
    for claim in one["claims"]:
        content_hash = normalised_hash(_rows(claim))
        seen[content_hash] += 1
        claims.append(_claim(claim, content_hash, seen[content_hash]))
    return Remittance(
        handling="I",
        payment_cents=cents_of(one["payment"]),
        payment_method=_METHODS[one["method"]],
        payment_date=_day(one["paid_on"]),
        trace_number=one["trace"],
        # Check numbers repeat from payer to payer: its name tells them apart where no tax number is known.
        payer_identifier=payer.get("identifier") or payer["name"].upper(),
        payer_name=payer["name"],
        payee_npi=one.get("payee_npi", payee_npi),
        claims=tuple(claims),
        provider_adjustments=tuple(
            ProviderAdjustment(
                reason=entry["reason"], reference=entry.get("reference", ""), amount_cents=cents_of(entry["amount"])
            )
            for entry in one.get("provider_adjustments", ())
        ),
    )


def _claim(claim: dict[str, Any], content_hash: str, ordinal: int) -> RemittedClaim:
    lines = tuple(_line(line) for line in claim.get("lines", ()))
    own = _adjustments(claim)
    shares = (*own, *(a for line in lines for a in line.adjustments))
    share = sum(a.amount_cents for a in shares if a.group == "PR")
    said = claim.get("patient_responsibility")
    return RemittedClaim(
        control_number=claim["claim"],
        status=claim["status"],
        charge_cents=cents_of(claim["charge"]),
        paid_cents=cents_of(claim["paid"]),
        patient_responsibility_cents=cents_of(said) if said is not None else share,
        payer_control_number=claim.get("payer_control_number", ""),
        adjustments=own,
        lines=lines,
        remarks=tuple(claim.get("remarks", ())),
        content_hash=content_hash,
        ordinal=ordinal,
    )


def _line(line: dict[str, Any]) -> RemittedLine:
    return RemittedLine(
        procedure=line["procedure"],
        modifiers=tuple(line.get("modifiers", ())),
        charge_cents=cents_of(line["charge"]),
        paid_cents=cents_of(line["paid"]),
        adjustments=_adjustments(line),
        line_control_number=line.get("line_control_number", ""),
        remarks=tuple(line.get("remarks", ())),
        service_date=_day(line["service_date"]) if "service_date" in line else None,
    )


def _adjustments(of: dict[str, Any]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(group=entry["group"], reason=entry["reason"], amount_cents=cents_of(entry["amount"]))
        for entry in of.get("adjustments", ())
    )


def _rows(claim: dict[str, Any]) -> list[list[str]]:
    """The claim as rows in a fixed form: however the document was spaced or ordered, one EOB has one hash."""
    rows = [["EOB", *_cells(claim, ("claim", "status", "payer_control_number"), ("charge", "paid"))]]
    rows += _loop_rows(claim)
    for line in claim.get("lines", ()):
        named = ("procedure", "line_control_number", "service_date")
        rows.append(["LINE", *_cells(line, named, ("charge", "paid")), *line.get("modifiers", ())])
        rows += _loop_rows(line)
    return rows


def _loop_rows(of: dict[str, Any]) -> list[list[str]]:
    adjusted = [["CAS", a["group"], a["reason"], str(cents_of(a["amount"]))] for a in of.get("adjustments", ())]
    return [*adjusted, ["REMARKS", *of.get("remarks", ())]]


def _cells(of: dict[str, Any], texts: tuple[str, ...], amounts: tuple[str, ...]) -> list[str]:
    return [*(of.get(name, "") for name in texts), *(str(cents_of(of[name])) for name in amounts)]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("a day does not exist: write it as 2026-10-31") from None
