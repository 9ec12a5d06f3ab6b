"""Public code files are read row by row, and refused at the first line that does not fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain.coding.rows import entries_of_codes, entries_of_pairs
from domain.coding.tables import Diagnosis, Indicators, PairEdit, TableKind, UnitLimit
from edi.operator_rules import read_rules
from edi.reference_files import ReferenceFileRefused, days_of, read_codes, read_pairs

SAMPLES = Path(__file__).parents[2] / "fixtures" / "reference"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_the_order_file_tells_billable_codes_headers_and_sides() -> None:
    found = entries_of_codes(TableKind.ICD10CM, read_codes(TableKind.ICD10CM, sample("icd10cm_order_2026.txt")))
    assert found["A01"] == Diagnosis(billable=False)
    assert found["A010"] == Diagnosis(billable=True)
    assert [found[f"M991{n}"].side for n in (1, 2, 3, 9)] == ["R", "L", "B", "U"]


def test_hcpcs_gives_codes_and_modifiers_with_their_days() -> None:
    rows = {row.code: row for row in read_codes(TableKind.HCPCS, sample("HCPC2026_JAN_ANWEB.txt"))}
    assert set(rows) == {"A9901", "A9902", "GT"}
    assert (rows["A9902"].effective_from, rows["A9902"].effective_to) == (date(2025, 1, 1), date(2026, 1, 31))
    header = b"HCPC,SEQNUM,RECID,LONG DESCRIPTION,ACT EFF DT,TERM DT\n"
    table = header + b"A9901,0010,3,x,20260101,\nA9901,0020,4,y,20260101,\n"
    assert [row.code for row in read_codes(TableKind.HCPCS, table)] == ["A9901"]


def test_mue_mpfs_and_pairs_stand_after_notices() -> None:
    mue = sample("MUE_Practitioner_Eff_01-01-2026.csv")
    assert entries_of_codes(TableKind.MUE, read_codes(TableKind.MUE, mue)) == {
        "99213": UnitLimit(units=1, kind="2"),
        "97110": UnitLimit(units=4, kind="3"),
        "81002": UnitLimit(units=2, kind="1"),
    }
    mpfs = entries_of_codes(TableKind.MPFS, read_codes(TableKind.MPFS, sample("PPRRVU2026_JAN.csv")))
    assert mpfs["20610"] == Indicators(
        status="A", components="0", global_days="XXX", bilateral="1", assistant="1", co_surgeon="0", team="0"
    )
    assert set(mpfs) == {"71046", "99213", "20610", "99080"}
    pairs = entries_of_pairs(TableKind.PTP, read_pairs(TableKind.PTP, sample("ptp_practitioner.txt")))
    assert pairs["99215", "81002"] == [
        PairEdit(indicator="0", effective_from=date(2020, 1, 1), effective_to=date(2025, 12, 31))
    ]
    coverage = entries_of_pairs(TableKind.COVERAGE, read_pairs(TableKind.COVERAGE, sample("coverage.csv")))
    assert list(coverage["97110"]["LCD L00001"]) == ["M9911", "M9912"]


ORDER = b"00001 A01     0 x\n"
HCPCS = b"A9901001003" + b" " * 265 + b"20260101" + b" " * 8 + b"\n"
BROKEN = [
    (TableKind.ICD10CM, b"", 1, "at least one row"),
    (TableKind.ICD10CM, ORDER + b"00002 A010    2 x\n", 2, "flag 0 or 1"),
    (TableKind.ICD10CM, b"code,text\n", 1, "order number"),
    (TableKind.HCPCS, HCPCS + b"A99\n", 2, "record id"),
    (TableKind.HCPCS, HCPCS.replace(b"20260101", b"20261301"), 1, "the effective date"),
    (TableKind.HCPCS, HCPCS.replace(b"A9901", b"99213"), 1, "a HCPCS code"),
    (TableKind.MUE, b"99213,many,2\n", 1, "whole number of units"),
    (TableKind.MUE, b"99213,1,2\nTotal,1,2\n", 2, "a MUE row"),
    (TableKind.MPFS, b"99213,,X,A,1\n", 1, "at least 23 cells"),
    (TableKind.POS, b"code\n11\n1\n", 3, "two digits"),
    (TableKind.POS, b"place\n11\n", 1, "a header with the columns code"),
    (TableKind.CPT, b"code,effective_from\n99213,soon\n", 2, "effective_from"),
    (TableKind.PTP, b"99213\t81002\t\t20200101\t*\t5\n", 1, "indicator 0, 1 or 9"),
    (TableKind.PTP, b"99213\t81002\t\tx\t*\t1\n", 1, "the effective date"),
    (TableKind.PTP, b"notice\n" * 70, 61, "a pair of procedure codes"),
    (TableKind.COVERAGE, b"policy,procedure,diagnosis,effective_from\n,97110,M991,2020-01-01\n", 2, "a policy"),
]


@pytest.mark.parametrize(("kind", "content", "line", "words"), BROKEN)
def test_a_broken_file_is_refused_with_its_line_and_what_was_expected(
    kind: TableKind, content: bytes, line: int, words: str
) -> None:
    with pytest.raises(ReferenceFileRefused) as refused:
        list((read_pairs if kind in (TableKind.PTP, TableKind.COVERAGE) else read_codes)(kind, content))
    assert refused.value.line == line
    assert words in str(refused.value)
    assert "nothing was loaded" in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "name", "days"),
    [
        (TableKind.ICD10CM, "icd10cm_order_2026.txt", (date(2025, 10, 1), date(2026, 9, 30))),
        (TableKind.ICD10CM, "icd10cm-order-April-2026.txt", (date(2026, 4, 1), date(2026, 9, 30))),
        (TableKind.HCPCS, "HCPC2026_OCT_ANWEB.txt", (date(2026, 10, 1), date(2026, 12, 31))),
        (TableKind.HCPCS, "HCPC2026_JAN_ANWEB.txt", (date(2026, 1, 1), date(2026, 3, 31))),
        (TableKind.MPFS, "PPRRVU26_JAN.csv", (date(2026, 1, 1), date(2026, 12, 31))),
        (TableKind.MUE, "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", (date(2026, 4, 1), None)),
        (TableKind.PTP, "whatever.txt", (date(1996, 1, 1), None)),
        (TableKind.POS, "pos.csv", None),
        (TableKind.ICD10CM, "codes.txt", None),
    ],
)
def test_a_files_name_tells_its_days(kind: TableKind, name: str, days: tuple[date, date | None] | None) -> None:
    assert days_of(kind, name) == days


def test_rules_are_read_whole_or_not_at_all_with_every_mistake_named() -> None:
    good = read_rules(sample("rules.csv"))
    assert [rule.id for rule in good.rules] == ["ppo-mri-authorization", "telehealth-place"]
    assert good.problems == ()
    header = "id,severity,when,message,remedy,place,source\n"
    bad = header + (
        'one,error,"payer = ",a,b,2400/SV102,c\n'
        'two,error,"payer = ""A""",a,b,2400/SV102,c\n'
        'two,error,"payer = ""B""",a,b,2400/SV102,c\n'
        'three,error,"payer = ""B""",a,b,2400/SV102,c,one too many\n'
        'four,loud,"payer = ""B""",a,b,2400/SV102,c\n'
    )
    said = [str(problem) for problem in read_rules(bad.encode()).problems]
    assert said[0].startswith("line 2, column when at character 8: expected a text")
    assert said[1] == "line 4, column id: line 3 has the same id and effective_from: keep one"
    assert said[2].startswith("line 5, column row: has more cells")
    assert said[3] == "line 6, column severity: must be error or warning"
    assert "name the columns" in str(read_rules(b"id,when\n").problems[0])
    assert "is not known" in str(read_rules((header.strip() + ",colour\n").encode()).problems[0])
    assert "no rule" in str(read_rules(header.encode()).problems[0])
