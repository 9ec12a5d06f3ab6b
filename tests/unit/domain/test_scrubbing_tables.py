"""Rules that ask tables: each finds its fault, and is silent without its table or on another day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.claim.claim import ClaimContent
from domain.coding.editions import Edition, EditionTables
from domain.coding.tables import Diagnosis, Indicators, PairEdit, TableKind, UnitLimit
from domain.people.parties import RenderingProvider
from domain.scrubbing.context import ClaimType, CoveragePeriod, EarlierService, ScrubContext
from domain.scrubbing.finding import Finding
from domain.scrubbing.operator.rule import proposes_without_documentation
from domain.scrubbing.registry import FAMILIES, REGISTRY, not_checked, scrub, unchecked
from edi.coding_facts import coding_facts, required_fields
from edi.packaged_tables import packaged_places
from tests.unit.domain.samples import MEDICARE, PATIENT, PPO, PROVIDER, content, coverage, line

TODAY = date(2026, 3, 20)
NEW_YEAR = date(2026, 1, 1)


def edition(kind: TableKind, entries: object) -> Edition:
    return Edition(kind=kind, effective_from=NEW_YEAR, entries=entries)  # type: ignore[arg-type]


TABLES = EditionTables(
    (
        packaged_places(),
        edition(
            TableKind.ICD10CM,
            {code: Diagnosis(billable=True) for code in ("E119", "I10", "Z3800", "O0900", "N400", "Z0000")}
            | {
                "E11": Diagnosis(billable=False),
                "M1711": Diagnosis(billable=True, side="R"),
                "M1712": Diagnosis(billable=True, side="L"),
                "M1710": Diagnosis(billable=True, side="U"),
                "S991XXA": Diagnosis(billable=True),
            },
        ),
        edition(TableKind.CPT, {c: [(date.min, None)] for c in ("99213", "99214", "81002", "20610", "71046", "97110")}),
        edition(TableKind.HCPCS, {"A9901": [(NEW_YEAR, date(2026, 2, 1))], "GT": [(date.min, None)]}),
        edition(
            TableKind.MUE,
            {
                "81002": UnitLimit(units=2, kind="1"),
                "99213": UnitLimit(units=1, kind="2"),
                "97110": UnitLimit(units=4, kind="3"),
            },
        ),
        edition(
            TableKind.PTP,
            {
                ("99213", "81002"): [PairEdit(indicator="1", effective_from=NEW_YEAR)],
                ("99214", "99213"): [PairEdit(indicator="0", effective_from=NEW_YEAR)],
                ("99213", "97110"): [PairEdit(indicator="0", effective_from=NEW_YEAR, effective_to=date(2026, 2, 1))],
                ("99213", "71046"): [PairEdit(indicator="9", effective_from=NEW_YEAR)],
            },
        ),
        edition(
            TableKind.MPFS,
            {
                "99213": Indicators(status="A", components="0", bilateral="0", assistant="0", co_surgeon="0", team="0"),
                "71046": Indicators(status="A", components="1"),
                "20610": Indicators(status="A", components="0", bilateral="1", assistant="1", co_surgeon="0", team="0"),
                "81002": Indicators(status="X", components="9"),
            },
        ),
        edition(TableKind.COVERAGE, {"97110": {"LCD L00001": {"M1711": [(NEW_YEAR, None)]}}}),
    )
)


def context(claim: ClaimContent, **changes: object) -> ScrubContext:
    values: dict[str, object] = {
        "content": claim, "patient": PATIENT, "provider": PROVIDER, "today": TODAY, "tables": TABLES,
        "facts": coding_facts(),
    } | changes  # fmt: skip
    return ScrubContext(**values)  # type: ignore[arg-type]


def told(found: tuple[Finding, ...]) -> list[tuple[str, str, int | None]]:
    return [(f.rule, f.severity.value, f.line) for f in found]


def medicare(**changes: object) -> ClaimContent:
    return content(coverage=coverage(MEDICARE), **changes)


def lines(*given: dict[str, object]) -> tuple[object, ...]:
    return tuple(line(number, **one) for number, one in enumerate(given, start=1))


ONE = {"procedure": "99213"}
FINDINGS = [
    # ICD-10-CM
    (medicare(diagnoses=("E11",), lines=lines(ONE)), [("diagnosis-known", "error", None)]),
    (medicare(diagnoses=("E118",), lines=lines(ONE)), [("diagnosis-known", "error", None)]),
    (medicare(diagnoses=("S991",), lines=lines(ONE)), [("diagnosis-seventh-character", "error", None)]),
    (medicare(diagnoses=("M1712",), lines=lines({"procedure": "20610", "modifiers": ("RT",)})),
     [("laterality", "error", 1)]),
    (medicare(diagnoses=("M1710",), lines=lines({"procedure": "20610", "modifiers": ("RT",)})),
     [("laterality", "warning", 1)]),
    (medicare(diagnoses=("M1711",), lines=lines({"procedure": "20610", "modifiers": ("RT",)})), []),
    # CPT and HCPCS
    (medicare(lines=lines({"procedure": "99999"})), [("procedure-known", "error", 1)]),
    (medicare(lines=lines({"procedure": "A9901"})), [("procedure-known", "error", 1)]),
    (medicare(lines=lines({"procedure": "A9901", "service_from": date(2026, 1, 15)})), []),
    (medicare(lines=lines({"procedure": "81002"})), [("procedure-status", "warning", 1)]),
    # modifiers
    (medicare(lines=lines({**ONE, "modifiers": ("67",)})), [("modifier-known", "error", 1)]),
    (medicare(lines=lines({**ONE, "modifiers": ("ZZ",)})), [("modifier-known", "error", 1)]),
    (medicare(lines=lines({**ONE, "modifiers": ("GT",)})), []),
    (medicare(lines=lines({"procedure": "71046", "modifiers": ("25",)})), [("modifier-fit", "warning", 1)]),
    (medicare(lines=lines({"procedure": "99214", "modifiers": ("59",)})), [("modifier-fit", "warning", 1)]),
    (medicare(lines=lines({**ONE, "modifiers": ("26",)})), [("modifier-indicator", "error", 1)]),
    (content(lines=lines({**ONE, "modifiers": ("26",)})), [("modifier-indicator", "warning", 1)]),
    (medicare(lines=lines({"procedure": "71046", "modifiers": ("26",)})), []),
    (medicare(lines=lines({"procedure": "20610", "modifiers": ("80",)})), [("modifier-indicator", "error", 1)]),
    (medicare(lines=lines({"procedure": "20610", "modifiers": ("62",)})), [("modifier-indicator", "error", 1)]),
    (medicare(lines=lines({"procedure": "20610", "modifiers": ("RT", "LT")})), [("modifier-pair", "error", 1)]),
    (medicare(lines=lines({"procedure": "71046", "modifiers": ("26", "TC")})), [("modifier-pair", "error", 1)]),
    (medicare(lines=lines({"procedure": "20610", "modifiers": ("50", "RT")})), [("modifier-pair", "error", 1)]),
    (medicare(lines=lines({"procedure": "71046", "modifiers": ("KX", "26")})), [("modifier-order", "warning", 1)]),
    (medicare(lines=lines({"procedure": "20610", "modifiers": ("50",), "units": Decimal(2)})),
     [("modifier-bilateral-units", "warning", 1)]),
    # places
    (medicare(place_of_service="30", lines=lines(ONE)), [("place-known", "error", None)]),
    (medicare(place_of_service="21", lines=lines(ONE)), [("place-fit", "warning", 1)]),
    # units: line, day by policy, day by experience
    (content(lines=lines({"procedure": "81002", "units": Decimal(3)})), [("mue-line", "warning", 1)]),
    (medicare(lines=lines({**ONE, "units": Decimal(2)})), [("mue-day-absolute", "error", 1)]),
    (medicare(lines=lines(ONE, {**ONE, "modifiers": ("76",)})), [("mue-day-absolute", "error", 2)]),
    (medicare(lines=lines(ONE, {**ONE, "service_from": date(2026, 3, 3)})), []),
    (medicare(diagnoses=("M1711",), lines=lines({"procedure": "97110", "units": Decimal(5)})),
     [("mue-day", "warning", 1)]),
    # pairs
    (medicare(lines=lines({"procedure": "99214"}, ONE)), [("ptp-never", "error", 2)]),
    (medicare(lines=lines({"procedure": "99214"}, {**ONE, "modifiers": ("25",)})), [("ptp-never", "error", 2)]),
    (content(lines=lines(ONE, {"procedure": "81002"})), [("ptp-modifier", "warning", 2)]),
    (content(lines=lines({**ONE, "modifiers": ("25",)}, {"procedure": "81002"})), []),
    (content(lines=lines(ONE, {"procedure": "81002", "modifiers": ("KX",)})), [("ptp-modifier", "warning", 2)]),
    (content(lines=lines(ONE, {"procedure": "81002", "service_from": date(2026, 3, 3)})), []),
    (medicare(diagnoses=("M1711",), lines=lines(ONE, {"procedure": "97110"})), []),
    (medicare(lines=lines(ONE, {"procedure": "71046"})), []),
    # duplicates
    (content(lines=lines({"procedure": "99214"}, {"procedure": "99214"})), [("duplicate-line", "error", 2)]),
    (content(lines=lines({"procedure": "97110"}, {"procedure": "97110", "units": Decimal(2)})),
     [("duplicate-line", "warning", 2)]),
    (content(lines=lines({"procedure": "71046"}, {"procedure": "71046", "modifiers": ("76",)})), []),
    (content(lines=lines({"procedure": "71046"}, {"procedure": "71046", "modifiers": ("KX",)})),
     [("duplicate-line", "error", 2)]),
    # sex and age (the patient is a woman of 45)
    (content(diagnoses=("N400",), lines=lines(ONE)), [("sex-conflict", "warning", None)]),
    (content(diagnoses=("Z3800",), lines=lines(ONE)), [("age-conflict", "warning", None)]),
    (content(diagnoses=("O0900",), lines=lines(ONE)), []),
    # coverage determinations
    (medicare(lines=lines({"procedure": "97110"})), [("medical-necessity", "warning", 1)]),
    (content(lines=lines({"procedure": "97110"})), []),
    (medicare(lines=lines({"procedure": "97110", "modifiers": ("GA",)})), []),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "expected"), FINDINGS)
def test_a_table_finds_its_fault_and_nothing_else(
    claim: ClaimContent, expected: list[tuple[str, str, int | None]]
) -> None:
    assert told(scrub(context(claim))) == expected


def test_without_tables_and_facts_such_claims_are_not_found_wrong() -> None:
    by_facts = {"modifier-known", "modifier-fit", "modifier-pair", "modifier-order", "place-fit", "sex-conflict"}
    silent = {rule.id for rule in REGISTRY if rule.needs} | by_facts | {"age-conflict"}
    for claim, _ in FINDINGS:
        found = scrub(ScrubContext(content=claim, patient=PATIENT, provider=PROVIDER, today=TODAY))
        assert silent.isdisjoint(finding.rule for finding in found)


def test_a_missing_table_is_told_once_however_many_lines_want_it() -> None:
    claim = medicare(lines=lines(ONE, {"procedure": "81002"}, {"procedure": "A9901"}))
    bare = context(claim, tables=EditionTables(()))
    notes = not_checked(unchecked(bare))
    assert [note.severity.value for note in notes] == ["note"] * 8
    assert sorted(note.message.split()[1] for note in notes) == [
        "coverage", "cpt", "hcpcs", "icd10cm", "mpfs", "mue", "pos", "ptp"
    ]  # fmt: skip
    assert unchecked(context(claim)) == {}


def test_a_day_outside_of_every_edition_is_not_checked() -> None:
    old = medicare(lines=lines({**ONE, "service_from": date(2025, 5, 5), "units": Decimal(9)}))
    assert told(scrub(context(old))) == []
    assert TableKind.MUE in unchecked(context(old))


def test_an_unknown_diagnosis_is_a_warning_where_the_list_is_of_another_year() -> None:
    class OtherYear:
        def find(self, code: str) -> Diagnosis | None:
            return Diagnosis(billable=True) if code == "I10" else None

        def is_of(self, on: date) -> bool:
            return on.year == 2020

    for year, severity in ((2020, "error"), (2026, "warning")):
        claim = content(diagnoses=("E119",), lines=lines({**ONE, "service_from": date(year, 3, 2)}))
        found = scrub(context(claim, tables=EditionTables((), OtherYear())))
        assert told(found) == [("diagnosis-known", severity, None)]


def test_earlier_claims_coverage_and_the_dates_of_a_stay_are_asked() -> None:
    claim = content(lines=lines(ONE))
    other = EarlierService(claim="10000007", procedure="99213", service_from=date(2026, 3, 2))
    assert told(scrub(context(claim, earlier_services=(other,)))) == [("duplicate-claim", "warning", 1)]
    told_apart = content(lines=lines({**ONE, "modifiers": ("25",)}))
    assert told(scrub(context(told_apart, earlier_services=(other,)))) == []
    inactive = CoveragePeriod(start=NEW_YEAR, end=date(2026, 12, 31), active=False)
    assert told(scrub(context(claim, coverage=(inactive,)))) == [("coverage-active", "error", 1)]
    past = CoveragePeriod(start=date(2025, 1, 1), end=date(2025, 12, 31))
    assert told(scrub(context(claim, coverage=(past,)))) == [("coverage-active", "warning", 1)]
    assert told(scrub(context(claim, death_date=date(2026, 3, 1)))) == [("death-date", "error", 1)]
    assert told(scrub(context(claim, admission_date=date(2026, 4, 1)))) == [("admission-date", "error", None)]
    assert told(scrub(context(claim, admission_date=date(2026, 3, 3), discharge_date=date(2026, 3, 1)))) == [
        ("admission-date", "error", None)
    ]
    future = replace(PATIENT, birth_date=date(1880, 1, 1))
    assert told(scrub(context(claim, patient=future))) == [("birth-date-range", "error", None)]


def test_public_rules_about_required_data_ask_medicare_for_who_ordered_a_test() -> None:
    claim = medicare(diagnoses=("E119",), lines=lines({"procedure": "71046"}))
    assert told(scrub(context(claim, required=required_fields()))) == [("required-by-payer", "warning", 1)]
    ordered = replace(claim, referring=RenderingProvider(last_name="DOE", npi="1999999984"))
    assert told(scrub(context(ordered, required=required_fields()))) == []
    commercial = content(coverage=coverage(PPO), diagnoses=("E119",), lines=lines({"procedure": "71046"}))
    assert told(scrub(context(commercial, required=required_fields()))) == []


def test_a_stay_needs_neither_pointers_nor_a_place_and_its_lines_may_be_revenue_codes() -> None:
    stay = medicare(place_of_service="", lines=lines({"procedure": "", "diagnosis_pointers": ()}))
    assert told(scrub(context(stay, claim_type=ClaimType.INSTITUTIONAL))) == []


def test_every_rule_says_what_is_wrong_where_what_to_do_and_by_which_source() -> None:
    ids = [rule.id for rule in REGISTRY]
    assert len(ids) == len(set(ids)) >= 45
    assert {rule.id for rules in FAMILIES.values() for rule in rules} == set(ids)
    for rule in REGISTRY:
        assert rule.wrong
        assert rule.remedy
        assert rule.source
        assert re.fullmatch(r"2[0-9]{3}[A-F]{0,2}(/[A-Z0-9*-]+)?", rule.place)


def test_findings_are_of_rules_in_the_registry_and_propose_no_modifier_without_documentation() -> None:
    ids = {rule.id for rule in REGISTRY}
    for rule in REGISTRY:
        assert not proposes_without_documentation(rule.remedy)
    for claim, _ in FINDINGS:
        for finding in scrub(context(claim)):
            assert finding.rule in ids
            assert not proposes_without_documentation(finding.remedy)


def test_small_tables_have_a_source_in_every_row() -> None:
    facts = coding_facts()
    assert all(one.source for one in facts.modifiers.values())
    assert all(one.source for one in (*facts.conflicts, *facts.places))
    assert all(edit.source for edits in facts.patient_edits.values() for edit in edits)
    assert all(edit.codes.first[0] == edit.codes.last[0] for edits in facts.patient_edits.values() for edit in edits)
    assert all(row.source for row in required_fields())
