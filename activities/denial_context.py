"""What is known of a claim beside the payer's codes, from the books: whether the provider is in the payer's network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sqlalchemy import or_, select, union_all
from sqlalchemy.orm import Session

from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context, Network
from storage.models import Claim, ContractTermRow, FeeScheduleRow, PayerPolicyRow

NETWORK = "network"
"""Name of a payer policy whose value says ``in`` or ``out``; it goes before what the contracts show."""
_Days = tuple[date, date | None]


@dataclass(frozen=True, kw_only=True)
class Billed:
    """What a claim itself says to the denial rules, beside the payer's codes."""

    service: date | None = None
    claim_type: ClaimType = ClaimType.PROFESSIONAL
    told: Mapping[str, str] = field(default_factory=dict)
    """``in`` or ``out`` by payer code, as the payers told it of the claim's coverage."""

    @classmethod
    def of(cls, claim: Claim) -> Billed:
        """A claim of the books."""
        return cls(service=claim.service_date, claim_type=ClaimType(claim.claim_type), told=claim.networks)


class Networks:
    """Whether the provider is in a payer's network on a day; each payer's policies and contracts are read once."""

    def __init__(self, session: Session) -> None:
        """Read these books."""
        self._session = session
        self._contracts: dict[str, list[_Days]] = {}
        self._policies: dict[tuple[PayerKind, str], list[tuple[_Days, Network]]] = {}

    def of(self, kind: PayerKind, payer_code: str, on: date | None, told: Mapping[str, str]) -> Network:
        """In or out by the payer's policy; in where a price or a term holds on the day; else as the payer told of
        the claim's coverage (``Claim.networks``); else nobody knows."""
        if not payer_code or on is None:
            return Network.UNKNOWN
        said = [network for days, network in self._said(kind, payer_code) if _within(days, on)]
        if said:
            return said[-1]
        if any(_within(days, on) for days in self._agreed(payer_code)):
            return Network.IN
        return Network(told.get(payer_code, Network.UNKNOWN))

    def context(self, kind: PayerKind, payer_code: str, decided_on: date, billed: Billed) -> Context:
        """The claim as the table of denial rules sees it."""
        network = self.of(kind, payer_code, billed.service, billed.told)
        return Context(claim_type=billed.claim_type, network=network, payer_code=payer_code, on=decided_on)

    def _agreed(self, payer_code: str) -> list[_Days]:
        if payer_code not in self._contracts:
            days = union_all(
                *(
                    select(table.effective_from, table.effective_to).where(table.payer_code == payer_code).distinct()
                    for table in (FeeScheduleRow, ContractTermRow)
                )
            )
            self._contracts[payer_code] = _joined(
                [(row.effective_from, row.effective_to) for row in self._session.execute(days)]
            )
        return self._contracts[payer_code]

    def _said(self, kind: PayerKind, payer_code: str) -> list[tuple[_Days, Network]]:
        """The payer's own rows come last: they decide."""
        key = (kind, payer_code)
        if key not in self._policies:
            rows = self._session.execute(
                select(PayerPolicyRow.effective_from, PayerPolicyRow.effective_to, PayerPolicyRow.value)
                .where(
                    PayerPolicyRow.name == NETWORK,
                    PayerPolicyRow.payer_kind == kind.value,
                    or_(PayerPolicyRow.payer_code == payer_code, PayerPolicyRow.payer_code == ""),
                )
                .order_by(PayerPolicyRow.payer_code, PayerPolicyRow.effective_from)
            )
            self._policies[key] = [((row.effective_from, row.effective_to), Network(row.value)) for row in rows]
        return self._policies[key]


def _within(days: _Days, on: date) -> bool:
    return days[0] <= on and (days[1] is None or on <= days[1])


def _joined(days: list[_Days]) -> list[_Days]:
    """One entry for each first day, the longest: a schedule has thousands of rows and few days."""
    ordered = sorted(days, key=lambda one: (one[0], one[1] or date.max), reverse=True)
    return [next(same) for _, same in groupby(ordered, key=lambda one: one[0])]
