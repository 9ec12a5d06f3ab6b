"""Sets drawn from a guide's table with values that make sense, so that other people's readers can judge them too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import x12
from tests.unit.x12.guide_filler import Filler
from tests.unit.x12.test_round_trip import BY_KIND, enveloped
from tests.unit.x12.valid_files import balanced
from x12.engine.compiled import CompiledLoop, Target, compiled_guide

LEFT_OUT = frozenset(("2010AC", "2320", "2430", "2440"))
"""Loops whose amounts hang on one another, or that only some payers' forms fill."""
CHAINS = {
    "270": ("2000C", "2000D", "2110D"),
    "271": ("2000C", "2000D", "2110D"),
    "276": ("2000A", "2000B", "2000C", "2000D", "2100C"),
    "277": ("2000A", "2000B", "2000C", "2000D", "2100C"),
}
"""Loops that come once, so that each level has what its guide's prose asks for."""
ONLY = {
    **{(kind, "2100D", "NM1"): "IL" for kind in ("276", "277")},
    **{(kind, "2100E", "NM1"): "QC" for kind in ("276", "277")},
    **{(kind, "2100B", "NM1"): "1P" for kind in ("270", "271")},
    **{(kind, f"2200{level}", "DTP"): "472" for kind in ("276", "277") for level in "DE"},
    **{(kind, "2010CA", "REF"): "Y4" for kind in ("837P", "837I")},
    **{(kind, f"2200{level}", "REF"): "EJ" for kind in ("276", "277") for level in "DE"},
    ("277", "2200B", "TRN"): "2",
    ("277", "2200C", "TRN"): "1",
    **{(kind, loop, "PRV"): "PE" for kind in ("270", "271") for loop in ("2100B", "2100C", "2100D")},
    ("270", "2100C", "DTP"): "291",
    ("270", "2100D", "DTP"): "291",
    **{("271", f"2100{level}", "DTP"): "346" for level in "CD"},
    **{("271", f"2110{level}", "DTP"): "291" for level in "CD"},
}
"""The qualifier that goes with a loop, where the table leaves a choice."""
CLAIM_TYPE = {"837P": "11:B:1", "837I": "13:A:1"}
DIAGNOSES, OPERATIONS = ("J029", "R509", "E119", "M545"), ("0DTJ4ZZ", "02HV33Z")
HEALTH_CODES = {
    **dict.fromkeys(("ABK", "BK", "ABJ", "BJ", "APR", "PR", "ABF", "BF"), DIAGNOSES),
    **dict.fromkeys(("ABN", "BN"), ("W010XXA", "Y9389")),
    **dict.fromkeys(("BBR", "BR", "BBQ", "BQ"), OPERATIONS),
    "CAH": ("0DTJ4ZZ",),
    "DR": ("470",),
    "BG": ("09",),
    "BH": ("11",),
    "BI": ("70",),
    "BE": ("A2",),
    "BP": ("00100",),
    "BO": ("00100",),
    "TC": ("A1",),
}
REMITTANCE_NAMES = {
    "QC": ("1", "DOE", "JANE", "", "", "", "MI", "W123456789"),
    "IL": ("1", "DOE", "JANE", "", "", "", "MI", "W123456789"),
    "74": ("1", "DOE", "JANET", "", "", "", "", ""),
    "82": ("1", "WELL", "ANN", "", "", "", "XX", "1234567893"),
    "TT": ("2", "OTHER PLAN", "", "", "", "", "PI", "60054"),
    "PR": ("2", "OTHER PLAN", "", "", "", "", "PI", "60054"),
    "GB": ("1", "DOE", "JOHN", "", "", "", "MI", "W123456789"),
}
ANSWER_NAMES = {
    **dict.fromkeys(("PR", "2B", "36", "GP", "P5"), ("2", "ACME HEALTH", "", "", "", "", "PI", "60054")),
    "41": ("2", "HOUSE", "", "", "", "", "46", "RECEIVER"),
    "1P": ("2", "ELM STREET CLINIC", "", "", "", "", "XX", "1234567893"),
    "IL": ("1", "DOE", "JANE", "", "", "", "MI", "W123456789"),
    **dict.fromkeys(("03", "QC"), ("1", "DOE", "TIM", "", "", "", "", "")),
}
CLINICAL = {"BK": "ABK", "BJ": "ABJ", "PR": "APR", "BF": "ABF", "BN": "ABN", "BR": "BBR", "BQ": "BBQ"}
"""The tenth revision's qualifier for the ninth's."""
PROCEDURES = ("99213", "99214", "J1100", "A0428")


class SensibleFiller(Filler):
    """Draws which loops, segments and elements are there; what they hold is taken from a stock of real values."""

    def _times(self, target: Target, required: bool) -> int:
        if target.name in LEFT_OUT and target.number:
            return 0
        kind = self.guide.guide.kind
        if target.loop is not None and kind in CHAINS and target.name in CHAINS[kind]:
            return 1
        return super()._times(target, required)

    def _segment(self, target: Target, code: str) -> str:
        only = ONLY.get((self.guide.guide.kind, self._where, target.segment))
        return super()._segment(target, only or code)

    def _loop(self, loop: CompiledLoop, parent: str, *, root: bool = False) -> Iterator[str]:
        out = list(super()._loop(loop, parent, root=root))
        if loop.name == "2000B" and self.guide.guide.kind in CLAIM_TYPE:
            out = _whose_claim(out)
        return iter(out)

    def _slot(self, loop: CompiledLoop, target: Target) -> list[str]:
        self._where = loop.name
        kind = self.guide.guide.kind
        out = super()._slot(loop, target)
        once = (kind, loop.name, target.segment) in ONLY or (kind in ("270", "271") and target.segment == "REF")
        return out[:1] if once else out

    def _fit(self, segment: str, elements: list[str]) -> None:
        super()._fit(segment, elements)
        fit = getattr(self, f"_{segment.lower()}", None)
        if fit is not None:
            fit(elements)

    def _n4(self, elements: list[str]) -> None:
        elements[:] = ["BOSTON", "MA", "021010001"] + [""] * (len(elements) - 3)

    def _clm(self, elements: list[str]) -> None:
        elements[0] = f"C{self.random.randrange(10**6)}"
        elements[4] = CLAIM_TYPE[self.guide.guide.kind]
        elements[9:] = [""] * len(elements[9:])

    def _sbr(self, elements: list[str]) -> None:
        elements[:] = ["P", "18", "", "", "", "", "", "", "CI"]

    def _pat(self, elements: list[str]) -> None:
        if elements[0]:
            elements[0] = "19"

    def _hi(self, elements: list[str]) -> None:
        for at, text in enumerate(elements):
            qualifier, *rest = text.split(self.component)
            if qualifier in HEALTH_CODES:
                qualifier = CLINICAL.get(qualifier, qualifier)
                code = self.random.choice(HEALTH_CODES[qualifier])
                elements[at] = self.component.join((qualifier, code, *rest[1:]))

    def _bht(self, elements: list[str]) -> None:
        elements[2] = elements[2] or "B7"
        if elements[5] in ("31", "RP"):
            elements[5] = "CH"

    def _aaa(self, elements: list[str]) -> None:
        code = {"2100B": "50", "2100C": "75", "2100D": "67", "2110C": "62", "2110D": "62"}.get(self._where, "42")
        elements[0], elements[2], elements[3] = "Y", code, "N"

    def _eq(self, elements: list[str]) -> None:
        if elements[0]:
            elements[0] = "30"

    def _dmg(self, elements: list[str]) -> None:
        elements[:3] = ["D8", "19800229", "F"]

    def _cur(self, elements: list[str]) -> None:
        elements[1] = "USD"

    def _pwk(self, elements: list[str]) -> None:
        elements[1] = "AA"
        elements[4:6] = ["", ""]

    def _nm1(self, elements: list[str]) -> None:
        elements[5] = ""
        if self.guide.guide.kind == "835" and elements[0] in REMITTANCE_NAMES:
            elements[1:9] = REMITTANCE_NAMES[elements[0]]
            return
        if self.guide.guide.kind in ("270", "271", "276", "277"):
            elements[1:9] = ANSWER_NAMES.get(elements[0], ANSWER_NAMES["1P"])
            return
        if elements[1] == "2":
            elements[3:7] = [""] * 4
        if elements[0] in ("IL", "QC", "74", "03"):
            elements[1], elements[2], elements[3] = "1", "DOE", "JANE"
            elements[7:9] = ["MI", "W123456789"] if elements[0] == "IL" or elements[7] else ["", ""]
        elif elements[7] in ("MI", "MR", "II", "34", "HN"):
            elements[7:9] = ["XX", "1234567893"]

    def _lin(self, elements: list[str]) -> None:
        elements[2] = "00026063512"

    def _hcp(self, elements: list[str]) -> None:
        elements[0] = "03"
        elements[8:] = [""] * len(elements[8:])

    def _sv1(self, elements: list[str]) -> None:
        elements[0] = f"HC{self.component}{self.random.choice(PROCEDURES)}"
        elements[2:5] = ["UN" if elements[3] else "", elements[3], ""]
        elements[6] = "1"

    def _sv2(self, elements: list[str]) -> None:
        elements[0] = "0300"
        elements[1] = f"HC{self.component}{self.random.choice(PROCEDURES)}" if elements[1] else ""

    def _svc(self, elements: list[str]) -> None:
        elements[0] = f"HC{self.component}{self.random.choice(PROCEDURES)}"
        elements[3] = "0300" if elements[3] else ""
        if len(elements) > 5:
            elements[5] = ""

    def _clp(self, elements: list[str]) -> None:
        elements[0], elements[1], elements[5] = f"C{self.random.randrange(10**6)}", "1", "12"
        elements[6] = f"ICN{self.random.randrange(10**6)}"
        elements[7:10] = ["11", "1", ""]

    def _moa(self, elements: list[str]) -> None:
        elements[2:7] = ["MA01" if text else "" for text in elements[2:7]]

    def _mia(self, elements: list[str]) -> None:
        elements[4] = "MA01" if elements[4] else ""
        elements[19:23] = ["MA02" if text else "" for text in elements[19:23]]

    def _lq(self, elements: list[str]) -> None:
        elements[1] = {"HE": "N130", "RX": "70"}.get(elements[0], elements[1])

    def _cas(self, elements: list[str]) -> None:
        for at in range(1, len(elements), 3):
            elements[at] = "45" if elements[at] else ""

    def _ctx(self, elements: list[str]) -> None:
        if not elements[1]:
            elements[0] = f"CLM01{self.component}C1"
        else:
            elements[0] = "SITUATIONAL TRIGGER"

    def _plb(self, elements: list[str]) -> None:
        elements[:2] = ["1234567893", "20261231"]
        for at in range(2, len(elements), 2):
            elements[at] = "WO" if elements[at] else ""

    def _prv(self, elements: list[str]) -> None:
        elements[2] = "207Q00000X"

    def _ref(self, elements: list[str]) -> None:
        if self.guide.guide.kind in ("270", "271"):
            kept = elements[0] if self.guide.guide.kind == "270" else "IG"
            elements[0] = {"2100B": "TJ", "2100C": "SY", "2100D": "SY"}.get(self._where, kept)
        elements[1] = "123456789"
        elements[2:] = [""] * len(elements[2:])

    def _per(self, elements: list[str]) -> None:
        if elements[0] == "IC" and self.guide.guide.kind == "835":
            elements[1:4] = ["", "UR", "WWW.ACME.COM"]
        elif elements[2] not in ("UR", ""):
            elements[2:4] = ["TE", "6175550100"]
        elements[4:] = [""] * len(elements[4:])

    def _stc(self, elements: list[str]) -> None:
        for at in (0, 9, 10):
            elements[at] = f"A2{self.component}20" if elements[at] else ""

    def _ik5(self, elements: list[str]) -> None:
        elements[1:6] = ["5" if text else "" for text in elements[1:6]]

    def _ak9(self, elements: list[str]) -> None:
        elements[4:9] = ["1" if text else "" for text in elements[4:9]]

    def _ak1(self, elements: list[str]) -> None:
        elements[0], elements[2] = "HC", "005010X222A1"

    def _ak2(self, elements: list[str]) -> None:
        elements[0], elements[2] = "837", "005010X222A1" if elements[2] else ""


def _whose_claim(segments: list[str]) -> list[str]:
    """A subscriber's level with the claims of the subscriber, or of a patient: never of both."""
    separator = segments[0][2]
    level = next((at for at, text in enumerate(segments[1:], 1) if text.startswith(f"HL{separator}")), None)
    sbr = next(at for at, text in enumerate(segments) if text.startswith("SBR"))
    if level is None:
        name = next(at for at, text in enumerate(segments) if text.startswith(f"NM1{separator}IL"))
        rest = segments[name + 1 :]
        while rest[0][:2] in ("N3", "N4") or rest[0].startswith("DMG"):
            rest.pop(0)
        own = (f"NM1{separator}IL{separator}1{separator}DOE{separator}JANE{separator * 4}MI{separator}W123456789",
               f"N3{separator}1 ELM ST", separator.join(("N4", "BOSTON", "MA", "021010001")),
               separator.join(("DMG", "D8", "19800229", "F")))  # fmt: skip
        return [*segments[:name], *own, *rest]
    segments[sbr] = segments[sbr].replace(f"{separator}18", separator, 1)
    claim = next((at for at, text in enumerate(segments) if text.startswith("CLM")), level)
    return segments[: min(claim, level)] + segments[level:]


def sensible(kind: str, seed: int, fullness: float) -> Any:
    """Typed content drawn from a guide, in balance and with values that make sense."""
    segments = SensibleFiller(compiled_guide(BY_KIND[kind], x12.STANDARD), seed, fullness).segments()
    (transaction,) = x12.read_file(enveloped(kind, segments), codes=None).transactions()
    assert transaction.content is not None, [str(error) for error in transaction.errors]
    content = transaction.content
    if isinstance(content, x12.Remittance):  # pyx12 takes one PLB, of six pairs
        content = replace(content, provider_adjustments=content.provider_adjustments[:5])
    content = balanced(content)
    if isinstance(content, x12.Remittance) and (short := -content.payment.amount_cents) > 0:
        forward = x12.ProviderAdjustment(
            provider="1234567893", fiscal_period_end=date(2026, 12, 31), reason="FB", amount_cents=-short
        )
        adjustments = (*content.provider_adjustments, forward)
        content = balanced(replace(content, provider_adjustments=adjustments))
    return content
