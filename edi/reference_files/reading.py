"""Each kind of file read row by row; the first line that does not fit refuses the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from domain.coding.rows import says_diagnosis, says_indicators, says_limit
from domain.coding.sides import side_of
from domain.coding.tables import Diagnosis, Indicators, TableKind, UnitLimit
from domain.scrubbing.requirements import says_requirement
from edi.reference_files.lines import ReferenceFileRefused, cells_of, day, named, numbered
from edi.reference_files.rows import CodeRow, PairRow

_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}")
_PROCEDURE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_PROCEDURES = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z](?:-[0-9A-Z][0-9]{3}[0-9A-Z])?")
_HCPCS_CODE = re.compile(r"[A-V][0-9]{4}")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_FIRST_OF_CODE, _FIRST_OF_MODIFIER = "3", "7"
"""Record identification of the HCPCS file: 3 begins a code, 7 a modifier; 4 and 8 go on with their text."""
_PREAMBLE = 60
"""CMS's files begin with notices: so many lines at most before the first row."""


def read_codes(kind: TableKind, content: bytes) -> Iterator[CodeRow]:
    """The rows of a file of codes.

    Raises:
        ReferenceFileRefused: the line that does not fit, and what was expected there.
    """
    return _some(_CODE_READERS[kind](content))


def read_pairs(kind: TableKind, content: bytes) -> Iterator[PairRow]:
    """The rows of a file of pairs.

    Raises:
        ReferenceFileRefused: the line that does not fit, and what was expected there.
    """
    return _some(_coverage(content) if kind is TableKind.COVERAGE else _ptp(content))


def _some(rows: Iterator[Any]) -> Iterator[Any]:
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted to know that there was one
        yield row
    if not count:
        raise ReferenceFileRefused(1, "at least one row")


def _order_file(content: bytes) -> Iterator[CodeRow]:
    """ICD-10-CM order file: columns 1-5 order number, 7-13 code, 15 flag, 17-76 short and 78 on long description."""
    lines = list(numbered(content))
    for number, line in lines:
        if not (line[:5].isdigit() and _ICD10.fullmatch(line[6:13].rstrip()) and line[14:15] in ("0", "1")):
            raise ReferenceFileRefused(
                number, "an order number in columns 1-5, an ICD-10-CM code in 7-13 and the flag 0 or 1 in 15"
            )
    known = {(line[77:] or line[16:76]).strip().lower() for _, line in lines}
    for _, line in lines:
        billable = line[14] == "1"
        side = side_of((line[77:] or line[16:76]).strip(), known) if billable else ""
        yield CodeRow(line[6:13].rstrip(), says_diagnosis(Diagnosis(billable=billable, side=side)))


def _hcpcs(content: bytes) -> Iterator[CodeRow]:
    """The HCPCS file: fixed width (code 1-5, record id 11, effective 277-284, end 285-292), or CMS's table as CSV."""
    first = next(numbered(content), (1, ""))[1]
    if "," in first and "HCPC" in first.upper():
        for number, row in named(content, ("hcpc", "recid", "act_eff_dt", "term_dt")):
            yield from _hcpcs_row(number, row["hcpc"], row["recid"][-1:], row["act_eff_dt"], row.get("term_dt", ""))
        return
    for number, line in numbered(content):
        if len(line.rstrip()) < 11 or line[10] not in "3478" or not line[5:10].strip().isdigit():
            raise ReferenceFileRefused(
                number, "a HCPCS code in columns 1-5, a sequence number in 6-10 and a record id 3, 4, 7 or 8 in 11"
            )
        yield from _hcpcs_row(number, line[:5].strip(), line[10], line[276:284].strip(), line[284:292].strip())


def _hcpcs_row(number: int, code: str, record: str, begin: str, end: str) -> Iterator[CodeRow]:
    if record == _FIRST_OF_CODE and not _HCPCS_CODE.fullmatch(code):
        raise ReferenceFileRefused(number, "a HCPCS code: a letter and four digits")
    if record == _FIRST_OF_MODIFIER and not _MODIFIER.fullmatch(code):
        raise ReferenceFileRefused(number, "a modifier of two characters")
    if record in (_FIRST_OF_CODE, _FIRST_OF_MODIFIER):
        yield CodeRow(
            code,
            "",
            day(begin, number, "the effective date", optional=True),
            day(end, number, "the termination date", optional=True),
        )


def _listed(what: str, shape: re.Pattern[str]) -> Callable[[bytes], Iterator[CodeRow]]:
    def read(content: bytes) -> Iterator[CodeRow]:
        for number, row in named(content, ("code",)):
            if not shape.fullmatch(row["code"]):
                raise ReferenceFileRefused(number, what)
            yield CodeRow(
                row["code"],
                "",
                day(row.get("effective_from", ""), number, "effective_from", optional=True),
                day(row.get("effective_to", ""), number, "effective_to", optional=True),
            )

    return read


def _mue(content: bytes) -> Iterator[CodeRow]:
    """Notices, a header, then code, value, adjudication indicator (``3 Date of Service Edit: Clinical``), rationale."""
    for number, cells in _after_notices(content, _PROCEDURE, "a MUE row: code, units, indicator"):
        if len(cells) < 3 or not cells[1].isdigit() or cells[2][:1] not in ("1", "2", "3"):
            raise ReferenceFileRefused(number, "a code, a whole number of units and an indicator 1, 2 or 3")
        yield CodeRow(cells[0], says_limit(UnitLimit(units=int(cells[1]), kind=cells[2][0])))


_MPFS_CELLS = 23
"""Up to the indicator for team surgery; what follows is of no use here."""


def _mpfs(content: bytes) -> Iterator[CodeRow]:
    """The relative value file as CSV (PPRRVU): code 1, modifier 2, status 4, PC/TC 14, global days 15, both sides 20,
    assistant 21, co-surgeons 22, team 23. Rows of a component alone repeat the whole's indicators: left out."""
    for number, cells in _after_notices(content, _PROCEDURE, "a row of the relative value file"):
        if len(cells) < _MPFS_CELLS:
            raise ReferenceFileRefused(number, f"at least {_MPFS_CELLS} cells, as PPRRVU has, not {len(cells)}")
        if not re.fullmatch(r"[A-Z]", cells[3]):
            raise ReferenceFileRefused(number, "a status code of one letter in the fourth cell")
        if cells[1]:
            continue
        yield CodeRow(
            cells[0],
            says_indicators(
                Indicators(
                    status=cells[3],
                    components=cells[13],
                    global_days=cells[14],
                    bilateral=cells[19],
                    assistant=cells[20],
                    co_surgeon=cells[21],
                    team=cells[22],
                )
            ),
        )


def _ptp(content: bytes) -> Iterator[PairRow]:
    """Notices, a header, then column 1, column 2, mark of 1996, effective, deletion (``*``: none), indicator."""
    for number, cells in _after_notices(content, _PROCEDURE, "a pair of procedure codes"):
        if len(cells) < 6 or not _PROCEDURE.fullmatch(cells[1]) or cells[5] not in ("0", "1", "9"):
            raise ReferenceFileRefused(
                number, "column 1, column 2, the mark of 1996, effective date, deletion date, indicator 0, 1 or 9"
            )
        start = day(cells[3], number, "the effective date")
        assert start is not None
        yield PairRow(cells[0], cells[1], cells[5], start, day(cells[4], number, "the deletion date", optional=True))


def _coverage(content: bytes) -> Iterator[PairRow]:
    for number, row in named(content, ("policy", "procedure", "diagnosis", "effective_from")):
        diagnosis = row["diagnosis"].replace(".", "")
        if not row["policy"] or not _PROCEDURE.fullmatch(row["procedure"]) or not _ICD10.fullmatch(diagnosis):
            raise ReferenceFileRefused(number, "a policy, a procedure code and an ICD-10-CM code")
        start = day(row["effective_from"], number, "effective_from")
        assert start is not None
        end = day(row.get("effective_to", ""), number, "effective_to", optional=True)
        yield PairRow(row["procedure"], diagnosis, row["policy"], start, end)


def _requirements(content: bytes) -> Iterator[CodeRow]:
    """Authorization or referral: one procedure or range for each row, for a payer, a kind of payer, or all."""
    for number, row in named(content, ("payer", "procedure", "needs", "source")):
        if not _PROCEDURES.fullmatch(row["procedure"]):
            raise ReferenceFileRefused(number, "a procedure code, or a range such as 70450-70498")
        try:
            says = says_requirement(row["payer"], row["needs"], row.get("why", ""), row["source"])
        except ValueError as expected:
            raise ReferenceFileRefused(number, str(expected)) from None
        yield CodeRow(
            row["procedure"],
            says,
            day(row.get("effective_from", ""), number, "effective_from", optional=True),
            day(row.get("effective_to", ""), number, "effective_to", optional=True),
        )


def _after_notices(content: bytes, first: re.Pattern[str], what: str) -> Iterator[tuple[int, list[str]]]:
    """Rows from the first whose first cell is a code; before it CMS puts notices and a header."""
    begun = False
    for number, cells in cells_of(content):
        if first.fullmatch(cells[0]):
            begun = True
            yield number, cells
        elif begun or number > _PREAMBLE:
            raise ReferenceFileRefused(number, what)


_CODE_READERS: dict[TableKind, Callable[[bytes], Iterator[CodeRow]]] = {
    TableKind.ICD10CM: _order_file,
    TableKind.HCPCS: _hcpcs,
    TableKind.CPT: _listed("a CPT code in the column code", re.compile(r"[0-9]{4}[0-9AFTMU]")),
    TableKind.POS: _listed("two digits in the column code", re.compile(r"[0-9]{2}")),
    TableKind.MUE: _mue,
    TableKind.MUE_HOSPITAL: _mue,
    TableKind.MPFS: _mpfs,
    TableKind.REQUIREMENTS: _requirements,
}
