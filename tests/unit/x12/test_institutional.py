"""The institutional claim: what it says is typed, kept, and refused where it has no place."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples
from tests.unit.x12 import institutional_examples as institutional
from tests.unit.x12.guide_filler import Filler
from tests.unit.x12.test_oracles import pyx12_verdict
from tests.unit.x12.test_round_trip import enveloped
from tests.x12_verdicts import SAMPLES, judged
from x12.engine.compiled import compiled_guide
from x12.engine.loop_writer import LoopWriter
from x12.guides import institutional as institutional_guide
from x12.guides.claim_levels import claims_tree
from x12.writing import write_segments

OUTSIDE = ("N4", "CUR", "MIA", "MOA")  # states, countries, currencies, remark codes: drawn from no list
STAY = institutional.stay()
DEPENDENT = institutional.stay(subscriber=examples.FAMILY, patient=examples.DEPENDENT)
SEGMENTS = write_segments(institutional.claims(STAY))


def segments_of(*claims: x12.InstitutionalClaim) -> list[str]:
    return write_segments(institutional.claims(*claims))


def refusal(claim: Any, claims: Any = institutional.claims) -> list[str]:
    with pytest.raises(x12.X12Invalid) as refused:
        write_segments(claims(claim))
    return [error.place for error in refused.value.errors]


def reread(*changes: tuple[str, str], claim: x12.InstitutionalClaim = STAY) -> x12.TransactionSet:
    text = examples.interchange(institutional.claims(claim)).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return examples.read_one(text.encode())


def errors(transaction: x12.TransactionSet) -> list[tuple[str, str]]:
    return [(error.code, error.place) for error in transaction.errors if error.severity == "error"]


@pytest.mark.parametrize("segment", [
    "CLM*2002-1*4075.25***11:A:1**A*Y*Y",
    "DTP*096*TM*1430",
    "DTP*434*RD8*20260201-20260205",
    "DTP*435*DT*202602010815",
    "CL1*1*7*01",
    "HI*ABK:I2109:::::::Y",
    "HI*ABJ:R079",
    "HI*ABN:W010XXA:::::::Y",
    "HI*DR:247",
    "HI*BBR:027034Z:D8:20260202",
    "HI*BBQ:4A023N7:D8:20260202",
    "HI*BI:74:RD8:20260202-20260203",
    "HI*BH:11:D8:20260202*BH:A1:D8:19500101",
    "HI*BE:80:::4*BE:01:::1000.5",
    "HI*BG:09*BG:C1",
    "HI*TC:A1",
    "NM1*71*1*WELL*ANN****XX*1999999984",
    "PRV*AT*PXC*207P00000X",
    "SV2*0120**4000*DA*4**100",
    "SV2*0250*HC:J1885*75.25*UN*1",
    "LIN**N4*00002871501",
    "CTP****1.5*ML",
])  # fmt: skip
def test_a_hospital_stay_says_each_thing_where_it_belongs(segment: str) -> None:
    assert segment in SEGMENTS


def test_what_a_stay_says_is_read_back_typed() -> None:
    (claim,) = reread().content.claims  # type: ignore[union-attr]
    assert claim == STAY
    assert claim.type_of_bill == "111"
    assert claim.discharge_time == time(14, 30)
    assert claim.admission == x12.DateOrPeriod(qualifier="435", start=date(2026, 2, 1), time="0815")
    assert claim.statement_period.end == date(2026, 2, 5)
    assert [one.present_on_admission for one in claim.diagnoses[:5]] == ["Y", "Y", "N", "U", "W"]
    assert claim.occurrence_spans[0].end == date(2026, 2, 3)
    assert claim.value_amounts[1].amount == Decimal("1000.5")
    assert claim.lines[0].procedure is None
    assert claim.patient_due_cents == 5_000
    assert claim.authorization_number == "AUTH9"


def test_more_than_twelve_other_diagnoses_take_a_second_segment() -> None:
    counts = [segment.count("*") for segment in SEGMENTS if segment.startswith("HI*ABF")]
    assert counts == [12, 2]


def test_codes_of_two_versions_do_not_share_a_segment() -> None:
    mixed = (institutional.diagnosis("BF", "4019"), institutional.diagnosis("ABF", "I10"))
    written = segments_of(institutional.claim(other_diagnoses=mixed))
    assert [segment for segment in written if segment[:4] in ("HI*B", "HI*A") and "BF:" in segment] == [
        "HI*BF:4019", "HI*ABF:I10",
    ]  # fmt: skip


def test_a_lone_other_payer_answers_in_mia_and_moa() -> None:
    written = segments_of(institutional.secondary_stay())
    assert "MIA*0***9000.5*MA01***************N30" in written
    assert "MOA***MA01" in written
    assert "SVD*00435*100*HC:99283*0450*1" in written
    assert any(segment.startswith("CLM*") and ":A:Q*" in segment for segment in written)


@pytest.mark.parametrize(("change", "place"), [
    ({"claim_id": ""}, "CLM01"),
    ({"facility_code": ""}, "CLM05-1"),
    ({"frequency_code": ""}, "CLM05-3"),
    ({"facility_qualifier": "B"}, "CLM05-2"),
    ({"dates": ()}, "DTP"),
    ({"dates": (x12.DateOrPeriod(qualifier="434", start=date(2026, 2, 1)),)}, "DTP02"),
    ({"patient_status": ""}, "CL103"),
    ({"principal_diagnosis": None}, "HI"),
    ({"principal_diagnosis": institutional.diagnosis("ABK", "I2109", "X")}, "HI01-9"),
    ({"admitting_diagnosis": institutional.diagnosis("ABJ", "R079", "Y")}, "HI01-9"),
    ({"visit_reasons": tuple(institutional.diagnosis("APR", f"R0{n}") for n in range(4))}, "HI04"),
    ({"principal_procedure": x12.InstitutionalProcedure(qualifier="BBR", code="027034Z")}, "HI01-3"),
    ({"value_amounts": (x12.ValueAmount(code="", amount=Decimal(1)),)}, "HI01-2"),
    ({"lines": ()}, "LX"),
    ({"lines": (institutional.line(""),)}, "SV201"),
    ({"subscriber": replace(examples.SUBSCRIBER, insurance_type="12")}, "SBR05"),
    ({"subscriber": replace(examples.SUBSCRIBER, facts=x12.PatientFacts(pregnant="Y"))}, "PAT"),
])  # fmt: skip
def test_a_value_without_a_place_is_refused_by_its_element(change: dict[str, Any], place: str) -> None:
    assert place in refusal(institutional.stay(**change))


def test_a_professional_claim_refuses_the_present_on_admission_indicator() -> None:
    told = examples.claim(diagnoses=(institutional.diagnosis("ABK", "J029", "Y"),))
    assert "HI01-9" in refusal(told, examples.claims)


@pytest.mark.parametrize(("old", "new", "code", "place"), [
    ("DTP*096*TM*1430", "DTP*096*TM*2530", "element-time", "DTP03"),
    ("DTP*434*RD8*20260201-20260205", "DTP*434*D8*20260201", "element-code", "DTP02"),
    ("DTP*434*RD8*20260201-20260205", "DTP*434*RD8*20260201", "element-date", "DTP03"),
    ("BI:74:RD8:20260202-20260203", "BI:74:RD8:20260202-20260231", "element-date", "HI01-4"),
    ("BH:A1:D8:19500101", "BH:A1:D8:19500231", "element-date", "HI02-4"),
    ("BI:74:RD8:20260202-20260203", "BI:74:RD8:20260202", "element-date", "HI01-4"),
    ("HI*DR:247", "HI*DX:247", "element-code", "HI01-1"),
    ("CL1*1*7*01~\n", "", "segment-missing", "CL1"),
    ("SV2*0250*HC:J1885*75.25", "SV2*0250*HC:J1885*75.26", "claim-total", "CLM"),
])  # fmt: skip
def test_a_fault_is_reported_at_its_place(old: str, new: str, code: str, place: str) -> None:
    found = errors(reread((old, new)))
    assert (code, place) in found


@pytest.mark.parametrize("version", ["005010X223A2", "005010X223A3", "005010X223A1", "005010X223"])
def test_every_edition_of_the_guide_is_read_as_837i(version: str) -> None:
    transaction = reread(("005010X223A2", version))
    assert (transaction.kind, transaction.version, transaction.claim_count) == ("837I", version, 1)
    assert errors(transaction) == []


@pytest.mark.parametrize("version", ["005010X222A1", "005010X222A2", "005010X222"])
def test_every_edition_of_the_professional_guide_is_read_as_837p(version: str) -> None:
    text = examples.interchange(examples.claims()).decode().replace("005010X222A1", version)
    transaction = examples.read_one(text.encode())
    assert (transaction.kind, transaction.claim_count, errors(transaction)) == ("837P", 1, [])


def test_claims_of_both_kinds_are_streamed_in_file_order() -> None:
    data = examples.interchange(institutional.claims(institutional.claim("1"), STAY), examples.claims())
    found = list(x12.iter_claims(io.BytesIO(data)))
    assert [type(claim) for claim in found] == [x12.InstitutionalClaim, x12.InstitutionalClaim, x12.ProfessionalClaim]
    assert found[1] == STAY


def test_the_check_counts_institutional_claims() -> None:
    report = x12.check_file(examples.interchange(institutional.claims(institutional.claim("1"), STAY)))
    (transaction,) = report["transactions"]
    assert (report["valid"], transaction["type"], transaction["claims"]) == (True, "837I", 2)


def test_a_broken_claim_does_not_hide_its_neighbours() -> None:
    data = examples.interchange(institutional.claims(institutional.claim("1"), STAY, institutional.claim("3")))
    broken = data.replace(b"CLM*2002-1*4075.25*", b"CLM*2002-1**")
    (transaction,) = x12.read_file(broken).transactions()
    assert isinstance(transaction.content, x12.InstitutionalClaims)
    assert [claim.claim_id for claim in transaction.content.claims] == ["1", "3"]
    assert ("element-missing", "CLM02") in errors(transaction)


def test_a_refused_institutional_set_is_answered_by_its_guide() -> None:
    data = examples.interchange(institutional.claims(STAY)).replace(b"HI*DR:247", b"HI*DR:")
    (interchange,) = x12.read_file(data).interchanges
    answer = x12.acknowledge(
        interchange, control_number=1, group_control_number=1, day=examples.DAY, moment=examples.NOON
    ).decode()
    assert "AK2*837*0001*005010X223A2" in answer
    assert re.search(r"IK3\*HI\*\d+\*2300\*8", answer)
    assert "IK5*R*" in answer


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("claim", [
    institutional.claim(),
    replace(STAY, notes=(), discharge_time=None),  # it knows no billing note (NTE*ADD) and drops the hour of DTP*096
    replace(DEPENDENT, notes=(), discharge_time=None),
    institutional.secondary_stay(),
], ids=["visit", "stay", "dependent", "secondary"])  # fmt: skip
def test_x12sdk_reads_the_institutional_claims_we_write(claim: x12.InstitutionalClaim) -> None:
    reader: Any = pytest.importorskip("x12sdk.io").X12ModelReader
    text = examples.interchange(institutional.claims(claim)).decode()
    with reader(text) as models:
        (model,) = list(models.models())
    segments = [segment for segment in text.split("~\n") if segment][2:-2]
    assert model.x12(use_new_lines=False).rstrip("~").split("~") == segments


@pytest.mark.parametrize("seed", range(16))
def test_pyx12_has_nothing_against_a_set_drawn_from_our_table(seed: int) -> None:
    fullness = (0.0, 0.1, 0.2, 0.3)[seed % 4]
    segments = Filler(compiled_guide(institutional_guide.GUIDE, x12.STANDARD), seed, fullness).segments()
    _, answer = pyx12_verdict(enveloped("837I", segments))
    said = [segment.split("*") for segment in answer.replace("\n", "").split("~")]
    against, at = [], ""
    for name, *elements in said:
        if name == "IK3":
            at = elements[0]
        if (name == "IK3" and elements[3] != "8") or (name == "IK4" and at not in OUTSIDE):
            against.append((at, name, elements))
    assert "IK5*" in answer
    assert against == []


VALID = [one for one in judged() if one.guide.startswith("837I") and one.verdict == "valid"]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside this checkout")
@pytest.mark.parametrize("one", VALID, ids=lambda one: one.path)
def test_a_published_837i_is_written_back_segment_by_segment(one: Any) -> None:
    data = (SAMPLES / one.path).read_bytes()
    (transaction,) = x12.read_file(data).transactions()
    assert isinstance(transaction.content, x12.InstitutionalClaims)
    writer = LoopWriter(compiled_guide(institutional_guide.GUIDE, x12.STANDARD))
    writer.write(claims_tree(transaction.content))
    assert {error.code for error in writer.errors} <= {"npi-check-digit"}  # read with a warning, never written
    segments = [segment.strip().upper() for segment in data.decode("utf-8-sig").split("~")]
    first, last = (next(at for at, one in enumerate(segments) if one.startswith(name)) for name in ("ST*", "SE*"))
    assert writer.segments == [segment.replace("*09460000*", "*0946*") for segment in segments[first + 1 : last]]
