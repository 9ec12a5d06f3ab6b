"""Records and slots of the 837P alone."""

from __future__ import annotations

from x12.engine.guide import Loop, Slot
from x12.engine.records import Fields
from x12.guides.claim_records import CONDITIONS
from x12.guides.common import DTP, PER, address, party, prv, ref

AMBULANCE = "?1=LB ?2 4=A|B|C|D|E 5=DH 6 ?9 ?10"
BENEFITS = Fields("benefits_assignment=3 patient_signature_source=4 release_of_information=6")


def _conditions(categories: str, answers: str, codes: str, count: int, most: int) -> Slot:
    more = " ".join(f"?{at}={codes}" for at in range(4, 3 + count))
    return Slot("CRC", f"1={categories} 2={answers} 3={codes} {more}", CONDITIONS, "conditions", many=True, most=most)


AMBULANCE_CONDITIONS = _conditions("07", "N|Y", "01|04|05|06|07|08|09|12", 5, 3)
CLAIM_CONDITIONS = (
    AMBULANCE_CONDITIONS,
    _conditions("E1|E2|E3", "N|Y", "L1|L2|L3|L4|L5", 5, 3),
    _conditions("75", "Y", "IH", 1, 1),
    _conditions("ZZ", "N|Y", "AV|NU|S2|ST", 3, 1),
)
LINE_CONDITIONS = (
    AMBULANCE_CONDITIONS,
    _conditions("70", "N|Y", "65", 1, 1),
    _conditions("09", "N|Y", "38|ZV", 2, 1),
)


def dates(codes: str, formats: str = "D8", must: str = "") -> Slot:
    """DTP of these qualifiers, each once."""
    return Slot("DTP", f"1={codes} 2={formats} 3", DTP, "dates", many=True, each=1, must=must)


def providers(base: str, *, line: bool = False) -> list[Loop]:
    """The provider loops of a claim (2310) or of a line (2420)."""
    def numbers(codes: str) -> Slot:
        return ref(codes, 20, each=0) if line else ref(codes, use="2")

    letters = dict(zip(("referring", "rendering", "facility", "supervising", "pick_up", "drop_off"),
                       "FACDGH" if line else "ABCDEF", strict=True))  # fmt: skip
    contact = Slot("PER", "1=IC ?2 3=TE 4 ?5=EX ?6", PER, "contacts", many=True, most=1)
    return [
        party(f"{base}{letters['referring']}", "referring_providers", "DN|P3", numbers("0B|1G|G2"),
              use="2=1 3 ?4 ?5 ?7 ?8=XX ?9", many=True, most=2),
        party(f"{base}{letters['rendering']}", "rendering_provider", "82", prv("PE"), numbers("0B|1G|G2|LU")),
        party(f"{base}{letters['facility']}", "service_facility", "77", *address(required=True),
              numbers("G2|LU" if line else "0B|G2|LU"), *([] if line else [contact]), use="2=2 3 ?8=XX ?9"),
        party(f"{base}{letters['supervising']}", "supervising_provider", "DQ", numbers("0B|1G|G2|LU"),
              use="2=1 3 ?4 ?5 ?7 ?8=XX ?9"),
        party(f"{base}{letters['pick_up']}", "ambulance_pick_up", "PW", *address(required=True), use="2=2"),
        party(f"{base}{letters['drop_off']}", "ambulance_drop_off", "45", *address(required=True), use="2=2 ?3"),
    ]  # fmt: skip
