"""837I, 005010X223A2."""

from __future__ import annotations

from types import SimpleNamespace

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields
from x12.errors import X12Error, X12Invalid
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
    CONDITIONS,
    CONTRACT,
    CONTRACT_USE,
    FILE_INFORMATION,
    FILING,
    NOTE,
    OTHER_RELATIONSHIP,
    PAYER_RESPONSIBILITY,
    PERSON_USE,
    PRICED,
    REFUSED,
    RELATED_PATIENT,
    RELATIONSHIPS,
    demographics,
    sbr,
)
from x12.guides.common import AMT, CAS, DTP, MOA, RAW, address, party, ref
from x12.guides.institutional_line import LINE
from x12.guides.institutional_parts import (
    BENEFITS,
    CL1,
    DISCHARGE,
    MIA,
    claim_providers,
    health_information,
    other_payer_providers,
)
from x12.transactions.institutional_claim import InstitutionalClaim, InstitutionalClaims, InstitutionalCoverage

CLM = Fields(
    "claim_id=1 charge_cents=2 facility_code=5.1 facility_qualifier=5.2 frequency_code=5.3 assignment=7 "
    "benefits_assignment=8 release_of_information=9 delay_reason=20"
)
_NOTES = "ALG|DCP|DGN|DME|MED|NTR|ODT|RHB|RLH|RNH|SET|SFM|SPT|UPI|ADD"

OTHER_COVERAGE = Loop(
    "2320",
    InstitutionalCoverage,
    (
        sbr(f"{PAYER_RESPONSIBILITY} {OTHER_RELATIONSHIP} ?3 ?4 {FILING}"),
        Slot("CAS", CAS_USE, CAS, "adjustments", many=True, most=5),
        Slot("AMT", "1=D|A8|EAF 2", AMT, "amounts", many=True, most=3, each=1),
        Slot("OI", "3=N|W|Y 6=I|Y", BENEFITS, required=True),
        Slot("MIA", "1 " + " ".join(f"?{at}" for at in range(2, 25)), MIA, "inpatient"),
        Slot("MOA", "?1 ?2 ?3 ?4 ?5 ?6 ?7 ?8 ?9", MOA, "outpatient"),
        party("2330A", "subscriber", "IL", *address(), ref("SY", use="2"), use=PERSON_USE, required=True),
        party("2330B", "payer", "PR", *address(),
              Slot("DTP", "1=573 2=D8 3", DTP, "dates", many=True, most=1),
              ref("2U|EI|FY|NF|G1|9F|F8|T4", use="2"),
              use="2=2 3 8=PI|XV 9", required=True),
        *other_payer_providers(),
    ),
    "other_coverages", many=True, most=10,
)  # fmt: skip

CLAIM = Loop(
    "2300",
    None,
    (
        Slot("CLM", "1 2 5 5.1 5.2=A 5.3 7=A|B|C 8=N|W|Y 9=I|Y ?20=1|2|3|4|5|6|7|8|9|10|11|15", CLM, required=True),
        Slot("DTP", "1=096 2=TM 3", DISCHARGE),
        Slot("DTP", "1=434 2=RD8 3", DTP, "dates", many=True, most=1, must="434"),
        Slot("DTP", "1=435 2=D8|DT 3", DTP, "dates", many=True, most=1),
        Slot("DTP", "1=050 2=D8 3", DTP, "dates", many=True, most=1),
        Slot("CL1", "1 ?2 3", CL1, required=True),
        Slot("PWK", ATTACHMENT_USE, ATTACHMENT, "attachments", many=True, most=10),
        Slot("CN1", CONTRACT_USE, CONTRACT, "contract"),
        Slot("AMT", "1=F3 2", AMT, "amounts", many=True, most=1),
        ref("4N|9F|G1|F8|9A|9C|D9|LU|EA|P4|G4", use="2"),
        ref("LX", each=5, use="2"),
        Slot("K3", "1", FILE_INFORMATION, "file_information", many=True, most=10),
        Slot("NTE", f"1={_NOTES} 2", NOTE, "notes", many=True, most=11),
        Slot("CRC", "1=ZZ 2=N|Y 3=AV|NU|S2|ST ?4=AV|NU|S2|ST ?5=AV|NU|S2|ST", CONDITIONS, "conditions", many=True,
             most=1),
        *health_information(),
        Slot("HCP", f"{PRICED} ?8 ?11=DA|UN ?12 {REFUSED}", RAW, "supplements", many=True, most=1),
        *claim_providers(),
        OTHER_COVERAGE,
        LINE,
    ),
    "claims", many=True, assemble=assemble_as(InstitutionalClaim, "facility_code"), verify=balance_claim,
    sums=("charge_cents", "lines"),
)  # fmt: skip

PATIENT = patient_level(
    Slot("PAT", f"1={RELATIONSHIPS}", RELATED_PATIENT, required=True),
    party("2010CA", "person", "QC", *address(required=True), demographics(required=True), ref("Y4|1W|SY", use="2"),
          use="2=1 3 ?4 ?5 ?7", required=True),
    CLAIM,
)  # fmt: skip

SUBSCRIBER = subscriber_level(
    (sbr(f"{PAYER_RESPONSIBILITY} ?2=18 ?3 ?4 {FILING}"),),
    party("2010BA", "person", "IL", *address(), demographics(), ref("SY|Y4", use="2"),
          use="2=1|2 3 ?4 ?5 ?7 ?8=II|MI ?9", required=True),
    payer(1),
    CLAIM,
    PATIENT,
)  # fmt: skip


def _tree(content: InstitutionalClaims) -> SimpleNamespace:
    """As every 837; a subscriber's PAT is no part of this one, so facts which would stand there are refused."""
    if any(claim.subscriber.facts is not None for claim in content.claims):
        raise X12Invalid([_no_place("PAT", "2000B")])
    return claims_tree(content)


def _no_place(segment: str, loop: str) -> X12Error:
    return X12Error(code="segment-not-used", message=f"a 837I has no {segment} in loop {loop}", segment=segment,
                    loop=loop)  # fmt: skip


GUIDE = Guide(
    kind="837I",
    transaction="837",
    functional_id="HC",
    versions=("005010X223A2", "005010X223A3", "005010X223A1", "005010X223"),
    root=claims_set(
        InstitutionalClaims, billing_level("2=2 3 ?8=XX ?9", "2", SUBSCRIBER, ref("EI", 1, must="EI", use="2"))
    ),
    tree=_tree,
    claims_in="claims",
)
