"""Elements of FHIR R4 resources, read with the place of what does not fit; no value is quoted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

Resource = Mapping[str, Any]

ICD10CM, RXNORM, ATC, LOINC = "icd10cm", "rxnorm", "atc", "loinc"
_SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "http://www.nlm.nih.gov/research/umls/rxnorm": RXNORM,
    "http://www.whocc.no/atc": ATC,
    "http://loinc.org": LOINC,
}
_DAY = 10


class Misfit(ValueError):
    """A resource that cannot be taken: where and why."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


def text_of(resource: Resource, name: str) -> str:
    """A string element; empty where it is absent.

    Raises:
        Misfit: it is no text.
    """
    value = resource.get(name, "")
    if not isinstance(value, str):
        raise Misfit(name, "is not a text")
    return value.strip()


def object_of(resource: Resource, name: str) -> Resource:
    """An element that is an object; empty where it is absent.

    Raises:
        Misfit: it is none.
    """
    value = resource.get(name, {})
    if not isinstance(value, Mapping):
        raise Misfit(name, "is not an object")
    return value


def list_of(resource: Resource, name: str) -> list[Resource]:
    """An element that repeats; empty where it is absent.

    Raises:
        Misfit: it is no list of objects.
    """
    value = resource.get(name, [])
    if not isinstance(value, list) or any(not isinstance(one, Mapping) for one in value):
        raise Misfit(name, "is not a list of objects")
    return value


def day_of(resource: Resource, *names: str) -> date | None:
    """The day of the first of these dateTime elements that is there; a moment counts as its written day.

    Raises:
        Misfit: it is no full date (FHIR allows a year or a month alone; the audit cannot place those).
    """
    for name in names:
        parts = name.split(".")
        holder = resource
        for part in parts[:-1]:
            holder = object_of(holder, part)
        written = text_of(holder, parts[-1])
        if not written:
            continue
        try:
            return date.fromisoformat(written[:_DAY])
        except ValueError:
            raise Misfit(name, "is not a full date (YYYY-MM-DD)") from None
    return None


def codings(concept: Resource) -> Iterator[tuple[str, str]]:
    """System and code of a CodeableConcept's codings in systems that the audit knows; ICD-10-CM without its point."""
    for coding in list_of(concept, "coding"):
        system = _SYSTEMS.get(text_of(coding, "system").rstrip("/"), "")
        code = text_of(coding, "code")
        if system and code:
            yield system, code.replace(".", "").upper() if system == ICD10CM else code


def name_of(concept: Resource) -> str:
    """The words of a CodeableConcept: its text, else the first display."""
    return text_of(concept, "text") or next(
        (text_of(coding, "display") for coding in list_of(concept, "coding") if coding.get("display")), ""
    )


def first_code(concept: Resource) -> str:
    """The first code of a concept whatever its system, such as a status."""
    return next((text_of(coding, "code") for coding in list_of(concept, "coding")), "")
