"""Reads ISA to IEA, GS to GE and ST to SE, checks that they agree, and hands each set's body to its guide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from x12.engine.batch import Batch
from x12.engine.compiled import compiled_guide
from x12.engine.walker import Walker
from x12.envelope.headers import group_header, interchange_header, read_acknowledgement
from x12.envelope.model import FunctionalGroup, Interchange, TransactionSet, X12File
from x12.envelope.undecided import UndecidedWalker
from x12.errors import X12Error
from x12.guides import find_guide
from x12.syntax.delimiters import STANDARD, envelope_marks
from x12.syntax.tokenizer import Tokenizer
from x12.transactions.acknowledgement import InterchangeAcknowledgement
from x12.validation.codes import SHAPES_ONLY, CodeLookup
from x12.validation.inspection import Inspector, inspector

Level = Literal["file", "interchange", "group", "transaction"]


class EnvelopeReader:
    """Takes segments in lists. With `deliver`, claims of 837 sets go there and nothing is kept; `report`
    then takes the errors of each level as it closes. `codes` looks codes up; None leaves situations and codes out."""

    def __init__(
        self,
        tokens: Tokenizer,
        *,
        deliver: Callable[[Any], None] | None = None,
        report: Callable[[Iterable[X12Error]], None] | None = None,
        codes: CodeLookup | None = SHAPES_ONLY,
    ) -> None:
        self._tokens = tokens
        self._codes = codes
        self._inspector: Inspector | None = None
        self._deliver = deliver
        self._report = report
        self._interchanges: list[Interchange] = []
        self._seen_interchanges: set[tuple[str, ...]] = set()
        self._interchange: Interchange | None = None
        self._isa: list[str] = []
        self._acknowledgements: list[InterchangeAcknowledgement] = []
        self._groups: list[FunctionalGroup] = []
        self._group_count = 0
        self._seen_groups: set[str] = set()
        self._group: FunctionalGroup | None = None
        self._gs: list[str] = []
        self._transactions: list[TransactionSet] = []
        self._set_count = 0
        self._seen_sets: set[str] = set()
        self._set: TransactionSet | None = None
        self._walker: Walker | UndecidedWalker | None = None
        self._place = 0  # ordinal in the interchange
        self._at = 0  # ordinal in the set
        self._errors: dict[Level, list[X12Error]] = {"file": [], "interchange": [], "group": [], "transaction": []}
        self._separator = "*"
        self._envelopes = envelope_marks("*")

    def feed_all(self, segments: list[str]) -> None:
        """Several segments of one interchange."""
        at, count = 0, len(segments)
        terminator = (self._tokens.delimiters or STANDARD).segment
        batch = Batch(segments, terminator)
        while at < count:
            if self._walker is not None:
                taken = self._walker.feed_all(batch, at, self._at + 1)
                self._place += taken
                self._at += taken
                at += taken
                if at == count:
                    return
            self._feed(segments[at])
            at += 1

    def _feed(self, raw: str) -> None:
        """One segment of the envelope, one of a set that cannot be read, or an empty one."""
        self._place += 1
        if self._set is not None:
            self._at += 1
            if raw[:3] not in self._envelopes:
                if not raw:
                    self._add("transaction", "segment-empty", "an empty segment", severity="warning")
                return
        self._envelope(raw)

    def _envelope(self, raw: str) -> None:
        if raw.startswith("ISA"):
            assert self._tokens.delimiters is not None
            self._separator = self._tokens.delimiters.element
            self._envelopes = envelope_marks(self._separator)
        elements = raw.split(self._separator)
        match elements[0]:
            case "ISA":
                self._open_interchange(elements)
            case "TA1":
                self._take_acknowledgement(elements)
            case "GS":
                self._open_group(elements)
            case "ST":
                self._open_set(elements)
            case "SE":
                self._close_set(elements)
            case "GE":
                self._close_group(elements)
            case "IEA":
                self._close_interchange(elements)
            case "":
                self._add("interchange", "segment-empty", "an empty segment", severity="warning")
            case other:
                level: Level = "group" if self._group is not None else "interchange"
                self._add(level, "segment-outside", f"{other[:10]!r} stands outside of a transaction set",
                          segment=other[:3])

    def _open_interchange(self, elements: list[str]) -> None:
        self._close_interchange(None)
        self._place = 1
        for error in self._tokens.errors:
            self._errors["interchange" if error.segment == "ISA" else "file"].append(error)
        self._tokens.errors.clear()
        self._isa = elements
        header, errors = interchange_header(elements, self._tokens.delimiters)
        self._errors["interchange"] += errors
        key = tuple(elements[at].strip() for at in (5, 6, 7, 8, 13))
        if key in self._seen_interchanges:
            self._add("interchange", "isa-duplicate", f"ISA13 {elements[13]} comes twice in this file", "ISA", 13)
        self._seen_interchanges.add(key)
        self._interchange = Interchange(header=header, delimiters=self._tokens.delimiters or STANDARD)
        self._group_count = 0
        self._seen_groups.clear()

    def _take_acknowledgement(self, elements: list[str]) -> None:
        if self._interchange is None or self._group is not None or self._group_count:
            self._add("interchange", "segment-outside", "TA1 stands before the first group only", "TA1")
            return
        found, errors = read_acknowledgement(elements, self._place)
        self._errors["interchange"] += errors
        if found is not None:
            self._acknowledgements.append(found)

    def _open_group(self, elements: list[str]) -> None:
        self._close_group(None)
        if self._interchange is None:
            self._add("file", "segment-outside", "GS stands outside of an interchange", "GS")
            return
        self._gs = elements
        header, errors = group_header(elements, self._place)
        self._errors["group"] += errors
        number = elements[6] if len(elements) > 6 else ""
        self._group_count += 1
        self._group = FunctionalGroup(header=header)
        if number in self._seen_groups:
            self._add("group", "gs-duplicate", f"GS06 {number} comes twice in this interchange", "GS", 6)
        self._seen_groups.add(number)
        self._set_count = 0
        self._seen_sets.clear()

    def _open_set(self, elements: list[str]) -> None:
        self._close_set(None)
        if self._group is None:
            self._add("interchange", "segment-outside", "ST stands outside of a functional group", "ST")
        self._at = 1
        self._set_count += 1
        transaction = elements[1] if len(elements) > 1 else ""
        number = elements[2] if len(elements) > 2 else ""
        own = elements[3] if len(elements) > 3 else ""
        given = self._group.header.version if self._group is not None else ""
        guide = find_guide(transaction, own or given)
        self._set = TransactionSet(control_number=number, content=None, kind=guide.kind if guide else transaction,
                                   version=own or given, position=self._place)
        if not 4 <= len(number) <= 9 or not number.isalnum():
            self._add("transaction", "st-control-number", f"is {number!r}, expected 4 to 9 characters", "ST", 2)
        if number in self._seen_sets:
            self._add("transaction", "st-duplicate", f"ST02 {number} comes twice in this group", "ST", 2)
        self._seen_sets.add(number)
        if guide is None:
            self._add("transaction", "unsupported-guide", f"unsupported guide: {transaction} {own or given}", "ST",
                      3 if own else 1, snip=2)
            self._walker = None
            return
        if own and given and own != given:
            self._add("transaction", "gs-version", f"ST03 is {own}, GS08 is {given}", "ST", 3, severity="warning")
        if self._group is not None and self._group.header.functional_id not in ("", guide.functional_id):
            self._add("transaction", "gs-unsupported", f"GS01 is {self._group.header.functional_id}, "
                      f"{guide.kind} goes in {guide.functional_id}", "ST", 1)
        wanted = self._deliver is None or guide.transaction == "837"
        delimiters = self._tokens.delimiters or STANDARD
        walker = UndecidedWalker if guide.purpose else Walker
        self._inspector = inspector(guide.kind, self._codes) if wanted else None
        deliver = self._deliver
        if deliver is not None and self._inspector is not None:
            deliver = self._inspector.before(deliver)
        self._walker = walker(compiled_guide(guide, delimiters), deliver) if wanted else None

    def _close_set(self, elements: list[str] | None) -> None:
        if self._set is None:
            if elements is not None:
                self._add("group", "segment-outside", "SE without ST", "SE")
            return
        if elements is None:
            self._add("transaction", "se-missing", f"set {self._set.control_number} has no SE", "SE")
        else:
            counted = elements[1] if len(elements) > 1 else ""
            if not counted.isdigit() or int(counted) != self._at or not counted.isascii():
                self._add("transaction", "se-count", f"SE01 is {counted!r}, the set has {self._at} segments", "SE", 1)
            number = elements[2] if len(elements) > 2 else ""
            if number != self._set.control_number or len(elements) > 3:
                self._add("transaction", "se-control-number",
                          f"SE02 is {number!r}, ST02 is {self._set.control_number!r}", "SE", 2)
        content, claims, errors, kind = None, 0, self._errors["transaction"], self._set.kind
        if self._walker is not None:
            content = self._walker.finish(self._at)
            claims, kind = self._walker.delivered, self._walker.guide.guide.kind
            errors = errors + self._walker.errors
            if self._inspector is not None:
                errors += self._inspector.finish(content)
            errors.sort(key=lambda error: error.position)
        done = replace(self._set, content=content, segment_count=self._at, claim_count=claims, errors=tuple(errors),
                       kind=kind)
        self._set, self._walker = None, None
        self._errors["transaction"] = []
        self._keep(self._transactions, done)

    def _close_group(self, elements: list[str] | None) -> None:
        self._close_set(None)
        if self._group is None:
            if elements is not None:
                self._add("interchange", "segment-outside", "GE without GS", "GE")
            elif self._transactions:  # sets which stood outside of any group are not thrown away
                self._group = FunctionalGroup(header=group_header(["GS"], 0)[0])
                self._end_group()
            return
        if elements is None:
            self._add("group", "ge-missing", f"group {self._group.header.control_number} has no GE", "GE")
        else:
            counted = elements[1] if len(elements) > 1 else ""
            if counted.isascii() and counted.isdigit() and len(counted) <= 6:
                self._group = replace(self._group, declared_sets=int(counted))
            if counted != str(self._set_count) and counted.lstrip("0") != str(self._set_count):
                self._add("group", "ge-count", f"GE01 is {counted!r}, the group has {self._set_count} sets", "GE", 1)
            number = elements[2] if len(elements) > 2 else ""
            if number != (self._gs[6] if len(self._gs) > 6 else "") or len(elements) > 3:
                self._add("group", "ge-control-number", f"GE02 is {number!r}, GS06 is {self._gs[6:7]}", "GE", 2)
        if not self._set_count:
            self._add("group", "ge-count", "the group holds no transaction set", "GE", 1)
        self._end_group()

    def _end_group(self) -> None:
        assert self._group is not None
        done = replace(self._group, transactions=tuple(self._transactions), errors=tuple(self._errors["group"]))
        self._group = None
        self._transactions.clear()
        self._errors["group"] = []
        self._keep(self._groups, done)

    def _close_interchange(self, elements: list[str] | None) -> None:
        self._close_group(None)
        if self._interchange is None:
            if elements is not None:
                self._add("file", "segment-outside", "IEA without ISA", "IEA")
            return
        if elements is None:
            self._add("interchange", "iea-missing", "the interchange has no IEA", "IEA")
        else:
            counted = elements[1] if len(elements) > 1 else ""
            if counted != str(self._group_count) and counted.lstrip("0") != (str(self._group_count).lstrip("0")):
                self._add("interchange", "iea-count",
                          f"IEA01 is {counted!r}, the interchange has {self._group_count} groups", "IEA", 1)
            number = elements[2] if len(elements) > 2 else ""
            if number != self._isa[13] or len(elements) > 3:
                self._add("interchange", "iea-control-number", f"IEA02 is {number!r}, ISA13 is {self._isa[13]!r}",
                          "IEA", 2)
        if not self._group_count and not self._acknowledgements:
            self._add("interchange", "iea-count", "the interchange holds no group", "IEA", 1)
        done = replace(self._interchange, groups=tuple(self._groups), errors=tuple(self._errors["interchange"]),
                       acknowledgements=tuple(self._acknowledgements))
        self._interchange = None
        self._groups.clear()
        self._acknowledgements.clear()
        self._errors["interchange"] = []
        self._keep(self._interchanges, done)

    def _keep(self, where: list[Any], done: Any) -> None:
        if self._report is not None:
            self._report(done.errors)
        else:
            where.append(done)

    def finish(self) -> X12File:
        """Close what is open; a file that ends early says so."""
        if self._tokens.truncated:
            level: Level = "transaction" if self._set is not None else (
                "interchange" if self._interchange is not None else "file")
            self._add(level, "file-truncated", "the file ends within a segment")
        self._close_interchange(None)
        errors = self._errors["file"] + self._tokens.errors
        if not self._seen_interchanges and not errors:
            errors.append(X12Error(code="not-x12", message="the file is empty", snip=1))
        return X12File(interchanges=tuple(self._interchanges), errors=tuple(errors))

    def _add(self, level: Level, code: str, message: str, segment: str = "", element: int = 0, *,
             severity: Literal["error", "warning"] = "error", snip: int = 1) -> None:
        if level == "interchange" and self._interchange is None and segment != "ISA":
            level = "file"
        if level == "group" and self._group is None:
            level = "interchange" if self._interchange is not None else "file"
        position = self._at if level == "transaction" else self._place
        self._errors[level].append(X12Error(code=code, message=message, severity=severity, snip=snip,
                                            segment=segment, position=position, element=element))
