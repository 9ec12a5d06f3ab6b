"""A worried person reads these papers: short sentences, short words, in both languages."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

LONGEST_SENTENCE = 25
"""Words: what a reader keeps in mind."""
SIXTH_GRADE = 6.0
"""Flesch-Kincaid, over all sentences of a paper."""
MEAN_SENTENCE_IN_SPANISH = 14
PAPERS = ("statement", "good_faith")
LETTERS = (
    "assistance_approved",
    "assistance_denied",
    "assistance_missing",
    "assistance_offer",
    "complaint_acknowledged",
    "complaint_answered",
)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence, labels left out; a colon or a semicolon lets a reader rest as a full stop does."""
    plain = re.sub(r"\{\w+\}|\$\w+|www\.\S+", "it", text)
    parts = re.split(r"[.:;?!]\s|\n", f"{plain} ")
    words = [re.findall(r"[^\W_]+(?:['-][^\W_]+)*", part) for part in parts]
    return [found for found in words if len(found) > 4]


def paper(name: str, language: str) -> list[list[str]]:
    if name in PAPERS:
        text = files("gateways").joinpath(f"papers/texts/{name}.{language}.json").read_text(encoding="utf-8")
        return [one for said in json.loads(text).values() if isinstance(said, str) for one in sentences(said)]
    letter = files("storage").joinpath(f"reference_data/care_letters/{name}.{language}.txt")
    return sentences(letter.read_text(encoding="utf-8"))


def syllables(word: str) -> int:
    """About: groups of vowels, a silent e at the end not counted."""
    plain = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^td])ed$|(?<=[^sxzcg])es$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", plain)))


def grade(said: list[list[str]]) -> float:
    """Flesch and Kincaid's school grade (1975)."""
    words = [word for sentence in said for word in sentence]
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def mean(said: list[list[str]]) -> float:
    return sum(map(len, said)) / len(said)


@pytest.mark.parametrize("name", [*PAPERS, *LETTERS])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_to_a_patient_is_too_long_to_keep_in_mind(name: str, language: str) -> None:
    too_long = [" ".join(one) for one in paper(name, language) if len(one) > LONGEST_SENTENCE]
    assert too_long == []


@pytest.mark.parametrize("name", [*PAPERS, *LETTERS])
def test_a_sixth_grader_can_read_what_a_patient_is_sent(name: str) -> None:
    assert grade(paper(name, "en")) <= SIXTH_GRADE


@pytest.mark.parametrize("name", [*PAPERS, *LETTERS])
def test_spanish_sentences_are_short_too(name: str) -> None:
    assert mean(paper(name, "es")) <= MEAN_SENTENCE_IN_SPANISH


def test_the_measure_tells_plain_words_from_the_words_of_an_office() -> None:
    plain = sentences("You owe this part. Call us if you cannot pay.")
    office = sentences(
        "Notwithstanding the aforementioned adjudication, remittance of the outstanding patient responsibility is "
        "expected immediately upon receipt of this communication."
    )
    assert grade(plain) < SIXTH_GRADE < 12 < grade(office)
