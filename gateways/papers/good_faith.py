"""The good faith estimate on paper: 45 CFR 149.610(c), in English or Spanish, as a PDF or as plain text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from domain.estimates.good_faith import GoodFaithEstimate, GoodFaithItem, GoodFaithProvider
from domain.people.parties import Person
from gateways.papers import pdf_form, text_form
from gateways.papers.document import Document, Figure, Grid, Lines, Section, Sums
from gateways.papers.page import dollars
from gateways.papers.wording import LANGUAGES, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithPaper:
    """What stands on it."""

    number: int
    dated: date
    language: str
    practice_name: str
    practice_address: tuple[str, ...]
    practice_phone: str
    patient: Person
    estimate: GoodFaithEstimate


@lru_cache(maxsize=len(LANGUAGES))
def words_of(language: str) -> Wording:
    """The texts of a language; English where we have none of it."""
    code = language if language in LANGUAGES else "en"
    text = files("gateways").joinpath(f"papers/texts/good_faith.{code}.json").read_text(encoding="utf-8")
    return Wording(code, json.loads(text))


def render(paper: GoodFaithPaper) -> bytes:
    """The PDF, with its text attached for readers aloud."""
    return pdf_form.render(document(paper))


def as_text(paper: GoodFaithPaper) -> str:
    """The same as plain text."""
    return text_form.render(document(paper))


def document(paper: GoodFaithPaper) -> Document:
    """The paper before it is a file."""
    words, estimate, patient = words_of(paper.language), paper.estimate, paper.patient
    born = (words.say("born", date=words.day(patient.birth_date)),) if patient.birth_date else ()
    lead = words.say("lead", date=words.day(estimate.service_date), primary=estimate.primary)
    return Document(
        language=words.tag,
        title=words.say("title", number=paper.number),
        heading=words.say("heading"),
        dated=paper.dated,
        sender=(paper.practice_name, *paper.practice_address, words.say("phone", phone=paper.practice_phone)),
        receiver=(
            f"{patient.first_name} {patient.last_name}",
            patient.address.street,
            f"{patient.address.city}, {patient.address.state} {patient.address.zip_code[:5]}",
            *born,
        ),
        opening=(
            Lines(lines=(words.say("marks", date=words.day(paper.dated), number=paper.number),)),
            Lines(lines=(lead,)),
            Figure(label=words.say("total"), amount=dollars(estimate.total_cents)),
        ),
        sections=(
            *(_provider(one, words) for one in estimate.providers),
            Section(
                title=words.say("rights_title"),
                blocks=tuple(
                    Lines(lines=(words.say(key),))
                    for key in ("estimate_only", "more", "dispute", "how", "no_contract")
                ),
            ),
            Section(
                title=words.say("help_title"),
                blocks=(Lines(lines=(words.say("help", phone=paper.practice_phone),)),),
            ),
        ),
    )


def _provider(provider: GoodFaithProvider, words: Wording) -> Section:
    total = words.say("provider_total", name=provider.name)
    return Section(
        title=words.say("provider", name=provider.name),
        blocks=(
            Lines(
                lines=(words.say("provider_facts", npi=provider.npi, tax_id=provider.tax_id, place=provider.place),)
            ),
            Grid(
                headings=tuple(words.say(key) for key in ("service", "code", "diagnosis", "units", "charge")),
                rows=tuple(_row(item, words) for item in provider.items),
                widths=(46, 14, 18, 10, 20),
            ),
            Sums(headings=(words.say("service"), words.say("charge")), rows=((total, dollars(provider.total_cents)),)),
        ),
    )


def _row(item: GoodFaithItem, words: Wording) -> tuple[str, ...]:
    return (
        item.words or words.say("unnamed", procedure=item.procedure),
        item.procedure,
        ", ".join(item.diagnoses),
        item.units,
        dollars(item.charge_cents),
    )
