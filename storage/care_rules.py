"""Policies and letters of care: packaged files, each replaced by the operator's of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from domain.care.assistance import Rules, parse_documents, parse_grounds, parse_scale
from domain.care.complaints import Category, parse_categories
from domain.care.letters import LANGUAGES, SUFFIX, LetterText, fill
from domain.care.policy import CarePolicy, parse_policy
from domain.care.sliding_scale import parse_guidelines
from domain.estimates.disputes import DisputeRules, parse_rules
from storage.operator_files import rows, text

HOUSE = "house"
COLLECTOR = "collector"
"""What binds a third-party collector (12 CFR 1006), and a house that chooses it."""
CONTACT_PACKS = (HOUSE, COLLECTOR)
_LETTERS = "care_letters"


class UnknownWord(LookupError):
    """A category, cause, ground or document that the data files do not have; the text lists those that they do."""


def pack_of(organisation_id: int, on: date) -> str:
    """Which pack of policies an organisation goes by on a day; ``*`` stands for every other one.

    Raises:
        LookupError: the data name no pack for it.
    """
    return _packs(organisation_id, on)["pack"]


def contact_pack_of(organisation_id: int, on: date) -> str:
    """Which pack of contact rules binds an organisation on a day: ``house`` (its own) or ``collector``.

    An operator's file without the column knows no collector.

    Raises:
        LookupError: the data name no pack for it, or one that there is not.
    """
    pack = _packs(organisation_id, on).get("contact_pack") or HOUSE
    if pack not in CONTACT_PACKS:
        raise LookupError(f"care_packs.csv: {pack} is no contact pack: {', '.join(CONTACT_PACKS)}")
    return pack


def care_policy(organisation_id: int, on: date) -> CarePolicy:
    """The organisation's policy on a day.

    Raises:
        LookupError: the data lack a value.
    """
    return _policy(pack_of(organisation_id, on), on)


def assistance_rules(organisation_id: int, on: date) -> Rules:
    """Everything by which an application of that day is decided.

    Raises:
        LookupError: the data lack a value.
    """
    pack = pack_of(organisation_id, on)
    return Rules(
        policy=_policy(pack, on),
        guidelines=parse_guidelines(rows("care_poverty_guidelines.csv")),
        scale=parse_scale(rows("care_sliding_scale.csv"), pack, on),
        grounds=parse_grounds(rows("care_presumptive.csv"), pack, on),
        documents=parse_documents(rows("care_documents.csv"), pack),
    )


@lru_cache(maxsize=64)
def dispute_rules(on: date) -> DisputeRules:
    """What the rule about bills above their good faith estimates and its guidance say on a day.

    Raises:
        LookupError: the data lack a value.
    """
    return parse_rules(rows("estimate_disputes.csv"), on)


@lru_cache(maxsize=1)
def categories() -> Mapping[str, Category]:
    """Kinds of complaints by name."""
    return parse_categories(rows("care_complaint_categories.csv"))


def category(name: str) -> Category:
    """One kind of complaint.

    Raises:
        UnknownWord: no such kind.
    """
    if name not in categories():
        raise UnknownWord(f"no category of complaints is called {name}: {', '.join(sorted(categories()))}")
    return categories()[name]


@lru_cache(maxsize=1)
def root_causes() -> Mapping[str, str]:
    """Causes that an answered complaint is counted under, with their words."""
    return {row["cause"]: row["words"] for row in rows("care_root_causes.csv")}


def letter(name: str, language: str, values: Mapping[str, str]) -> LetterText:
    """A letter in one language; English where there is no template in the other.

    Raises:
        TemplateBroken: the operator's template names a place that nobody fills.
    """
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    found = _template(f"{name}.{spoken}{SUFFIX}")
    if found is None:
        spoken = LANGUAGES[0]
        found = _template(f"{name}.{spoken}{SUFFIX}") or ""
    return fill(found, spoken, values)


def care_rows(organisation_id: int, on: date) -> list[Mapping[str, str]]:
    """The rows of the organisation's care policy that hold on a day, each with its source."""
    pack, day = pack_of(organisation_id, on), on.isoformat()
    held = {
        row["name"]: row
        for row in sorted(rows("care_policies.csv"), key=lambda row: row["effective_from"])
        if row["pack"] == pack and row["effective_from"] <= day <= (row["effective_to"] or day)
    }
    return list(held.values())


def _packs(organisation_id: int, on: date) -> Mapping[str, str]:
    told = [row for row in rows("care_packs.csv") if row["effective_from"] <= on.isoformat()]
    for whose in (str(organisation_id), "*"):
        mine = [row for row in told if row["organisation"] == whose]
        if mine:
            return max(mine, key=lambda row: row["effective_from"])
    raise LookupError(f"care_packs.csv names no pack for organisation {organisation_id} on {on}")


@lru_cache(maxsize=256)
def _policy(pack: str, on: date) -> CarePolicy:
    return parse_policy(rows("care_policies.csv"), pack, on)


@lru_cache(maxsize=64)
def _template(name: str) -> str | None:
    return text(f"{_LETTERS}/{name}")
