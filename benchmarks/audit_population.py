"""A made-up population with planted patterns, for the benchmark of the diagnosis audit.

Shares no code with the detector: it knows neither its tables nor its types. What it plants it writes down as it goes.
Nobody in it exists. Beside the plants it has what misleads: single abnormal results, resolved problems, medications
with a documented other use, a second side that is truly affected, new injuries, unspecified codes now and then.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

TODAY = date(2026, 11, 30)
FIRST_YEAR = 2024
NOW = 2026
A1C, EGFR, TSH, HGB, BMI = "4548-4", "33914-3", "3016-3", "718-7", "39156-5"
UNITS = {A1C: "%", EGFR: "mL/min/{1.73_m2}", TSH: "m[IU]/L", HGB: "g/dL", BMI: "kg/m2"}


@dataclass(kw_only=True)
class Visit:
    """One claim."""

    number: int
    on: date
    provider: str
    place: str
    diagnoses: list[str]
    lines: list[tuple[str, tuple[str, ...], tuple[int, ...]]]
    """Procedure, modifiers, pointers."""


@dataclass(kw_only=True)
class Person:
    """One patient: plain values only."""

    number: int
    sex: str
    age: int
    chronic: dict[str, str] = field(default_factory=dict)
    """Condition and the code it is reported with."""
    visits: list[Visit] = field(default_factory=list)
    problems: list[tuple[str, date, date | None]] = field(default_factory=list)
    drugs: list[tuple[str, str, str, date, date | None]] = field(default_factory=list)
    """RxNorm, ATC, name, from, to."""
    results: list[tuple[str, date, str]] = field(default_factory=list)
    died: date | None = None
    planted: bool = False

    def of(self, year: int) -> list[Visit]:
        """The visits of a calendar year."""
        return [visit for visit in self.visits if visit.on.year == year]

    def lately(self, days: int = 330) -> list[Visit]:
        """The visits of about the last year."""
        return [visit for visit in self.visits if visit.on >= TODAY - timedelta(days=days)]

    def has(self, *prefixes: str) -> bool:
        """Whether any code of theirs begins so."""
        codes = [code for visit in self.visits for code in visit.diagnoses]
        return any(code.startswith(prefixes) for code in codes + [one[0] for one in self.problems])


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What the audit should find: kind, direction, and of whom."""

    kind: str
    direction: str
    patient: int | None = None
    provider: str | None = None
    claim: int | None = None


@dataclass(kw_only=True)
class Population:
    """Everybody, and what was planted."""

    people: list[Person]
    planted: list[Planted]

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return sum(len(person.visits) for person in self.people)


Drug = tuple[str, str, str]
# name, codes, prevalence, least age, sex ("" both), drug (RxNorm, ATC, name)
CHRONIC: list[tuple[str, list[str], float, int, str, Drug | None]] = [
    ("diabetes", ["E119", "E1165", "E1142"], 0.12, 40, "", ("6809", "A10BA02", "metformin 500 mg")),
    ("thyroid", ["E038", "E063"], 0.07, 25, "", ("10582", "H03AA01", "levothyroxine 50 mcg")),
    ("pressure", ["I10"], 0.35, 35, "", ("29046", "C09AA03", "lisinopril 10 mg")),
    ("lipids", ["E782", "E7800"], 0.25, 35, "", ("83367", "C10AA05", "atorvastatin 20 mg")),
    ("kidney3", ["N1831"], 0.05, 55, "", None),
    ("kidney4", ["N184"], 0.02, 60, "", None),
    ("heart", ["I5022", "I5032"], 0.06, 60, "", ("4603", "C03CA01", "furosemide 40 mg")),
    ("copd", ["J449"], 0.07, 50, "", ("69120", "R03BB04", "tiotropium inhaler")),
    ("asthma", ["J4530", "J4540"], 0.09, 4, "", ("435", "R03AC02", "albuterol inhaler")),
    ("rhythm", ["I480", "I4811"], 0.06, 60, "", ("11289", "B01AA03", "warfarin 5 mg")),
    ("gout", ["M109"], 0.04, 40, "M", ("519", "M04AA01", "allopurinol 300 mg")),
    ("bones", ["M810"], 0.12, 60, "F", ("46041", "M05BA04", "alendronate 70 mg")),
    ("prostate", ["N401"], 0.35, 50, "M", ("77492", "G04CA02", "tamsulosin 0.4 mg")),
    ("menopause", ["N951"], 0.35, 46, "F", None),
    ("memory", ["G309"], 0.05, 70, "", ("135447", "N06DA02", "donepezil 10 mg")),
    ("tremor", ["G20A1"], 0.03, 60, "", ("6375", "N04BA02", "carbidopa / levodopa")),
    ("seizures", ["G40209"], 0.02, 10, "", ("114477", "N03AX14", "levetiracetam 500 mg")),
    ("mood", ["F331", "F3341"], 0.10, 18, "", ("36437", "N06AB06", "sertraline 50 mg")),
    ("swings", ["F3132"], 0.015, 20, "", ("6448", "N05AN01", "lithium 300 mg")),
    ("joints", ["M0579"], 0.02, 30, "", ("6851", "L04AX03", "methotrexate 2.5 mg")),
    ("virus", ["B20"], 0.01, 25, "", ("1999667", "J05AR20", "bictegravir combination")),
    ("eyes", ["H401131"], 0.05, 55, "", ("43611", "S01EE01", "latanoprost drops")),
    ("weight", ["E6601"], 0.06, 20, "", None),
    ("limb", ["Z89511"], 0.005, 45, "", None),
    ("cataract", ["H2511"], 0.25, 65, "", None),
]
ACUTE = ["J069", "J209", "N390", "R0789", "R1013", "R519", "M545A", "L309", "K219", "H6691", "B349", "R42", "R5383"]
SIDED = [("M1711", "M1712"), ("M25511", "M25512"), ("M7061", "M7062"), ("M79651", "M79652")]
INJURIES = ["S5250{}", "S8200{}", "S9340{}"]
AGES = (2, 5, 9, 20, 27, 33, 41, 48, 55, 62, 68, 74, 81)
VAGUE = ["M5450", "G4730", "M25569", "M25519"]
RESULTS = {A1C: (4.8, 5.5), EGFR: (75, 115), TSH: (0.8, 4.0), HGB: (13.6, 15.8), BMI: (20, 33)}


class Life:
    """Everybody's ordinary life, of a seed."""

    def __init__(self, patients: int, seed: int) -> None:
        """How many people."""
        self._random = random.Random(seed)
        self._claims = 0
        self._providers = [f"1{index:09d}" for index in range(20)]
        self.population = Population(people=[], planted=[])
        for number in range(1, patients + 1):
            self.population.people.append(self._person(number))

    def _person(self, number: int) -> Person:
        pick = self._random
        person = Person(number=number, sex=pick.choice("MF"), age=pick.choice(AGES))
        for name, codes, prevalence, age, sex, drug in CHRONIC:
            if person.age >= age and sex in ("", person.sex) and pick.random() < prevalence:
                if name.startswith("kidney") and any(one.startswith("kidney") for one in person.chronic):
                    continue
                person.chronic[name] = pick.choice(codes)
                if drug is not None and pick.random() < 0.9:
                    began = date(FIRST_YEAR - 1, pick.randint(1, 12), 1)
                    person.drugs.append((*drug, began, None))
        pregnant = person.sex == "F" and 20 <= person.age <= 41 and pick.random() < 0.25
        for year in range(FIRST_YEAR, NOW + 1):
            self._year(person, year, pregnant)
        self._results(person)
        self._life(person)
        person.visits.sort(key=lambda visit: (visit.on, visit.number))
        return person

    def _year(self, person: Person, year: int, pregnant: bool) -> None:
        pick = self._random
        last = 11 if year == NOW else 12
        often = pick.choice((2, 3, 3, 4, 5))
        days = sorted({date(year, pick.randint(1, last), pick.randint(1, 28)) for _ in range(often)})
        home = self._providers[6 + person.number % 14]
        visits = []
        for day in days:
            provider = home if pick.random() < 0.6 else pick.choice(self._providers)
            codes = [code for code in person.chronic.values() if pick.random() < 0.6]
            if person.age < 12 and pick.random() < 0.7:
                codes.insert(0, "Z00129")
            elif pregnant:
                codes.insert(0, "Z3482")
            elif pick.random() < 0.5 or not codes:
                codes.append(pick.choice(ACUTE))
            visits.append(self._visit(person, day, provider, codes))
        for code in person.chronic.values():
            if not any(code in visit.diagnoses for visit in visits):
                pick.choice(visits).diagnoses.append(code)

    def _visit(self, person: Person, day: date, provider: str, codes: list[str]) -> Visit:
        self._claims += 1
        high = self._random.random() < 0.40 + 0.012 * (int(provider) % 9)
        level = self._random.choice(("99214", "99215", "99214") if high else ("99213", "99213", "99212"))
        visit = Visit(
            number=self._claims, on=day, provider=provider, place="11", diagnoses=list(dict.fromkeys(codes)),
            lines=[(level, (), (1,))],
        )  # fmt: skip
        if self._random.random() < 0.04:
            visit.diagnoses.append(self._random.choice(VAGUE))
        person.visits.append(visit)
        return visit

    def _results(self, person: Person) -> None:
        pick = self._random
        ranges = dict(RESULTS)
        if "diabetes" in person.chronic:
            ranges[A1C] = (6.3, 9.0)
        if "kidney3" in person.chronic:
            ranges[EGFR] = (46, 58)
        if "kidney4" in person.chronic:
            ranges[EGFR] = (17, 28)
        if "weight" in person.chronic:
            ranges[BMI] = (40.5, 47)
        for loinc, (low, high) in ranges.items():
            if pick.random() < 0.5:
                for year in range(FIRST_YEAR, NOW + 1):
                    for month in (2, 9):
                        value = f"{pick.uniform(low, high):.1f}"
                        person.results.append((loinc, date(year, month, pick.randint(1, 28)), value))

    def _life(self, person: Person) -> None:
        """What misleads an audit and is right all the same."""
        pick = self._random
        roll = pick.random
        if roll() < 0.05 and "diabetes" not in person.chronic:  # one result beyond the mark, normal afterwards
            person.results.append((pick.choice((A1C, TSH)), date(NOW, 5, 3), "11.0"))
            person.results.append((A1C, date(NOW, 10, 3), "5.2"))
            person.results.append((TSH, date(NOW, 10, 3), "2.2"))
        if roll() < 0.03:  # resolved long ago
            person.problems.append(("D509", date(2019, 4, 1), date(2020, 2, 1)))
        if roll() < 0.05 and "diabetes" not in person.chronic and person.age > 30:  # another documented use
            person.drugs.append(("6809", "A10BA02", "metformin 500 mg", date(2025, 3, 1), None))
            for visit in person.of(NOW)[:1] + person.of(2025)[-1:]:
                visit.diagnoses.append("R7303")
        # Ahead of chemotherapy: a use that no table knows.
        if roll() < 0.003 and person.age > 30 and "gout" not in person.chronic:
            person.drugs.append(("519", "M04AA01", "allopurinol 300 mg", date(2026, 2, 1), None))
            for visit in person.of(NOW)[-2:]:
                visit.diagnoses.append("C8590")
        if roll() < 0.10:
            self._complaint(person)
        if roll() < 0.06:
            self._injury(person)
        if roll() < 0.04 and "thyroid" in person.chronic:  # old and new on the list, both right
            person.problems.append((person.chronic["thyroid"], date(2022, 1, 5), None))

    def _complaint(self, person: Person) -> None:
        right, left = self._random.choice(SIDED)
        lately = person.lately()
        for place, visit in enumerate(lately):
            visit.diagnoses.append(right if place < 2 else left)  # the second side follows, and stays

    def _injury(self, person: Person) -> None:
        lately = person.lately()
        if len(lately) < 2:
            return
        stem = self._random.choice(INJURIES).format(self._random.choice("12"))
        for place, visit in enumerate(lately):
            visit.diagnoses.append(f"{stem}{'A' if place == 0 else 'D'}")
