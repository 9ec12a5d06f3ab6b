"""What is planted into a made-up population, written down as it is planted (`benchmarks/audit_population.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from benchmarks.audit_population import (
    A1C,
    ACUTE,
    BMI,
    EGFR,
    HGB,
    INJURIES,
    NOW,
    SIDED,
    TODAY,
    TSH,
    VAGUE,
    Life,
    Person,
    Planted,
    Population,
)

_NOT_CHRONIC = ("menopause", "prostate", "cataract", "kidney3", "kidney4")
_OTHER_SIDES = ("M17", "M255", "M706", "M796")


class Plants(Life):
    """Ordinary life, and the patterns among it."""

    def __init__(self, patients: int, seed: int, plants_of_each: int) -> None:
        """How many people, and how many plants of each kind that concerns one patient."""
        super().__init__(patients, seed)
        self._plants = plants_of_each

    def plant(self) -> Population:
        """Plant every kind, each in people of its own."""
        for patient_kind in (
            self._medication, self._lab, self._vanished, self._listed, self._lab_against, self._stage, self._opposed,
            self._acute, self._unspecified, self._wrong_side, self._side_in_time, self._character, self._pair,
            self._after_death,
        ):  # fmt: skip
            planted = 0
            for person in self._random.sample(self.population.people, len(self.population.people)):
                if planted == self._plants:
                    break
                if person.planted or not (found := patient_kind(person, planted)):
                    continue
                person.planted = True
                planted += 1
                self.population.planted.append(found)
        self._providers_apart()
        self._impossible_day()
        self._clones()
        for person in self.population.people:
            person.visits.sort(key=lambda visit: (visit.on, visit.number))
        return self.population

    def _medication(self, person: Person, turn: int) -> Planted | None:
        choices = [
            ("10582", "H03AA01", "levothyroxine 75 mcg", ("E0", "C73")),
            ("519", "M04AA01", "allopurinol 100 mg", ("M10", "M1A", "N2", "C85")),
            ("135447", "N06DA02", "donepezil 5 mg", ("G3", "F0")),
            ("6375", "N04BA02", "carbidopa / levodopa 25-100", ("G2",)),
            ("69120", "R03BB04", "tiotropium inhaler", ("J4",)),
            ("11289", "B01AA03", "warfarin 2 mg", ("I48", "I8", "I26")),
            ("274783", "A10AE04", "insulin glargine", ("E1", "R73")),
        ]
        rxnorm, atc, name, answered = choices[turn % len(choices)]
        if person.has(*answered) or person.age < 40 or not person.lately(200):
            return None
        began = TODAY - timedelta(days=self._random.randint(210, 500))
        coding = {0: (rxnorm, "", ""), 1: ("", atc, ""), 2: ("", "", name)}[turn % 3]
        if turn == 7:
            coding = ("", "", "Synthroid, as before")  # a brand in free text: nothing that a table could know
            if person.has("E0"):
                return None
        person.drugs.append((*coding, began, None))
        return Planted(kind="medication_without_condition", direction="missing", patient=person.number)

    def _lab(self, person: Person, turn: int) -> Planted | None:
        loinc, low, high, apart, answered = (
            (A1C, 6.6, 9.0, 40, ("E0", "E1")),
            (EGFR, 32, 57, 120, ("N1", "E112", "I12", "I13")),
            (TSH, 10.5, 30, 70, ("E0",)),
            (HGB, 8.0, 10.8, 60, ("D5", "D6")),
            (BMI, 40.4, 46, 50, ("E66", "Z68")),
        )[turn % 5]
        if person.has(*answered) or any(rx == "6809" for rx, *_ in person.drugs) or not person.lately(100):
            return None
        person.results = [one for one in person.results if one[0] != loinc]
        last = TODAY - timedelta(days=self._random.randint(105, 160))
        for day in (last - timedelta(days=apart + self._random.randint(0, 60)), last):
            person.results.append((loinc, day, f"{self._random.uniform(low, high):.1f}"))
        return Planted(kind="lab_without_condition", direction="missing", patient=person.number)

    def _vanished(self, person: Person, turn: int) -> Planted | None:  # noqa: ARG002
        ours = [name for name in person.chronic if name not in _NOT_CHRONIC]
        if not ours or len(person.of(NOW)) < 2:
            return None
        code = person.chronic[self._random.choice(ours)]
        earlier = [visit for visit in person.visits if visit.on.year < NOW and code in visit.diagnoses]
        if len(earlier) < 2 or earlier[-1].on.year < NOW - 1 or any(one[0] == code for one in person.problems):
            return None
        for visit in person.of(NOW):
            if code in visit.diagnoses:
                visit.diagnoses.remove(code)
            if not visit.diagnoses:
                visit.diagnoses.append("Z719")
        return Planted(kind="chronic_vanished", direction="missing", patient=person.number)

    def _listed(self, person: Person, turn: int) -> Planted | None:
        code, answered = (
            ("E1122", ("E0", "E1", "N1")), ("I5032", ("I5",)), ("J449", ("J4",)), ("G35", ("G35",)), ("F331", ("F3",)),
        )[turn % 5]  # fmt: skip
        since = TODAY - timedelta(days=400)
        seen = [visit for visit in person.visits if visit.on >= TODAY - timedelta(days=350)]
        if person.has(*answered) or person.age < 20 or len(seen) < 2:
            return None
        person.problems.append((code, since, None))
        return Planted(kind="problem_not_coded", direction="missing", patient=person.number)

    def _lab_against(self, person: Person, turn: int) -> Planted | None:
        code, loinc, low, high, clear = (
            ("E119", A1C, 4.9, 5.5, ("E0", "E1", "R73")),
            ("N1832", EGFR, 66, 110, ("N1",)),
            ("D509", HGB, 13.7, 15.5, ("D5", "D6")),
        )[turn % 3]
        drugs = {"6809", "274783"}
        if (
            person.age < 40
            or person.has(*clear)
            or drugs & {one[0] for one in person.drugs}
            or len(person.lately(250)) < 2
        ):
            return None
        person.results = [one for one in person.results if one[0] != loinc]
        visit = person.lately(250)[0]
        visit.diagnoses.append(code)
        for days in (-110, 15):
            day = min(visit.on + timedelta(days=days), TODAY)
            person.results.append((loinc, day, f"{self._random.uniform(low, high):.1f}"))
        return Planted(kind="lab_contradicts_code", direction="unsupported", patient=person.number)

    def _stage(self, person: Person, turn: int) -> Planted | None:  # noqa: ARG002
        true = person.chronic.get("kidney3") or person.chronic.get("kidney4")
        if true is None:
            return None
        wrong = "N184" if true == "N1831" else "N1831"
        for visit in person.visits:
            visit.diagnoses = [wrong if code == true else code for code in visit.diagnoses]
        low, high = (47, 57) if true == "N1831" else (17, 28)
        person.results = [one for one in person.results if one[0] != EGFR]
        for month in (3, 9):
            person.results.append((EGFR, date(NOW, month, 11), f"{self._random.uniform(low, high):.1f}"))
        way = "unsupported" if true == "N1831" else "missing"
        return Planted(kind="stage_conflicts_with_labs", direction=way, patient=person.number)

    def _opposed(self, person: Person, turn: int) -> Planted | None:
        lately = person.lately()
        if turn % 2 and "diabetes" in person.chronic:
            if any(person.chronic["diabetes"] in visit.diagnoses for visit in lately):
                self._random.choice(lately).diagnoses.append("E109")
                return Planted(kind="opposed_codes", direction="conflict", patient=person.number)
            return None
        if "asthma" not in person.chronic and not person.has("J4") and len(lately) > 1:
            near = [(a, b) for a, b in pairwise(lately) if (b.on - a.on).days < 80]
            if near:
                near[0][0].diagnoses.append("J4520")
                near[0][1].diagnoses.append("J4550")
                return Planted(kind="opposed_codes", direction="conflict", patient=person.number)
        return None

    def _acute(self, person: Person, turn: int) -> Planted | None:
        lately = person.lately()
        if person.age < 50 or person.has("I63", "I21") or len(lately) < 2:
            return None
        if turn % 2:
            lately[0].diagnoses.append("I639")
        elif (lately[-1].on - lately[0].on).days > 40:
            lately[0].place = "23"
            lately[0].diagnoses.append("I214")
            lately[-1].diagnoses.append("I214")
        else:
            return None
        return Planted(kind="acute_repeated", direction="unsupported", patient=person.number)

    def _unspecified(self, person: Person, turn: int) -> Planted | None:
        lately = person.lately()
        if person.age < 40 or len(lately) < 3 or (lately[-1].on - lately[0].on).days < 185:
            return None
        code, family = (
            ("M25569", ("M2556",)), ("J45909", ("J4",)), ("I509", ("I5",)), ("D649", ("D5", "D6")),
        )[turn % 4]  # fmt: skip
        if person.has(*family):
            return None
        for visit in lately:
            visit.diagnoses.append(code)
        if family == ("D5", "D6"):
            person.results = [one for one in person.results if one[0] != HGB]
        return Planted(kind="unspecified_patient", direction="missing", patient=person.number)

    def _wrong_side(self, person: Person, turn: int) -> Planted | None:
        lately = person.lately()
        if turn % 2 or not lately or person.has(*_OTHER_SIDES):
            return None if turn % 2 == 0 else self._side_in_time(person, turn)
        visit = lately[-1]
        visit.diagnoses.append("M1711")
        visit.lines.append(("20610", ("LT",), (len(visit.diagnoses),)))
        return Planted(kind="laterality", direction="conflict", patient=person.number)

    def _side_in_time(self, person: Person, turn: int) -> Planted | None:  # noqa: ARG002
        lately = person.lately()
        if person.has(*_OTHER_SIDES) or len(lately) < 3:
            return None
        first, middle, last = lately[0], lately[1], lately[2]
        if (middle.on - first.on).days > 170 or (last.on - middle.on).days > 170:
            return None
        right, left = self._random.choice(SIDED)
        for visit, code in ((first, right), (middle, left), (last, right)):
            visit.diagnoses.append(code)
        return Planted(kind="laterality", direction="conflict", patient=person.number)

    def _character(self, person: Person, turn: int) -> Planted | None:
        lately = person.lately()
        if len(lately) < 2 or person.has("S"):
            return None
        stem = self._random.choice(INJURIES).format(self._random.choice("12"))
        first, then = (("D", "A"), ("S", "D"), ("A", "D"))[turn % 3]
        lately[0].diagnoses.append(stem + first)
        (lately[0] if turn % 3 == 2 else lately[1]).diagnoses.append(stem + then)
        return Planted(kind="encounter_character", direction="conflict", patient=person.number)

    def _pair(self, person: Person, turn: int) -> Planted | None:
        foreign, home = (("Z3482", "prostate"), ("N951", "prostate"), ("Z00129", "prostate"), ("Z3482", "cataract"),
                         ("Z00129", "menopause"), ("Z00129", "cataract"), ("Z00129", "lipids"), ("Z00129", "pressure"),
                         ("Z00129", "heart"), ("Z00129", "rhythm"), ("Z00129", "bones"))[turn % 11]  # fmt: skip
        if person.age < 50 or home not in person.chronic or (foreign == "N951" and person.sex == "F"):
            return None
        at = [visit for visit in person.lately() if person.chronic[home] in visit.diagnoses]
        if not at:
            return None
        at[0].diagnoses.append(foreign)
        return Planted(kind="rare_pair", direction="conflict", claim=at[0].number)

    def _after_death(self, person: Person, turn: int) -> Planted | None:  # noqa: ARG002
        lately = person.lately(200)
        if not lately or person.age < 60:
            return None
        person.died = lately[-1].on - timedelta(days=self._random.randint(1, 30))
        late = [visit for visit in person.visits if visit.on > person.died]
        if len(late) != 1:
            person.died = None
            return None
        return Planted(kind="after_death", direction="suspected", claim=late[0].number)

    def _providers_apart(self) -> None:
        up, down, vague = self._providers[0], self._providers[1], self._providers[2]
        for person in self.population.people:
            for visit in person.visits:
                roll = self._random.random()
                if visit.provider == up:
                    visit.lines[0] = ("99214" if roll < 0.85 else "99213", (), (1,))
                elif visit.provider == down:
                    visit.lines[0] = ("99214" if roll < 0.15 else "99213", (), (1,))
                elif visit.provider == vague and roll < 0.85:
                    visit.diagnoses += [code for code in self._random.sample(VAGUE, 2) if code not in visit.diagnoses]
        self.population.planted += [
            Planted(kind="provider_distribution", direction="unsupported", provider=up),
            Planted(kind="provider_distribution", direction="missing", provider=down),
            Planted(kind="unspecified_provider", direction="missing", provider=vague),
        ]

    def _adults(self, count: int) -> Iterator[Person]:
        free = [person for person in self.population.people if not person.planted and person.age >= 20]
        for person in self._random.sample(free, count):
            person.planted = True
            yield person

    def _impossible_day(self) -> None:
        provider, day = self._providers[3], date(NOW, 6, 17)
        for person in self._adults(38):
            visit = self._visit(person, day, provider, [self._random.choice(ACUTE)])
            visit.lines = [("99215", (), (1,))]
        self.population.planted.append(Planted(kind="impossible_day", direction="suspected", provider=provider))

    def _clones(self) -> None:
        provider = self._providers[4]
        for place, person in enumerate(self._adults(7)):
            visit = self._visit(person, date(NOW, 7, 1 + place), provider, ["R0789", "R519", "R42", "R5383"])
            visit.diagnoses = ["R0789", "R519", "R42", "R5383"]
            visit.lines = [("99214", (), (1, 2)), ("93000", (), (1,)), ("36415", (), (3,))]
        self.population.planted.append(Planted(kind="cloned_claims", direction="suspected", provider=provider))


def population(patients: int = 2_000, seed: int = 20261130, plants_of_each: int = 25) -> Population:
    """A population of three years with this many plants of each kind that concerns one patient."""
    return Plants(patients, seed, plants_of_each).plant()
