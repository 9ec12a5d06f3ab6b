"""837P files broken in one place each, as text; what a 999 has to say of them is compared elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.unit.x12 import examples

Damage = Callable[[str], str]

GOOD = examples.interchange(
    examples.claims(
        examples.claim("1001-1"),
        examples.secondary_claim(),
        examples.claim("1003-1", subscriber=examples.FAMILY, patient=examples.DEPENDENT),
    )
).decode()


def _resized(text: str, by: int) -> str:
    return re.sub(r"SE\*(\d+)", lambda match: f"SE*{int(match[1]) + by}", text)


def _instead(was: str, now: str) -> Damage:
    def damage(text: str) -> str:
        assert was in text, was
        return _resized(text.replace(was, now, 1), now.count("~") - was.count("~"))

    return damage


def _matching(pattern: str, now: str) -> Damage:
    def damage(text: str) -> str:
        changed = re.sub(pattern, now, text)
        assert changed != text, pattern
        return changed

    return damage


def _at(start: str, change: Callable[[list[str], int], None]) -> Damage:
    def damage(text: str) -> str:
        segments = text.split("~\n")
        before = len(segments)
        change(segments, next(at for at, segment in enumerate(segments) if segment.startswith(start)))
        return _resized("~\n".join(segments), len(segments) - before)

    return damage


def _without(start: str) -> Damage:
    return _at(start, lambda segments, at: segments.__delitem__(at))


def _twice(start: str) -> Damage:
    return _at(start, lambda segments, at: segments.insert(at, segments[at]))


def _too_late(start: str) -> Damage:
    return _at(start, lambda segments, at: segments.insert(at + 1, segments.pop(at)))


FAULTS: dict[str, Damage] = {
    "a wrong SE01": _matching(r"SE\*\d+", "SE*9"),
    "another SE02": _matching(r"(SE\*\d+\*)0001", r"\g<1>0009"),
    "no SE": _matching(r"SE\*\d+\*0001~\n", ""),
    "no GE": _matching(r"GE\*1\*1~\n", ""),
    "a wrong GE01": _instead("GE*1*1", "GE*3*1"),
    "another GE02": _instead("GE*1*1", "GE*1*7"),
    "a code that is not in the list": _instead("11:B:1*Y*A", "11:B:1*Y*Z"),
    "a component missing": _instead("11:B:1*Y*A", "11:B:*Y*A"),
    "an element missing": _instead("11:B:1*Y*A", "11:B:1**A"),
    "an element too long": _instead("CLM*1001-1", "CLM*" + "X" * 39),
    "an element too short": _instead("N4*BOSTON", "N4*B"),
    "a letter in a number": _instead("CLM*1001-1*165.5", "CLM*1001-1*16A.5"),
    "31 February": _instead("20260227", "20260231"),
    "a date of seven digits": _instead("D8*20260227", "D8*2026022"),
    "too many diagnoses": _instead("HI*ABK:J029*ABF:R509", "HI*ABK:J029*ABF:R509***********ABF:R51"),
    "an element too many": _instead("N3*5 ELM ST", "N3*5 ELM ST***X"),
    "an element that the guide does not use, at the end": _instead("*20260302*1230*CH", "*20260302*1230*CH*X"),
    "an element that the guide does not use": _instead("NM1*40*2*HOUSE*****46", "NM1*40*2*HOUSE*BOB****46"),
    "an element without its partner": _instead("WELL*ANN****XX*1999999984", "WELL*ANN****XX"),
    "a segment nobody knows": _instead("LX*1~\n", "XYZ*1~\nLX*1~\n"),
    "a segment of another set": _instead("LX*1~\n", "BPR*I*5~\nLX*1~\n"),
    "a segment of the header among the lines": _instead("LX*1~\n", "BHT*0019*00*B*20260302*1230*CH~\nLX*1~\n"),
    "no BHT": _without("BHT"),
    "no receiver": _without("NM1*40"),
    "no contact": _without("PER"),
    "no street": _without("N3"),
    "no city": _without("N4"),
    "no tax number": _without("REF*EI"),
    "no subscriber information": _without("SBR"),
    "no payer": _without("NM1*PR"),
    "no diagnosis": _without("HI"),
    "no service": _without("SV1"),
    "no day of service": _without("DTP*472"),
    "no line number": _without("LX"),
    "two tax numbers": _twice("REF*EI"),
    "two BHT": _twice("BHT"),
    "the diagnosis after the provider": _too_late("HI*"),
    "the street after the city": _too_late("N3"),
    "a wrong HL number": _instead("HL*2*1*22", "HL*3*1*22"),
    "a wrong HL parent": _instead("HL*2*1*22", "HL*2*9*22"),
    "a qualifier that has no place": _instead("DTP*472", "DTP*999"),
    "a provider whose role has no place": _instead("NM1*82*1", "NM1*ZZ*1"),
}
