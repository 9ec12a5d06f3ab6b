"""270 and 271, 005010X279A1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.guides.common import (
    AMT,
    DMG,
    DTP,
    HL,
    N3,
    N4,
    NM1,
    PER,
    PROCEDURE,
    PRV,
    RAW,
    REF,
    TRN,
    Codes,
    Pointers,
)
from x12.syntax.delimiters import Delimiters
from x12.transactions.eligibility import (
    Benefit,
    EligibilityInquiry,
    EligibilityQuestion,
    EligibilityResponse,
    InformationReceiver,
    InformationSource,
    Member,
    Rejection,
)
from x12.transactions.parts import Party


class Bracket:
    """LS and LE around the 2120 loops: written when there are entities, nothing to read."""

    __slots__ = ()

    def read(self, _elements: Sequence[str], _delimiters: Delimiters) -> dict[str, Any]:
        return {}

    def write(self, values: Sequence[Any], _delimiters: Delimiters) -> Iterable[list[str]]:
        return [["2120"] for value in values if value.entities]


_BHT = "=0022@1 purpose=2 reference=3 date=4:date time=5:time"
AAA = Fields("valid=1 reason=3 follow_up=4", Rejection)
EQ = Fields(
    "service_types=1^ coverage_level=3", procedure=(2, PROCEDURE), diagnosis_pointers=(5, Pointers())
)
EB = Fields(
    "information=1 coverage_level=2 service_types=3^ insurance_type=4 plan=5 period=6 amount_cents=7 "
    "percent=8:decimal quantity_qualifier=9 quantity=10:decimal authorization_required=11 in_network=12",
    procedure=(13, PROCEDURE),
    diagnosis_pointers=(14, Pointers()),
)
_REF = "1 ?2 ?3"
_PRV_CODES = "AD|AS|AT|BI|CO|CV|H|HH|LA|OP|OR|OT|P1|P2|PC|PE|PU|R|RF|RP|SB|SK|SP|SU|TR"
_PROCEDURE = ".1=AD|CJ|HC|ID|IV|N4|ZZ {0}.2 ?{0}.3 ?{0}.4 ?{0}.5 ?{0}.6"
_ENTITY = "?3 ?4 ?5 ?6 ?7 ?8 ?9"
_PLACE = [
    Slot("N3", "1 ?2", N3, "address."),
    Slot("N4", "?1 ?2 ?3 ?4 ?7", N4, "address."),
]
_AAA = Slot("AAA", "1=N|Y 3 4", AAA, "rejections", many=True, most=9)
_PER = Slot("PER", "1=IC ?2 ?3=ED|EM|FX|TE|UR|WP ?4 ?5=ED|EM|EX|FX|TE|UR|WP ?6 ?7=ED|EM|EX|FX|TE|UR|WP ?8", PER,
            "contacts", many=True, most=3, extra="@_#%")  # fmt: skip
_HI = Slot("HI", "1 1.1=ABK|BK 1.2 " + " ".join(f"?{n} {n}.1=ABF|BF {n}.2" for n in range(2, 9)), RAW, "diagnoses")
_REFS = Slot("REF", _REF, REF, "references", many=True, most=9)
_HOISTED = ("rejections", "insured", "diagnoses", "dates", "military")


def _prv() -> Slot:
    return Slot("PRV", f"1={_PRV_CODES} ?2=PXC ?3", PRV)


def _entities(name: str) -> tuple[Slot | Loop, ...]:
    return (
        Slot("LS", "1=2120", Bracket()),
        Loop(
            name,
            Party,
            (
                Slot("NM1", f"1=13|1I|1P|2B|36|73|FA|GP|GW|I3|IL|LR|OC|P3|P4|P5|PR|PRP|SEP|TTP|VN|VY|X3|Y2 2=1|2 "
                     f"{_ENTITY}", NM1, required=True),
                *_PLACE,
                _PER,
                _prv(),
            ),
            "entities", many=True, most=23,
        ),
        Slot("LE", "1=2120", Bracket()),
    )  # fmt: skip


def _question(name: str) -> Loop:
    return Loop(
        name,
        EligibilityQuestion,
        (
            Slot("EQ", "?1 ?2 2" + _PROCEDURE.format(2) + " ?3 ?5", EQ, required=True),
            Slot("AMT", "1=R|PB 2", AMT, "amounts", many=True, most=2),
            Slot("III", "1 2", RAW, "supplements", many=True, most=10),
            Slot("REF", "1=9F|G1 2", REF, "references", many=True, most=1),
            Slot("DTP", "1=291 2=D8|RD8 3", DTP, "dates", many=True, most=1),
        ),
        "questions", many=True, most=99,
    )  # fmt: skip


def _benefit(name: str) -> Loop:
    return Loop(
        name,
        Benefit,
        (
            Slot("EB", "1=1|2|3|4|5|6|7|8|A|B|C|CB|D|E|F|G|H|I|J|K|L|M|MC|N|O|P|Q|R|S|T|U|V|W|X|Y "
                 "?2=CHD|DEP|ECH|EMP|ESP|FAM|IND|SPC|SPO ?3 ?4 ?5 ?6 ?7 ?8 ?9 ?10 ?11=N|U|Y ?12=N|U|W|Y ?13 13"
                 + _PROCEDURE.format(13) + " ?14", EB, required=True),
            Slot("HSD", "?1 ?2 ?3 ?4 ?5 ?6 ?7 ?8", RAW, "deliveries", many=True, most=9),
            Slot("REF", _REF, REF, "references", many=True, most=9),
            Slot("DTP", "1 2=D8|RD8 3", DTP, "dates", many=True, most=20),
            _AAA,
            Slot("MSG", "1", Codes(1), "messages", many=True, most=10),
            Slot("III", "?1 ?2 ?3 ?4", RAW, "supplements", many=True, most=10),
            *_entities(name.replace("2110", "2120")),
        ),
        "benefits", many=True,
    )  # fmt: skip


def _member(letter: str, entity: str, into: str, *, response: bool, children: tuple[Loop, ...] = ()) -> Loop:
    level, child = ("22", "0|1") if letter == "C" else ("23", "0")
    person: list[Slot] = [
        Slot("NM1", f"1={entity} 2=1|2 {_ENTITY}", NM1, required=True),
        _REFS,
        *_PLACE,
    ]
    if response:
        person.append(_AAA)
    person += [
        _prv(),
        Slot("DMG", "?1=D8 ?2 ?3=F|M|U", DMG),
        Slot("INS", "1=N|Y 2 ?3 ?4 ?17", RAW, "insured"),
        _HI,
        Slot("DTP", "1 2=D8|RD8 3", DTP, "dates", many=True, most=9),
    ]
    if response:
        person.append(Slot("MPI", "1 2 3 ?4 ?5 ?6 ?7", RAW, "military"))
    return Loop(
        f"2000{letter}",
        Member,
        (
            Slot("HL", f"1 2 3={level} 4={child}", HL, key="3", required=True),
            Slot("TRN", "1=1|2 2 3 ?4", TRN, "traces", many=True, most=3),
            Loop(f"2100{letter}", Party, person, "person", required=True, most=1, hoist=_HOISTED),
            _benefit(f"2110{letter}") if response else _question(f"2110{letter}"),
            *children,
        ),
        into, many=True,
    )  # fmt: skip


def _root(shape: Any, purposes: str, *, response: bool) -> Loop:
    dependent = _member("D", "03", "dependents", response=response)
    subscriber = _member("C", "IL", "subscribers", response=response, children=(dependent,))
    answers = (_AAA,) if response else ()
    receiver = Loop(
        "2000B",
        InformationReceiver,
        (
            Slot("HL", "1 2 3=21 4=0|1", HL, key="3", required=True),
            Loop("2100B", Party, (
                Slot("NM1", f"1=1P|2B|36|80|FA|GP|P5|PR 2=1|2 {_ENTITY}", NM1, required=True),
                _REFS, *_PLACE, *answers, _prv(),
            ), "party", required=True, most=1, hoist=("rejections",)),
            subscriber,
        ),
        "receivers", many=True,
    )  # fmt: skip
    at_source = (Slot("AAA", "1=N|Y 3 4", AAA, "party_rejections", many=True, most=9),) if response else ()
    source = Loop(
        "2000A",
        InformationSource,
        (
            Slot("HL", "1 3=20 4=0|1", HL, key="3", required=True),
            *answers,
            Loop("2100A", Party, (
                Slot("NM1", f"1=2B|36|GP|P5|PR 2=1|2 {_ENTITY}", NM1, required=True),
                *((_REFS, _PER) if response else ()), *at_source,
            ), "party", required=True, most=1, hoist=("party_rejections",)),
            receiver,
        ),
        "sources", many=True, required=True,
    )  # fmt: skip
    use, fields = f"1=0022 2={purposes} ?3 4 5", Fields(_BHT if response else f"{_BHT} transaction_type=6")
    bht = Slot("BHT", use if response else f"{use} ?6=RT|RU", fields, required=True)
    return Loop("ST", shape, (bht, source))


INQUIRY = Guide(
    kind="270",
    transaction="270",
    functional_id="HS",
    versions=("005010X279A1", "005010X279"),
    root=_root(EligibilityInquiry, "01|13", response=False),
)
RESPONSE = Guide(
    kind="271",
    transaction="271",
    functional_id="HB",
    versions=("005010X279A1", "005010X279"),
    root=_root(EligibilityResponse, "06|11", response=True),
)
