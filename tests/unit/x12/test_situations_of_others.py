"""Rules of the 837I, of remittances, eligibility and claim status: each found where it is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples, institutional_examples
from x12.validation.inspection import inspector
from x12.validation.plain import plain_payment
from x12.validation.situation import registered

stay, visit, line = institutional_examples.stay, institutional_examples.claim, institutional_examples.line
SHARED = {"837P", "837I"}
REMIT = examples.remittance()
(PAID,) = REMIT.claims
(SERVICE,) = PAID.lines


def paid(**more: Any) -> x12.Remittance:
    return replace(REMIT, groups=(x12.RemittanceGroup(claims=(replace(PAID, **more),)),))


def served(**more: Any) -> x12.Remittance:
    return paid(lines=(replace(SERVICE, **more),))


def payment(**more: Any) -> x12.Remittance:
    return replace(REMIT, payment=replace(REMIT.payment, **more))


def adjusted(*several: tuple[str, str, int]) -> x12.Remittance:
    return served(adjustments=tuple(x12.Adjustment(group=g, reason=r, amount_cents=c) for g, r, c in several),
                  remark_codes=())  # fmt: skip


def member(content: Any, **more: Any) -> Any:
    (source,) = content.sources
    (receiver,) = source.receivers
    (subscriber,) = receiver.subscribers
    changed = replace(receiver, subscribers=(replace(subscriber, **more),))
    return replace(content, sources=(replace(source, receivers=(changed,)),))


def of_patient(content: Any, claim: Any) -> Any:
    (source,) = content.sources
    (receiver,) = source.receivers
    (provider,) = receiver.providers
    (patient,) = provider.patients
    changed = replace(receiver, providers=(replace(provider, patients=(replace(patient, claims=(claim,)),)),))
    return replace(content, sources=(replace(source, receivers=(changed,)),))


def status(content: Any, **more: Any) -> Any:
    *_, claim = next(content.claims())
    return of_patient(content, replace(claim, statuses=(replace(claim.statuses[0], **more),)))


def code(category: str) -> tuple[x12.StatusCode, ...]:
    return (x12.StatusCode(category=category, status="20"),)


def period(start: date, end: date) -> tuple[x12.DateOrPeriod, ...]:
    return (x12.DateOrPeriod(qualifier="434", start=start, end=end), institutional_examples.ADMITTED)


PLAN = examples.response()
NO_DATES = {"dates": (), "references": ()}
STATUS, ANSWER, RECEIPT = examples.status_request(), examples.status_response(), examples.acknowledgement()

BROKEN: list[tuple[str, str, Any]] = [
    ("stay-admission-missing", "837I", stay(dates=(institutional_examples.STATEMENT,))),
    ("stay-discharge-missing", "837I", stay(discharge_time=None)),
    ("stay-admitting-diagnosis-missing", "837I", stay(admitting_diagnosis=None)),
    ("present-on-admission-missing", "837I", stay(
        principal_diagnosis=institutional_examples.diagnosis("ABK", "I2109"), other_diagnoses=())),
    ("visit-reason-missing", "837I", visit(visit_reasons=())),
    ("attending-provider-missing", "837I", visit(attending_provider=None)),
    ("patient-status", "837I", stay(patient_status="30")),
    ("patient-status", "837I", stay(frequency_code="2")),
    ("change-reason-missing", "837I", visit(
        frequency_code="7", references=(x12.Reference(qualifier="F8", value="ICN1"),),
        subscriber=replace(examples.SUBSCRIBER, filing_indicator="MA"))),
    ("statement-reversed", "837I", stay(dates=period(date(2026, 2, 5), date(2026, 2, 1)))),
    ("statement-before-birth", "837I", stay(dates=period(date(1980, 2, 1), date(2026, 2, 5)))),
    ("line-outside-statement", "837I", visit(lines=(line(dates=(
        x12.DateOrPeriod(qualifier="472", start=date(2026, 3, 1)),)),))),
    ("line-date-missing", "837I", visit(lines=(line(dates=()),))),
    ("total-line", "837I", visit(lines=(line(), line("0001", number="2")))),
    ("noncovered-too-much", "837I", visit(lines=(line(noncovered_cents=10**8),))),
    ("reversal-amount", "835", paid(status="22")),
    ("negative-without-reversal", "835", paid(charge_cents=-100)),
    ("predetermination-paid", "835", paid(status="25")),
    ("denied-but-paid", "835", paid(status="4")),
    ("crossover-carrier-missing", "835", paid(status="19")),
    ("payer-claim-number-missing", "835", paid(payer_claim_number="")),
    ("patient-responsibility", "835", paid(patient_responsibility_cents=1)),
    ("service-date-missing", "835", served(dates=())),
    ("adjustment-zero", "835", adjusted(("CO", "45", 0))),
    ("adjustment-twice", "835", adjusted(("CO", "45", 100), ("CO", "45", 200))),
    ("remark-missing", "835", replace(adjusted(("CO", "16", 4_500)), groups=(x12.RemittanceGroup(claims=(replace(
        PAID, outpatient=None, lines=(replace(SERVICE, remark_codes=(), adjustments=(
            x12.Adjustment(group="CO", reason="16", amount_cents=4_500),)),)),)),))),
    ("payment-negative", "835", payment(amount_cents=-100)),
    ("payment-method", "835", payment(amount_cents=0)),
    ("payment-method", "835", payment(method="NON")),
    ("payment-account-missing", "835", payment(receiver_account=None)),
    ("claim-payment-twice", "835", replace(REMIT, groups=(x12.RemittanceGroup(claims=(PAID, PAID)),))),
    ("nothing-asked", "270", member(examples.inquiry(), questions=())),
    ("member-not-searchable", "270", member(examples.inquiry(), person=examples.person(
        "IL", id_qualifier="", identifier="", birth_date=None, sex=""))),
    ("nothing-answered", "271", member(PLAN, benefits=())),
    ("rejected-and-active", "271", member(PLAN, rejections=(x12.Rejection(reason="72", follow_up="C"),))),
    ("benefit-amount-missing", "271", member(PLAN, benefits=(x12.Benefit(information="B"),))),
    ("benefit-amount-missing", "271", member(PLAN, benefits=(x12.Benefit(information="A"),))),
    ("percent-above-one", "271", member(PLAN, benefits=(x12.Benefit(information="A", percent=Decimal(20)),))),
    ("service-date-unknown", "276", of_patient(STATUS, replace(next(STATUS.claims())[-1], lines=(), **NO_DATES))),
    ("action-against-category", "277CA", status(RECEIPT, codes=code("A7"), action="WQ")),
    ("action-against-category", "277CA", status(RECEIPT, codes=code("A2"), action="U")),
    ("paid-without-amount", "277", status(ANSWER, codes=code("F1"), paid_cents=None)),
    ("status-category-of-acknowledgement", "277", status(ANSWER, codes=code("A1"))),
    ("acknowledgement-counts", "277CA", of_patient(RECEIPT, next(RECEIPT.claims())[-1])),
]  # fmt: skip


def whole(kind: str, content: Any) -> Any:
    return institutional_examples.claims(content) if kind == "837I" else content


def found_in(kind: str, content: Any) -> list[x12.X12Error]:
    look = inspector(kind, x12.SHAPES_ONLY)
    assert look is not None
    return look.content(whole(kind, content))


@pytest.mark.parametrize(("name", "kind", "content"), BROKEN, ids=[f"{at} {one[0]}" for at, one in enumerate(BROKEN)])
def test_what_breaks_a_rule_is_told_and_names_nobody(name: str, kind: str, content: Any) -> None:
    found = found_in(kind, content)
    assert name in {error.code for error in found}
    for error in found:
        for private in ("DOE", "JANE", "W123456789", "1 ELM ST"):
            assert private not in error.message + error.value


def test_every_rule_has_an_example_that_breaks_it() -> None:
    rules = {rule.id for rule in registered() if not rule.guides >= SHARED and "837P" not in rule.guides}
    assert rules == {name for name, _, _ in BROKEN}


@pytest.mark.parametrize("content", [
    visit(), stay(), institutional_examples.secondary_stay(),
    stay(frequency_code="2", patient_status="30", discharge_time=None),
])  # fmt: skip
def test_an_institutional_claim_in_order_breaks_no_rule(content: x12.InstitutionalClaim) -> None:
    assert found_in("837I", content) == []


def test_other_payers_balance_in_an_837i_too() -> None:
    claim = institutional_examples.secondary_stay()
    (other,) = claim.other_coverages
    short = replace(other, amounts=(x12.Amount(qualifier="D", amount_cents=9_000),))
    codes = {error.code for error in found_in("837I", replace(claim, other_coverages=(short,)))}
    assert codes == {"cob-claim-balance", "cob-lines-paid"}


def test_a_finding_in_a_stay_stands_at_its_segment() -> None:
    broken = stay(
        other_diagnoses=tuple(institutional_examples.diagnosis("ABF", f"E11{n}") for n in range(9))
        + tuple(institutional_examples.diagnosis("ABF", f"E1{n}.0", "Y") for n in range(6)),
        condition_codes=("09", "C.", "A2"),
        lines=(line("0250", 100, drug=x12.Drug(code="77", quantity=Decimal(1), unit="ML")),),
    )
    data = x12.write_interchange(
        examples.HEADER,
        [x12.FunctionalGroup(
            header=x12.GroupHeader(sender_code="A1", receiver_code="B2", date=examples.DAY, time=time(1, 2),
                                   control_number=1),
            transactions=(x12.TransactionSet(control_number="0001", content=whole("837I", broken)),),
        )],
        codes=None,
    )  # fmt: skip
    segments = [one.split("*") for one in data.decode().replace("\n", "").split("~")[2:]]
    (transaction,) = x12.read_file(data).transactions()
    told = [error for error in transaction.errors if error.code == "code-shape"]
    assert [error.place for error in told] == [f"HI{at:02}-2" for at in (10, 11, 12, 1, 2, 3)] + ["HI02-2", "LIN03"]
    for error in told:
        assert segments[error.position - 1][0] == error.segment
        if error.segment == "HI":
            assert error.value in segments[error.position - 1][error.element]


@pytest.mark.parametrize("content", [content for _, kind, content in BROKEN if kind == "835"])
def test_a_plain_payment_breaks_none_of_the_rules_that_are_spared_for_it(content: x12.Remittance) -> None:
    for claim in (*content.claims, PAID):
        if plain_payment(claim):
            assert [rule.id for rule in registered() if rule.unless is plain_payment and rule.find(claim)] == []
    assert plain_payment(PAID)
