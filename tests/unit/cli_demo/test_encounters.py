"""The demo's visits repeat, are well formed, and show every story."""

from __future__ import annotations

import re
from datetime import date

import pytest

from activities.denial_rules import denial_rules
from cli.demo.data_files import charges, practice, providers, read
from cli.demo.encounters import DemoVisit, chart_of
from domain.claim.correction import apply_changes
from domain.denials.rules import DenialGroup
from domain.people.identifiers import mbi_is_valid, npi_is_valid
from domain.scrubbing.context import ScrubContext
from domain.scrubbing.registry import blocks, scrub
from simulator.adjudication.case import Case
from simulator.adjudication.pipeline import adjudicate
from simulator.adjudication.verdict import Verdict
from simulator.claim import OtherPayer, SubmittedClaim, SubmittedLine, SubmittedPerson
from simulator.clearinghouse.crossover import claim_sent_on
from simulator.persona import load_fee_schedule, load_personas

START = date(2026, 3, 2)
VISITS = [chart_of(7, number, START) for number in range(1, 61)]


def of_story(name: str) -> list[DemoVisit]:
    return [visit for visit in VISITS if visit.fault == name]


def submitted(visit: DemoVisit, *, corrected: bool) -> SubmittedClaim:
    """The claim as the simulator reads it."""
    content = visit.chart if corrected else visit.encounter.content
    person = SubmittedPerson(last_name="X", birth_date=visit.persona.patient.birth_date)
    return SubmittedClaim(
        control_number=f"{visit.number}-1",
        frequency="7" if corrected and content.coverage.payer.code != "MCARE" else "1",
        submitter="S",
        payer=content.coverage.payer.code,
        billing_name=practice().name,
        billing_npi=practice().npi,
        member_id=content.coverage.member_id,
        subscriber=person,
        patient=person,
        charge_cents=content.charge_cents,
        place_of_service=content.place_of_service,
        diagnoses=content.diagnoses,
        authorization_number=content.authorization_number,
        referral_number=content.referral_number,
        has_referring_provider=content.referring is not None,
        onset_date=content.onset_date,
        lines=tuple(
            SubmittedLine(
                number=line.number,
                procedure=line.procedure,
                modifiers=line.modifiers,
                charge_cents=line.charge_cents,
                quantity=line.units,
                service_from=line.service_from,
                diagnosis_pointers=line.diagnosis_pointers,
            )
            for line in content.lines
        ),
    )


def verdict_on(visit: DemoVisit, *, corrected: bool = False) -> Verdict:
    claim = submitted(visit, corrected=corrected)
    case = Case(claim=claim, persona=load_personas()[claim.payer], received_on=START)
    return adjudicate(case, load_fee_schedule())


def findings_block(visit: DemoVisit, *, corrected: bool = False) -> bool:
    content = visit.chart if corrected else visit.encounter.content
    context = ScrubContext(
        content=content, patient=visit.persona.patient, provider=visit.encounter.provider, today=START
    )
    return blocks(scrub(context))


def test_the_same_seed_and_number_give_the_same_visit() -> None:
    assert [chart_of(7, number, START) for number in range(1, 61)] == VISITS


def test_another_seed_gives_other_patients_with_the_same_stories() -> None:
    other = [chart_of(8, number, START) for number in range(1, 61)]
    assert [visit.fault for visit in other] == [visit.fault for visit in VISITS]
    assert all(a.persona.coverage.member_id != b.persona.coverage.member_id for a, b in zip(other, VISITS, strict=True))


def test_every_number_has_its_own_source_and_almost_every_number_its_own_patient() -> None:
    assert len({visit.encounter.source.ordinal for visit in VISITS}) == 60
    assert len({(v.persona.patient, v.persona.coverage.member_id) for v in VISITS}) == 57


def test_identifiers_have_valid_shapes() -> None:
    assert npi_is_valid(practice().npi)
    assert all(npi_is_valid(each.npi) for role in ("rendering", "referring") for each in providers(role))
    for visit in VISITS:
        coverage = visit.chart.coverage
        assert re.fullmatch(load_personas()[coverage.payer.code].members.shape, coverage.member_id)
        assert coverage.payer.code != "MCARE" or mbi_is_valid(coverage.member_id)


def test_services_lie_on_weekdays_before_the_start() -> None:
    days = [line.service_from for visit in VISITS for line in visit.chart.lines]
    assert all(day < START and day.weekday() < 5 for day in days)


def test_every_payer_and_every_story_occurs() -> None:
    assert {visit.chart.coverage.payer.code for visit in VISITS} == {"MCARE", "PPO01", "HMO01", "MCAID"}
    assert {visit.fault for visit in VISITS} == set(read("stories")["stories"])


def test_charges_are_never_below_what_a_payer_allows() -> None:
    most = max(persona.contract.percent_of_fee for persona in load_personas().values())
    for procedure, fee in load_fee_schedule().items():
        assert charges()[procedure] * 100 > fee.fee_cents * most


def test_the_answer_key_turns_what_was_entered_into_what_the_chart_says() -> None:
    for visit in VISITS:
        assert apply_changes(visit.encounter.content, visit.answer_key) == visit.chart, visit.number


@pytest.mark.parametrize(
    "story", ["authorization_missing", "modifier_missing", "diagnosis_wrong", "unprocessable", "suspected"]
)
def test_a_faulty_claim_is_denied_as_entered_and_paid_as_charted(story: str) -> None:
    for visit in of_story(story):
        assert not findings_block(visit)
        assert verdict_on(visit).denied_lines, visit.number
        assert not verdict_on(visit, corrected=True).denied_lines, visit.number


@pytest.mark.parametrize(("story", "reasons"), [("appealed", ["50", "197", "197"]), ("records_asked", ["252"] * 3)])
def test_what_is_asked_on_paper_is_denied_whole_for_its_reason(story: str, reasons: list[str]) -> None:
    verdicts = [verdict_on(visit) for visit in of_story(story)]
    assert all(verdict.denied for verdict in verdicts)
    found = [{t.reason for line in verdict.lines for t in line.adjustments} for verdict in verdicts]
    assert found == [{reason} for reason in reasons]


def test_an_argument_moves_one_payer_and_not_another() -> None:
    overturned = [
        bool({t.reason for line in verdict_on(visit).lines for t in line.adjustments}
             & set(load_personas()[visit.chart.coverage.payer.code].policy.overturned_on_appeal))
        for visit in of_story("appealed")
    ]  # fmt: skip
    assert overturned == [True, True, False]


def test_a_visit_priced_as_a_lesser_one_is_paid_in_part_and_in_full_after_an_appeal() -> None:
    for visit in of_story("priced_wrongly"):
        claim = submitted(visit, corrected=False)
        cut = verdict_on(visit)
        assert ("PI", "45") in {(t.group, t.reason) for line in cut.lines for t in line.adjustments}
        case = Case(
            claim=claim, persona=load_personas()["PPO01"], received_on=START, set_aside=frozenset({"45"})
        )
        appealed = adjudicate(case, load_fee_schedule())
        assert 0 < cut.paid_cents + cut.patient_cents < appealed.paid_cents + appealed.patient_cents


def test_what_the_payer_suspects_is_denied_by_its_review_unit() -> None:
    for visit in of_story("suspected"):
        (line,) = verdict_on(visit).lines
        assert (line.adjustments[0].reason, line.remarks) == ("216", ("N35",))


def test_the_demo_shows_every_group_of_denials() -> None:
    found = set()
    for visit in VISITS:
        verdict = verdict_on(visit)
        for line in verdict.lines:
            for cas in line.adjustments:
                remarks = frozenset(line.remarks) | frozenset(verdict.remarks)
                kind = visit.chart.coverage.payer.kind
                rule = denial_rules().find(cas.group, cas.reason, remarks, kind)
                found.add(rule.denial_group if rule else None)
    assert found == set(DenialGroup)


def test_an_unprocessable_claim_is_medicares_ma130() -> None:
    assert all(verdict_on(visit).unprocessable for visit in of_story("unprocessable"))


@pytest.mark.parametrize("story", ["not_covered", "filed_late"])
def test_what_is_given_up_is_denied_whole_and_has_no_answer(story: str) -> None:
    for visit in of_story(story):
        assert verdict_on(visit).denied
        assert not visit.answer_key


@pytest.mark.parametrize("story", ["line_given_up", "undocumented"])
def test_a_line_given_up_leaves_another_one_paid(story: str) -> None:
    for visit in of_story(story):
        verdict = verdict_on(visit)
        assert verdict.denied_lines
        assert not verdict.denied
        assert not visit.answer_key


@pytest.mark.parametrize("story", ["kept_by_scrubber", "rejected"])
def test_the_scrubber_keeps_back_what_was_entered_and_passes_what_is_charted(story: str) -> None:
    for visit in of_story(story):
        assert findings_block(visit)
        assert not findings_block(visit, corrected=True)


def test_a_rejected_claim_carries_a_member_id_that_the_payer_does_not_take() -> None:
    for visit in of_story("rejected"):
        shape = load_personas()[visit.chart.coverage.payer.code].members.shape
        assert not re.fullmatch(shape, visit.slip["member_id"])


def test_an_old_card_names_a_coverage_that_has_ended() -> None:
    for visit in of_story("coverage_inactive"):
        entered = visit.encounter.content.coverage
        members = load_personas()[entered.payer.code].members
        assert re.fullmatch(members.shape, entered.member_id)
        assert re.fullmatch(members.terminated, entered.member_id)


def test_a_clean_claim_leaves_nothing_to_the_patient() -> None:
    for visit in of_story("clean"):
        verdict = verdict_on(visit)
        assert verdict.paid_cents > 0
        assert verdict.patient_cents == 0


@pytest.mark.parametrize("story", ["patient_share", "returning_patient", "coverage_inactive"])
def test_a_share_left_to_the_patient_is_worth_a_statement(story: str) -> None:
    for visit in of_story(story):
        verdict = verdict_on(visit, corrected=True)
        assert {t.group for line in verdict.lines for t in line.adjustments if line.denied} <= {"PR"}
        assert verdict.patient_cents >= 1000


def test_a_patient_who_returns_is_the_patient_of_an_earlier_visit() -> None:
    for visit in of_story("returning_patient"):
        assert visit.persona == VISITS[visit.number - 17].persona


def second_verdict(visit: DemoVisit, first: Verdict) -> Verdict:
    """What the next payer makes of it, behind the first one's decision."""
    (other,) = visit.chart.other_coverages
    claim = submitted(visit, corrected=False)
    told = OtherPayer(sequence="S", payer=other.coverage.payer.code, member_id=other.coverage.member_id)
    later = claim_sent_on(claim, first, told)
    case = Case(claim=later, persona=load_personas()[later.payer], received_on=START)
    return adjudicate(case, load_fee_schedule())


def test_a_second_payer_pays_of_what_the_first_one_leaves() -> None:
    visits = of_story("two_payers")
    assert [(v.chart.coverage.payer.code, v.chart.other_coverages[0].coverage.payer.code) for v in visits] == [
        ("MCARE", "SUPP1"),
        ("MCARE", "MCAID"),
        ("PPO01", "HMO01"),
    ]
    for visit in visits:
        first = verdict_on(visit)
        second = second_verdict(visit, first)
        assert first.patient_cents > 0
        assert 0 < second.paid_cents <= first.patient_cents
        assert second.status == "2"


def test_further_coverages_stand_behind_the_first_by_a_rule_that_says_why() -> None:
    reasons = [visit.chart.other_coverages[0].why for visit in of_story("two_payers")]
    assert ["Medicare pays before" in reasons[0], "Medicaid pays last" in reasons[1]] == [True, True]
    assert "as subscriber" in reasons[2]
