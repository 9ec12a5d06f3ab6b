"""Flags: facts about a patient that change who may be billed. Every rule stands here, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

STATEMENT, CONTACT, COLLECTION = "statement", "contact", "collection"
EVERYTHING = frozenset({STATEMENT, CONTACT, COLLECTION})
_MEDICARE = frozenset({"medicare", "medicare_advantage"})


class Flag(StrEnum):
    """What is the case with a patient or guarantor."""

    DECEASED = "deceased"
    BANKRUPT = "bankrupt"
    MINOR = "minor"
    WORKERS_COMPENSATION = "workers_compensation"
    AUTO = "auto"
    HOSPICE = "hospice"
    QMB = "qmb"
    PRISONER = "prisoner"


class Concerns(StrEnum):
    """Which services of the account a flag is about."""

    ACCOUNT = "account"
    """All of them."""
    SERVICES = "services"
    """Those between its first and its last day."""
    SERVICES_BEFORE = "services_before"
    """Those before its first day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRule:
    """What a flag does."""

    billed: str
    """Who may be billed, in words."""
    stops: frozenset[str]
    concerns: Concerns
    remedy: str
    """What a person does now."""
    source: str
    payer_kinds: frozenset[str] = frozenset()
    """Only claims of these payers; empty: of all."""
    keeps_share: bool = False
    """What a payer calls the patient's share (PR) never becomes the patient's: it stays on the payers' side for
    whoever is billed. Elsewhere it is the patient's debt, and only not asked for."""


RULES: Mapping[Flag, FlagRule] = {
    Flag.DECEASED: FlagRule(
        billed="the estate, by a claim in probate; never the family, unless it is the guarantor itself",
        stops=EVERYTHING,
        concerns=Concerns.ACCOUNT,
        remedy="Find out whether there is an estate and file the claim within the state's time; without one, "
        "presumptive assistance (deceased_without_estate) settles the account",
        source="state probate law; 12 CFR 1006.6(a)(4) for agencies",
    ),
    Flag.BANKRUPT: FlagRule(
        billed="nobody, for services before the petition: the automatic stay forbids every demand",
        stops=EVERYTHING,
        concerns=Concerns.SERVICES_BEFORE,
        remedy="File a proof of claim in time, recall what was placed, and write off on discharge",
        source="11 U.S.C. 362(a)(6), 524(a)(2)",
    ),
    Flag.MINOR: FlagRule(
        billed="a parent or legal guardian who is guarantor; never a guarantor who is a minor",
        stops=EVERYTHING,
        concerns=Concerns.ACCOUNT,
        remedy="Enter an adult guarantor; what a minor may consent to alone is never told to the parents",
        source="state law of majority and of minors' consent; 45 CFR 164.502(g)(3)",
    ),
    Flag.WORKERS_COMPENSATION: FlagRule(
        billed="the employer's compensation carrier, at its schedule; not the patient while that claim is open",
        stops=EVERYTHING,
        concerns=Concerns.SERVICES,
        remedy="Bill the carrier with its claim number; after a final refusal enter the health plan as coverage",
        source="state workers' compensation acts; 42 CFR 411.40",
        keeps_share=True,
    ),
    Flag.AUTO: FlagRule(
        billed="the automobile insurer first (MedPay, PIP, liability); the health plan after it",
        stops=EVERYTHING,
        concerns=Concerns.SERVICES,
        remedy="Bill the insurer with its claim number; ask the attorney for the state of a liability claim",
        source="42 CFR 411.50; state no-fault law",
        keeps_share=True,
    ),
    Flag.HOSPICE: FlagRule(
        billed="the hospice, for what belongs to the terminal illness; Medicare for the rest (GV, GW)",
        stops=EVERYTHING,
        concerns=Concerns.SERVICES,
        remedy="Sort the services with the hospice: related ones go to it, unrelated ones to Medicare with GW",
        source="42 CFR 418.24(f), 418.200",
        payer_kinds=_MEDICARE,
        keeps_share=True,
    ),
    Flag.QMB: FlagRule(
        billed="nobody, for Medicare's deductible, coinsurance and copay: Medicaid's part is payment in full",
        stops=EVERYTHING,
        concerns=Concerns.SERVICES,
        remedy="Bill Medicaid for the share; refund what the patient paid of it; write off the rest",
        source="42 U.S.C. 1396a(n)(3)(B); 42 U.S.C. 1395w-4(g)(3)(A)",
        payer_kinds=_MEDICARE,
        keeps_share=True,
    ),
    Flag.PRISONER: FlagRule(
        billed="the authority that holds the patient in custody",
        stops=EVERYTHING,
        concerns=Concerns.SERVICES,
        remedy="Bill the authority for services in custody; Medicare pays for none of them",
        source="42 CFR 411.4(b)",
        keeps_share=True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagSet:
    """A flag as it was set: what, for whom, from when to when."""

    flag: Flag
    began_on: date
    ends_on: date | None = None
    patient_id: int | None = None
    """None: the guarantor, or everybody of the account."""
    claim_number: int | None = None

    @property
    def rule(self) -> FlagRule:
        """What it does."""
        return RULES[self.flag]

    @property
    def whole_account(self) -> bool:
        """Whether nothing of the account may be asked for: it is about the guarantor."""
        return self.rule.concerns is Concerns.ACCOUNT and self.patient_id is None and self.claim_number is None

    def stands_on(self, day: date) -> bool:
        """Whether it holds on a day.

        A bankruptcy and a period of services are known from the day they were entered: services of that time stay
        protected after the last day.
        """
        if self.rule.concerns is Concerns.ACCOUNT:
            return self.began_on <= day and (self.ends_on is None or day <= self.ends_on)
        return True

    def covers(self, *, claim_number: int, patient_id: int, service_date: date, payer_kinds: frozenset[str]) -> bool:
        """Whether a claim of the account is one that it is about.

        A patient who is a minor is billed to the adult guarantor as ever: only a guarantor who is one stops anything.
        """
        if self.flag is Flag.MINOR:
            return False
        if self.claim_number is not None and self.claim_number != claim_number:
            return False
        if self.patient_id is not None and self.patient_id != patient_id:
            return False
        if self.rule.payer_kinds and not self.rule.payer_kinds & payer_kinds:
            return False
        if self.rule.concerns is Concerns.ACCOUNT or self.claim_number is not None:
            return True
        if self.rule.concerns is Concerns.SERVICES_BEFORE:
            return service_date < self.began_on
        return self.began_on <= service_date and (self.ends_on is None or service_date <= self.ends_on)
