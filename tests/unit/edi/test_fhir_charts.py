"""FHIR R4 bundles as charts: facts are taken, what is none is left out, what does not fit is refused by place."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from edi.fhir import ImportedChart, read
from edi.fhir.facts import ClinicalFact, FactKind

PATIENT = {
    "resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1961-04-09",
    "name": [{"use": "official", "family": "Example", "given": ["Ada", "M"]}],
    "address": [{"line": ["1 Elm St"], "city": "Albany", "state": "NY", "postalCode": "12207-1234"}],
}  # fmt: skip
CONDITION = {
    "resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "recordedDate": "2024-05-01",
    "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.22"}]},
}  # fmt: skip
REQUEST = {
    "resourceType": "MedicationRequest", "id": "m1", "subject": {"reference": "Patient/p1"}, "status": "active",
    "authoredOn": "2026-01-10T09:30:00-05:00",
    "medicationCodeableConcept": {
        "text": "metformin 500 MG",
        "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "6809"}],
    },
}  # fmt: skip
RESULT = {
    "resourceType": "Observation", "id": "o1", "subject": {"reference": "Patient/p1"}, "status": "final",
    "effectiveDateTime": "2026-02-03", "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
    "valueQuantity": {"value": 7.1, "unit": "%"},
}  # fmt: skip
VISIT = {
    "resourceType": "Encounter", "id": "e1", "subject": {"reference": "Patient/p1"}, "status": "finished",
    "period": {"start": "2026-02-03T10:00:00Z"},
}  # fmt: skip


def bundle(*resources: dict[str, Any], **entry: str) -> ImportedChart:
    entries = [{"resource": resource, **entry} for resource in resources]
    return read(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode())


def only(imported: ImportedChart) -> ClinicalFact:
    assert imported.refused == ()
    (fact,) = imported.charts[0].facts
    return fact


def test_a_chart_is_read_with_its_patient() -> None:
    imported = bundle(PATIENT, CONDITION, REQUEST, RESULT, VISIT)
    assert (imported.refused, imported.left_out) == ((), ())
    (chart,) = imported.charts
    person = chart.person
    assert (person.last_name, person.first_name, person.middle_name, person.sex) == ("Example", "Ada", "M", "F")
    assert person.address.zip_code == "122071234"
    assert [fact.kind for fact in chart.facts] == ["condition", "medication", "lab", "encounter"]
    condition, medication, lab, visit = chart.facts
    assert (condition.code, condition.began_on, condition.ended_on) == ("E1122", date(2024, 5, 1), None)
    assert (medication.system, medication.code, medication.name) == ("rxnorm", "6809", "metformin 500 MG")
    assert medication.began_on == date(2026, 1, 10)
    assert (lab.code, lab.value, lab.unit) == ("4548-4", "7.1", "%")
    assert visit.began_on == date(2026, 2, 3)


def test_a_patient_who_died_has_the_day_as_a_fact() -> None:
    fact = only(bundle(PATIENT | {"deceasedDateTime": "2026-06-01T04:00:00Z"}))
    assert (fact.kind, fact.began_on) == (FactKind.DEATH, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("resource", "changed", "why"),
    [
        (CONDITION, {"verificationStatus": {"coding": [{"code": "provisional"}]}}, "provisional"),
        (CONDITION, {"verificationStatus": {"coding": [{"code": "refuted"}]}}, "refuted"),
        (CONDITION, {"code": {"text": "sugar"}}, "no ICD-10-CM code"),
        (REQUEST, {"status": "draft"}, "draft"),
        (RESULT, {"status": "preliminary"}, "preliminary"),
        (RESULT, {"valueQuantity": {"value": 90, "comparator": ">"}}, "a limit and no number"),
        (RESULT, {"valueQuantity": {}}, "no number"),
        (VISIT, {"status": "planned"}, "planned"),
        ({"resourceType": "Immunization", "subject": {"reference": "Patient/p1"}}, {}, "not one that the audit reads"),
    ],
)
def test_what_is_no_fact_about_the_patient_is_left_out_and_said(
    resource: dict[str, Any], changed: dict[str, Any], why: str
) -> None:
    imported = bundle(PATIENT, resource | changed)
    (left_out,) = imported.left_out
    assert why in left_out.why
    assert imported.charts[0].facts == ()


@pytest.mark.parametrize(
    ("resource", "changed", "place"),
    [
        (CONDITION, {"recordedDate": "2024"}, "recordedDate"),
        (CONDITION, {"recordedDate": ""}, "recordedDate"),
        (CONDITION, {"subject": {"reference": "Patient/other"}}, "subject.reference"),
        (CONDITION, {"code": "E11"}, "code"),
        (RESULT, {"valueQuantity": {"value": True}}, "valueQuantity.value"),
        (REQUEST, {"medicationCodeableConcept": {}}, "medicationCodeableConcept"),
        (VISIT, {"period": {}}, "period.start"),
    ],
)
def test_what_does_not_fit_is_refused_by_place_without_its_values(
    resource: dict[str, Any], changed: dict[str, Any], place: str
) -> None:
    imported = bundle(PATIENT, resource | changed)
    (refused,) = imported.refused
    assert refused.resource == f"entry[1] {resource['resourceType']}"
    assert refused.place == place
    assert "Example" not in refused.why


@pytest.mark.parametrize(("changed", "place"), [({"birthDate": ""}, "birthDate"), ({"name": []}, "name")])
def test_a_patient_who_cannot_be_told_from_others_is_refused_with_everything_of_theirs(
    changed: dict[str, Any], place: str
) -> None:
    imported = bundle(PATIENT | changed, CONDITION)
    assert imported.charts == ()
    assert [one.place for one in imported.refused] == [place, "subject.reference"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"a": 1}', b'{"resourceType": "Bundle", "entry": 3}', b"\xff\xfe"]
)
def test_a_file_that_is_no_bundle_is_refused(content: bytes) -> None:
    imported = read(content)
    assert imported.charts == ()
    assert imported.refused[0].resource == "the file"


def test_references_are_found_by_full_url_and_a_medication_by_reference() -> None:
    drug = {"resourceType": "Medication", "id": "d1", "code": REQUEST["medicationCodeableConcept"]}
    by_reference = {key: value for key, value in REQUEST.items() if key != "medicationCodeableConcept"}
    asked = by_reference | {"medicationReference": {"reference": "https://ehr.example/fhir/Medication/d1"}}
    assert only(bundle(PATIENT, drug, asked)).code == "6809"
    contained = by_reference | {"medicationReference": {"reference": "#x"}, "contained": [drug | {"id": "x"}]}
    assert only(bundle(PATIENT, contained)).code == "6809"
    of_url = {"resource": CONDITION | {"subject": {"reference": "urn:uuid:1"}}}
    content = {"resourceType": "Bundle", "entry": [{"fullUrl": "urn:uuid:1", "resource": PATIENT}, of_url]}
    assert only(read(json.dumps(content).encode())).code == "E1122"


def test_a_condition_that_is_over_ends() -> None:
    over = CONDITION | {"clinicalStatus": {"coding": [{"code": "resolved"}]}, "abatementDateTime": "2025-03-01"}
    assert only(bundle(PATIENT, over)).ended_on == date(2025, 3, 1)


def test_a_resource_without_id_is_known_by_its_content() -> None:
    nameless = {key: value for key, value in RESULT.items() if key != "id"}
    first, second = only(bundle(PATIENT, nameless)), only(bundle(PATIENT, nameless))
    assert first.source_id == second.source_id
    assert only(bundle(PATIENT, nameless | {"status": "amended"})).source_id != first.source_id
