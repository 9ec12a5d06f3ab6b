"""Ladders, evidence and letter templates: packaged files, each replaced by the operator's of the same name."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from domain.appeals.evidence import EvidenceRule, parse_evidence
from domain.appeals.ladder import Ladders, parse_ladders
from domain.appeals.letter import SUFFIX, problems_of
from domain.claim.reopening_limits import ReopeningLimit, parse_reopening_limits
from domain.deadlines.filing_watch import FilingException, parse_exceptions
from domain.denials.suggestions import Suggestion, parse_suggestions

OWN_FILES = "CLAIMFLOW_REFERENCE_DATA"
"""Folder of the operator: a file there takes the place of the packaged one of the same name."""
_LETTERS = "appeal_letters"


@lru_cache(maxsize=1)
def ladders() -> Ladders:
    """The levels of every payer's appeals, and the amounts in controversy.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_ladders(_rows("appeal_ladders.csv"), _rows("amounts_in_controversy.csv"))


@lru_cache(maxsize=1)
def evidence_rules() -> tuple[EvidenceRule, ...]:
    """What belongs to an appeal or an answer with records.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_evidence(_rows("evidence.csv"))


@lru_cache(maxsize=1)
def filing_exceptions() -> tuple[FilingException, ...]:
    """When payers take a claim after its filing limit.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_exceptions(_rows("filing_exceptions.csv"))


@lru_cache(maxsize=1)
def reopening_limits() -> tuple[ReopeningLimit, ...]:
    """Until when payers reopen a decision, by ground.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_reopening_limits(_rows("reopening_limits.csv"))


@lru_cache(maxsize=1)
def suggestions() -> tuple[Suggestion, ...]:
    """Which field of a claim each code of a denial points to.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_suggestions(_rows("suggested_changes.csv"))


@lru_cache(maxsize=1)
def letter_templates() -> Mapping[str, str]:
    """Templates of letters by name, without their suffix; the operator's before the packaged ones.

    Raises:
        ValueError: a template names a place that nobody fills.
    """
    packaged = files("storage").joinpath("reference_data", _LETTERS)
    found = {entry.name: entry.read_text(encoding="utf-8") for entry in packaged.iterdir()}
    if (own := _own_folder()) is not None and (own / _LETTERS).is_dir():
        found |= {entry.name: entry.read_text(encoding="utf-8") for entry in (own / _LETTERS).iterdir()}
    templates = {name.removesuffix(SUFFIX): text for name, text in found.items() if name.endswith(SUFFIX)}
    for name, text in templates.items():
        if problems := problems_of(text):
            raise ValueError(f"letter template {name}{SUFFIX}: {'; '.join(problems)}")
    return templates


def _rows(name: str) -> list[dict[str, str]]:
    own = _own_folder()
    if own is not None and (own / name).is_file():
        text = (own / name).read_text(encoding="utf-8")
    else:
        text = files("storage").joinpath("reference_data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _own_folder() -> Path | None:
    named = os.environ.get(OWN_FILES, "")
    return Path(named) if named else None
