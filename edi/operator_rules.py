"""An operator's CSV of scrubber rules: every mistake with its line and column, and nothing taken while there is one."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from domain.scrubbing.operator.rule import COLUMNS, OperatorRule, RuleRefused, rule_of
from edi.reference_files.lines import text_of

_OPTIONAL = frozenset({"payer", "claim_type", "effective_from", "effective_to"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProblem:
    """What is wrong with a file: line (the header is 1), column of the table, and the place within the cell."""

    line: int
    column: str
    at: int | None
    message: str

    def __str__(self) -> str:
        where = f" at character {self.at}" if self.at is not None else ""
        return f"line {self.line}, column {self.column}{where}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesFile:
    """What a file holds; with problems, none of its rules is meant to be used."""

    rules: tuple[OperatorRule, ...]
    problems: tuple[RuleProblem, ...]


def read_rules(content: bytes) -> RulesFile:
    """Read a table of rules (columns: ``COLUMNS``). Never raises for what is in it."""
    reader = csv.DictReader(text_of(content).splitlines(), strict=True)
    try:
        header = [name.strip().lower() for name in reader.fieldnames or ()]
    except csv.Error as error:
        return _one(1, "header", f"cannot be read ({error})")
    if missing := [name for name in COLUMNS if name not in header and name not in _OPTIONAL]:
        return _one(1, missing[0], f"is missing: name the columns {', '.join(COLUMNS)}")
    if unknown := [name for name in header if name not in COLUMNS]:
        return _one(1, unknown[0] or "header", f"is not known: the columns are {', '.join(COLUMNS)}")
    reader.fieldnames = header
    rules: list[OperatorRule] = []
    problems: list[RuleProblem] = []
    seen: dict[tuple[str, object], int] = {}
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            message = f"cannot be read ({error})"
            problems.append(RuleProblem(line=reader.line_num, column="row", at=None, message=message))
            break
        line = reader.line_num
        if None in row:
            message = f"has more cells than the header's {len(header)}: put text with commas in quotation marks"
            problems.append(RuleProblem(line=line, column="row", at=None, message=message))
            continue
        try:
            rule = rule_of(row)
        except RuleRefused as refused:
            problems.append(RuleProblem(line=line, column=refused.column, at=refused.at, message=str(refused)))
            continue
        if earlier := seen.get((rule.id, rule.effective_from)):
            message = f"line {earlier} has the same id and effective_from: keep one"
            problems.append(RuleProblem(line=line, column="id", at=None, message=message))
        seen[rule.id, rule.effective_from] = line
        rules.append(rule)
    if not rules and not problems:
        return _one(1, "row", "the file holds no rule")
    return RulesFile(rules=tuple(rules), problems=tuple(problems))


def _one(line: int, column: str, message: str) -> RulesFile:
    return RulesFile(rules=(), problems=(RuleProblem(line=line, column=column, at=None, message=message),))
