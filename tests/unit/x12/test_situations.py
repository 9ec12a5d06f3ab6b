"""Rules that a guide states in words: each found where it is broken, silent where it holds, refused by the writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import x12
from tests.unit.x12 import examples
from tests.unit.x12.guide_filler import Filler
from tests.unit.x12.test_round_trip import BY_KIND, enveloped
from x12.engine.compiled import compiled_guide
from x12.error_codes import ELEMENT_CODES, SEGMENT_CODES
from x12.validation.inspection import Inspector, inspector, situations
from x12.validation.situation import Situation, registered

PERSON = examples.person
DATE = date(2026, 2, 27)


def when(qualifier: str, start: date, end: date | None = None) -> x12.DateOrPeriod:
    return x12.DateOrPeriod(qualifier=qualifier, start=start, end=end)


def line(**more: Any) -> x12.ServiceLine:
    return replace(examples.line(), **more)


def claim(**more: Any) -> x12.ProfessionalClaim:
    return examples.claim(**more)


def secondary(**more: Any) -> x12.ProfessionalClaim:
    (other,) = examples.secondary_claim().other_coverages
    return replace(examples.secondary_claim(), other_coverages=(replace(other, **more),))


def decided(**more: Any) -> x12.ProfessionalClaim:
    whole = examples.secondary_claim()
    (only,) = whole.lines
    (adjudication,) = only.adjudications
    return replace(whole, lines=(replace(only, adjudications=(replace(adjudication, **more),)),))


def subscriber(**more: Any) -> x12.Subscriber:
    return replace(examples.SUBSCRIBER, **more)


def billing(**more: Any) -> x12.BillingProvider:
    provider = examples.BILLING.provider
    return replace(examples.BILLING, provider=replace(provider, address=replace(provider.address, **more)))


CARD = PERSON("IL")
MEDICARE = subscriber(filing_indicator="MB", person=PERSON("IL", identifier="1EG4TE5MK73"))
DRUG = x12.Drug(code="00409123401", quantity=Decimal(0), unit="ML")
TRANSPORT = ("CR1", "", "", "", "A", "DH", "12")

CLAIMS: list[tuple[str, x12.ProfessionalClaim]] = [
    ("subscriber-not-patient", claim(subscriber=subscriber(relationship=""))),
    ("subscriber-not-patient", claim(patient=examples.DEPENDENT)),
    ("patient-relationship", claim(subscriber=examples.FAMILY, patient=replace(examples.DEPENDENT, relationship="18"))),
    ("subscriber-address-missing", claim(subscriber=subscriber(person=replace(CARD, address=None)))),
    ("subscriber-birth-missing", claim(subscriber=subscriber(person=replace(CARD, birth_date=None, sex="")))),
    ("member-id-missing", claim(subscriber=subscriber(person=replace(CARD, id_qualifier="", identifier="")))),
    ("mbi-shape", claim(subscriber=replace(MEDICARE, person=PERSON("IL", identifier="123456789A")))),
    ("medicare-secondary-reason", claim(subscriber=replace(MEDICARE, payer_responsibility="S"))),
    ("payer-responsibility-twice", secondary(payer_responsibility="S")),
    ("billing-street", claim(billing_provider=billing(line1="PO BOX 12"))),
    ("billing-postal-code", claim(billing_provider=billing(postal_code="02101"))),
    ("billing-state-missing", claim(billing_provider=billing(state=""))),
    ("address-state-missing", claim(subscriber=subscriber(
        person=replace(CARD, address=x12.Address(line1="1 ELM", city="BOSTON", state="MA"))))),
    ("replaced-claim-missing", claim(frequency_code="7")),
    ("accident-date-missing", claim(related_causes=x12.RelatedCauses(causes=("OA",)))),
    ("accident-state-missing", claim(related_causes=x12.RelatedCauses(causes=("AA",)), dates=(when("439", DATE),))),
    ("employment-accident-date-missing", claim(related_causes=x12.RelatedCauses(causes=("EM",)))),
    ("admission-date-missing", claim(place_of_service="21")),
    ("discharge-before-admission", claim(place_of_service="21", dates=(
        when("435", DATE), when("096", date(2026, 2, 1))))),
    ("onset-after-service", claim(dates=(when("431", date(2026, 3, 1)),))),
    ("service-before-birth", claim(subscriber=subscriber(person=replace(CARD, birth_date=date(2026, 2, 28))))),
    ("service-after-death", claim(subscriber=subscriber(facts=x12.PatientFacts(death_date=date(2026, 2, 1))))),
    ("charge-negative", claim(lines=(line(charge_cents=-100),))),
    ("patient-paid-too-much", claim(amounts=(x12.Amount(qualifier="F5", amount_cents=10**9),))),
    ("rendering-is-billing", claim(rendering_provider=x12.Party(
        entity="82", last_name="CLINIC", id_qualifier="XX", identifier="1234567893"))),
    ("diagnosis-pointer", claim(lines=(line(diagnosis_pointers=(1, 3)),))),
    ("diagnosis-pointer-twice", claim(lines=(line(diagnosis_pointers=(1, 1)),))),
    ("diagnosis-pointer-missing", claim(lines=(line(diagnosis_pointers=()),))),
    ("diagnosis-twice", claim(diagnoses=(x12.Diagnosis(qualifier="ABK", code="J029"),
                                         x12.Diagnosis(qualifier="ABF", code="J029")))),
    ("diagnosis-versions-mixed", claim(diagnoses=(x12.Diagnosis(qualifier="ABK", code="J029"),
                                                  x12.Diagnosis(qualifier="BF", code="4619")))),
    ("line-number-twice", claim(lines=(examples.line(), examples.line()))),
    ("period-reversed", claim(lines=(line(dates=(when("472", DATE, date(2026, 2, 1)),)),))),
    ("anesthesia-minutes", claim(lines=(line(procedure=x12.Procedure(code="00840")),))),
    ("line-rendering-is-claims", claim(lines=(line(rendering_provider=examples.claim().rendering_provider),))),
    ("ambulance-place-missing", claim(supplements=(TRANSPORT,))),
    ("drug-quantity-missing", claim(lines=(line(drug=DRUG),))),
    ("cob-claim-balance", secondary(amounts=(x12.Amount(qualifier="D", amount_cents=8_100),))),
    ("cob-lines-paid", secondary(amounts=(x12.Amount(qualifier="D", amount_cents=8_100),))),
    ("cob-line-balance", decided(paid_cents=8_100)),
    ("other-payer-paid-missing", secondary(amounts=())),
    ("other-payer-unknown", decided(payer_id="NOBODY")),
    ("other-payer-date-missing", replace(secondary(adjustments=(
        x12.Adjustment(group="CO", reason="45", amount_cents=4_500),)), lines=(examples.line(),))),
    ("uncovered-amount", secondary(amounts=(x12.Amount(qualifier="A8", amount_cents=100),))),
    ("remaining-liability", secondary(amounts=(x12.Amount(qualifier="D", amount_cents=8_000),
                                               x12.Amount(qualifier="EAF", amount_cents=4_501)))),
]  # fmt: skip


def found_in(kind: str, content: Any) -> list[x12.X12Error]:
    look = inspector(kind, x12.SHAPES_ONLY)
    assert look is not None
    return look.content(content)


@pytest.mark.parametrize(("code", "broken"), CLAIMS, ids=[f"{at} {code}" for at, (code, _) in enumerate(CLAIMS)])
def test_a_claim_that_breaks_a_rule_is_told_so(code: str, broken: x12.ProfessionalClaim) -> None:
    found = found_in("837P", examples.claims(broken))
    assert code in {error.code for error in found}
    assert all(error.snip in (3, 4, 5) and error.segment and error.loop and error.message for error in found)
    for error in found:
        for private in ("DOE", "JANE", "TIM", "W123456789", "1 ELM ST", "123456789A"):
            assert private not in error.message + error.value


@pytest.mark.parametrize("broken", [whole for _, whole in CLAIMS], ids=[code for code, _ in CLAIMS])
def test_what_is_found_in_a_file_stands_at_a_segment_of_that_name_or_where_it_is_missing(
    broken: x12.ProfessionalClaim,
) -> None:
    content = examples.claims(claim(claim_id="FIRST-1"), broken)
    data = x12.write_interchange(
        examples.HEADER,
        [x12.FunctionalGroup(
            header=x12.GroupHeader(sender_code="A1", receiver_code="B2", date=examples.DAY, time=examples.NOON,
                                   control_number=1),
            transactions=(x12.TransactionSet(control_number="0001", content=content),),
        )],
        codes=None,
    )  # fmt: skip
    segments = data.decode().replace("\n", "").split("~")[2:]
    transaction = examples.read_one(data)
    assert [error for error in transaction.errors if error.snip < 3 and error.severity == "error"] == []
    told = [error for error in transaction.errors if error.snip >= 3 and error.code != "claim-total"]
    assert told
    for error in told:
        at = segments[error.position - 1].split("*")[0]
        assert at == error.segment or not error.element, (str(error), at)
    assert isinstance(transaction.content, x12.ProfessionalClaims)
    assert set(told) <= {error for one in transaction.content.claims for error in one.errors}


def test_every_rule_of_the_837p_has_an_example_that_breaks_it() -> None:
    rules = {rule.id for rule in registered() if "837P" in rule.guides}
    assert rules == {code for code, _ in CLAIMS}
    assert situations.__all__


@pytest.mark.parametrize("kind", [kind for kind in examples.every_content() if inspector(kind, x12.SHAPES_ONLY)])
def test_an_example_in_order_breaks_no_rule(kind: str) -> None:
    assert found_in(kind, examples.every_content()[kind]) == []


@pytest.mark.parametrize("whole", [whole for _, whole in CLAIMS])
def test_a_rule_that_is_skipped_would_have_had_nothing_to_say(whole: x12.ProfessionalClaim) -> None:
    told = {error.code for error in Inspector("837P").claim(replace(whole, errors=()))}
    for rule in registered():
        if "837P" in rule.guides and (rule.ordinary is None or getattr(whole, rule.ordinary[0])):
            assert bool(rule.find(whole)) is (rule.id in told), rule.id


@pytest.mark.parametrize("kind", ["837P", "835"])
@settings(max_examples=25, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), fullness=st.sampled_from((0.0, 0.1, 0.3, 0.6)))
def test_a_quick_look_never_hides_what_a_rule_would_find(kind: str, seed: int, fullness: float) -> None:
    segments = Filler(compiled_guide(BY_KIND[kind], x12.STANDARD), seed, fullness).segments()
    (transaction,) = x12.read_file(enveloped(kind, segments), codes=None).transactions()
    assert isinstance(transaction.content, x12.ProfessionalClaims | x12.Remittance)
    rules = [rule for rule in registered() if kind in rule.guides]
    for one in transaction.content.claims:
        told = {error.code for error in Inspector(kind).claim(one)} & {rule.id for rule in rules}
        asked = {rule.id for rule in rules if _applies(rule, one) and rule.find(one)}
        assert told == asked


def _applies(rule: Situation, claim: Any) -> bool:
    """Whether the field that the rule speaks of is there at all."""
    return rule.ordinary is None or bool(getattr(claim, rule.ordinary[0]))


def test_an_error_of_a_rule_is_refused_by_the_writer_with_element_and_claim() -> None:
    broken = claim(claim_id="1009-1", related_causes=x12.RelatedCauses(causes=("AA",)), dates=(when("439", DATE),))
    with pytest.raises(x12.X12Invalid, match=r"CLM11-4: claim 1009-1: is AA \(auto accident\) without a state"):
        examples.interchange(examples.claims(broken))


def test_a_total_that_is_not_the_sum_of_the_lines_is_refused_by_the_writer() -> None:
    with pytest.raises(x12.X12Invalid, match=r"CLM02: claim 1001-1: is 1.00, its lines add up to 165.50"):
        examples.interchange(examples.claims(replace(claim(), charge_cents=100)))


@pytest.mark.parametrize("code", ["mbi-shape", "diagnosis-pointer", "replaced-claim-missing"])
def test_what_the_reader_warns_of_is_an_error_to_the_writer(code: str) -> None:
    broken = next(whole for name, whole in CLAIMS if name == code)
    (warning,) = found_in("837P", examples.claims(broken))
    assert warning.severity == "warning"
    with pytest.raises(x12.X12Invalid, match=code):
        examples.interchange(examples.claims(broken))


def test_a_rule_names_a_loop_a_segment_and_its_source() -> None:
    for rule in registered():
        assert all((rule.loop, rule.segment, rule.source, rule.guides)), rule.id
        assert rule.snip in (3, 4, 5)


def test_a_code_of_the_999_belongs_to_a_rule_or_to_syntax() -> None:
    names = {rule.id for rule in registered()}
    assert {code for code, number in SEGMENT_CODES.items() if number == "I6"} <= names
    assert {code for code, number in ELEMENT_CODES.items() if number == "I13"} <= names
