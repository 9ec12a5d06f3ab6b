"""837P, 005010X222A1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from x12.engine.building import make
from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.guides.common import AMT, CAS, DTP, HL, MOA, PER, RAW, address, party, ref
from x12.guides.professional_line import LINE
from x12.guides.professional_parts import (
    ANESTHESIA,
    ATTACHMENT,
    ATTACHMENT_USE,
    BENEFITS,
    CAS_USE,
    CONDITION_CODES,
    CONDITION_USE,
    CONDITIONS,
    CONTRACT,
    DIAGNOSES,
    FILE_INFORMATION,
    NOTE,
    PATIENT_FACTS,
    PERSON_USE,
    RELATED_PATIENT,
    demographics,
    providers,
    sbr,
)
from x12.transactions.professional_claim import (
    BillingProvider,
    OtherCoverage,
    Patient,
    ProfessionalClaim,
    ProfessionalClaims,
    RelatedCauses,
    Subscriber,
)

BHT = Fields("=0019@1 purpose=2 reference=3 date=4:date time=5:time claim_type=6")
CAUSES = Fields("causes=1-3 state=4 country=5", RelatedCauses)
CLM = Fields(
    "claim_id=1 charge_cents=2 place_of_service=5.1 facility_qualifier=5.2 frequency_code=5.3 "
    "provider_signature=6 assignment=7 benefits_assignment=8 release_of_information=9 "
    "patient_signature_source=10 special_program=12 delay_reason=20",
    related_causes=(11, CAUSES),
)

OTHER_COVERAGE = Loop(
    "2320",
    OtherCoverage,
    (
        sbr("1=A|B|C|D|E|F|G|H|P|S|T|U 2=01|18|19|20|21|39|40|53|G8 ?3 ?4 ?5 ?9"),
        Slot("CAS", CAS_USE, CAS, "adjustments", many=True, most=5),
        Slot("AMT", "1=D|A8|EAF 2", AMT, "amounts", many=True, most=3, each=1),
        Slot("OI", "3=N|W|Y ?4=P 6=I|Y", BENEFITS, required=True),
        Slot("MOA", "?1 ?2 ?3 ?4 ?5 ?6 ?7 ?8 ?9", MOA, "adjudication"),
        party("2330A", "subscriber", "IL", *address(), ref("SY"), use=PERSON_USE, required=True),
        party(
            "2330B", "payer", "PR", *address(),
            Slot("DTP", "1=573 2=D8 3", DTP, "dates", many=True),
            ref("2U|EI|FY|NF|G1|9F|F8|T4"),
            use="2=2 3 8=PI|XV 9", required=True,
        ),
        party("2330C", "providers", "DN|P3|82|77|DQ|85", ref("0B|1G|G2|LU"), use="2=1|2 ?3", many=True, most=7),
    ),
    "other_coverages", many=True, most=10,
)


def assemble_claim(values: dict[str, Any], frames: Sequence[Any]) -> ProfessionalClaim | None:
    """A claim with the provider, subscriber, payer and patient of the HL loops it stands in; None when one of
    them could not be read."""
    patient = None
    for frame in frames:
        name = frame.loop.name
        if name == "2000A":
            if frame.context is None:
                frame.context = _context(BillingProvider, frame, ("provider",))
            values["billing_provider"] = frame.context
        elif name == "2000B":
            if frame.context is None:
                frame.context = _context(Subscriber, frame, ("person", "payer_responsibility"))
            values["subscriber"] = frame.context
            values["payer"] = frame.values.get("payer")
        elif name == "2000C":
            if frame.context is None:
                frame.context = _context(Patient, frame, ("person", "relationship"))
            if frame.context is None:
                return None
            patient = frame.context
    needed = ("billing_provider", "subscriber", "payer", "claim_id", "charge_cents", "place_of_service")
    if any(values.get(name) is None for name in needed):
        return None
    values["patient"] = patient
    return make(ProfessionalClaim, values)  # type: ignore[no-any-return]


def _context(shape: Any, frame: Any, needed: tuple[str, ...]) -> Any:
    if any(frame.values.get(name) is None for name in needed):
        return None
    own = {name: value for name, value in frame.values.items() if name in shape.__slots__}
    return shape(**own)


def balance_claim(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """CLM02 is the sum of SV102; another payer's amounts account for the charge they were decided on."""
    lines = values.get("lines", ())
    total = sum(line.charge_cents for line in lines)
    charge = values.get("charge_cents")
    if charge is not None and lines and total != charge:
        yield "claim-total", f"CLM02 is {charge / 100:.2f}, its lines add up to {total / 100:.2f}"


CLAIM = Loop(
    "2300",
    None,
    (
        Slot(
            "CLM",
            "1 2 5 5.1 5.2=B 5.3 6=N|Y 7=A|B|C 8=N|W|Y 9=I|Y ?10=P ?11 11.1=AA|EM|OA ?11.2=AA|EM|OA "
            "?11.3=AA|EM|OA ?11.4 ?11.5 ?12=02|03|05|09 ?20=1|2|3|4|5|6|7|8|9|10|11|15",
            CLM, required=True,
        ),
        Slot("DTP", "1=431|454|304|453|439|484|455|471|314|360|361|297|296|435|096|090|091|444|050 2=D8|RD8|DT 3",
             DTP, "dates", many=True),
        Slot("PWK", ATTACHMENT_USE, ATTACHMENT, "attachments", many=True,
             most=10),
        Slot("CN1", "1=01|02|03|04|05|06|09 ?2 ?3 ?4 ?5 ?6", CONTRACT, "contract"),
        Slot("AMT", "1=F5 2", AMT, "amounts", many=True, most=1),
        ref("4N|F5|EW|9F|G1|F8|X4|9A|9C|LX|D9|EA|P4|1J|X9|G3"),
        Slot("K3", "1", FILE_INFORMATION, "file_information", many=True, most=10),
        Slot("NTE", "1=ADD|CER|DCP|DGN|TPO 2", NOTE, "notes", many=True, most=1),
        Slot("CR1", "?1=LB ?2 ?3 4=A|B|C|D|E 5=DH 6 ?9 ?10", RAW, "supplements", many=True),
        Slot("CR2", "8=A|C|D|E|F|G|M ?10 ?11", RAW, "supplements", many=True),
        Slot("CRC", CONDITION_USE, CONDITIONS, "conditions",
             many=True, most=8),
        Slot("HI", "1 1.1=ABK|BK 1.2 " + " ".join(f"?{n} {n}.1=ABF|BF {n}.2" for n in range(2, 13)),
             DIAGNOSES, "diagnoses", many=True, required=True, most=1, key="1.1"),
        Slot("HI", "1 1.1=BP 1.2 ?2 2.1=BO 2.2", ANESTHESIA, "anesthesia_procedures", many=True, key="1.1"),
        Slot("HI", "1 1.1=BG 1.2 " + " ".join(f"?{n} {n}.1=BG {n}.2" for n in range(2, 13)),
             CONDITION_CODES, "condition_codes", many=True, most=2, key="1.1"),
        Slot("HCP", "1 2 ?3 ?4 ?5 ?6 ?7 ?13 ?14 ?15", RAW, "supplements", many=True),
        *providers("2310"),
        OTHER_COVERAGE,
        LINE,
    ),
    "claims", many=True, assemble=assemble_claim, verify=balance_claim,
)  # fmt: skip

PATIENT = Loop(
    "2000C",
    None,
    (
        Slot("HL", "1 2 3=23 4=0", HL, key="3", required=True),
        Slot("PAT", "1 ?5=D8 ?6 ?7=01 ?8 ?9=Y", RELATED_PATIENT, required=True),
        party("2010CA", "person", "QC", *address(required=True), demographics(required=True),
              ref("Y4|1W|SY"),
              Slot("PER", "1=IC ?2 3=TE 4 ?5=EX ?6", PER, "contacts", many=True, most=1),
              use="2=1 3 ?4 ?5 ?7", required=True),
        CLAIM,
    ),
    "patients", many=True,
)  # fmt: skip

SUBSCRIBER = Loop(
    "2000B",
    None,
    (
        Slot("HL", "1 2 3=22 4=0|1", HL, key="3", required=True),
        sbr("1=A|B|C|D|E|F|G|H|P|S|T|U ?2=18 ?3 ?4 ?5 ?9"),
        Slot("PAT", "?5=D8 ?6 ?7=01 ?8 ?9=Y", PATIENT_FACTS, "facts"),
        party("2010BA", "person", "IL", *address(), demographics(), ref("SY|Y4"),
              Slot("PER", "1=IC ?2 3=TE 4 ?5=EX ?6", PER, "contacts", many=True, most=1),
              use="2=1|2 3 ?4 ?5 ?7 ?8=II|MI ?9", required=True),
        party("2010BB", "payer", "PR", *address(), ref("2U|EI|FY|NF|G2|LU"), use="2=2 3 8=PI|XV 9", required=True),
        CLAIM,
        PATIENT,
    ),
    "subscribers", many=True, required=True,
)  # fmt: skip

BILLING = Loop(
    "2000A",
    None,
    (
        Slot("HL", "1 3=20 4=1", HL, key="3", required=True),
        Slot("PRV", "1=BI 2=PXC 3", Fields("taxonomy=3")),
        Slot("CUR", "1=85 2", Fields("currency=2")),
        party("2010AA", "provider", "85", *address(required=True), ref("EI|SY|0B|1G", must="EI|SY"),
              Slot("PER", "1=IC ?2 3=EM|FX|TE 4 ?5=EM|EX|FX|TE ?6 ?7=EM|EX|FX|TE ?8", PER, "contacts", many=True,
                   most=2, extra="@_"),
              use="2=1|2 3 ?4 ?5 ?7 ?8=XX ?9", required=True),
        party("2010AB", "pay_to", "87", *address(required=True), use="2=1|2"),
        party("2010AC", "pay_to_plan", "PE", *address(required=True), ref("2U|FY|NF|EI"), use="2=2 3 8=PI|XV 9"),
        SUBSCRIBER,
    ),
    "billing_providers", many=True, required=True,
)  # fmt: skip

ROOT = Loop(
    "ST",
    ProfessionalClaims,
    (
        Slot("BHT", "1=0019 2=00|18 3 4 5 6=31|CH|RP", BHT, required=True),
        party("1000A", "submitter", "41",
              Slot("PER", "1=IC ?2 3=EM|FX|TE 4 ?5=EM|EX|FX|TE ?6 ?7=EM|EX|FX|TE ?8", PER, "contacts", many=True,
                   most=2, required=True, extra="@_"),
              use="2=1|2 3 ?4 ?5 8=46 9", required=True),
        party("1000B", "receiver", "40", use="2=2 3 8=46 9", required=True),
        BILLING,
    ),
)  # fmt: skip


def tree(content: ProfessionalClaims) -> SimpleNamespace:
    """The claims as the HL loops they are written in: a new loop wherever its object differs from the last."""
    root = SimpleNamespace(**{name: getattr(content, name) for name in ProfessionalClaims.__slots__})
    root.billing_providers = []
    last: ProfessionalClaim | None = None
    for claim in content.claims:
        if last is None or _differs(last.billing_provider, claim.billing_provider):
            root.billing_providers.append(_loop(claim.billing_provider, subscribers=[]))
            last = None
        billing = root.billing_providers[-1]
        if (
            last is None
            or _differs(last.subscriber, claim.subscriber)
            or last.payer != claim.payer
            or (last.patient is not None and claim.patient is None)
        ):
            billing.subscribers.append(_loop(claim.subscriber, payer=claim.payer, claims=[], patients=[]))
            last = None
        subscriber = billing.subscribers[-1]
        if claim.patient is None:
            subscriber.claims.append(claim)
        else:
            if last is None or last.patient is None or _differs(last.patient, claim.patient):
                subscriber.patients.append(_loop(claim.patient, claims=[]))
            subscriber.patients[-1].claims.append(claim)
        last = claim
    return root


def _differs(one: Any, other: Any) -> bool:
    return one is not other and (one != other or (one.hl and other.hl and one.hl != other.hl))


def _loop(value: Any, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(**{name: getattr(value, name) for name in type(value).__slots__}, **more)


GUIDE = Guide(
    kind="837P",
    transaction="837",
    functional_id="HC",
    versions=("005010X222A1", "005010X222A2", "005010X222"),
    root=ROOT,
    tree=tree,
    claims_in="claims",
)
