"""The table that says what a payer's adjustment codes mean for us: data that an operator replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product

from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context, Network

COLUMNS = (
    "carc",
    "group_code",
    "rarc",
    "modifier",
    "network",
    "claim_type",
    "payer_kind",
    "payer_code",
    "nature",
    "denial_group",
    "remedy",
    "appealable",
    "root_cause",
    "worked_by",
    "deadline_days",
    "deadline_rule",
    "why",
    "source",
    "confirmed",
    "effective_from",
    "effective_to",
)
NOT_CONFIRMED = "nobody has confirmed what mends it here: a person decides"
_PLAIN = Context()


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


PATIENT_SHARE = "patient_share"
"""Root cause of the rows about what a patient may be asked."""


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
    """One row. Empty conditions match anything; reason codes, group codes and modifiers are sets, of which one
    must be there."""

    nature: Nature
    denial_group: DenialGroup
    remedy: Remedy | None
    appealable: bool
    why: str
    source: str
    carcs: frozenset[str] = frozenset()
    group_codes: frozenset[str] = frozenset()
    rarc: str = ""
    modifiers: frozenset[str] = frozenset()
    network: Network = Network.UNKNOWN
    claim_type: ClaimType | None = None
    payer_kind: PayerKind | None = None
    payer_code: str = ""
    root_cause: str = ""
    worked_by: str = "biller"
    """Role that works it."""
    deadline_days: int | None = None
    """Of this row's own; where it is None and ``deadline_rule`` empty, the table of deadlines says it."""
    deadline_rule: str = ""
    confirmed: bool = True
    proposed: Remedy | None = None
    """What an unconfirmed row would do: never done, shown to the person who decides."""
    effective_from: date = date.min
    effective_to: date | None = None
    own: bool = False
    """Written by the operator: it goes before a packaged row with conditions of the same weight."""

    def matches(
        self,
        group: str,
        carc: str,
        remarks: frozenset[str],
        payer_kind: PayerKind,
        modifiers: frozenset[str] = frozenset(),
        context: Context = _PLAIN,
    ) -> bool:
        """Whether every condition of the row holds."""
        return (
            (not self.carcs or carc in self.carcs)
            and (not self.group_codes or group in self.group_codes)
            and (not self.rarc or self.rarc in remarks)
            and (not self.modifiers or not self.modifiers.isdisjoint(modifiers))
            and self.network in (Network.UNKNOWN, context.network)
            and self.claim_type in (None, context.claim_type)
            and self.payer_kind in (None, payer_kind)
            and self.payer_code in ("", context.payer_code)
            and self.holds_on(context.on)
        )

    def holds_on(self, day: date | None) -> bool:
        """Whether the row holds on a day; without a day, whether it has no end."""
        if day is None:
            return self.effective_to is None
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    @property
    def weight(self) -> int:
        """How special the row is: the payer's own code outweighs a remark code, that a modifier, that a reason
        code, network, claim type, kind of payer and group, in this order."""
        bits = (
            self.payer_code, self.rarc, self.modifiers, self.carcs, self.network, self.claim_type,
            self.payer_kind, self.group_codes,
        )  # fmt: skip
        return sum(1 << place for place, given in enumerate(reversed(bits)) if given)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialRules:
    """The whole table; the most special row that matches decides, among equals the operator's, then one without
    appeal rights: MA130 beside another remark means unprocessable."""

    rules: tuple[DenialRule, ...]
    remarks: Mapping[str, str] = field(default_factory=dict)
    """Remark codes in words of our own."""

    def find(
        self,
        group: str,
        carc: str,
        remarks: frozenset[str],
        payer_kind: PayerKind,
        modifiers: frozenset[str] = frozenset(),
        context: Context = _PLAIN,
    ) -> DenialRule | None:
        """Return the row for an adjustment, or None: an unknown code, for a person."""
        fitting = [
            rule
            for rule in self.rules
            if rule.remedy is not None and rule.matches(group, carc, remarks, payer_kind, modifiers, context)
        ]
        return max(fitting, key=lambda rule: (rule.weight, rule.own, not rule.appealable), default=None)

    def appeal_excluded(self, remarks: frozenset[str]) -> bool:
        """Whether a remark code takes appeal rights away whatever the reason (N211)."""
        return any(rule.nature is Nature.MARK and not rule.appealable and rule.rarc in remarks for rule in self.rules)

    def protecting(self, remarks: frozenset[str]) -> frozenset[str]:
        """Those remark codes that keep a share from the patient: of the patient (QMB) or the visit (No Surprises
        Act), so that one line's remark speaks for every line."""
        return frozenset(
            rule.rarc
            for rule in self.rules
            if rule.rarc in remarks and rule.nature is Nature.REVIEW and rule.root_cause == PATIENT_SHARE
        )

    def in_words(self, remarks: Iterable[str]) -> str:
        """What the remark codes say, those that are known."""
        return "; ".join(f"{code}: {self.remarks[code]}" for code in dict.fromkeys(remarks) if code in self.remarks)

    @property
    def contractual(self) -> frozenset[tuple[str, str]]:
        """Group and reason of what is given up by contract or law: the ledger posts it as contractual."""
        return frozenset(
            (group, carc)
            for rule in self.rules
            if rule.nature is Nature.CONTRACTUAL and rule.holds_on(None)
            for group, carc in product(rule.group_codes, rule.carcs)
        )


def parse_denial_rules(
    rows: Iterable[Mapping[str, str]], own: Iterable[Mapping[str, str]] = (), remarks: Mapping[str, str] | None = None
) -> DenialRules:
    """Read the rows of ``denial_rules.csv`` (columns: ``COLUMNS``; reason codes, group codes and modifiers
    separated by blanks), and the operator's ``own`` rows of the same form.

    Raises:
        ValueError: naming the row and column that does not fit, or rows that contradict each other.
    """
    packaged = _parsed(rows, "denial rules", own=False)
    overrides = _parsed(own, "own denial rules", own=True)
    return DenialRules(rules=(*packaged, *overrides), remarks=dict(remarks or {}))


def _parsed(rows: Iterable[Mapping[str, str]], name: str, *, own: bool) -> list[DenialRule]:
    rules: list[DenialRule] = []
    seen: dict[tuple[object, ...], list[DenialRule]] = {}
    for number, row in enumerate(rows, start=1):
        if missing := [column for column in COLUMNS if row.get(column) is None]:
            raise ValueError(f"{name}, row {number}: column {missing[0]} is missing; add it")
        try:
            rule = _rule({column: row[column].strip() for column in COLUMNS}, own=own)
        except ValueError as problem:
            raise ValueError(f"{name}, row {number}: {problem}") from problem
        for condition in _conditions(rule):
            if any(_overlap(rule, earlier) for earlier in seen.get(condition, ())):
                raise ValueError(f"{name}, row {number}: an earlier row has the same conditions; keep one")
            seen.setdefault(condition, []).append(rule)
        rules.append(rule)
    return rules


def _conditions(rule: DenialRule) -> Iterable[tuple[object, ...]]:
    sets = (rule.carcs or {""}, rule.group_codes or {""}, rule.modifiers or {""})
    rest = (rule.rarc, rule.network, rule.claim_type, rule.payer_kind, rule.payer_code)
    return ((*codes, *rest) for codes in product(*sets))


def _overlap(one: DenialRule, other: DenialRule) -> bool:
    return one.effective_from <= (other.effective_to or date.max) and other.effective_from <= (
        one.effective_to or date.max
    )


def _rule(row: Mapping[str, str], *, own: bool) -> DenialRule:
    if not row["source"]:
        raise ValueError("source is empty; a rule without a source is not used")
    if not (row["carc"] or row["rarc"]):
        raise ValueError("carc and rarc are both empty; name one")
    groups = frozenset(row["group_code"].split())
    if not groups <= {"CO", "PR", "OA", "PI"}:
        raise ValueError("group_code is not made of CO, PR, OA and PI")
    nature = Nature(row["nature"])
    conditions = ("rarc", "modifier", "network", "claim_type", "payer_kind", "payer_code")
    if nature is Nature.CONTRACTUAL and (any(row[name] for name in conditions) or not groups or not row["carc"]):
        raise ValueError("a contractual row has a carc and groups, and no other condition")
    if not row["remedy"] and nature is not Nature.MARK:
        raise ValueError("remedy is empty")
    confirmed = yes_or_no(row, "confirmed")
    remedy = Remedy(row["remedy"]) if row["remedy"] else None
    settled = confirmed or remedy is None
    return DenialRule(
        carcs=frozenset(row["carc"].split()),
        group_codes=groups,
        rarc=row["rarc"],
        modifiers=frozenset(row["modifier"].split()),
        network=Network(row["network"]),
        claim_type=ClaimType(row["claim_type"]) if row["claim_type"] else None,
        payer_kind=PayerKind(row["payer_kind"]) if row["payer_kind"] else None,
        payer_code=row["payer_code"],
        # That it was denied is what the payer says; what mends it, or that nothing was denied, needs a source.
        nature=nature if settled or nature is Nature.DENIAL else Nature.REVIEW,
        denial_group=DenialGroup(row["denial_group"]),
        remedy=remedy if settled else Remedy.REVIEW,
        proposed=None if settled else remedy,
        appealable=yes_or_no(row, "appealable"),
        root_cause=row["root_cause"],
        worked_by=row["worked_by"] or "biller",
        deadline_days=int(row["deadline_days"]) if row["deadline_days"] else None,
        deadline_rule=row["deadline_rule"],
        why=row["why"] if settled else f"{row['why']} ({NOT_CONFIRMED})",
        source=row["source"],
        confirmed=confirmed,
        effective_from=date.fromisoformat(row["effective_from"]) if row["effective_from"] else date.min,
        effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
        own=own,
    )


def yes_or_no(row: Mapping[str, str], column: str) -> bool:
    """Read a column that says yes or no.

    Raises:
        ValueError: it says something else.
    """
    if row[column] not in ("yes", "no"):
        raise ValueError(f"{column} is neither yes nor no")
    return row[column] == "yes"
