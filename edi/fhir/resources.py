"""Condition, MedicationRequest, MedicationStatement, Observation and Encounter (FHIR 4.0.1) as facts.

What is no fact about the patient is left out and said: a condition that is refuted or only suspected, an order that
is a draft, a result that is not final, an encounter that never took place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from edi.fhir.elements import (
    ATC,
    ICD10CM,
    LOINC,
    RXNORM,
    Misfit,
    Resource,
    codings,
    day_of,
    first_code,
    list_of,
    name_of,
    object_of,
    text_of,
)
from edi.fhir.facts import ClinicalFact, FactKind

_NO_DIAGNOSIS = frozenset({"unconfirmed", "provisional", "differential", "refuted", "entered-in-error"})
_ENDED = frozenset({"inactive", "remission", "resolved"})
_NO_MEDICATION = frozenset({"draft", "cancelled", "entered-in-error", "not-taken", "unknown"})
_STOPPED = frozenset({"stopped", "completed"})
_FINAL = frozenset({"final", "amended", "corrected"})
_TOOK_PLACE = frozenset({"arrived", "triaged", "in-progress", "onleave", "finished"})

Find = Callable[[str], Resource | None]


class LeftOut(ValueError):
    """A resource that says nothing the audit may use; the text says why."""


def condition(resource: Resource, source_id: str, find: Find) -> ClinicalFact:  # noqa: ARG001 - one shape for all
    """A confirmed condition with an ICD-10-CM code."""
    verified = first_code(object_of(resource, "verificationStatus"))
    if verified in _NO_DIAGNOSIS:
        raise LeftOut(f"its verification status is {verified}")
    concept = object_of(resource, "code")
    code = next((code for system, code in codings(concept) if system == ICD10CM), "")
    if not code:
        raise LeftOut("it has no ICD-10-CM code")
    began = day_of(resource, "onsetDateTime", "onsetPeriod.start", "recordedDate")
    if began is None:
        raise Misfit("recordedDate", "is missing, and so is the onset: the audit cannot place it")
    ended = day_of(resource, "abatementDateTime", "abatementPeriod.end")
    if ended is None and first_code(object_of(resource, "clinicalStatus")) in _ENDED:
        ended = day_of(resource, "recordedDate") or began
    return ClinicalFact(
        kind=FactKind.CONDITION, source_id=source_id, began_on=began, ended_on=ended, system=ICD10CM, code=code,
        name=name_of(concept),
    )  # fmt: skip


def medication(resource: Resource, source_id: str, find: Find) -> ClinicalFact:
    """A medication that was ordered or is taken, by RxNorm, ATC or its name."""
    status = text_of(resource, "status")
    if status in _NO_MEDICATION or resource.get("doNotPerform") is True:
        raise LeftOut(f"its status is {status}")
    concept = object_of(resource, "medicationCodeableConcept")
    if not concept:
        reference = text_of(object_of(resource, "medicationReference"), "reference")
        concept = object_of(_contained(resource, reference) or find(reference) or {}, "code")
    known = {system: code for system, code in codings(concept) if system in (RXNORM, ATC)}
    system = RXNORM if RXNORM in known else ATC if ATC in known else ""
    name = name_of(concept)
    if not system and not name:
        raise Misfit("medicationCodeableConcept", "names no medication, and neither does medicationReference")
    began = day_of(resource, "effectivePeriod.start", "effectiveDateTime", "authoredOn", "dateAsserted")
    if began is None:
        raise Misfit("authoredOn", "is missing, and so is the effective date: the audit cannot place it")
    ended = day_of(resource, "effectivePeriod.end", "dispenseRequest.validityPeriod.end")
    if ended is None and status in _STOPPED:
        ended = began
    return ClinicalFact(
        kind=FactKind.MEDICATION, source_id=source_id, began_on=began, ended_on=ended, system=system,
        code=known.get(system, ""), name=name,
    )  # fmt: skip


def observation(resource: Resource, source_id: str, find: Find) -> ClinicalFact:  # noqa: ARG001
    """A final result that is a number and has a LOINC code."""
    status = text_of(resource, "status")
    if status not in _FINAL:
        raise LeftOut(f"its status is {status or 'missing'}")
    concept = object_of(resource, "code")
    code = next((code for system, code in codings(concept) if system == LOINC), "")
    quantity = object_of(resource, "valueQuantity")
    if not code or "value" not in quantity:
        raise LeftOut("it is no number with a LOINC code")
    if quantity.get("comparator"):
        raise LeftOut("it is a limit and no number")
    on = day_of(resource, "effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued")
    if on is None:
        raise Misfit("effectiveDateTime", "is missing: the audit cannot place it")
    return ClinicalFact(
        kind=FactKind.LAB, source_id=source_id, began_on=on, system=LOINC, code=code, name=name_of(concept),
        value=_number(quantity["value"]), unit=text_of(quantity, "code") or text_of(quantity, "unit"),
    )  # fmt: skip


def encounter(resource: Resource, source_id: str, find: Find) -> ClinicalFact:  # noqa: ARG001
    """A day on which the patient was seen."""
    status = text_of(resource, "status")
    if status not in _TOOK_PLACE:
        raise LeftOut(f"its status is {status or 'missing'}")
    on = day_of(resource, "period.start")
    if on is None:
        raise Misfit("period.start", "is missing: the audit cannot place it")
    return ClinicalFact(
        kind=FactKind.ENCOUNTER, source_id=source_id, began_on=on, ended_on=day_of(resource, "period.end")
    )


READERS: Mapping[str, Callable[[Resource, str, Find], ClinicalFact]] = {
    "Condition": condition,
    "MedicationRequest": medication,
    "MedicationStatement": medication,
    "Observation": observation,
    "Encounter": encounter,
}
"""By type of resource."""


def _contained(resource: Resource, reference: str) -> Resource | None:
    if not reference.startswith("#"):
        return None
    return next((one for one in list_of(resource, "contained") if one.get("id") == reference[1:]), None)


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Misfit("valueQuantity.value", "is not a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Misfit("valueQuantity.value", "is not a number") from None
    if not number.is_finite():
        raise Misfit("valueQuantity.value", "is not a number")
    return str(number)
