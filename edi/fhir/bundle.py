"""A FHIR R4 Bundle, or one resource, as charts: every resource is taken, left out, or refused by place and reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.people.parties import Address, Person
from edi.fhir.elements import Misfit, Resource, day_of, list_of, object_of, text_of
from edi.fhir.facts import ClinicalFact, FactKind
from edi.fhir.resources import READERS, LeftOut

_SEX = {"male": "M", "female": "F"}
_ONLY_REFERRED_TO = frozenset({"Medication", "Practitioner", "PractitionerRole", "Organization", "Location"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A resource that could not be taken, or says nothing the audit may use."""

    resource: str
    """Its place in the bundle and its type: ``entry[3] Condition``."""
    place: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientChart:
    """One patient and what the chart says."""

    person: Person
    facts: tuple[ClinicalFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedChart:
    """What became of a file."""

    charts: tuple[PatientChart, ...]
    refused: tuple[Refused, ...]
    left_out: tuple[Refused, ...]


def read(content: bytes) -> ImportedChart:
    """Make charts of a Bundle's resources. Never raises for bad data: what does not fit is refused by place."""
    try:
        document = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        return _nothing("the file", "is not JSON: give one FHIR R4 Bundle")
    if not isinstance(document, Mapping) or not isinstance(document.get("resourceType"), str):
        return _nothing("resourceType", "is missing: give one FHIR R4 Bundle")
    try:
        entries = list(_entries(document))
    except Misfit as misfit:
        return _nothing(misfit.place, misfit.why)
    return _Reading(entries).done()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    place: str
    url: str
    resource: Resource

    @property
    def names(self) -> Iterator[str]:
        """What references may call it."""
        if self.url:
            yield self.url
        if identifier := str(self.resource.get("id", "")):
            yield f"{self.resource.get('resourceType')}/{identifier}"


class _Reading:
    def __init__(self, entries: list[_Entry]) -> None:
        self._entries = entries
        self._named = {name: entry for entry in entries for name in entry.names}
        self._refused: list[Refused] = []
        self._left_out: list[Refused] = []

    def done(self) -> ImportedChart:
        people: dict[int, tuple[Person, list[ClinicalFact]]] = {}
        for entry in self._entries:
            if entry.resource.get("resourceType") == "Patient":
                try:
                    person = _person(entry.resource)
                    died = day_of(entry.resource, "deceasedDateTime")
                except Misfit as misfit:
                    self._refuse(entry, misfit)
                    continue
                facts = []
                if died is not None:
                    facts.append(ClinicalFact(kind=FactKind.DEATH, source_id=_source_id(entry), began_on=died))
                people[id(entry)] = (person, facts)
        for entry in self._entries:
            self._take(entry, people)
        return ImportedChart(
            charts=tuple(PatientChart(person=person, facts=tuple(facts)) for person, facts in people.values()),
            refused=tuple(self._refused),
            left_out=tuple(self._left_out),
        )

    def _take(self, entry: _Entry, people: dict[int, tuple[Person, list[ClinicalFact]]]) -> None:
        kind = str(entry.resource.get("resourceType"))
        if kind == "Patient" or kind in _ONLY_REFERRED_TO:
            return
        reader = READERS.get(kind)
        if reader is None:
            self._left_out.append(_said(entry, "resourceType", "is not one that the audit reads"))
            return
        try:
            of = self._find(text_of(object_of(entry.resource, "subject"), "reference"))
            if of is None or id(of) not in people:
                raise Misfit("subject.reference", "names no patient of this bundle that could be read")
            people[id(of)][1].append(reader(entry.resource, _source_id(entry), self._resource))
        except LeftOut as left_out:
            self._left_out.append(_said(entry, kind, str(left_out)))
        except Misfit as misfit:
            self._refuse(entry, misfit)

    def _find(self, reference: str) -> _Entry | None:
        if reference in self._named:
            return self._named[reference]
        return self._named.get("/".join(reference.split("/")[-2:]))

    def _resource(self, reference: str) -> Resource | None:
        found = self._find(reference)
        return found.resource if found is not None else None

    def _refuse(self, entry: _Entry, misfit: Misfit) -> None:
        self._refused.append(_said(entry, misfit.place, misfit.why))


def _entries(document: Resource) -> Iterator[_Entry]:
    if document["resourceType"] != "Bundle":
        yield _Entry(place="the resource", url="", resource=document)
        return
    for place, entry in enumerate(list_of(document, "entry")):
        resource = object_of(entry, "resource")
        yield _Entry(place=f"entry[{place}]", url=text_of(entry, "fullUrl"), resource=resource)


def _person(resource: Resource) -> Person:
    names = list_of(resource, "name")
    official = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    given = official.get("given", [])
    if not isinstance(given, list) or any(not isinstance(one, str) for one in given):
        raise Misfit("name.given", "is not a list of texts")
    family = text_of(official, "family")
    if not family or not given:
        raise Misfit("name", "lacks the family or the given name: the patient cannot be told from others")
    born = day_of(resource, "birthDate")
    if born is None:
        raise Misfit("birthDate", "is missing: the patient cannot be told from others")
    return Person(
        last_name=family,
        first_name=given[0],
        middle_name=" ".join(given[1:]),
        birth_date=born,
        sex=_SEX.get(text_of(resource, "gender"), "U"),
        address=_address(resource),
    )


def _address(resource: Resource) -> Address:
    first = next(iter(list_of(resource, "address")), {})
    lines = first.get("line", [])
    if not isinstance(lines, list) or any(not isinstance(one, str) for one in lines):
        raise Misfit("address.line", "is not a list of texts")
    return Address(
        street=lines[0] if lines else "",
        street2=lines[1] if len(lines) > 1 else "",
        city=text_of(first, "city"),
        state=text_of(first, "state"),
        zip_code=text_of(first, "postalCode").replace("-", ""),
    )


def _source_id(entry: _Entry) -> str:
    """Type and id of a resource; without an id, a hash of its content."""
    kind, identifier = str(entry.resource.get("resourceType")), str(entry.resource.get("id", ""))
    if identifier:
        return f"{kind}/{identifier}"
    content = json.dumps(entry.resource, sort_keys=True, default=str).encode()
    return f"{kind}/sha256:{hashlib.sha256(content).hexdigest()}"


def _said(entry: _Entry, place: str, why: str) -> Refused:
    return Refused(resource=f"{entry.place} {entry.resource.get('resourceType', '')}".strip(), place=place, why=why)


def _nothing(place: str, why: str) -> ImportedChart:
    return ImportedChart(charts=(), refused=(Refused(resource="the file", place=place, why=why),), left_out=())
