"""The stable codes of findings, and what TA1, IK3, IK4, IK5 and AK9 call them.

A code that ends up in a 999 has its number in one of the tables; sources: the code lists of X12 elements 618
(TA105), 720 (IK304), 723 (IK403), 718 (IK502) and 716 (AK905), numbers only.
"""

from __future__ import annotations

INTERCHANGE_NOTES: dict[str, str] = {
    "isa-separator": "022",
    "isa-length": "024",
    "isa-truncated": "023",
    "isa-repetition": "026",
    "isa-qualifier": "005",
    "isa-identifier": "006",
    "isa-date": "014",
    "isa-time": "015",
    "isa-version": "017",
    "isa-control-number": "018",
    "isa-acknowledgement": "019",
    "isa-usage": "020",
    "isa-duplicate": "025",
    "iea-control-number": "001",
    "iea-count": "021",
    "iea-missing": "023",
    "file-truncated": "023",
    "segment-outside": "022",
    "gs-duplicate": "022",
}

SEGMENT_CODES: dict[str, str] = {
    "segment-unknown": "1",
    "segment-empty": "1",
    "segment-unexpected": "2",
    "segment-missing": "3",
    "loop-missing": "3",
    "loop-unreadable": "3",
    "loop-too-often": "4",
    "segment-too-often": "5",
    "segment-not-used": "6",
    "segment-order": "7",
}

ELEMENT_CODES: dict[str, str] = {
    "element-missing": "1",
    "element-condition": "2",
    "too-many-elements": "3",
    "element-too-short": "4",
    "element-too-long": "5",
    "element-character": "6",
    "element-code": "7",
    "element-date": "8",
    "element-time": "9",
    "element-exclusion": "10",
    "too-many-repetitions": "12",
    "too-many-components": "13",
    "element-not-used": "I10",
    "hl-number": "7",
    "hl-parent": "7",
}

TRANSACTION_CODES: dict[str, str] = {
    "st-unsupported": "1",
    "se-missing": "2",
    "se-control-number": "3",
    "se-count": "4",
    "st-identifier": "6",
    "st-control-number": "7",
    "st-duplicate": "23",
    "unsupported-guide": "I6",
    "no-claims": "I5",
}

GROUP_CODES: dict[str, str] = {
    "gs-unsupported": "1",
    "gs-version": "2",
    "ge-missing": "3",
    "ge-control-number": "4",
    "ge-count": "5",
    "gs-control-number": "6",
    "gs-duplicate": "19",
}
