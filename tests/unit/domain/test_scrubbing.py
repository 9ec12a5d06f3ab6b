from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claim.claim import ClaimContent
from domain.people.parties import RenderingProvider
from domain.scrubbing.context import RequiredField, ScrubContext
from domain.scrubbing.finding import Finding, Severity
from domain.scrubbing.registry import REGISTRY, blocks, scrub
from tests.unit.domain.samples import ADDRESS, MEDICARE, PATIENT, PROVIDER, content, coverage, line

TODAY = date(2026, 3, 20)
OLD = date(2014, 3, 2)


def context(claim: ClaimContent | None = None, **changes: object) -> ScrubContext:
    values: dict[str, object] = {
        "content": claim or content(),
        "patient": PATIENT,
        "provider": PROVIDER,
        "today": TODAY,
    } | changes
    return ScrubContext(**values)  # type: ignore[arg-type]


def told(found: tuple[Finding, ...]) -> list[tuple[str, str, int | None]]:
    return [(f.rule, f.severity.value, f.line) for f in found]


def one_line(**changes: object) -> ClaimContent:
    return content(lines=(line(**changes),))


def test_a_sound_claim_has_no_findings() -> None:
    assert scrub(context()) == ()


BAD_NPI = RenderingProvider(last_name="DOE", npi="1999999983")
FINDINGS = [
    (content(diagnoses=("E11.9",)), "diagnosis-shape", "error", None),
    (content(diagnoses=("UABC",)), "diagnosis-shape", "error", None),
    (content(diagnoses=("E119", "I10", "E119")), "diagnosis-repeated", "error", None),
    (content(diagnoses=()), "diagnosis-count", "error", None),
    (content(icd_version=9, diagnoses=("25000",)), "diagnosis-code-set", "error", None),
    (one_line(service_from=OLD), "diagnosis-code-set", "error", None),
    (
        content(lines=(line(service_from=OLD),), icd_version=9, diagnoses=("25000",)),
        "diagnosis-code-set",
        "warning",
        None,
    ),
    (one_line(diagnosis_pointers=(3,)), "diagnosis-pointer", "error", 1),
    (one_line(diagnosis_pointers=()), "diagnosis-pointer", "error", 1),
    (one_line(diagnosis_pointers=(1, 1)), "diagnosis-pointer", "error", 1),
    (one_line(diagnosis_pointers=(1, 2, 1, 2, 1)), "diagnosis-pointer", "error", 1),
    (one_line(procedure="9921"), "procedure-shape", "error", 1),
    (one_line(procedure="W0001"), "procedure-shape", "error", 1),
    (one_line(modifiers=("2",)), "modifier-shape", "error", 1),
    (one_line(modifiers=("25", "25")), "modifier-shape", "error", 1),
    (one_line(modifiers=("A1", "A2", "A3", "A4", "A5")), "modifier-shape", "error", 1),
    (one_line(modifiers=("59", "XS")), "modifier-separate-service", "warning", 1),
    (one_line(units=Decimal(0)), "units", "error", 1),
    (one_line(units=Decimal("30.5"), unit_basis="MJ"), "units", "error", 1),
    (one_line(units=Decimal(10000)), "units", "warning", 1),
    (one_line(charge_cents=0), "charge", "error", None),
    (content(lines=(line(), line(2, procedure="81002", charge_cents=0))), "charge", "warning", 2),
    (content(lines=(line(), line(2, procedure="81002", charge_cents=-5))), "charge", "error", 2),
    (content(patient_paid_cents=99999), "patient-paid", "warning", None),
    (content(place_of_service="1"), "place-of-service", "error", None),
    (one_line(place_of_service="X1"), "place-of-service", "error", 1),
    (content(coverage=coverage(member_id=" ")), "member-id", "error", None),
    (content(coverage=coverage(MEDICARE, member_id="123")), "member-id-shape", "warning", None),
    (content(coverage=coverage(subscriber=replace(PATIENT, last_name=""))), "name", "error", None),
    (content(coverage=coverage(subscriber=replace(PATIENT, sex="X"))), "sex", "error", None),
    (content(rendering=BAD_NPI), "npi", "error", None),
    (content(referring=BAD_NPI), "npi", "error", None),
    (one_line(service_from=date(2026, 3, 21)), "service-date", "error", 1),
    (one_line(service_to=date(2026, 3, 1)), "service-date", "error", 1),
    (content(onset_date=date(2026, 3, 3)), "onset-date", "error", None),
    (content(lines=(line(1), line(1, procedure="81002"))), "line-number", "error", None),
    (content(lines=tuple(line(n, procedure=f"{99000 + n}") for n in range(1, 52))), "line-count", "error", None),
    (content(lines=()), "line-count", "error", None),
]


@pytest.mark.parametrize(("claim", "rule", "severity", "where"), FINDINGS)
def test_each_fault_is_found_once_and_alone(claim: ClaimContent, rule: str, severity: str, where: int | None) -> None:
    found = scrub(context(claim))
    assert told(found) == [(rule, severity, where)]
    assert blocks(found) == (severity == "error")
    assert found[0].message
    assert found[0].remedy
    assert found[0].place.startswith(("2300/", "2400/", "2010", "2310"))


def test_a_service_before_birth_is_found() -> None:
    born = replace(PATIENT, birth_date=date(2026, 3, 10))
    assert ("service-date", "error", 1) in told(scrub(context(patient=born)))


def test_a_patient_needs_a_birth_date_and_a_subscriber_who_is_not_the_patient_does_not() -> None:
    undated = replace(PATIENT, birth_date=None)
    own = content(coverage=coverage(subscriber=undated), onset_date=date(2026, 2, 1))
    childs = content(coverage=coverage(subscriber=undated, relationship="19"), onset_date=date(2026, 2, 1))
    for claim, patient, place in (
        (own, PATIENT, "2010BA/DMG02"),
        (content(), undated, "2010BA/DMG02"),
        (own, undated, "2010BA/DMG02"),
        (childs, undated, "2010CA/DMG02"),
    ):
        found = scrub(context(claim, patient=patient))
        assert [(f.rule, f.severity.value, f.place) for f in found] == [("birth-date", "error", place)]
    assert scrub(context(childs)) == ()


def test_our_own_practice_has_a_tax_id_a_long_zip_and_a_street() -> None:
    poor = replace(PROVIDER, tax_id="12-3456789", address=replace(ADDRESS, zip_code="62701", street="PO Box 7"))
    assert told(scrub(context(provider=poor))) == [
        ("tax-id", "error", None),
        ("billing-zip", "error", None),
        ("billing-address", "warning", None),
    ]


def test_a_patient_who_is_not_the_subscriber_is_checked_too() -> None:
    child = replace(PATIENT, sex="?")
    assert scrub(context(patient=child)) == ()
    assert told(scrub(context(content(coverage=coverage(relationship="19")), patient=child))) == [
        ("sex", "error", None)
    ]


def test_a_payers_required_data_is_asked_for_its_procedures_only() -> None:
    rows = (
        RequiredField(field="authorization_number", why="imaging", source="made up", procedures=("70551",)),
        RequiredField(field="referring.npi", why="every claim", source="made up"),
    )
    found = scrub(context(required=rows))
    assert [(f.rule, f.place) for f in found] == [("required-by-payer", "2310A/NM109")]
    imaging = content(lines=(line(procedure="70551"),))
    assert len(scrub(context(imaging, required=rows))) == 2
    with_both = replace(imaging, authorization_number="A1", referring=replace(BAD_NPI, npi="1999999984"))
    assert scrub(context(with_both, required=rows)) == ()


@pytest.mark.parametrize(
    ("today", "words"),
    [(date(2026, 3, 20), None), (date(2026, 6, 15), "ends on 2026-07-10"), (date(2026, 7, 10), "ends on 2026-07-10"),
     (date(2026, 7, 11), "passed on 2026-07-10")],
)  # fmt: skip
def test_the_filing_limit_warns_ahead_and_says_when_it_has_passed(today: date, words: str | None) -> None:
    found = scrub(context(today=today, filing_deadline=date(2026, 7, 10)))
    assert [f.rule for f in found] == (["timely-filing"] if words else [])
    if words:
        assert words in found[0].message
        assert not blocks(found)


def test_medicares_four_exceptions_are_named_after_its_limit() -> None:
    claim = content(coverage=coverage(MEDICARE))
    found = scrub(context(claim, filing_deadline=date(2026, 3, 1)))
    assert "42 CFR 424.44(b)" in found[0].remedy


def test_errors_come_before_warnings_and_lines_in_order() -> None:
    negative, nothing = line(1, procedure="81002", charge_cents=-1), line(3, procedure="36415", charge_cents=0)
    claim = content(lines=(line(2, units=Decimal(0)), negative, nothing))
    found = scrub(context(claim))
    assert [f.severity for f in found] == [Severity.ERROR, Severity.ERROR, Severity.WARNING]
    assert [f.line for f in found] == [1, 2, 3]


def test_every_rule_has_an_id_of_its_own() -> None:
    ids = [rule.id for rule in REGISTRY]
    assert len(ids) == len(set(ids)) >= 12


def test_no_rule_proposes_a_modifier_without_its_documentation() -> None:
    for claim, *_ in FINDINGS:
        for finding in scrub(context(claim)):
            if any(modifier in finding.remedy for modifier in (" 25", " 59", " XE", " XP", " XS", " XU")):
                assert "documentation" in finding.remedy


@given(st.text(max_size=8), st.text(max_size=8), st.integers(-5, 50), st.lists(st.integers(-1, 14), max_size=6))
def test_no_content_breaks_a_rule_and_no_value_is_echoed(code: str, member: str, cents: int, points: list[int]) -> None:
    secret = f"SECRET{member}"
    claim = content(
        diagnoses=(code, secret),
        coverage=coverage(MEDICARE, member_id=secret, subscriber=replace(PATIENT, last_name=secret, sex=secret)),
        lines=(line(procedure=secret, modifiers=(secret,), charge_cents=cents, diagnosis_pointers=tuple(points)),),
    )
    for finding in scrub(context(claim)):
        assert "SECRET" not in finding.message + finding.remedy + finding.place
