"""Files as the world sends them: every fault is reported with its place, and none hides its neighbours."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

import x12
from tests.unit.x12 import examples

GOOD = examples.interchange(examples.claims(examples.claim("1001-1"), examples.claim("1002-1"))).decode()
REMITTANCE = examples.interchange(examples.remittance()).decode()


def codes(data: str | bytes) -> list[str]:
    raw = data if isinstance(data, bytes) else data.encode("latin-1")
    return [error.code for error in x12.read_file(raw).all_errors()]


def claims_of(data: str) -> int:
    return sum(one.claim_count for one in x12.read_file(data.encode("latin-1")).transactions())


def resized(data: str, by: int) -> str:
    """SE01 moved along with segments that a test added or took away."""
    return re.sub(r"SE\*(\d+)", lambda match: f"SE*{int(match[1]) + by}", data)


FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "a wrong SE01": (lambda text: re.sub(r"SE\*\d+", "SE*99", text), "se-count"),
    "an SE02 that differs from ST02": (lambda text: re.sub(r"(SE\*\d+\*)0001", r"\g<1>0002", text),
                                       "se-control-number"),
    "a GE02 that differs from GS06": (lambda text: text.replace("GE*1*1~", "GE*1*2~"), "ge-control-number"),
    "a wrong GE01": (lambda text: text.replace("GE*1*1~", "GE*2*1~"), "ge-count"),
    "an IEA02 that differs from ISA13": (lambda text: text.replace("IEA*1*000000905", "IEA*1*000000906"),
                                         "iea-control-number"),
    "a wrong IEA01": (lambda text: text.replace("IEA*1*", "IEA*2*"), "iea-count"),
    "a bad code value": (lambda text: text.replace("CLM*1001-1*165.5***11:B:1*Y*A*Y*Y",
                                                   "CLM*1001-1*165.5***11:B:1*Y*Z*Y*Y"), "element-code"),
    "a claim total out of balance": (lambda text: text.replace("CLM*1001-1*165.5", "CLM*1001-1*165.51"),
                                     "claim-total"),
    "31 February": (lambda text: text.replace("20260227", "20260231", 1), "element-date"),
    "an unknown segment": (lambda text: resized(text.replace("LX*1~", "XYZ*1~\nLX*1~", 1), 1), "segment-unknown"),
    "a missing required segment": (lambda text: resized(text.replace("NM1*40*2*HOUSE*****46*RECEIVER~\n", ""), -1),
                                   "loop-missing"),
    "a missing IEA": (lambda text: text[: text.index("IEA*")], "iea-missing"),
    "a missing GE": (lambda text: re.sub(r"GE\*1\*1~\n", "", text), "ge-missing"),
    "a missing SE": (lambda text: re.sub(r"SE\*\d+\*0001~\n", "", text), "se-missing"),
    "a cut within a segment": (lambda text: text[: text.index("LX*2") + 2], "file-truncated"),
    "an ISA without its padding": (lambda text: text.replace("SENDER         *ZZ", "SENDER*ZZ", 1), "isa-length"),
    "a hard wrap at 80 columns": (
        lambda text: "\n".join(text.replace("\n", "")[at : at + 80] for at in range(0, len(text), 80)), "isa-length"),
    "text before the ISA": (lambda text: "HELLO~" + text, "not-x12"),
    "a segment outside of any set": (lambda text: text.replace("GE*1*1~", "REF*EI*1~\nGE*1*1~"), "segment-outside"),
    "another guide": (lambda text: text.replace("005010X222A1", "005010X298"), "unsupported-guide"),
    "a wrong HL number": (lambda text: text.replace("HL*2*1*22", "HL*3*1*22"), "hl-number"),
    "a wrong HL parent": (lambda text: text.replace("HL*2*1*22", "HL*2*2*22"), "hl-parent"),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_fault_is_reported(fault: str) -> None:
    damage, code = FAULTS[fault]
    damaged = damage(GOOD)
    assert damaged != GOOD
    assert code in codes(damaged)


@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", ""),
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "   \r\n"),
    lambda text: text.replace("~\n", "\n"),
    lambda text: text.replace("~\n", "\r\n"),
    lambda text: "\xef\xbb\xbf" + text,
    lambda text: text + "   \r\n\r\n",
    lambda text: "\n\n" + text,
    lambda text: text.replace("*", "|").replace(":", ">").replace("^", "!").replace("~", "'"),
], ids=["no line ends", "CRLF", "blanks and CRLF", "newline terminates", "CRLF terminates", "BOM", "blanks at the end",
        "blank lines before", "other delimiters"])  # fmt: skip
def test_the_liberties_senders_take_are_harmless(change: Callable[[str], str]) -> None:
    changed = change(GOOD)
    assert codes(changed) == []
    assert claims_of(changed) == 2


def test_a_file_of_several_interchanges_groups_and_sets_is_read_whole() -> None:
    two_groups = examples.interchange(examples.claims(), examples.remittance())
    other = two_groups.replace(b"000000905", b"000000906")
    file = x12.read_file(two_groups + other)
    assert file.all_errors() == ()
    assert [one.kind for one in file.transactions()] == ["837P", "835", "837P", "835"]


def test_a_second_interchange_may_use_other_delimiters() -> None:
    odd = x12.Delimiters(element="|", repetition="!", component=">", segment="\n")
    second = examples.interchange(examples.remittance(), delimiters=odd).replace(b"000000905", b"000000906")
    file = x12.read_file(GOOD.encode() + second)
    assert file.all_errors() == ()
    assert [one.kind for one in file.transactions()] == ["837P", "835"]


def test_a_repeated_st02_is_an_error_of_the_second_set_only() -> None:
    start, end = GOOD.index("ST*"), GOOD.index("GE*")
    doubled = (GOOD[:end] + GOOD[start:end] + GOOD[end:]).replace("GE*1*", "GE*2*")
    first, second = x12.read_file(doubled.encode()).transactions()
    assert first.valid
    assert [error.code for error in second.errors] == ["st-duplicate"]
    assert second.claim_count == 2


def test_an_isa13_repeated_in_one_file_is_an_error() -> None:
    assert "isa-duplicate" in codes(GOOD + GOOD)


def test_a_ta1_may_stand_before_the_first_group() -> None:
    answer = x12.InterchangeAcknowledgement(control_number=7, date=examples.DAY, time=examples.NOON, status="A")
    data = x12.write_interchange(examples.HEADER, [], [answer])
    (interchange,) = x12.read_file(data).interchanges
    assert interchange.acknowledgements == (answer,)
    assert interchange.errors == ()


def test_a_broken_claim_does_not_hide_its_neighbour() -> None:
    broken = GOOD.replace("CLM*1001-1*165.5", "CLM*1001-1*")
    (transaction,) = x12.read_file(broken.encode()).transactions()
    assert isinstance(transaction.content, x12.ProfessionalClaims)
    assert [one.claim_id for one in transaction.content.claims] == ["1002-1"]
    assert [(error.place, error.code) for error in transaction.errors] == [("CLM02", "element-missing")]


def test_an_error_within_a_claim_is_told_with_that_claim() -> None:
    broken = GOOD.replace("20260227", "20260231", 1)
    (transaction,) = x12.read_file(broken.encode()).transactions()
    assert isinstance(transaction.content, x12.ProfessionalClaims)
    first, second = transaction.content.claims
    assert first.errors[0].code == "element-date"
    assert second.errors == ()


def test_a_set_without_a_claim_is_an_error() -> None:
    start, end = GOOD.index("HL*2*1*22"), GOOD.index("SE*")
    assert "no-claims" in codes(GOOD[:start] + GOOD[end:])


def test_a_remittance_of_provider_adjustments_only_is_valid() -> None:
    payment = x12.Payment(amount_cents=0, method="NON", effective_date=examples.DAY)
    adjustments = (
        x12.ProviderAdjustment(provider="1234567893", fiscal_period_end=examples.DAY, reason="WO", amount_cents=900),
        x12.ProviderAdjustment(provider="1234567893", fiscal_period_end=examples.DAY, reason="FB", amount_cents=-900),
    )
    only = examples.remittance(payment=payment, groups=(), provider_adjustments=adjustments)
    data = examples.interchange(only)
    assert codes(data) == []
    assert examples.read_one(data).content == only


@pytest.mark.parametrize(("was", "now", "code"), [
    ("SVC*HC:99213*125*80", "SVC*HC:99213*125*81", "line-balance"),
    ("CLP*1001-1*1*125*80", "CLP*1001-1*1*125*79", "claim-balance"),
    ("BPR*I*70", "BPR*I*71", "transaction-balance"),
])  # fmt: skip
def test_a_remittance_out_of_balance_says_at_which_level(was: str, now: str, code: str) -> None:
    assert was in REMITTANCE
    assert code in codes(REMITTANCE.replace(was, now))


@pytest.mark.parametrize("data", [b"", b"   \n", b"hello", b"ISA", b"ISA*00", b"\x00" * 300, b"ISA" * 200])
def test_what_is_not_x12_is_an_error_and_no_crash(data: bytes) -> None:
    assert not x12.read_file(data).valid


def test_claims_stream_one_by_one_and_errors_end_in_an_exception() -> None:
    names = [one.claim_id for one in x12.iter_claims(io.BytesIO(GOOD.encode()))]
    assert names == ["1001-1", "1002-1"]
    stream = x12.iter_claims(io.BytesIO(GOOD[:-30].encode()))
    assert next(stream).claim_id == "1001-1"
    with pytest.raises(x12.X12Invalid, match="IEA"):
        list(stream)


def test_errors_of_a_stream_can_be_collected_instead() -> None:
    errors: list[x12.X12Error] = []
    found = list(x12.iter_claims(io.BytesIO(FAULTS["a wrong SE01"][0](GOOD).encode()), errors))
    assert len(found) == 2
    assert [error.code for error in errors] == ["se-count"]
