"""The list "Hard input" (reference/x12-libraries.md, section 3), row by row, for an 837P and an 835 of two claims.

Each row says what must come of it: the code that is reported, or nothing, and how many claims are still read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

import x12
from tests.unit.x12 import examples


def _two_payments() -> x12.Remittance:
    one = examples.remittance()
    (payment,) = one.claims
    second = replace(payment, claim_id="1002-1", payer_claim_number="ICN78")
    return replace(
        one,
        groups=(x12.RemittanceGroup(claims=(payment, second)),),
        payment=replace(one.payment, amount_cents=one.payment.amount_cents + payment.paid_cents),
    )


CONTENT = {
    "837P": examples.claims(examples.claim("1001-1"), examples.claim("1002-1")),
    "835": _two_payments(),
}
ODD = x12.Delimiters(element="|", repetition="!", component=">", segment="'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: `damage` is done to a good file; `code` is what must be reported ("" for nothing at all), `claims`
    how many claims are read at least, `severity` of the code."""

    name: str
    damage: Callable[[str], str]
    code: str
    claims: int = 2
    severity: str = "error"


def _substituted(pattern: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, new, text, count=1)


def _wrapped(text: str) -> str:
    flat = text.replace("\n", "")
    return "\n".join(flat[at : at + 80] for at in range(0, len(flat), 80)) + "\n"


def _second_set(number: str) -> Callable[[str], str]:
    def damage(text: str) -> str:
        start, end = text.index("ST*"), text.index("GE*")
        again = text[start:end].replace("*0001", f"*{number}")
        return (text[:end] + again + text[end:]).replace("GE*1*", "GE*2*")

    return damage


def _without(pattern: str) -> Callable[[str], str]:
    def damage(text: str) -> str:
        shorter = re.sub(pattern, "", text, count=1)
        return re.sub(r"SE\*(\d+)", lambda found: f"SE*{int(found[1]) - 1}", shorter)

    return damage


def _with_unknown(text: str) -> str:
    longer = text.replace("LX*1~\n", "LX*1~\nXYZ*1~\n", 1)
    return re.sub(r"SE\*(\d+)", lambda found: f"SE*{int(found[1]) + 1}", longer)


BOTH = (
    Row(name="SE01 wrong", damage=_substituted(r"SE\*\d+", "SE*99"), code="se-count"),
    Row(name="SE02 differs from ST02", damage=_substituted(r"(SE\*\d+\*)0001", r"\g<1>0002"), code="se-control-number"),
    Row(name="GE02 differs from GS06", damage=_substituted(r"GE\*1\*1~", "GE*1*2~"), code="ge-control-number"),
    Row(name="GE01 count wrong", damage=_substituted(r"GE\*1\*1~", "GE*2*1~"), code="ge-count"),
    Row(name="IEA02 differs from ISA13", damage=_substituted(r"IEA\*1\*000000905", "IEA*1*000000906"),
        code="iea-control-number"),
    Row(name="newline as terminator", damage=lambda text: text.replace("~\n", "\n"), code=""),
    Row(name="CRLF after each segment", damage=lambda text: text.replace("\n", "\r\n"), code=""),
    Row(name="hard wrap at 80 columns", damage=_wrapped, code="isa-length", claims=0),
    Row(name="truncated mid-segment", damage=lambda text: text[: text.rindex("REF*6R") + 4], code="file-truncated",
        claims=1),
    Row(name="truncated, no SE/GE/IEA", damage=lambda text: text[: text.index("\nSE*") + 1], code="se-missing"),
    Row(name="ISA padding missing", damage=_substituted(r"SENDER {9}", "SENDER"), code="isa-length"),
    Row(name="two ST in one GS", damage=_second_set("0002"), code="", claims=4),
    Row(name="two interchanges", damage=lambda text: text + text.replace("000000905", "000000906"), code="", claims=4),
    Row(name="duplicate ST02", damage=_second_set("0001"), code="st-duplicate", claims=4),
    Row(name="unknown segment", damage=_with_unknown, code="segment-unknown"),
    Row(name="BOM", damage=lambda text: "\xef\xbb\xbf" + text, code=""),
    Row(name="empty", damage=lambda _: "", code="not-x12", claims=0),
    Row(name="not X12", damage=lambda _: "Dear Sir or Madam,\n", code="not-x12", claims=0),
)  # fmt: skip
OWN = {
    "837P": (
        Row(name="bad code value", damage=_substituted(r"\*Y\*A\*Y\*Y", "*Y*Z*Y*Y"), code="element-code"),
        Row(name="required segment missing", damage=_without(r"NM1\*40\*[^~]*~\n"), code="loop-missing"),
        Row(name="claim total out of balance", damage=_substituted(r"CLM\*1001-1\*165\.5", "CLM*1001-1*165.51"),
            code="claim-total"),
        Row(name="NPI check digit wrong", damage=_substituted("1999999984", "1999999985"), code="npi-check-digit",
            severity="warning"),
        Row(name="31 February", damage=_substituted("20260227", "20260231"), code="element-date"),
    ),
    "835": (
        Row(name="bad code value", damage=_substituted(r"CLP\*1001-1\*1\*", "CLP*1001-1*77*"), code="element-code"),
        Row(name="required segment missing", damage=_without(r"PER\*BL[^~]*~\n"), code="segment-missing"),
        Row(name="claim total out of balance", damage=_substituted(r"(CLP\*1001-1\*1\*125\*)80", r"\g<1>81"),
            code="claim-balance"),
        Row(name="line total out of balance", damage=_substituted(r"(SVC\*HC:99213\*125\*)80", r"\g<1>79"),
            code="line-balance"),
        Row(name="payment out of balance", damage=_substituted(r"BPR\*I\*150", "BPR*I*151"),
            code="transaction-balance"),
        Row(name="NPI check digit wrong", damage=_substituted(r"XX\*1234567893", "XX*1234567894"),
            code="npi-check-digit", severity="warning"),
        Row(name="31 February", damage=_substituted("20260227", "20260231"), code="element-date"),
    ),
}  # fmt: skip
ROWS = [(kind, row) for kind in CONTENT for row in (*BOTH, *OWN[kind])]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=[f"{kind}: {row.name}" for kind, row in ROWS])
def test_a_row_is_reported_and_nothing_is_lost_in_silence(kind: str, row: Row) -> None:
    good = examples.interchange(CONTENT[kind]).decode()
    damaged = row.damage(good)
    assert damaged != good
    file = x12.read_file(damaged.encode("latin-1"))
    told = {(error.code, error.severity) for error in file.all_errors()}
    if row.code:
        assert (row.code, row.severity) in told
    else:
        assert not [error for error in file.all_errors() if error.severity == "error"]
    assert sum(one.claim_count for one in file.transactions()) >= row.claims
    assert file.valid is (not row.code or row.severity == "warning")


@pytest.mark.parametrize("kind", list(CONTENT))
def test_other_delimiters_change_nothing(kind: str) -> None:
    file = x12.read_file(examples.interchange(CONTENT[kind], delimiters=ODD))
    assert file.all_errors() == ()
    assert [one.content for one in file.transactions()] == [CONTENT[kind]]
