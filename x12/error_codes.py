"""The stable codes of findings, and what TA1, IK3, IK4, IK5 and AK9 call them.

A code that ends up in a 999 has its number in one of the tables; sources: the code lists of X12 elements 618
(TA105), 720 (IK304), 723 (IK403), 718 (IK502) and 716 (AK905), numbers only.
"""

from __future__ import annotations

INTERCHANGE_NOTES: dict[str, str] = {
    "isa-separator": "026",
    "isa-length": "022",
    "isa-truncated": "023",
    "isa-repetition": "016",
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
    "ta1-unreadable": "024",
    "gs-date": "024",
    "gs-time": "024",
    "gs-code": "024",
}

INTERCHANGE_ELEMENT_NOTES: dict[tuple[str, int], str] = {
    ("isa-qualifier", 1): "010",
    ("isa-qualifier", 3): "012",
    ("isa-qualifier", 7): "007",
    ("isa-identifier", 8): "008",
}
"""What TA105 says where the element decides."""

ACCEPTED_WITH_ERRORS = frozenset(("010", "011", "012", "013", "014", "015", "019", "024"))
"""Notes which do not stop an interchange from being taken: TA104 is E."""

NOTED_IN_A_GROUP = frozenset(("gs-date", "gs-time"))
"""Faults of a GS that have no AK905 code and do not reject the group; TA1 says 024."""

CALLER_NOTES = frozenset(("002", "009", "011", "013", "025"))
"""Notes only the receiver of a file can know the reason of: 009 it is not for him, 025 it came before."""

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
    "accident-date-missing": "I6",
    "drug-quantity-missing": "I6",
    "nothing-answered": "I6",
    "nothing-asked": "I6",
    "other-payer-date-missing": "I6",
    "other-payer-paid-missing": "I6",
    "replaced-claim-missing": "I6",
    "subscriber-address-missing": "I6",
    "subscriber-birth-missing": "I6",
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
    "hl-child": "7",
    "accident-state-missing": "I9",
    "address-state-missing": "I9",
    "billing-state-missing": "I9",
    "code-shape": "7",
    "code-unknown": "7",
    "diagnosis-pointer-missing": "I9",
    "medicare-secondary-reason": "I9",
    "patient-relationship": "7",
}

IMPLIED_ELEMENTS: dict[str, int] = {
    "claim-total": 2,  # CLM02
    "line-balance": 3,  # SVC03
    "claim-balance": 4,  # CLP04
    "transaction-balance": 2,  # BPR02
}
"""The element that is wrong where the finding names its segment only."""

CONSEQUENCES = frozenset(("loop-unreadable", "no-claims"))
"""What follows from other errors of a set, and is told only where there are none."""

UNTOLD = frozenset(("code-not-checked", "segment-empty", "gs-version"))
"""Warnings that say nothing a sender could mend in the set."""

TRANSACTION_CODES: dict[str, str] = {
    "st-unsupported": "1",
    "se-missing": "2",
    "se-control-number": "3",
    "se-count": "4",
    "st-identifier": "6",
    "gs-unsupported": "6",
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
