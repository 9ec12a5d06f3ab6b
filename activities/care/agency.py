"""What a collection agency pays over, less its fee: a CSV remittance, each line posted once by its content."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy.dialects.postgresql import insert

from activities.care.case import ring_account, ring_claim
from activities.care.placements import left_by_claim
from activities.cases.desk import Desk
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from domain.ledger.planning import plan_patient_payment
from domain.remittance.balancing import dollars
from storage import care, ledger, timeline, work_items
from storage.locks import lock_accounts, lock_claims
from storage.models import AgencyPlacement, Receipt

COLUMNS = ("remittance", "placement", "account", "paid_on", "gross", "fee")
_AGENCY = "agency"


class RemittanceBroken(ValueError):
    """The file is no remittance of an agency; the text names line and column, without any value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPayment:
    """One line: what a patient paid to the agency, and what it kept."""

    key: str
    """Its content, and which one among equal lines of its remittance it is: never its place in the file."""
    line: int
    remittance: str
    placement: int
    account: int
    paid_on: date
    gross_cents: int
    fee_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A line that was not posted, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOver:
    """What a remittance did."""

    posted: int
    known_before: int
    gross_cents: int
    fee_cents: int
    refused: tuple[Refused, ...]


def parse_remittance(text: str) -> tuple[AgencyPayment, ...]:
    """Read a CSV with the columns ``remittance, placement, account, paid_on, gross, fee`` (dollars).

    Raises:
        RemittanceBroken: a column is missing, or a line does not fit.
    """
    reader = csv.DictReader(text.splitlines())
    if lacking := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise RemittanceBroken(f"the file has no column {lacking[0]}: it needs {', '.join(COLUMNS)}")
    seen: Counter[str] = Counter()
    found = []
    for line, row in enumerate(reader, start=2):
        values = _values(row, line)
        content = "|".join(str(value) for value in values)
        ordinal = seen[content]
        seen[content] += 1
        remittance, placement, account, paid_on, gross, fee = values
        digest = hashlib.sha256(f"{content}|{ordinal}".encode()).hexdigest()[:32]
        found.append(
            AgencyPayment(
                key=f"agency:{digest}",
                line=line,
                remittance=remittance,
                placement=placement,
                account=account,
                paid_on=paid_on,
                gross_cents=gross,
                fee_cents=fee,
            )
        )
    return tuple(found)


def post_remittance(desk: Desk, payments: Sequence[AgencyPayment], *, by: str) -> PaidOver:
    """Post every line once: the gross to the patient's account, the fee as an expense. A second time nothing."""
    posted = known = gross = fee = 0
    refused = []
    for payment in payments:
        try:
            row = care.placement(desk.session, payment.placement)
        except care.UnknownPlacement as unknown:
            refused.append(_refuse(desk, payment, str(unknown)))
            continue
        if row.account_number != payment.account:
            refused.append(_refuse(desk, payment, f"placement {row.number} belongs to another account"))
            continue
        if _post(desk, row, payment, by):
            posted, gross, fee = posted + 1, gross + payment.gross_cents, fee + payment.fee_cents
        else:
            known += 1
    return PaidOver(
        posted=posted, known_before=known, gross_cents=gross, fee_cents=fee, refused=tuple(refused)
    )


def _post(desk: Desk, row: AgencyPlacement, payment: AgencyPayment, by: str) -> bool:
    with_agency = left_by_claim(row)
    lock_claims(desk.session, with_agency)
    lock_accounts(desk.session, {row.account_number})
    receipt_id = desk.session.scalar(
        insert(Receipt)
        .values(
            organisation_id=desk.organisation_id,
            key=payment.key,
            account_number=row.account_number,
            amount_cents=payment.gross_cents,
            method=_AGENCY,
            received_on=payment.paid_on,
            reference=payment.remittance,
            received_at=desk.now,
            details={"placement": row.number, "fee_cents": payment.fee_cents},
        )
        .on_conflict_do_nothing()
        .returning(Receipt.id)
    )
    if receipt_id is None:
        return False
    cites = f"agency remittance {payment.remittance}, placement {row.number}"
    _bring_back(desk, row, payment, with_agency, cites, by)
    before = ledger.open_by_claim(desk.session, row.account_number)
    mine = {number: cents for number, cents in before.items() if number in {one["claim"] for one in row.claims}}
    ledger.post(
        desk.session,
        desk.organisation_id,
        key=f"receipt:{receipt_id}",
        kind="patient_payment",
        cites=cites,
        by=_AGENCY,
        business_date=desk.today,
        legs=plan_patient_payment(payment.gross_cents, mine, row.account_number, cites),
    )
    if payment.fee_cents:
        ledger.post(
            desk.session,
            desk.organisation_id,
            key=f"{payment.key}:fee",
            kind="collection_fee",
            cites=cites,
            by=_AGENCY,
            business_date=desk.today,
            legs=pair(LedgerAccount.COLLECTION_FEES, LedgerAccount.BANK, payment.fee_cents, cites),
        )
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=payment.key,
        at=desk.now,
        by=_AGENCY,
        what=f"The agency collected ${dollars(payment.gross_cents)} and kept ${dollars(payment.fee_cents)}",
        why=cites,
        account_number=row.account_number,
    )
    for number in mine:
        ring_claim(desk, number, str(receipt_id))
    ring_account(desk, row.account_number, str(receipt_id))
    desk.session.flush()
    return True


def _bring_back(
    desk: Desk, row: AgencyPlacement, payment: AgencyPayment, with_agency: dict[int, int], cites: str, by: str
) -> None:
    """What was placed stands in our receivable again, as far as it was paid; a recalled one stands there already."""
    if row.state != care.PLACED:
        return
    left = payment.gross_cents
    recovered = list(row.recovered)
    for number, cents in with_agency.items():
        if (part := min(left, cents)) <= 0:
            break
        ledger.post(
            desk.session,
            desk.organisation_id,
            key=f"{payment.key}:back:{number}",
            kind="write_off",
            cites=cites,
            by=by,
            business_date=desk.today,
            legs=pair(
                LedgerAccount.PATIENT_RECEIVABLE,
                LedgerAccount.WRITE_OFF,
                part,
                cites,
                number,
                row.account_number,
            ),
        )
        recovered.append({"claim": number, "cents": part})
        left -= part
    row.recovered = recovered
    if not left_by_claim(row):
        row.state, row.ended_on, row.ended_by = care.PAID, desk.today, _AGENCY


def _refuse(desk: Desk, payment: AgencyPayment, why: str) -> Refused:
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=payment.key,
        kind="agency_line",
        reason=f"Line {payment.line} of agency remittance {payment.remittance} was not posted: {why}",
        remedy="Ask the agency what it means; enter it with the right placement and account",
        owner="patient_accounts",
        due_on=desk.today,
        opened_on=desk.today,
        details={"gross_cents": payment.gross_cents},
    )
    return Refused(line=payment.line, why=why)


def _values(row: dict[str, str], line: int) -> tuple[str, int, int, date, int, int]:
    name = ""
    try:
        name = "remittance"
        remittance = row[name].strip()
        if not remittance:
            raise ValueError
        name = "placement"
        placement = int(row[name])
        name = "account"
        account = int(row[name])
        name = "paid_on"
        paid_on = date.fromisoformat(row[name].strip())
        name = "gross"
        gross = _cents(row[name])
        if gross <= 0:
            raise ValueError
        name = "fee"
        fee = _cents(row[name] or "0")
        if not 0 <= fee <= gross:
            raise ValueError
    except (ValueError, TypeError, AttributeError, InvalidOperation):
        raise RemittanceBroken(f"line {line}: {name} does not fit; nothing of the file was posted") from None
    return remittance, placement, account, paid_on, gross, fee


def _cents(text: str) -> int:
    cents = Decimal(text.strip().lstrip("$").replace(",", "")) * 100
    if cents != cents.to_integral_value():
        raise ValueError("more than two decimals")
    return int(cents)
