"""837P, 005010X222A1."""

from __future__ import annotations

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.guides.claim_levels import (
    assemble_as,
    balance_claim,
    billing_level,
    claims_set,
    claims_tree,
    patient_level,
    payer,
    subscriber_level,
)
from x12.guides.claim_records import (
    ATTACHMENT,
    ATTACHMENT_USE,
    CAS_USE,
    CONDITION_CODES,
    CONTRACT,
    CONTRACT_USE,
    DIAGNOSIS,
    FILE_INFORMATION,
    FILING,
    NOTE,
    OTHER_RELATIONSHIP,
    PATIENT_FACTS,
    PAYER_RESPONSIBILITY,
    PERSON_USE,
    PRICED,
    REFUSED,
    RELATED_PATIENT,
    RELATIONSHIPS,
    HealthCodes,
    PlainCode,
    demographics,
    sbr,
    several,
)
from x12.guides.common import AMT, CAS, DTP, MOA, PER, RAW, address, party, ref
from x12.guides.professional_line import LINE
from x12.guides.professional_parts import AMBULANCE, BENEFITS, CLAIM_CONDITIONS, dates, providers
from x12.transactions.professional_claim import OtherCoverage, ProfessionalClaim, ProfessionalClaims, RelatedCauses

WHY_SECONDARY = "?5=12|13|14|15|16|41|42|43|47"
DIAGNOSES = HealthCodes(DIAGNOSIS)
ANESTHESIA = HealthCodes(PlainCode("BP"), PlainCode("BO"))
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
        sbr(f"{PAYER_RESPONSIBILITY} {OTHER_RELATIONSHIP} ?3 ?4 {WHY_SECONDARY} {FILING}"),
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
        party("2330C", "providers", "DN|P3|82|77|DQ|85", ref("0B|1G|G2|LU", use="2", required=True),
              use="2=1|2", many=True, most=7),
    ),
    "other_coverages", many=True, most=10,
)

CLAIM = Loop(
    "2300",
    None,
    (
        Slot(
            "CLM",
            "1 2 5 5.1 5.2=B 5.3 6=N|Y 7=A|B|C 8=N|W|Y 9=I|Y ?10=P ?11 11.1=AA|EM|OA ?11.2=AA|EM|OA "
            "?11.4 ?11.5 ?12=02|03|05|09 ?20=1|2|3|4|5|6|7|8|9|10|11|15",
            CLM, required=True,
        ),
        dates("431|454|304|453|439|484|455|471"),
        dates("314", "RD8"),
        dates("360|361|297|296|435|096|090|091|444|050"),
        Slot("PWK", ATTACHMENT_USE, ATTACHMENT, "attachments", many=True, most=10),
        Slot("CN1", CONTRACT_USE, CONTRACT, "contract"),
        Slot("AMT", "1=F5 2", AMT, "amounts", many=True, most=1),
        ref("4N|F5|EW|9F|G1|F8|X4|9A|9C|LX|D9|EA|P4|1J", use="2"),
        Slot("K3", "1", FILE_INFORMATION, "file_information", many=True, most=10),
        Slot("NTE", "1=ADD|CER|DCP|DGN|TPO 2", NOTE, "notes", many=True, most=1),
        Slot("CR1", AMBULANCE, RAW, "supplements", many=True, most=1),
        Slot("CR2", "8=A|C|D|E|F|G|M ?10 ?11", RAW, "supplements", many=True, most=1),
        *CLAIM_CONDITIONS,
        Slot("HI", several("1=ABK|BK 2", "1=ABF|BF 2"),
             DIAGNOSES, "diagnoses", many=True, required=True, most=1, key="1.1"),
        Slot("HI", "1 1.1=BP 1.2 ?2 2.1=BO 2.2", ANESTHESIA, "anesthesia_procedures", many=True, most=1, key="1.1"),
        Slot("HI", several("1=BG 2", "1=BG 2"),
             CONDITION_CODES, "condition_codes", many=True, most=2, key="1.1"),
        Slot("HCP", f"{PRICED} {REFUSED}", RAW, "supplements", many=True, most=1),
        *providers("2310"),
        OTHER_COVERAGE,
        LINE,
    ),
    "claims", many=True, assemble=assemble_as(ProfessionalClaim, "place_of_service"), verify=balance_claim,
    sums=("charge_cents", "lines"),
)  # fmt: skip

_CONTACT = Slot("PER", "1=IC ?2 3=TE 4 ?5=EX ?6", PER, "contacts", many=True, most=1)

PATIENT = patient_level(
    Slot("PAT", f"1=18|{RELATIONSHIPS} ?5=D8 ?6 ?7=01 ?8 ?9=Y", RELATED_PATIENT, required=True),
    party("2010CA", "person", "QC", *address(required=True), demographics(required=True), ref("Y4|1W|SY"), _CONTACT,
          use="2=1 3 ?4 ?5 ?7", required=True),
    CLAIM,
)  # fmt: skip

SUBSCRIBER = subscriber_level(
    (
        sbr(f"{PAYER_RESPONSIBILITY} ?2=18 ?3 ?4 {WHY_SECONDARY} {FILING}"),
        Slot("PAT", "?5=D8 ?6 ?7=01 ?8 ?9=Y", PATIENT_FACTS, "facts"),
    ),
    party("2010BA", "person", "IL", *address(), demographics(), ref("SY|Y4"), _CONTACT,
          use="2=1|2 3 ?4 ?5 ?7 ?8=II|MI ?9", required=True),
    payer(2),
    CLAIM,
    PATIENT,
)  # fmt: skip

GUIDE = Guide(
    kind="837P",
    transaction="837",
    functional_id="HC",
    versions=("005010X222A1", "005010X222A2", "005010X222"),
    root=claims_set(
        ProfessionalClaims,
        billing_level("2=1|2 3 ?4 ?5 ?7 ?8=XX ?9", "1|2", SUBSCRIBER, ref("EI|SY", 1, must="EI|SY", use="2"),
                      ref("0B|1G", 2, use="2")),
    ),
    tree=claims_tree,
    claims_in="claims",
)
