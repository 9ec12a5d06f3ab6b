"""What is given up automatically at a payer, and what a decision means there."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from activities.denial_context import Billed, Networks
from activities.denial_rules import contractual_codes, denial_rules
from activities.remittances.loops import MatchedLoop
from activities.remitted import negated
from domain.coverage.coverage import PayerKind
from domain.denials.classification import REVERSAL, Adjudication, Verdict, classify
from domain.denials.context import ClaimType, Context
from domain.ledger.posting import Contractual
from domain.remittance.balancing import dollars
from domain.remittance.remittance import RemittedClaim
from storage.models import PayerPolicyRow, PayerRow
from storage.operator_files import rows

GIVEN_UP, NOT_GIVEN_UP = "contractual", "not_contractual"
"""Names of payer policies whose value lists codes such as ``CO-59 CO-144``; ``*`` after the second is all of them."""


class PostingRules:
    """The rules of the payers of one remittance, each read once."""

    def __init__(self, session: Session, on: date) -> None:
        """Read the rules that hold on a day."""
        self._session = session
        self._on = on
        self._networks = Networks(session)
        self._contractual: dict[tuple[PayerKind, str], Contractual] = {}
        self._kinds: dict[str, PayerKind] = {}

    def context(self, kind: PayerKind, payer_code: str, matched: MatchedLoop) -> Context:
        """What is known of the claim of a loop beside the payer's codes."""
        return self._networks.context(kind, payer_code, self._on, _billed(matched))

    @property
    def on(self) -> date:
        """The day whose rules hold."""
        return self._on

    def kind_of(self, payer_code: str) -> PayerKind:
        """What kind of payer has this code."""
        if payer_code not in self._kinds:
            kind = self._session.scalar(select(PayerRow.kind).where(PayerRow.code == payer_code))
            self._kinds[payer_code] = PayerKind(kind) if kind else PayerKind.COMMERCIAL
        return self._kinds[payer_code]

    def contractual(self, kind: PayerKind, payer_code: str) -> Contractual:
        """Codes given up by contract or law at this payer: the table's, and what the operator's rows for the
        kind of payer, then for the payer itself, add or take away. Nothing else is ever written off by a machine."""
        known = self._contractual.get((kind, payer_code))
        if known is None:
            known = self._contractual[(kind, payer_code)] = self._read(kind, payer_code)
        return known

    def _read(self, kind: PayerKind, payer_code: str) -> Contractual:
        rows = self._session.execute(
            select(PayerPolicyRow.name, PayerPolicyRow.value)
            .where(
                PayerPolicyRow.name.in_((GIVEN_UP, NOT_GIVEN_UP)),
                PayerPolicyRow.payer_kind == kind.value,
                PayerPolicyRow.payer_code.in_(("", payer_code)),
                PayerPolicyRow.effective_from <= self._on,
                or_(PayerPolicyRow.effective_to.is_(None), PayerPolicyRow.effective_to >= self._on),
            )
            .order_by(PayerPolicyRow.payer_code, PayerPolicyRow.effective_from)
        )
        return changed_list(contractual_codes(), [(row.name, row.value) for row in rows])


def changed_list(base: Contractual, changes: list[tuple[str, str]]) -> Contractual:
    """The list of contractual codes after an operator's changes, in order."""
    codes = base
    for name, value in changes:
        several = frozenset((group, reason) for group, _, reason in (code.partition("-") for code in value.split()))
        if name == GIVEN_UP:
            codes |= several
        else:
            codes = frozenset() if value.strip() == "*" else codes - several
    return codes


def meaning_of(remitted: RemittedClaim, kind: PayerKind, context: Context | None = None) -> Adjudication:
    """What the payer decided."""
    return classify(remitted, kind, denial_rules(), context or Context())


def patient_may_owe(remitted: RemittedClaim, kind: PayerKind, meaning: Adjudication) -> bool:
    """PR is necessary, not sufficient: a QMB or No Surprises alert, a code for a person, or another payer that has
    the claim now keeps it from the patient. A reversal is read as what it takes back."""
    if remitted.status == REVERSAL:
        meaning = meaning_of(negated(remitted), kind)
    return meaning.verdict is not Verdict.REVIEW and not meaning.forwarded


@lru_cache(maxsize=1)
def provider_adjustment_reasons() -> dict[str, str]:
    """The codes of PLB03-1 that we know, in words: ``provider_adjustment_reasons.csv``."""
    return {row["code"]: row["meaning"] for row in rows("provider_adjustment_reasons.csv")}


@lru_cache(maxsize=4096)
def money(cents: int) -> str:
    """Cents as people read them in notes."""
    return f"${dollars(cents)}"


def _billed(matched: MatchedLoop) -> Billed:
    if matched.found is None:
        return Billed()
    row = matched.found.row
    claim_type = ClaimType(row.claim_type)
    return Billed(service=matched.found.sent.service_date, claim_type=claim_type, told=row.networks)
