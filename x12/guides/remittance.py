"""835, 005010X221A1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Fields, join_parts
from x12.guides.common import AMT, CAS, DTM, MOA, N3, N4, PER, PROCEDURE, QTY, RAW, TRN, Codes, ref
from x12.syntax.delimiters import Delimiters
from x12.syntax.values import read_date, read_money, write_date, write_money
from x12.transactions.parts import Party
from x12.transactions.remittance import (
    BankAccount,
    ClaimPayment,
    Payment,
    ProviderAdjustment,
    Remittance,
    RemittanceGroup,
    RemittanceLine,
)
from x12.validation.balancing import verify_claim, verify_line, verify_remittance


class Account:
    """Four elements of BPR as one account."""

    __slots__ = ()

    def read_element(self, text: str, elements: Sequence[str], at: int, _delimiters: Delimiters) -> BankAccount:
        parts = [*elements[at : at + 4], "", "", ""]
        return BankAccount(bank_qualifier=text, bank=parts[1], account_qualifier=parts[2], account=parts[3])

    def write_element(self, value: BankAccount, out: list[str], at: int, _delimiters: Delimiters) -> None:
        out[at - 1 : at + 3] = [value.bank_qualifier, value.bank, value.account_qualifier, value.account]


class ProviderAdjustments:
    """PLB: up to six pairs; pairs of one provider and period standing together share a segment."""

    __slots__ = ()
    spreads = True

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> tuple[ProviderAdjustment, ...]:
        found = []
        for at in range(3, len(elements) - 1, 2):
            if elements[at]:
                reason, _, reference = elements[at].partition(delimiters.component)
                found.append(ProviderAdjustment(provider=elements[1], fiscal_period_end=read_date(elements[2]),
                                                reason=reason, reference=reference,
                                                amount_cents=read_money(elements[at + 1])))  # fmt: skip
        return tuple(found)

    def write(self, values: Sequence[ProviderAdjustment], delimiters: Delimiters) -> Iterable[list[str]]:
        out: list[str] = []
        for value in values:
            head = [value.provider, write_date(value.fiscal_period_end)]
            if out[:2] != head or len(out) >= 14:
                if out:
                    yield out
                out = head
            out += [join_parts([value.reason, value.reference], delimiters.component), write_money(value.amount_cents)]
        if out:
            yield out


BPR = Fields(
    "handling=1 amount_cents=2 credit_or_debit=3 method=4 format=5 originator=10 originator_supplement=11 "
    "effective_date=16:date",
    Payment,
    sender_account=(6, Account()),
    receiver_account=(12, Account()),
)
N1 = Fields("entity=1 last_name=2 id_qualifier=3 identifier=4")
NAMES = Fields(
    "entity=1 entity_type=2 last_name=3 first_name=4 middle_name=5 prefix=6 suffix=7 id_qualifier=8 identifier=9",
    Party,
)
CLP = Fields(
    "claim_id=1 status=2 charge_cents=3 paid_cents=4 patient_responsibility_cents=5 filing_indicator=6 "
    "payer_claim_number=7 facility_code=8 frequency_code=9 patient_status=10 drg=11 drg_weight=12:decimal "
    "discharge_fraction=13:decimal"
)
SVC = Fields(
    "charge_cents=2 paid_cents=3 revenue_code=4 paid_units=5:decimal submitted_units=7:decimal",
    procedure=(1, PROCEDURE),
    submitted_procedure=(6, PROCEDURE),
)
CAS_USE = "1=CO|OA|PI|PR 2 3 ?4 ?5 ?6 ?7 ?8 ?9 ?10 ?11 ?12 ?13 ?14 ?15 ?16 ?17 ?18 ?19"
PER_USE = "?2 ?3=EM|FX|TE|UR ?4 ?5=EM|EX|FX|TE|UR ?6 ?7=EM|EX|FX|TE|UR ?8"
_WEB = "@_#%&=?~/"

LINE = Loop(
    "2110",
    RemittanceLine,
    (
        Slot("SVC", "1 1.1=AD|ER|HC|HP|IV|N4|N6|NU|UI|WK 1.2 ?1.3 ?1.4 ?1.5 ?1.6 ?1.7 2 3 ?4 ?5 "
             "?6 6.1=AD|ER|HC|HP|IV|N4|NU|WK 6.2 ?6.3 ?6.4 ?6.5 ?6.6 ?6.7 ?7", SVC, required=True),
        Slot("DTM", "1=150|151|472 2", DTM, "dates", many=True, each=1),
        Slot("CAS", CAS_USE, CAS, "adjustments", many=True, most=99),
        ref("1S|APC|BB|E9|G1|G3|LU|RB|6R|0B|1A|1B|1C|1D|1G|1H|1J|D3|G2|HPI|SY|TJ|0K", each=0, use="2"),
        Slot("AMT", "1=B6|KH|T|T2|ZK|ZL|ZM|ZN|ZO 2", AMT, "amounts", many=True, each=1),
        Slot("QTY", "1=ZK|ZL|ZM|ZN|ZO 2", QTY, "quantities", many=True, each=1),
        Slot("LQ", "1=HE 2", Codes(2, ("HE",)), "remark_codes", many=True),
        Slot("LQ", "1=RX 2", Codes(2, ("RX",)), "pharmacy_reject_codes", many=True),
    ),
    "lines", many=True, verify=verify_line, most=999, sums=("charge_cents", "paid_cents", "adjustments"),
)  # fmt: skip

CLAIM = Loop(
    "2100",
    ClaimPayment,
    (
        Slot("CLP", "1 2=1|2|3|4|19|20|21|22|23|25 3 4 ?5 "
             "6=12|13|14|15|16|17|AM|CH|DS|HM|LM|MA|MB|MC|OF|TV|VA|WC|ZZ 7 ?8 ?9 ?10 ?11 ?12 ?13", CLP, required=True),
        Slot("CAS", CAS_USE, CAS, "adjustments", many=True, most=99),
        Slot("NM1", "1=QC|IL|74|82|TT|PR|GB 2=1|2 ?3 ?4 ?5 ?6 ?7 ?8 ?9", NAMES, "names", many=True, each=1,
             must="QC"),
        Slot("MIA", "1 " + " ".join(f"?{n}" for n in range(2, 25)), RAW, "inpatient"),
        Slot("MOA", "?1 ?2 ?3 ?4 ?5 ?6 ?7 ?8 ?9", MOA, "outpatient"),
        ref("1L|1W|28|6P|9A|9C|BB|CE|EA|F8|G1|G3|IG|SY|0B|1A|1B|1C|1D|1G|1H|1J|D3|G2|LU", each=0, use="2"),
        Slot("DTM", "1=036|050|232|233 2", DTM, "dates", many=True, each=1),
        Slot("PER", f"1=CX {PER_USE}", PER, "contacts", many=True, most=2, extra=_WEB),
        Slot("AMT", "1=AU|D8|DY|F5|I|NL|T|T2|ZK|ZL|ZM|ZN|ZO 2", AMT, "amounts", many=True, each=1),
        Slot("QTY", "1=CA|CD|LA|LE|NE|NR|OU|PS|VS|ZK|ZL|ZM|ZN|ZO 2", QTY, "quantities", many=True, each=1),
        LINE,
    ),
    "claims", many=True, verify=verify_claim, is_claim=True,
    sums=("charge_cents", "paid_cents", "adjustments", "lines"),
)  # fmt: skip

GROUP = Loop(
    "2000",
    RemittanceGroup,
    (
        Slot("LX", "1", Fields("number=1:integer"), required=True),
        Slot("TS3", "1 2 3 4 5 ?13 ?15 ?17 ?18 ?20 ?21 ?22 ?23 ?24", RAW, "summaries", many=True, most=1),
        Slot("TS2", " ".join(f"?{n}" for n in range(1, 20)), RAW, "summaries", many=True, most=1),
        CLAIM,
    ),
    "groups", many=True,
)  # fmt: skip


def _organisation(name: str, into: str, use: str, *rest: Slot, address_required: bool) -> Loop:
    return Loop(
        name,
        Party,
        (
            Slot("N1", use, N1, required=True),
            Slot("N3", "1 ?2", N3, "address.", required=address_required),
            Slot("N4", "1 ?2 ?3 ?4 ?7", N4, "address.", required=address_required),
            *rest,
        ),
        into, required=True, most=1, hoist=("remittance_delivery",) if into == "payee" else (),
    )  # fmt: skip


ROOT = Loop(
    "ST",
    Remittance,
    (
        Slot("BPR", "1=C|D|H|I|P|U|X 2 3=C|D 4=ACH|BOP|CHK|FWT|NON ?5=CCP|CTX ?6=01|04 ?7 ?8=DA ?9 ?10 ?11 "
             "?12=01|04 ?13 ?14=DA|SG ?15 16", BPR, "payment", required=True),
        Slot("TRN", "1=1 2 3 ?4", TRN, "trace", required=True),
        Slot("CUR", "", RAW, "currency"),
        ref("EV|F2", use="2"),
        Slot("DTM", "1=405 2", DTM, "dates", many=True, most=1),
        _organisation(
            "1000A", "payer", "1=PR 2 ?3=XV ?4", ref("2U|EO|HI|NF", use="2"),
            Slot("PER", f"1=CX|BL|IC {PER_USE}", PER, "contacts", many=True, must="BL", extra=_WEB),
            address_required=True,
        ),
        _organisation(
            "1000B", "payee", "1=PE 2 3=FI|XV|XX 4", ref("0B|D3|PQ|TJ", each=0, use="2"),
            Slot("RDM", "", RAW, "remittance_delivery"),
            address_required=False,
        ),
        GROUP,
        Slot("PLB", "1 2 3 3.1 ?3.2 4 ?5 5.1 ?5.2 ?6 ?7 7.1 ?7.2 ?8 ?9 9.1 ?9.2 ?10 ?11 11.1 ?11.2 ?12 ?13 13.1 "
             "?13.2 ?14", ProviderAdjustments(), "provider_adjustments", many=True),
    ),
    verify=verify_remittance,
)  # fmt: skip

GUIDE = Guide(
    kind="835",
    transaction="835",
    functional_id="HP",
    versions=("005010X221A1", "005010X221"),
    root=ROOT,
    has_version=False,
)
