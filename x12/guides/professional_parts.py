"""Records and slots of the 837P alone."""

from __future__ import annotations

from x12.engine.guide import Loop, Slot
from x12.engine.records import Fields
from x12.guides.common import PER, address, party, prv, ref

CONDITION_USE = "1=07|09|70|75|E1|E2|E3|ZZ 2=N|Y 3 ?4 ?5 ?6 ?7"
BENEFITS = Fields("benefits_assignment=3 patient_signature_source=4 release_of_information=6")


def providers(base: str, *, line: bool = False) -> list[Loop]:
    """The provider loops of a claim (2310) or of a line (2420)."""
    numbers = ref("0B|1G|G2|LU") if not line else ref("0B|1G|G2|LU", each=0)
    letters = dict(zip(("referring", "rendering", "facility", "supervising", "pick_up", "drop_off"),
                       "FACDGH" if line else "ABCDEF", strict=True))  # fmt: skip
    contact = Slot("PER", "1=IC ?2 3=TE 4 ?5=EX ?6", PER, "contacts", many=True, most=1)
    return [
        party(f"{base}{letters['referring']}", "referring_providers", "DN|P3", numbers,
              use="2=1 3 ?4 ?5 ?7 ?8=XX ?9", many=True, most=2),
        party(f"{base}{letters['rendering']}", "rendering_provider", "82", prv("PE"), numbers),
        party(f"{base}{letters['facility']}", "service_facility", "77", *address(required=True),
              ref("0B|G2|LU", each=0), *([] if line else [contact]), use="2=2 3 ?8=XX ?9"),
        party(f"{base}{letters['supervising']}", "supervising_provider", "DQ", numbers,
              use="2=1 3 ?4 ?5 ?7 ?8=XX ?9"),
        party(f"{base}{letters['pick_up']}", "ambulance_pick_up", "PW", *address(required=True), use="2=2"),
        party(f"{base}{letters['drop_off']}", "ambulance_drop_off", "45", *address(required=True), use="2=2 ?3"),
    ]  # fmt: skip
