"""Institutional claims made by hand: a hospital stay, a visit, and a claim to a second payer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

import x12
from tests.unit.x12.examples import DAY, NOON, PAYER, SUBSCRIBER, person

HOSPITAL = x12.BillingProvider(
    taxonomy="282N00000X",
    provider=x12.Party(
        entity="85", last_name="OAK HOSPITAL", id_qualifier="XX", identifier="1234567893",
        address=x12.Address(line1="1 OAK AVE", city="TOLEDO", state="OH", postal_code="436040001"),
        references=(x12.Reference(qualifier="EI", value="123456789"),),
    ),
)  # fmt: skip
STATEMENT = x12.DateOrPeriod(qualifier="434", start=date(2026, 2, 1), end=date(2026, 2, 5))
ADMITTED = x12.DateOrPeriod(qualifier="435", start=date(2026, 2, 1), time="0815")


def physician(entity: str, **more: Any) -> x12.Party:
    return x12.Party(entity=entity, entity_type="1", last_name="WELL", first_name="ANN", id_qualifier="XX",
                     identifier="1999999984", **more)  # fmt: skip


def line(
    revenue_code: str = "0450", charge_cents: int = 15_000, number: str = "1", **more: Any
) -> x12.InstitutionalLine:
    return x12.InstitutionalLine(
        **{
            "revenue_code": revenue_code,
            "procedure": x12.Procedure(code="99283", modifiers=("25",)),
            "charge_cents": charge_cents,
            "dates": (x12.DateOrPeriod(qualifier="472", start=date(2026, 2, 1)),),
            "references": (x12.Reference(qualifier="6R", value=number),),
            **more,
        }
    )


def diagnosis(qualifier: str, code: str, present_on_admission: str = "") -> x12.Diagnosis:
    return x12.Diagnosis(qualifier=qualifier, code=code, present_on_admission=present_on_admission)


def claim(claim_id: str = "2001-1", **more: Any) -> x12.InstitutionalClaim:
    """An emergency visit."""
    lines: Sequence[x12.InstitutionalLine] = more.pop("lines", (line(), line("0300", 2_550, "2")))
    return x12.InstitutionalClaim(
        **{
            "billing_provider": HOSPITAL,
            "subscriber": SUBSCRIBER,
            "payer": PAYER,
            "claim_id": claim_id,
            "charge_cents": sum(one.charge_cents for one in lines),
            "facility_code": "13",
            "dates": (STATEMENT,),
            "admission_type": "1",
            "admission_source": "7",
            "patient_status": "01",
            "principal_diagnosis": diagnosis("ABK", "S52501A"),
            "visit_reasons": (diagnosis("APR", "M79601"),),
            "attending_provider": physician("71", provider_code="AT", taxonomy="207P00000X"),
            "lines": tuple(lines),
            **more,
        }
    )


def stay(claim_id: str = "2002-1", **more: Any) -> x12.InstitutionalClaim:
    """Five days in hospital, with everything a claim can say of them."""
    day = date(2026, 2, 2)
    room = line("0120", 400_000, "1", procedure=None, unit="DA", quantity=Decimal(4), noncovered_cents=10_000, dates=())
    drug = x12.Drug(code="00002871501", quantity=Decimal("1.5"), unit="ML",
                    references=(x12.Reference(qualifier="XZ", value="RX1"),))  # fmt: skip
    return claim(
        claim_id,
        **{
            "facility_code": "11",
            "discharge_time": time(14, 30),
            "dates": (STATEMENT, ADMITTED),
            "visit_reasons": (),
            "principal_diagnosis": diagnosis("ABK", "I2109", "Y"),
            "admitting_diagnosis": diagnosis("ABJ", "R079"),
            "external_causes": (diagnosis("ABN", "W010XXA", "Y"),),
            "drg": "247",
            "other_diagnoses": tuple(diagnosis("ABF", f"E11{n}", poa) for n, poa in enumerate("YNUWYNUWYNUWYN")),
            "principal_procedure": x12.InstitutionalProcedure(qualifier="BBR", code="027034Z", performed_on=day),
            "other_procedures": (x12.InstitutionalProcedure(qualifier="BBQ", code="4A023N7", performed_on=day),),
            "occurrence_spans": (x12.OccurrenceSpan(code="74", start=day, end=date(2026, 2, 3)),),
            "occurrences": (x12.Occurrence(code="11", date=day), x12.Occurrence(code="A1", date=date(1950, 1, 1))),
            "value_amounts": (x12.ValueAmount(code="80", amount=Decimal(4)),
                              x12.ValueAmount(code="01", amount=Decimal("1000.5"))),
            "condition_codes": ("09", "C1"),
            "treatment_codes": ("A1",),
            "amounts": (x12.Amount(qualifier="F3", amount_cents=5_000),),
            "references": (x12.Reference(qualifier="G1", value="AUTH9"), x12.Reference(qualifier="EA", value="MRN77")),
            "notes": (x12.Note(code="DCP", text="BED REST"), x12.Note(text="SEE RECORD")),
            "operating_physician": physician("72"),
            "other_operating_physician": physician("ZZ"),
            "rendering_provider": physician("82"),
            "referring_provider": physician("DN"),
            "service_facility": x12.Party(entity="77", last_name="OAK ANNEX", address=HOSPITAL.provider.address),
            "lines": (room, line("0250", 7_525, "2", procedure=x12.Procedure(code="J1885"), drug=drug)),
            **more,
        },
    )  # fmt: skip


def secondary_stay(claim_id: str = "2003-1") -> x12.InstitutionalClaim:
    """A claim to a second payer with what Medicare decided on it, in MIA, MOA, CAS and by line."""
    decided = x12.InstitutionalLineAdjudication(
        payer_id="00435", paid_cents=10_000, procedure=x12.Procedure(code="99283"), revenue_code="0450",
        quantity=Decimal(1),
        adjustments=(x12.Adjustment(group="CO", reason="45", amount_cents=3_000),
                     x12.Adjustment(group="PR", reason="2", amount_cents=2_000)),
        dates=(x12.DateOrPeriod(qualifier="573", start=DAY),),
        amounts=(x12.Amount(qualifier="EAF", amount_cents=2_000),),
    )  # fmt: skip
    medicare = x12.InstitutionalCoverage(
        payer_responsibility="P", relationship="18", filing_indicator="MA", benefits_assignment="Y",
        release_of_information="Y",
        amounts=(x12.Amount(qualifier="D", amount_cents=10_000), x12.Amount(qualifier="EAF", amount_cents=2_000)),
        inpatient=x12.InpatientAdjudication(covered_days=Decimal(0), drg_cents=900_050, remark_codes=("MA01", "N30")),
        outpatient=x12.OutpatientAdjudication(remark_codes=("MA01",)),
        subscriber=x12.Party(entity="IL", entity_type="1", last_name="DOE", first_name="JANE", id_qualifier="MI",
                             identifier="1EG4TE5MK73"),
        payer=x12.Party(entity="PR", last_name="MEDICARE", id_qualifier="PI", identifier="00435",
                        references=(x12.Reference(qualifier="F8", value="ICN77"),)),
        attending_provider=x12.Party(entity="71", entity_type="1",
                                     references=(x12.Reference(qualifier="G2", value="B99"),)),
    )  # fmt: skip
    return claim(
        claim_id,
        frequency_code="Q",
        subscriber=x12.Subscriber(payer_responsibility="S", relationship="18", filing_indicator="CI",
                                  person=person("IL", identifier="X9")),
        payer=x12.Party(entity="PR", last_name="SECOND MUTUAL", id_qualifier="PI", identifier="70001"),
        lines=(line(adjudications=(decided,)),),
        other_coverages=(medicare,),
    )  # fmt: skip


def claims(*several: x12.InstitutionalClaim) -> x12.InstitutionalClaims:
    return x12.InstitutionalClaims(
        reference="BATCH 8",
        date=DAY,
        time=NOON,
        submitter=x12.Party(
            entity="41", last_name="OAK HOSPITAL", id_qualifier="46", identifier="SENDER",
            contacts=(x12.Contact(name="BILLING", numbers=(x12.ContactNumber(qualifier="TE", value="4195550100"),)),),
        ),
        receiver=x12.Party(entity="40", last_name="HOUSE", id_qualifier="46", identifier="RECEIVER"),
        claims=several or (claim(),),
    )  # fmt: skip
