"""Typed transactions made by hand, small but with everything a payer insists on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import x12

DAY = date(2026, 3, 2)
NOON = time(12, 30)
HEADER = x12.InterchangeHeader(
    sender_id="SENDER", receiver_id="RECEIVER", control_number=905, date=DAY, time=NOON, usage="T"
)


def interchange(*contents: Any, delimiters: x12.Delimiters = x12.STANDARD) -> bytes:
    """One group per content, ST02 0001."""
    groups = [
        x12.FunctionalGroup(
            header=x12.GroupHeader(
                sender_code="SENDER", receiver_code="RECEIVER", date=DAY, time=NOON, control_number=number
            ),
            transactions=(x12.TransactionSet(control_number="0001", content=content),),
        )
        for number, content in enumerate(contents, 1)
    ]
    return x12.write_interchange(HEADER, groups, delimiters=delimiters)


def read_one(data: bytes) -> x12.TransactionSet:
    """The only transaction set of a file."""
    (transaction,) = x12.read_file(data).transactions()
    return transaction


def person(entity: str, **more: Any) -> x12.Party:
    return x12.Party(
        entity=entity,
        entity_type="1",
        **{
            "last_name": "DOE",
            "first_name": "JANE",
            "id_qualifier": "MI",
            "identifier": "W123456789",
            "address": x12.Address(line1="1 ELM ST", city="BOSTON", state="MA", postal_code="021010001"),
            "birth_date": date(1980, 2, 29),
            "sex": "F",
            **more,
        },
    )


PAYER = x12.Party(entity="PR", last_name="ACME HEALTH", id_qualifier="PI", identifier="60054")
BILLING = x12.BillingProvider(
    taxonomy="207Q00000X",
    provider=x12.Party(
        entity="85",
        last_name="ELM STREET CLINIC",
        id_qualifier="XX",
        identifier="1234567893",
        address=x12.Address(line1="5 ELM ST", city="BOSTON", state="MA", postal_code="021010001"),
        references=(x12.Reference(qualifier="EI", value="123456789"),),
    ),
)
SUBSCRIBER = x12.Subscriber(
    payer_responsibility="P", relationship="18", filing_indicator="CI", person=person("IL")
)


def line(charge_cents: int = 12_500, number: str = "1", **more: Any) -> x12.ServiceLine:
    return x12.ServiceLine(
        procedure=x12.Procedure(code="99213", modifiers=("25",)),
        charge_cents=charge_cents,
        diagnosis_pointers=(1, 2),
        dates=(x12.DateOrPeriod(qualifier="472", start=date(2026, 2, 27)),),
        references=(x12.Reference(qualifier="6R", value=number),),
        **more,
    )


def claim(claim_id: str = "1001-1", **more: Any) -> x12.ProfessionalClaim:
    lines: Sequence[x12.ServiceLine] = more.pop("lines", (line(), line(4_050, "2")))
    return x12.ProfessionalClaim(
        **{
            "billing_provider": BILLING,
            "subscriber": SUBSCRIBER,
            "payer": PAYER,
            "claim_id": claim_id,
            "charge_cents": sum(one.charge_cents for one in lines),
            "place_of_service": "11",
            "diagnoses": (
                x12.Diagnosis(qualifier="ABK", code="J029"),
                x12.Diagnosis(qualifier="ABF", code="R509"),
            ),
            "rendering_provider": x12.Party(
                entity="82", entity_type="1", last_name="WELL", first_name="ANN", id_qualifier="XX",
                identifier="1999999984", provider_code="PE", taxonomy="207Q00000X",
            ),
            "lines": tuple(lines),
            **more,
        }
    )  # fmt: skip


def claims(*several: x12.ProfessionalClaim) -> x12.ProfessionalClaims:
    return x12.ProfessionalClaims(
        reference="BATCH 7",
        date=DAY,
        time=NOON,
        submitter=x12.Party(
            entity="41", last_name="ELM STREET CLINIC", id_qualifier="46", identifier="SENDER",
            contacts=(x12.Contact(name="BILLING", numbers=(x12.ContactNumber(qualifier="TE", value="6175550100"),)),),
        ),
        receiver=x12.Party(entity="40", last_name="HOUSE", id_qualifier="46", identifier="RECEIVER"),
        claims=several or (claim(),),
    )  # fmt: skip


DEPENDENT = x12.Patient(relationship="19", person=person("QC", first_name="TIM", id_qualifier="", identifier=""))
FAMILY = x12.Subscriber(payer_responsibility="P", filing_indicator="CI", person=person("IL"))


def secondary_claim() -> x12.ProfessionalClaim:
    """A claim to a second payer with what the first one decided."""
    decided = x12.LineAdjudication(
        payer_id="60054", paid_cents=8_000, procedure=x12.Procedure(code="99213"), quantity=Decimal(1),
        adjustments=(
            x12.Adjustment(group="CO", reason="45", amount_cents=2_500),
            x12.Adjustment(group="PR", reason="2", amount_cents=2_000),
        ),
        dates=(x12.DateOrPeriod(qualifier="573", start=date(2026, 3, 1)),),
    )  # fmt: skip
    other = x12.OtherCoverage(
        payer_responsibility="P", relationship="18", filing_indicator="CI", benefits_assignment="Y",
        release_of_information="Y", amounts=(x12.Amount(qualifier="D", amount_cents=8_000),),
        subscriber=x12.Party(entity="IL", entity_type="1", last_name="DOE", first_name="JANE", id_qualifier="MI",
                             identifier="W123456789"),
        payer=x12.Party(entity="PR", last_name="ACME HEALTH", id_qualifier="PI", identifier="60054",
                        references=(x12.Reference(qualifier="F8", value="ICN77"),)),
    )  # fmt: skip
    return claim(
        "1002-1",
        subscriber=x12.Subscriber(payer_responsibility="S", relationship="18", filing_indicator="CI",
                                  person=person("IL", identifier="X9")),
        payer=x12.Party(entity="PR", last_name="SECOND MUTUAL", id_qualifier="PI", identifier="70001"),
        lines=(line(adjudications=(decided,)),),
        other_coverages=(other,),
    )  # fmt: skip


def remittance(**more: Any) -> x12.Remittance:
    """Pays 80.00 of 125.00, keeps 10.00 of it as recovery."""
    paid_line = x12.RemittanceLine(
        procedure=x12.Procedure(code="99213"), charge_cents=12_500, paid_cents=8_000,
        dates=(x12.DateOrPeriod(qualifier="472", start=date(2026, 2, 27)),),
        adjustments=(
            x12.Adjustment(group="CO", reason="45", amount_cents=2_500),
            x12.Adjustment(group="PR", reason="2", amount_cents=1_500),
            x12.Adjustment(group="PR", reason="3", amount_cents=500),
        ),
        references=(x12.Reference(qualifier="6R", value="1"),),
        amounts=(x12.Amount(qualifier="B6", amount_cents=10_000),),
        remark_codes=("N130",),
    )  # fmt: skip
    payment = x12.ClaimPayment(
        claim_id="1001-1", status="1", charge_cents=12_500, paid_cents=8_000, patient_responsibility_cents=2_000,
        filing_indicator="12", payer_claim_number="ICN77", facility_code="11", frequency_code="1",
        names=(x12.Party(entity="QC", entity_type="1", last_name="DOE", first_name="JANE", id_qualifier="MI",
                         identifier="W123456789"),),
        outpatient=x12.OutpatientAdjudication(remark_codes=("MA01",)),
        dates=(x12.DateOrPeriod(qualifier="050", start=date(2026, 2, 28)),),
        lines=(paid_line,),
    )  # fmt: skip
    return x12.Remittance(
        **{
            "payment": x12.Payment(
                amount_cents=7_000, method="ACH", format="CCP",
                sender_account=x12.BankAccount(bank_qualifier="01", bank="011000015", account_qualifier="DA",
                                               account="1234"),
                originator="1123456789",
                receiver_account=x12.BankAccount(bank_qualifier="01", bank="011000015", account_qualifier="DA",
                                                 account="9876"),
                effective_date=date(2026, 3, 5),
            ),
            "trace": x12.Trace(number="EFT0001", originator="1123456789"),
            "references": (x12.Reference(qualifier="EV", value="RECEIVER"),),
            "dates": (x12.DateOrPeriod(qualifier="405", start=date(2026, 3, 4)),),
            "payer": x12.Party(
                entity="PR", last_name="ACME HEALTH",
                address=x12.Address(line1="9 OAK AVE", city="TOLEDO", state="OH", postal_code="436040001"),
                contacts=(x12.Contact(function="BL", name="HELP",
                                      numbers=(x12.ContactNumber(qualifier="TE", value="8005550100"),)),),
            ),
            "payee": x12.Party(entity="PE", last_name="ELM STREET CLINIC", id_qualifier="XX",
                               identifier="1234567893",
                               references=(x12.Reference(qualifier="TJ", value="123456789"),)),
            "groups": (x12.RemittanceGroup(claims=(payment,)),),
            "provider_adjustments": (
                x12.ProviderAdjustment(provider="1234567893", fiscal_period_end=date(2026, 12, 31), reason="WO",
                                       reference="ICN50", amount_cents=1_000),
            ),
            **more,
        }
    )  # fmt: skip


def _asked(**more: Any) -> tuple[x12.InformationSource, ...]:
    member = x12.Member(
        traces=(x12.Trace(number="93175012547", originator="9877281234"),),
        person=person("IL"),
        **more,
    )
    clinic = x12.Party(entity="1P", last_name="ELM STREET CLINIC", id_qualifier="XX", identifier="1234567893")
    receiver = x12.InformationReceiver(party=clinic, subscribers=(member,))
    return (x12.InformationSource(party=PAYER, receivers=(receiver,)),)


def inquiry() -> x12.EligibilityInquiry:
    question = x12.EligibilityQuestion(service_types=("30", "98"))
    service = x12.DateOrPeriod(qualifier="291", start=DAY)
    return x12.EligibilityInquiry(
        reference="CHECK 1", date=DAY, time=NOON, sources=_asked(dates=(service,), questions=(question,))
    )


def response() -> x12.EligibilityResponse:
    benefits = (
        x12.Benefit(information="1", coverage_level="IND", service_types=("30",), plan="GOLD"),
        x12.Benefit(
            information="B", service_types=("98",), period="27", amount_cents=2_500, in_network="Y",
            messages=("PER VISIT",),
            entities=(x12.Party(entity="P3", entity_type="1", last_name="WELL", first_name="ANN", id_qualifier="XX",
                                identifier="1999999984"),),
        ),
        x12.Benefit(information="A", service_types=("30", "98"), percent=Decimal("0.2"), in_network="N"),
    )  # fmt: skip
    plan = x12.DateOrPeriod(qualifier="291", start=date(2026, 1, 1), end=date(2026, 12, 31))
    return x12.EligibilityResponse(
        reference="CHECK 1", date=DAY, time=NOON, sources=_asked(dates=(plan,), benefits=benefits)
    )


def _status_sources(*claims: x12.ClaimStatus, entity: str = "1P", person_entity: str = "IL", **more: Any) -> Any:
    subscriber = x12.StatusPatient(
        person=x12.Party(entity=person_entity, entity_type="1", last_name="DOE", first_name="JANE",
                         id_qualifier="MI", identifier="W123456789"),
        claims=claims,
        **more,
    )  # fmt: skip
    clinic = x12.Party(entity=entity, last_name="ELM STREET CLINIC", id_qualifier="XX", identifier="1234567893")
    provider = x12.StatusProvider(parties=(clinic,), patients=(subscriber,))
    sender = x12.Party(entity="41", last_name="ELM STREET CLINIC", id_qualifier="46", identifier="SENDER")
    return x12.StatusReceiver(party=sender, providers=(provider,))


SERVICE = x12.DateOrPeriod(qualifier="472", start=date(2026, 2, 27))


def status_request() -> x12.ClaimStatusRequest:
    asked = x12.ClaimStatus(
        trace=x12.Trace(number="1001-1"), amounts=(x12.Amount(qualifier="T3", amount_cents=16_550),), dates=(SERVICE,)
    )
    receiver = _status_sources(asked, birth_date=date(1980, 2, 29), sex="F")
    return x12.ClaimStatusRequest(
        reference="ASK 1", date=DAY, time=NOON, sources=(x12.StatusSource(party=PAYER, receivers=(receiver,)),)
    )


def _status(category: str, code: str, **more: Any) -> x12.Status:
    return x12.Status(
        codes=(x12.StatusCode(category=category, status=code),), effective_date=DAY, charge_cents=16_550, **more
    )


def status_response() -> x12.ClaimStatusResponse:
    told = x12.ClaimStatus(
        trace=x12.Trace(type_code="2", number="1001-1"),
        statuses=(_status("F1", "65", paid_cents=8_000, finalized_date=DAY, method="ACH", payment_date=DAY,
                          check="EFT0001"),),
        references=(x12.Reference(qualifier="1K", value="ICN77"),),
        dates=(SERVICE,),
    )  # fmt: skip
    receiver = _status_sources(told)
    return x12.ClaimStatusResponse(
        reference="ASK 1", date=DAY, time=NOON, sources=(x12.StatusSource(party=PAYER, receivers=(receiver,)),)
    )


def acknowledgement() -> x12.ClaimAcknowledgement:
    taken = x12.ClaimStatus(
        trace=x12.Trace(type_code="2", number="1001-1"), statuses=(_status("A2", "20", action="WQ"),),
        references=(x12.Reference(qualifier="1K", value="ICN77"),), dates=(SERVICE,),
    )  # fmt: skip
    refused = x12.ClaimStatus(
        trace=x12.Trace(type_code="2", number="1002-1"),
        statuses=(x12.Status(codes=(x12.StatusCode(category="A7", status="562", entity="85"),
                                    x12.StatusCode(category="A7", status="21")),
                             effective_date=DAY, action="U", charge_cents=12_500, text="NPI UNKNOWN"),),
        dates=(SERVICE,),
    )  # fmt: skip
    receiver = _status_sources(taken, refused, entity="85", person_entity="QC")
    totals = x12.LevelStatus(
        trace=x12.Trace(type_code="2", number="BATCH 7"), statuses=(_status("A1", "19", action="WQ"),),
        quantities=(x12.Quantity(qualifier="90", quantity=Decimal(1)),
                    x12.Quantity(qualifier="AA", quantity=Decimal(1))),
        amounts=(x12.Amount(qualifier="YU", amount_cents=16_550), x12.Amount(qualifier="YY", amount_cents=12_500)),
    )  # fmt: skip
    received = x12.LevelStatus(
        trace=x12.Trace(type_code="1", number="CA 1"),
        dates=(x12.DateOrPeriod(qualifier="050", start=DAY), x12.DateOrPeriod(qualifier="009", start=DAY)),
    )
    provided = x12.LevelStatus(
        trace=x12.Trace(type_code="1", number="0"),
        statuses=(x12.Status(codes=(x12.StatusCode(category="A1", status="19", entity="PR"),), action="WQ",
                             charge_cents=29_050),),
        quantities=(x12.Quantity(qualifier="QA", quantity=Decimal(1)),
                    x12.Quantity(qualifier="QC", quantity=Decimal(1))),
    )  # fmt: skip
    providers = tuple(replace(one, levels=(provided,)) for one in receiver.providers)
    receiver = x12.StatusReceiver(party=receiver.party, levels=(totals,), providers=providers)
    source = x12.StatusSource(party=PAYER, levels=(received,), receivers=(receiver,))
    return x12.ClaimAcknowledgement(reference="CA 1", date=DAY, time=NOON, sources=(source,))


def implementation_acknowledgement() -> x12.ImplementationAcknowledgement:
    element = x12.ElementError(element=5, component=3, element_reference="1325", code="7", value="Z")
    segment = x12.SegmentError(segment="CLM", position=20, loop="2300", code="8", elements=(element,))
    return x12.ImplementationAcknowledgement(
        functional_id="HC", control_number=1, version="005010X222A1", status="P", included=2, received=2, accepted=1,
        transactions=(
            x12.TransactionAcknowledgement(transaction="837", control_number="0001", version="005010X222A1",
                                           segments=(segment,), status="R", codes=("5",)),
            x12.TransactionAcknowledgement(transaction="837", control_number="0002", version="005010X222A1",
                                           status="A"),
        ),
    )  # fmt: skip


def every_content() -> dict[str, Any]:
    """One example of each kind of transaction set."""
    from tests.unit.x12 import institutional_examples as institutional
    from tests.unit.x12 import review_examples as reviews

    hospital = institutional.claims(
        institutional.claim(),
        institutional.stay(subscriber=FAMILY, patient=DEPENDENT),
        institutional.stay("2004-1"),
        institutional.secondary_stay(),
    )
    return {
        "837P": claims(claim(), claim("1003-1", subscriber=FAMILY, patient=DEPENDENT), secondary_claim()),
        "837I": hospital,
        "835": remittance(),
        "270": inquiry(),
        "271": response(),
        "276": status_request(),
        "277": status_response(),
        "277CA": acknowledgement(),
        "278 request": reviews.request(),
        "278 response": reviews.response(),
        "999": implementation_acknowledgement(),
    }
