"""Segments drawn at random from a guide's own table: every set it makes is valid by that guide."""

from __future__ import annotations

import random
from collections.abc import Iterator

from x12.engine.compiled import CompiledGuide, CompiledLoop, Target
from x12.syntax.element_rules import ElementRule, Relation

FORMATS = {"D8": "20260301", "RD8": "20260301-20260331", "DT": "202603011230", "TM": "1430"}
WORDS = ("OAK", "ELM-7", "NORTH 5", "A1", "B'C", "ZZTOP 9", "X/Y")


class Filler:
    """Makes the segments between ST and SE. `fullness` is the chance that something optional is there."""

    def __init__(self, guide: CompiledGuide, seed: int, fullness: float) -> None:
        self.guide = guide
        self.random = random.Random(seed)
        self.fullness = fullness
        self.levels = 0
        self.lines = 0
        self.component = guide.delimiters.component
        self.separator = guide.delimiters.element

    def segments(self) -> list[str]:
        return list(self._loop(self.guide.root, "", root=True))

    def _times(self, target: Target, required: bool) -> int:
        if required:
            return 1 if target.most == 1 or self.random.random() > self.fullness else min(2, target.most or 2)
        if self.random.random() > self.fullness:
            return 0
        return 1 if target.most == 1 or self.random.random() > 0.3 else 2

    def _loop(self, loop: CompiledLoop, parent: str, *, root: bool = False) -> Iterator[str]:
        level = parent
        below = None
        if loop.level:
            self.levels += 1
            level = str(self.levels)
        if loop.name == "2300":
            self.lines = 0
        himself = self.random.random() > 0.5
        out: list[str] = []
        for target in loop.items:
            if target.loop is None or (target.number == 0 and not root):
                if loop.level and target.number == 0:
                    out.append("HL")
                    below = (parent, level, target)
                else:
                    out += self._slot(loop, target)
                continue
            wanted = target.number in loop.required or (target.name == "2300" and loop.name == "2000C")
            wanted = wanted or target.loop.counts_as_claim or target.name in ("2300", "2000B", "2000C", "2000D")
            of_837 = loop.name == "2000B" and self.guide.guide.transaction == "837"
            if of_837 and target.name == ("2000C" if himself else "2300"):  # the subscriber is treated, or others
                continue
            for _ in range(self._times(target, wanted)):
                out += self._loop(target.loop, level)
        if below is not None:
            code = next(iter(below[2].codes[0]))
            children = any(text.startswith(f"HL{self.separator}") for text in out)
            assert below[2].check is not None
            unused = below[2].check.rules[3].usage == "N"
            has_child = () if unused else ("1" if children else "0",)
            out[0] = self.separator.join(("HL", level, parent, code, *has_child))
        if out[-1].startswith("LE") and out[-2].startswith("LS"):  # brackets around nothing
            del out[-2:]
        return iter(out)

    def _slot(self, loop: CompiledLoop, target: Target) -> list[str]:
        if target.segment in ("LS", "LE"):
            return [f"{target.segment}{self.separator}2120"]
        if not target.slot.use:
            return []
        required = target.number in loop.required or target.number == 0 or target.slot.required
        codes = sorted(target.must) if target.must else []
        times = self._times(target, required)
        qualifiers = sorted(target.codes[0])
        self.random.shuffle(qualifiers)
        chosen = (codes[:1] + [code for code in qualifiers if code not in codes[:1]])[: max(times, len(codes[:1]))]
        if not qualifiers:
            chosen = [""] * times
        if target.most:
            chosen = chosen[: target.most]
        return [self._segment(target, code) for code in chosen]

    def _segment(self, target: Target, code: str) -> str:
        assert target.check is not None
        rules, relations = target.check.rules, target.check.relations
        present = [rule.usage == "R" or (rule.usage == "S" and self.random.random() < self.fullness) for rule in rules]
        for _ in range(3):
            for relation in relations:
                _satisfy(relation, present, rules)
        if target.segment == "LX" and target.name == "2400":
            self.lines += 1
            return f"LX{self.separator}{self.lines}"
        if not any(present):
            present[next(at for at, rule in enumerate(rules) if rule.usage == "S")] = True
            for relation in relations:
                _satisfy(relation, present, rules)
        elements = [self._element(rule) if here else "" for rule, here in zip(rules, present, strict=True)]
        _, at, composite = target.codes
        if code:
            rest = elements[at - 1].split(self.component)[1:] if composite else []
            elements[at - 1] = self.component.join([code, *rest])
        self._fit(target.segment, elements)
        while not elements[-1]:
            elements.pop()
        return self.separator.join([target.segment, *elements])

    def _fit(self, segment: str, elements: list[str]) -> None:
        """Elements whose form hangs on another element; triplets and tuples without gaps."""
        if segment == "DTP":
            elements[2] = FORMATS[elements[1]]
        npi = {"NM1": 8, "N1": 3}.get(segment)
        if npi is not None and elements[npi - 1] == "XX":
            elements[npi] = self.random.choice(("1234567893", "1999999984", "1558598797"))
        if segment == "DMG":
            elements[0], elements[1] = ("D8", "19800229") if elements[1] or elements[0] else ("", "")
        if segment == "PAT" and elements[5]:
            elements[5] = "20260103"
        if segment in ("CAS", "PLB"):
            first, step = (1, 3) if segment == "CAS" else (2, 2)
            elements[first] = elements[first] or "WO"
            elements[first + 1] = elements[first + 1] or "5"
            for at in range(first, len(elements), step):
                if not elements[at] or not elements[at + 1] or (at > first and not elements[at - step]):
                    elements[at : at + step] = [""] * step
        if segment in ("HI", "CRC", "MOA", "IK5", "AK9"):
            first, last = {"HI": (0, 12), "CRC": (2, 7), "MOA": (2, 7), "IK5": (1, 6), "AK9": (4, 9)}[segment]
            kept = [element for element in elements[first:last] if element]
            elements[first:last] = kept + [""] * (last - first - len(kept))
        if segment == "HI":  # one version of a code list in a segment
            first_list, _, _ = elements[0].partition(self.component)
            if first_list in ("APR", "PR", "ABN", "BN", "ABF", "BF", "BBQ", "BQ"):
                elements[:] = [self.component.join((first_list, text.partition(self.component)[2])) if text else ""
                               for text in elements]
        if segment == "MIA":
            kept = [element for element in (elements[4], *elements[19:23]) if element]
            kept += [""] * (5 - len(kept))
            elements[4], elements[19:23] = kept[0], kept[1:]
        if segment == "PER":
            pairs = [pair for pair in (elements[2:4], elements[4:6], elements[6:8]) if all(pair)]
            elements[2:8] = [text for pair in pairs for text in pair] + [""] * (6 - 2 * len(pairs))
            if not pairs:
                elements[2:4] = ["TE", "6175550100"]
            if elements[2] == "EX":  # an extension follows a number
                elements[2] = "TE"
        if segment == "BPR":
            for at in (5, 11):
                if not all(elements[at : at + 4]):
                    elements[at : at + 4] = [""] * 4
        if segment == "STC" and not elements[9]:
            elements[10] = ""

    def _element(self, rule: ElementRule) -> str:
        if rule.components:
            parts = [
                self._value(part) if part.usage == "R" or (part.usage == "S" and self.random.random() < self.fullness)
                else "" for part in rule.components
            ]  # fmt: skip
            if not any(parts):
                first = next(at for at, part in enumerate(rule.components) if part.usage != "N")
                parts[first] = self._value(rule.components[first])
            if rule.components[2:3] and rule.components[2].kind == "AN" and len(parts) == 8:  # C003: no gaps
                modifiers = [part for part in parts[2:6] if part]
                parts[2:6] = modifiers + [""] * (4 - len(modifiers))
            if len(parts) == 9 and (parts[2] or parts[3]):  # C022: a date in its format
                parts[2] = parts[2] or "D8"
                parts[3] = FORMATS[parts[2]]
            if len(parts) == 5 and all(part.kind == "ID" for part in rule.components):  # places of a list
                several = 3 if "AA" in rule.components[0].codes else 5  # related causes, then state and country
                causes = [part for part in parts[:several] if part]
                parts[:several] = causes + [""] * (several - len(causes))
            if len(parts) == 4 and all(part.kind == "N" for part in rule.components):
                pointers = [part for part in parts if part]
                parts = pointers + [""] * (4 - len(pointers))
            while not parts[-1]:
                parts.pop()
            return self.component.join(parts)
        return self._value(rule)

    def _value(self, rule: ElementRule) -> str:
        draw = self.random
        if rule.codes:
            return draw.choice(sorted(rule.codes))
        if rule.kind == "DT":
            return f"2026{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
        if rule.kind == "TM":
            return f"{draw.randint(0, 23):02}{draw.randint(0, 59):02}"
        if rule.kind == "N":
            low = 10 ** (rule.shortest - 1)
            return str(draw.randint(low, min(low * 10 - 1, 99) if rule.shortest < 2 else low * 10 - 1))
        if rule.kind == "R":
            digits = min(rule.longest, 7)
            whole = draw.randint(1, 10 ** (max(digits - 2, 1)) - 1)
            return draw.choice((str(whole), f"{whole}.5" if digits > 2 else str(whole), f"{whole}.25" if digits > 3
                                else str(whole)))  # fmt: skip
        if rule.kind == "ID":
            return "".join(draw.choice("ABCDEFGH") for _ in range(max(rule.shortest, 1)))
        text = draw.choice(WORDS)[: rule.longest].strip()
        return text.ljust(rule.shortest, "X")


def _satisfy(relation: Relation, present: list[bool], rules: tuple[ElementRule, ...]) -> None:
    at = [place - 1 for place in relation.elements]
    can = [place for place in at if rules[place].usage != "N"]
    if relation.kind == "P" and any(present[place] for place in at):
        for place in can:
            present[place] = True
    elif relation.kind == "R" and not any(present[place] for place in at):
        present[can[0]] = True
    elif relation.kind == "C" and present[at[0]]:
        present[at[1]] = True
    elif relation.kind == "L" and present[at[0]] and not any(present[place] for place in at[1:]):
        present[next(place for place in can if place != at[0])] = True
    elif relation.kind == "E":
        for place in [place for place in at if present[place]][1:]:
            present[place] = False
