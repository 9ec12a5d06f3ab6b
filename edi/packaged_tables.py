"""Tables that come with the product: ICD-10-CM from its library, places of service. Loaded editions go before them."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from domain.coding.editions import Edition
from domain.coding.sides import side_of
from domain.coding.tables import Diagnosis, TableKind
from edi.code_lists import editions, place_periods
from edi.diagnosis_library import diagnosis_library


class PackagedDiagnoses:
    """ICD-10-CM of simple-icd-10-cm, one year's list; the library takes over a second to import, once."""

    name = "simple-icd-10-cm"

    def find(self, code: str) -> Diagnosis | None:
        """The code, without its point; None: no such code."""
        return _find(code)

    def is_of(self, on: date) -> bool:
        """Whether the library's list is the one of the day."""
        edition = editions()["icd10cm"]
        return edition.start <= on <= edition.end


_COMPLETE = 7
"""Characters of a code with its seventh character."""


@lru_cache(maxsize=20_000)
def _find(code: str) -> Diagnosis | None:
    icd = diagnosis_library()
    if not icd.is_valid_item(code) or icd.is_chapter_or_block(code):
        return None
    if not icd.is_leaf(code):
        return Diagnosis(billable=False)
    description: str = icd.get_description(code)
    parent = icd.get_parent(code)
    # The side stands before the seventh character: codes that differ in it are cousins.
    family = icd.get_descendants(icd.get_parent(parent)) if len(code) == _COMPLETE else icd.get_children(parent)
    siblings = {icd.get_description(other).lower() for other in family}
    return Diagnosis(billable=True, side=side_of(description, siblings))


@cache
def packaged_places() -> Edition:
    """CMS's list of places of service as it comes with the product."""
    known = editions()["place_of_service"]
    return Edition(
        kind=TableKind.POS, effective_from=known.start, effective_to=known.end, entries=place_periods()
    )
