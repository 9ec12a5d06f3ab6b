"""The table that says what a payer's adjustment codes mean for us: data that an operator replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.coverage.coverage import PayerKind

COLUMNS = (
    "carc",
    "group_code",
    "rarc",
    "payer_kind",
    "nature",
    "denial_group",
    "remedy",
    "appealable",
    "why",
    "source",
)


class DenialGroup(StrEnum):
    """The five groups of denials the business names; NONE where nothing was denied."""

    INCOMPLETE = "incomplete"
    ERRONEOUS_PAYMENT = "erroneous_payment"
    FRAUD = "fraud"
    OMISSION = "omission"
    ERROR = "error"
    NONE = "none"


class Remedy(StrEnum):
    """What is done next. REVIEW: a person decides."""

    CORRECT_AND_RESEND = "correct_and_resend"
    REPLACE = "replace"
    VOID = "void"
    REOPEN = "reopen"
    APPEAL = "appeal"
    SEND_RECORDS = "send_records"
    BILL_NEXT_PAYER = "bill_next_payer"
    BILL_PATIENT = "bill_patient"
    WRITE_OFF = "write_off"
    WAIT = "wait"
    NONE = "none"
    REVIEW = "review"


class Nature(StrEnum):
    """What an adjustment does."""

    CONTRACTUAL = "contractual"
    PATIENT = "patient"
    DENIAL = "denial"
    INFORMATION = "information"
    REVIEW = "review"
    MARK = "mark"
    """Says nothing of money: a remark that takes appeal rights away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialRule:
    """One row. Empty conditions match anything; group codes are a set."""

    nature: Nature
    denial_group: DenialGroup
    remedy: Remedy | None
    appealable: bool
    why: str
    source: str
    carc: str = ""
    group_codes: frozenset[str] = frozenset()
    rarc: str = ""
    payer_kind: PayerKind | None = None

    def matches(self, group: str, carc: str, remarks: frozenset[str], payer_kind: PayerKind) -> bool:
        """Whether every condition of the row holds."""
        return (
            self.carc in ("", carc)
            and (not self.group_codes or group in self.group_codes)
            and (not self.rarc or self.rarc in remarks)
            and self.payer_kind in (None, payer_kind)
        )

    @property
    def weight(self) -> int:
        """How special the row is: a remark code outweighs a reason code, that a payer, that a group."""
        return 8 * bool(self.rarc) + 4 * bool(self.carc) + 2 * bool(self.payer_kind) + bool(self.group_codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialRules:
    """The whole table; the most special row that matches decides, among equals one without appeal rights:
    MA130 beside another remark means unprocessable."""

    rules: tuple[DenialRule, ...]

    def find(self, group: str, carc: str, remarks: frozenset[str], payer_kind: PayerKind) -> DenialRule | None:
        """Return the row for an adjustment, or None: an unknown code, for a person."""
        fitting = [
            rule for rule in self.rules if rule.remedy is not None and rule.matches(group, carc, remarks, payer_kind)
        ]
        return max(fitting, key=lambda rule: (rule.weight, not rule.appealable), default=None)

    def appeal_excluded(self, remarks: frozenset[str]) -> bool:
        """Whether a remark code takes appeal rights away whatever the reason (N211)."""
        return any(rule.nature is Nature.MARK and not rule.appealable and rule.rarc in remarks for rule in self.rules)

    @property
    def contractual(self) -> frozenset[tuple[str, str]]:
        """Group and reason of what is given up by contract or law: the ledger posts it as contractual."""
        return frozenset(
            (group, rule.carc) for rule in self.rules if rule.nature is Nature.CONTRACTUAL for group in rule.group_codes
        )


def parse_denial_rules(rows: Iterable[Mapping[str, str]]) -> DenialRules:
    """Read the rows of ``denial_rules.csv`` (columns: ``COLUMNS``; group codes separated by blanks).

    Raises:
        ValueError: naming the row and column that does not fit, or rows that contradict each other.
    """
    rules: list[DenialRule] = []
    seen: set[tuple[str, str, str, PayerKind | None]] = set()
    for number, row in enumerate(rows, start=1):
        if missing := [column for column in COLUMNS if row.get(column) is None]:
            raise ValueError(f"denial rules, row {number}: column {missing[0]} is missing; add it")
        try:
            rule = _rule({column: row[column].strip() for column in COLUMNS})
        except ValueError as problem:
            raise ValueError(f"denial rules, row {number}: {problem}") from problem
        for group in rule.group_codes or {""}:
            condition = (rule.carc, group, rule.rarc, rule.payer_kind)
            if condition in seen:
                raise ValueError(f"denial rules, row {number}: an earlier row has the same conditions; keep one")
            seen.add(condition)
        rules.append(rule)
    return DenialRules(rules=tuple(rules))


def _rule(row: Mapping[str, str]) -> DenialRule:
    if not row["source"]:
        raise ValueError("source is empty; a rule without a source is not used")
    if not (row["carc"] or row["rarc"]):
        raise ValueError("carc and rarc are both empty; name one")
    if row["appealable"] not in ("yes", "no"):
        raise ValueError("appealable is neither yes nor no")
    groups = frozenset(row["group_code"].split())
    if not groups <= {"CO", "PR", "OA", "PI"}:
        raise ValueError("group_code is not made of CO, PR, OA and PI")
    nature = Nature(row["nature"])
    if nature is Nature.CONTRACTUAL and (row["rarc"] or row["payer_kind"] or not groups or not row["carc"]):
        raise ValueError("a contractual row has a carc and groups, and no other condition")
    if not row["remedy"] and nature is not Nature.MARK:
        raise ValueError("remedy is empty")
    return DenialRule(
        carc=row["carc"],
        group_codes=groups,
        rarc=row["rarc"],
        payer_kind=PayerKind(row["payer_kind"]) if row["payer_kind"] else None,
        nature=nature,
        denial_group=DenialGroup(row["denial_group"]),
        remedy=Remedy(row["remedy"]) if row["remedy"] else None,
        appealable=row["appealable"] == "yes",
        why=row["why"],
        source=row["source"],
    )
