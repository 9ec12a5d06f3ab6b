"""What a remitted claim means: denied is not CLP02=4 but what group, reason and remark codes say.

CLP02 tells how a claim was processed (X12 RFI 1423); money tells the rest. An unknown code
goes to a person, never to a default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context
from domain.denials.rules import DenialGroup, DenialRule, DenialRules, Nature, Remedy, parse_denial_rules
from domain.remittance.remittance import Adjustment, RemittedClaim

__all__ = [
    "Adjudication",
    "DenialGroup",
    "DenialRules",
    "Remedy",
    "Verdict",
    "classify",
    "frequency_of",
    "parse_denial_rules",
    "remedy_at",
]

REVERSAL = "22"
NOT_OURS_FORWARDED = "23"
PREDETERMINATION = "25"
_FORWARDED = frozenset({"19", "20", "21", NOT_OURS_FORWARDED})
_FORWARDED_REMARKS = frozenset({"MA18", "N89", "MA07"})
"""The claim went on to a supplemental insurer or Medicaid by itself: no claim of ours to the next payer."""
_PLAIN = Context()
UNKNOWN_CODE = "the code is not in the table of denial rules: a person decides, and the table learns it"


class Verdict(StrEnum):
    """What the payer decided, in one word. REVIEW: only a person can say."""

    PAID = "paid"
    DENIED = "denied"
    PARTLY_DENIED = "partly_denied"
    PATIENT_SHARE_ONLY = "patient_share_only"
    REVERSAL = "reversal"
    FORWARDED = "forwarded"
    PREDETERMINATION = "predetermination"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjudication:
    """A remitted claim understood."""

    verdict: Verdict
    group: DenialGroup
    remedy: Remedy
    frequency: str
    """CLM05-3 of the attempt that the remedy means; empty when it means none."""
    reasons: tuple[str, ...]
    """The codes that decided, such as ``CO-16`` and ``MA130``."""
    why: str
    appealable: bool
    forwarded: bool = False
    """Another payer has the claim from this one: wait for it."""
    rule: DenialRule | None = None
    """The row of the table that decided."""

    @property
    def unprocessable(self) -> bool:
        """Whether the payer made no decision at all (MA130): the next attempt is a new claim."""
        return "MA130" in self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class _Understood:
    adjustment: Adjustment
    rule: DenialRule | None

    @property
    def code(self) -> str:
        return f"{self.adjustment.group}-{self.adjustment.reason}"

    @property
    def nature(self) -> Nature:
        return self.rule.nature if self.rule else Nature.REVIEW


def frequency_of(remedy: Remedy) -> str:
    """CLM05-3 that a remedy means: 1 new, 7 replacement, 8 void; empty for the others."""
    return {Remedy.CORRECT_AND_RESEND: "1", Remedy.REPLACE: "7", Remedy.VOID: "8"}.get(remedy, "")


def remedy_at(
    remedy: Remedy, payer_kind: PayerKind, claim_type: ClaimType = ClaimType.PROFESSIONAL
) -> Remedy:
    """The remedy as this kind of payer offers it: Medicare Part B takes no frequency 7 or 8.

    A denied Medicare claim is reopened for a clerical error instead (CMS 100-04 ch. 34). Part A takes
    adjustment claims (type of bill XX7, XX8).
    """
    part_b = payer_kind is PayerKind.MEDICARE and claim_type is ClaimType.PROFESSIONAL
    if part_b and remedy in (Remedy.REPLACE, Remedy.VOID):
        return Remedy.REOPEN
    return remedy


def remedy_of(rule: DenialRule, payer_kind: PayerKind, claim_type: ClaimType, *, appealable: bool) -> Remedy:
    """What a row's remedy comes to at this payer: an appeal that a remark excludes is a person's question."""
    remedy = remedy_at(rule.remedy or Remedy.REVIEW, payer_kind, claim_type)
    return Remedy.REVIEW if remedy is Remedy.APPEAL and not appealable else remedy


def decided_by_status(status: str) -> Adjudication | None:
    """What CLP02 says by itself; None where the adjustments say it."""
    if status == REVERSAL:
        return _plain(Verdict.REVERSAL, Remedy.WAIT, "an earlier payment is taken back; a correction should follow")
    if status == PREDETERMINATION:
        return _plain(Verdict.PREDETERMINATION, Remedy.NONE, "a price told beforehand; nothing is paid or posted")
    if status == NOT_OURS_FORWARDED:
        why = "not this payer's claim; it sent it on to another one"
        return _plain(Verdict.FORWARDED, Remedy.WAIT, why, forwarded=True)
    return None


def was_forwarded(status: str, remarks: Iterable[str]) -> bool:
    """Whether another payer has the claim from this one (CLP02 19 to 21 and 23, MA18, N89, MA07)."""
    return status in _FORWARDED or not _FORWARDED_REMARKS.isdisjoint(remarks)


def classify(
    claim: RemittedClaim, payer_kind: PayerKind, rules: DenialRules, context: Context = _PLAIN
) -> Adjudication:
    """Say what the payer decided and what is done about it."""
    forwarded = was_forwarded(claim.status, claim.all_remarks)
    by_status = decided_by_status(claim.status)
    if by_status is not None:
        return by_status
    understood = _understand(claim, payer_kind, rules, context)
    if doubtful := [entry for entry in understood if entry.nature is Nature.REVIEW]:
        return _review(doubtful, forwarded)
    denials = [entry for entry in understood if entry.nature is Nature.DENIAL]
    denied_cents = sum(entry.adjustment.amount_cents for entry in denials)
    if claim.paid_cents < 0 or denied_cents < 0:
        return _unclear(understood, "amounts are taken back without a reversal: a person decides", forwarded)
    if denied_cents:
        return _denied(claim, denials, payer_kind, rules, context, forwarded=forwarded)
    return _allowed(claim, understood, payer_kind, forwarded)


def _understand(
    claim: RemittedClaim, payer_kind: PayerKind, rules: DenialRules, context: Context
) -> list[_Understood]:
    shared = frozenset(claim.remarks)
    everywhere = frozenset(code for line in claim.lines for code in line.modifiers)
    levels: list[tuple[Iterable[Adjustment], frozenset[str], frozenset[str]]] = [
        (claim.adjustments, frozenset(claim.all_remarks), everywhere)
    ]
    levels += [
        (line.adjustments, shared | frozenset(line.remarks), frozenset(line.modifiers)) for line in claim.lines
    ]
    of_lines = frozenset(code for line in claim.lines for code in line.remarks)
    protecting = rules.protecting(of_lines) if of_lines else of_lines
    return [
        _Understood(
            adjustment=a,
            rule=rules.find(
                a.group, a.reason, remarks | protecting if a.group == "PR" else remarks, payer_kind, modifiers, context
            ),
        )
        for adjustments, remarks, modifiers in levels
        for a in adjustments
        if a.amount_cents
    ]


def _plain(verdict: Verdict, remedy: Remedy, why: str, *, forwarded: bool = False) -> Adjudication:
    return Adjudication(
        verdict=verdict, group=DenialGroup.NONE, remedy=remedy, frequency="", reasons=(), why=why,
        appealable=False, forwarded=forwarded,
    )  # fmt: skip


def _review(doubtful: list[_Understood], forwarded: bool) -> Adjudication:
    first = max(doubtful, key=lambda entry: abs(entry.adjustment.amount_cents))
    return Adjudication(
        verdict=Verdict.REVIEW,
        group=first.rule.denial_group if first.rule else DenialGroup.NONE,
        remedy=first.rule.remedy or Remedy.REVIEW if first.rule else Remedy.REVIEW,
        frequency="",
        reasons=_codes(doubtful),
        why=first.rule.why if first.rule else UNKNOWN_CODE,
        appealable=first.rule.appealable if first.rule else False,
        forwarded=forwarded,
        rule=first.rule,
    )


def _unclear(understood: list[_Understood], why: str, forwarded: bool) -> Adjudication:
    return Adjudication(
        verdict=Verdict.REVIEW, group=DenialGroup.NONE, remedy=Remedy.REVIEW, frequency="",
        reasons=_codes(understood), why=why, appealable=False, forwarded=forwarded,
    )  # fmt: skip


def _denied(
    claim: RemittedClaim,
    denials: list[_Understood],
    payer_kind: PayerKind,
    rules: DenialRules,
    context: Context,
    *,
    forwarded: bool,
) -> Adjudication:
    suspected = [entry for entry in denials if entry.rule and entry.rule.denial_group is DenialGroup.FRAUD]
    main = max(suspected or denials, key=lambda entry: abs(entry.adjustment.amount_cents))
    assert main.rule is not None
    remarks = frozenset(claim.all_remarks)
    appealable = main.rule.appealable and not rules.appeal_excluded(remarks)
    remedy = remedy_of(main.rule, payer_kind, context.claim_type, appealable=appealable)
    nothing = claim.paid_cents == 0 and _patient_cents(claim) == 0
    return Adjudication(
        verdict=Verdict.DENIED if nothing else Verdict.PARTLY_DENIED,
        group=main.rule.denial_group,
        remedy=remedy,
        frequency=frequency_of(remedy),
        reasons=_codes(denials),
        why=main.rule.why,
        appealable=appealable,
        forwarded=forwarded,
        rule=main.rule,
    )


def _allowed(
    claim: RemittedClaim, understood: list[_Understood], payer_kind: PayerKind, forwarded: bool
) -> Adjudication:
    patient = [entry for entry in understood if entry.nature is Nature.PATIENT]
    owes = sum(entry.adjustment.amount_cents for entry in patient) > 0
    main = max(
        (entry for entry in patient if entry.rule and entry.rule.denial_group is not DenialGroup.NONE),
        key=lambda entry: abs(entry.adjustment.amount_cents),
        default=None,
    )
    if claim.paid_cents > 0:
        verdict, why = Verdict.PAID, "paid"
    elif owes:
        verdict, why = Verdict.PATIENT_SHARE_ONLY, "allowed, and all of it is the patient's share"
    elif any(entry.nature is Nature.INFORMATION for entry in understood):
        verdict, why = Verdict.PAID, "nothing left to pay after the earlier payer"
    else:
        why = "nothing was paid, nothing moved to the patient, and no code denies it: a person decides"
        return _unclear(understood, why, forwarded)
    if main is not None and main.rule is not None and main.rule.remedy is not None:
        return Adjudication(
            verdict=verdict, group=main.rule.denial_group, remedy=remedy_at(main.rule.remedy, payer_kind),
            frequency="", reasons=_codes(patient), why=main.rule.why, appealable=main.rule.appealable,
            forwarded=forwarded, rule=main.rule,
        )  # fmt: skip
    remedy = Remedy.WAIT if forwarded else Remedy.BILL_PATIENT if owes else Remedy.NONE
    return Adjudication(
        verdict=verdict, group=DenialGroup.NONE, remedy=remedy, frequency="", reasons=_codes(patient),
        why=why, appealable=False, forwarded=forwarded,
    )  # fmt: skip


def _patient_cents(claim: RemittedClaim) -> int:
    return sum(a.amount_cents for a in claim.all_adjustments if a.group == "PR")


def _codes(entries: Iterable[_Understood]) -> tuple[str, ...]:
    codes: dict[str, None] = {}
    for entry in entries:
        codes[entry.code] = None
        if entry.rule and entry.rule.rarc:
            codes[entry.rule.rarc] = None
    return tuple(codes)
