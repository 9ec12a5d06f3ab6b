"""People's own spelling in the characters that X12 can carry.

A name is kept as its bearer writes it. On the wire stands what payers keep: letters without their marks, straight
apostrophes and hyphens (X12 005010: the basic character set).
"""

from __future__ import annotations

import unicodedata

_SPELLED = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ħ": "h", "Ħ": "H", "ı": "i",
        "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u02bb": "'", "\u00b4": "'", "\u201c": '"', "\u201d": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip


def plain_text(text: str) -> str:
    """``Núñez`` as ``Nunez``, ``O’Brien`` as ``O'Brien``. What has no such spelling stays, and is refused by name
    when it is written."""
    if text.isascii():
        return text
    spelled = unicodedata.normalize("NFD", text.translate(_SPELLED))
    return unicodedata.normalize("NFC", "".join(mark for mark in spelled if not unicodedata.combining(mark)))
