"""CMS's and NCHS's public code files, and an operator's own lists, as rows of a table. Nothing here writes anything."""

from edi.reference_files.lines import ReferenceFileRefused
from edi.reference_files.naming import days_of
from edi.reference_files.reading import read_codes, read_pairs
from edi.reference_files.rows import CODE_KINDS, CUMULATIVE, PAIR_KINDS, CodeRow, PairRow

__all__ = [
    "CODE_KINDS",
    "CUMULATIVE",
    "PAIR_KINDS",
    "CodeRow",
    "PairRow",
    "ReferenceFileRefused",
    "days_of",
    "read_codes",
    "read_pairs",
]
