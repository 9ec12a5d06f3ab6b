"""What went wrong, in one line that says what, where and what to do, with its exit code."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NEGATIVE = 1
"""The input or the answer is negative."""
COULD_NOT_RUN = 2
INTERRUPTED = 130


class Negative(Exception):
    """The answer is no: exit 1. ``document`` is printed under ``--json`` in place of the answer."""

    def __init__(self, line: str, document: object = None) -> None:
        super().__init__(line)
        self.document = {"error": line} if document is None else document


class CannotRun(Exception):
    """The command could not do its work: exit 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a person is told, and how the program ends."""

    line: str
    exit_code: int


_IN_OUR_OWN_WORDS = {
    "stack.errors": ("StackError",),
    "gateways.errors": ("GatewayError",),
    "workers.settings": ("SettingsMissing",),
    "contracts.converter": ("PayloadKeysMissing", "UnknownPayloadKey"),
    "storage.intake": ("UnknownOrganisation",),
    "storage.reference": ("NoPolicy",),
}
"""Exceptions whose text is already one clear line without protected data: exit 2."""

_NEGATIVE_IN_OUR_OWN_WORDS = {
    "storage.claims": ("UnknownClaim",),
    "storage.account_views": ("UnknownAccount",),
    "storage.deposits": ("UnknownDeposit", "UnknownRemittance"),
    "storage.deposit_matching": ("CannotMatch",),
    "storage.slips": ("UnknownAccounts", "EnteredBefore"),
    "storage.periods": ("CannotClose",),
    "storage.visits": ("UnknownVisit", "VisitDecided"),
    "storage.contracts": ("UnknownContract",),
    "storage.variances": ("UnknownVariance",),
    "storage.learned": ("UnknownProposal", "ProposalDecided"),
    "activities.deciding": ("NotDecidable",),
    "domain.cash.slip": ("SlipDoesNotSum",),
    "activities.cash.by_hand": ("DoesNotBalance",),
    "activities.cash.returned": ("NotReturnable",),
    "domain.claim.commands": ("CommandInvalid",),
    "domain.appeals.orders": ("OrderInvalid",),
    "domain.cases.orders": ("OrderInvalid",),
    "workers.deployment": ("ReleaseRefused",),
    "storage.audit_findings": ("UnknownFinding",),
    "storage.compliance": ("NotCompliance", "UnknownReferral"),
    "domain.coding.audit.standing": ("NotNow",),
    "activities.care.case": ("NotPossible",),
    "activities.care.agency": ("RemittanceBroken",),
    "domain.care.complaints": ("HandOver",),
    "storage.account_decisions": ("BusinessIdTaken",),
    "storage.care": ("UnknownPlacement",),
    "storage.care_rules": ("UnknownWord",),
    "storage.cases": ("UnknownCase",),
}


def explain(error: BaseException) -> Failure:
    """Say what an exception means to the person at the keyboard.

    A text that we did not write is never repeated: it may hold values from a claim.
    """
    if isinstance(error, Negative) or _is_one_of(error, _NEGATIVE_IN_OUR_OWN_WORDS):
        return Failure(line=_one_line(str(error)), exit_code=NEGATIVE)
    if isinstance(error, CannotRun) or _is_one_of(error, _IN_OUR_OWN_WORDS):
        return Failure(line=_one_line(str(error)), exit_code=COULD_NOT_RUN)
    return Failure(line=_of_others(error), exit_code=COULD_NOT_RUN)


def _of_others(error: BaseException) -> str:
    if _is(error, "sqlalchemy.exc", "OperationalError"):
        return f"PostgreSQL does not answer ({_database_word(error)}): check DATABASE_URL, or run `claimflow up`"
    if _is(error, "sqlalchemy.exc", "ArgumentError"):
        return "DATABASE_URL is no database URL: write postgresql://user:password@host:port/database"
    if _is(error, "sqlalchemy.exc", "DBAPIError") and _sqlstate(error) in _NO_SCHEMA:
        return "the database has no claimflow schema: run `python -m storage.migrate`, or `claimflow up`"
    if _is(error, "sqlalchemy.exc", "DBAPIError"):
        return f"PostgreSQL refused the work (SQLSTATE {_sqlstate(error) or 'unknown'}); {_DETAILS}"
    if _is(error, "temporalio.service", "RPCError"):
        status = getattr(getattr(error, "status", None), "name", "unknown")
        return f"Temporal refused or did not answer ({status}): look at `claimflow status`, or run `claimflow up`"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or 'cannot be read').lower()}"
    if isinstance(error, TimeoutError):
        return "a server did not answer in time: look at `claimflow status`, then repeat the command"
    return f"unexpected {type(error).__name__}; {_DETAILS}"


_NO_SCHEMA = frozenset({"42P01", "42704", "22023"})
"""SQLSTATE of a table or a role that does not exist, the last where a session wants to take on the role."""

_DETAILS = "run it again with CLAIMFLOW_DEBUG=1 to see where"


def _is(error: BaseException, module: str, name: str) -> bool:
    """Whether it is of that class, without importing a module that nobody has used yet."""
    kind: Any = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(error, kind)


def _is_one_of(error: BaseException, classes: Mapping[str, tuple[str, ...]]) -> bool:
    return any(_is(error, module, name) for module, names in classes.items() for name in names)


def _database_word(error: BaseException) -> str:
    """The driver's first line names host and port, never the password."""
    words = str(getattr(error, "orig", "")).strip().splitlines()
    return words[0] if words else "no reason given"


def _sqlstate(error: BaseException) -> str:
    return getattr(getattr(error, "orig", None), "pgcode", None) or ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
