"""What belongs to a request, by payer, group and reason of the denial and level: a checklist as data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.appeals.rows import checked
from domain.coverage.coverage import PayerKind
from domain.denials.rules import DenialGroup

COLUMNS = (
    "purpose", "payer_kind", "denial_group", "reason", "from_level", "item", "what", "need", "automatic", "source",
)  # fmt: skip


class Purpose(StrEnum):
    """What the papers are for."""

    APPEAL = "appeal"
    RECORDS = "records"


class Automatic(StrEnum):
    """What the books themselves provide."""

    NOTHING = ""
    DECISION = "decision"
    """The remittance (835), or the letter that is appealed."""
    CLAIM_COPY = "claim_copy"
    """The 837 as it was sent."""
    TIMELY_FILING = "timely_filing"
    """The 277CA by which the payer took the claim in time."""


class Need(StrEnum):
    """How much depends on it."""

    REQUIRED = "required"
    """Without it nothing is filed, unless a named person says why."""
    EXPECTED = "expected"
    """A request without it may be filed and is weaker: who orders it is told."""
    OPTIONAL = "optional"


_WEIGHT = {Need.REQUIRED: 2, Need.EXPECTED: 1, Need.OPTIONAL: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that belongs to a request."""

    item: str
    what: str
    need: Need
    automatic: Automatic
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """One row; empty conditions hold for all."""

    item: Item
    purpose: Purpose
    payer_kind: PayerKind | None
    group: DenialGroup | None
    reason: str
    from_level: int

    def holds(
        self, purpose: Purpose, payer_kind: PayerKind, group: DenialGroup, reasons: Collection[str], level: int
    ) -> bool:
        """Whether the row belongs to such a request."""
        return (
            self.purpose is purpose
            and self.payer_kind in (None, payer_kind)
            and self.group in (None, group)
            and (not self.reason or self.reason in reasons)
            and level >= self.from_level
        )


def checklist(
    rules: Iterable[EvidenceRule],
    purpose: Purpose,
    payer_kind: PayerKind,
    group: DenialGroup,
    reasons: Collection[str],
    level: int = 1,
) -> tuple[Item, ...]:
    """What belongs to a request; ``reasons`` as remittances give them (``CO-50``, ``N115``).

    An item that several rows name is there once; one of them that requires it decides.
    """
    codes = {reason.rpartition("-")[2] for reason in reasons}
    items: dict[str, Item] = {}
    for rule in rules:
        if not rule.holds(purpose, payer_kind, group, codes, level):
            continue
        known = items.get(rule.item.item)
        if known is None or _WEIGHT[rule.item.need] > _WEIGHT[known.need]:
            items[rule.item.item] = rule.item
    return tuple(items.values())


def parse_evidence(rows: Iterable[Mapping[str, str]]) -> tuple[EvidenceRule, ...]:
    """Read ``evidence.csv``.

    Raises:
        ValueError: naming the row and what does not fit.
    """
    return tuple(checked("evidence", place, row, COLUMNS, _rule) for place, row in enumerate(rows, 1))


def _rule(row: Mapping[str, str]) -> EvidenceRule:
    if not row["item"] or not row["what"]:
        raise ValueError("item and what name the thing, once for machines and once for people")
    return EvidenceRule(
        item=Item(
            item=row["item"],
            what=row["what"],
            need=Need(row["need"]),
            automatic=Automatic(row["automatic"]),
            source=row["source"],
        ),
        purpose=Purpose(row["purpose"]),
        payer_kind=PayerKind(row["payer_kind"]) if row["payer_kind"] else None,
        group=DenialGroup(row["denial_group"]) if row["denial_group"] else None,
        reason=row["reason"],
        from_level=int(row["from_level"]),
    )
