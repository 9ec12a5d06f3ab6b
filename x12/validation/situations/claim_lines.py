"""837P: the service lines of a claim, and the diagnoses they point to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from x12.transactions.supplements import RawSegment
from x12.validation import places
from x12.validation.plain import plain_diagnoses, plain_lines
from x12.validation.situation import NONE, Hit, Hits, situation


@situation("diagnosis-pointer", "837P", "2400 SV107", severity="warning", strict=True,
           unless=plain_lines,
           source="SV107 points to a diagnosis of the claim's HI, counted from 1, each once")  # fmt: skip
def diagnosis_pointer(claim: Any) -> Hits:
    known = len(claim.diagnoses)
    found: list[Hit] | None = None
    for line in claim.lines:
        pointers = line.diagnosis_pointers
        if pointers and (max(pointers) > known or min(pointers) < 1):
            found = found or []
            wrong = next(pointer for pointer in pointers if not 0 < pointer <= known)
            found.append(Hit(f"points to diagnosis {wrong}; the claim has {known}", places.service(line),
                             component=pointers.index(wrong) + 1, value=str(wrong)))  # fmt: skip
    return found or NONE


@situation("diagnosis-pointer-twice", "837P", "2400 SV107", severity="warning",
           unless=plain_lines,
           source="SV107 names each diagnosis once")  # fmt: skip
def diagnosis_pointer_twice(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        pointers = line.diagnosis_pointers
        if len(pointers) > 1 and len(set(pointers)) < len(pointers):
            found = found or []
            found.append(Hit("points to the same diagnosis twice", places.service(line)))
    return found or NONE


@situation("diagnosis-pointer-missing", "837P", "2400 SV107",
           unless=plain_lines,
           source="SV107-1 is required: every line points to a diagnosis")  # fmt: skip
def diagnosis_pointer_missing(claim: Any) -> Hits:
    for line in claim.lines:
        if not line.diagnosis_pointers:
            return [
                Hit("is empty; expected the diagnosis that the service was for", places.service(one))
                for one in claim.lines
                if not one.diagnosis_pointers
            ]
    return NONE


@situation(
    "diagnosis-twice",
    "837P",
    "2300 HI",
    severity="warning",
    unless=plain_diagnoses,
    source="a diagnosis stands once in HI; payers reject it twice",
)
def diagnosis_twice(claim: Any) -> Hits:
    diagnoses = claim.diagnoses
    if len(diagnoses) < 2 or len({one.code for one in diagnoses}) == len(diagnoses):
        return NONE
    codes = [one.code for one in diagnoses]
    return [
        Hit(f"diagnosis {code} stands twice; expected each once", places.diagnoses(claim), element=at % 12 + 1,
            component=2, value=code)
        for at, code in enumerate(codes)
        if code in codes[:at]
    ]  # fmt: skip


@situation("diagnosis-versions-mixed", "837P", "2300 HI",
           unless=plain_diagnoses,
           source="a claim's diagnoses are all ICD-10-CM or all ICD-9-CM")  # fmt: skip
def diagnosis_versions(claim: Any) -> Hits:
    diagnoses = claim.diagnoses
    if not diagnoses:
        return NONE
    newer = diagnoses[0].qualifier[:1] == "A"
    for at, one in enumerate(diagnoses):
        if (one.qualifier[:1] == "A") is not newer:
            return (Hit(f"{one.qualifier} beside {diagnoses[0].qualifier}: the claim mixes ICD-9-CM and ICD-10-CM",
                        places.diagnoses(claim), element=at % 12 + 1, component=1, value=one.qualifier),)  # fmt: skip
    return NONE


@situation("line-number-twice", "837P 837I", "2400 REF02", severity="warning",
           unless=plain_lines,
           source="REF*6R is unique within a claim: the 835 echoes it")  # fmt: skip
def line_number_twice(claim: Any) -> Hits:
    if len(claim.lines) < 2:
        return NONE
    numbers = [ref.value for line in claim.lines for ref in line.references if ref.qualifier == "6R"]
    if len(set(numbers)) == len(numbers):
        return NONE
    seen: set[str] = set()
    found = []
    for line in claim.lines:
        number = line.control_number
        if number and number in seen:
            found.append(Hit("REF*6R repeats the number of another line of this claim; expected each once",
                             line.position, loop="2400", segment="LX", element=0))  # fmt: skip
        seen.add(number)
    return found


@situation(
    "period-reversed", "837P", "2400 DTP03", unless=plain_lines, source="a period (RD8) ends no earlier than it begins"
)
def period_reversed(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        for index, when in enumerate(line.dates):
            if when.end is not None and when.end < when.start:
                found = found or []
                found.append(Hit(f"DTP*{when.qualifier} ends before it begins", places.line_date(line, index)))
    return found or NONE


@situation("anesthesia-minutes", "837P", "2400 SV103", severity="warning",
           unless=plain_lines,
           source="anesthesia (CPT 00100 to 01999, but 01953, 01996) is billed in minutes: SV103 is MJ")  # fmt: skip
def anesthesia_minutes(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        code = line.procedure.code
        if code < "02000" and line.unit != "MJ" and "00100" <= code <= "01999" and _is_timed(line.procedure):
            found = found or []
            found.append(Hit(f"is {line.unit} for anesthesia; expected MJ (minutes)", places.service(line)))
    return found or NONE


def _is_timed(procedure: Any) -> bool:
    code = procedure.code
    return procedure.qualifier == "HC" and code.isdigit() and len(code) == 5 and code not in ("01953", "01996")


@situation("line-rendering-is-claims", "837P", "2420A NM109", severity="warning",
           unless=plain_lines,
           source="2420A is used where another than the claim's provider (2310B) rendered this line")  # fmt: skip
def line_rendering(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        party = line.rendering_provider
        if party is None or not party.identifier:
            continue
        usual = claim.rendering_provider or claim.billing_provider.provider
        if party.npi == usual.npi:
            found = found or []
            found.append(Hit("is the NPI that holds for the whole claim; expected no 2420A", party.position))
    return found or NONE


@situation("ambulance-place-missing", "837P", "2310E NM1", severity="warning", ordinary=("supplements", None),
           source="pick-up (2310E) and drop-off (2310F) are required on ambulance claims (CR1)")  # fmt: skip
def ambulance_places(claim: Any) -> Hits:
    if not _holds(claim.supplements, "CR1"):
        return NONE
    found = []
    if claim.ambulance_pick_up is None and any(line.ambulance_pick_up is None for line in claim.lines):
        found.append(Hit("CR1 describes a transport, but the pick-up address (2310E) is missing"))
    if claim.ambulance_drop_off is None and any(line.ambulance_drop_off is None for line in claim.lines):
        found.append(Hit("CR1 describes a transport, but the drop-off address (2310F) is missing", loop="2310F"))
    return found


@situation("drug-quantity-missing", "837P 837I", "2410 CTP",
           unless=plain_lines,
           source="LIN of a drug is followed by CTP with quantity and unit")  # fmt: skip
def drug_quantity(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        drug = line.drug
        if drug is not None and (drug.quantity is None or drug.quantity <= 0 or not drug.unit):
            found = found or []
            found.append(Hit("the drug has no quantity above 0 with its unit; expected CTP04 and CTP05",
                             drug.position and drug.position + 1))  # fmt: skip
    return found or NONE


def _holds(supplements: Sequence[RawSegment], segment: str) -> bool:
    return any(one[0] == segment for one in supplements)
