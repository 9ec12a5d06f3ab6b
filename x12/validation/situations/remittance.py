"""835: what a payer states in words about its payments. It has been paid: most findings are warnings."""

from __future__ import annotations

from typing import Any

from x12.validation.balancing import money
from x12.validation.explained import EXPLAINED
from x12.validation.plain import plain_payment
from x12.validation.situation import NONE, Hit, Hits, situation


@situation("reversal-amount", "835", "2100 CLP03", severity="warning", ordinary=("status", "1"),
           source="a reversal (CLP02 22) repeats the original amounts negated")  # fmt: skip
def reversal_amount(claim: Any) -> Hits:
    if claim.status == "22" and (claim.charge_cents > 0 or claim.paid_cents > 0):
        return (Hit("CLP02 is 22 (reversal), but charge or payment is above 0; expected the original, negated"),)
    return NONE


@situation("negative-without-reversal", "835", "2100 CLP03", severity="warning",
           unless=plain_payment,
           source="only a reversal (CLP02 22) has a negative charge")  # fmt: skip
def negative_charge(claim: Any) -> Hits:
    if claim.charge_cents < 0 and claim.status != "22":
        return (Hit(f"is negative under CLP02 {claim.status}; expected 22 (reversal)"),)
    return NONE


@situation("predetermination-paid", "835", "2100 CLP04", severity="warning", ordinary=("status", "1"),
           source="CLP02 25 prices a service that is not paid")  # fmt: skip
def predetermination_paid(claim: Any) -> Hits:
    if claim.status == "25" and claim.paid_cents:
        return (Hit("CLP02 is 25 (predetermination), but something was paid; expected 0"),)
    return NONE


@situation("denied-but-paid", "835", "2100 CLP02", severity="warning", ordinary=("status", "1"),
           source="CLP02 4 is for claims that were denied as a whole")  # fmt: skip
def denied_but_paid(claim: Any) -> Hits:
    if claim.status == "4" and claim.paid_cents:
        return (Hit("is 4 (denied), but something was paid; expected 1, 2, 3 or 19 to 21"),)
    return NONE


@situation("crossover-carrier-missing", "835", "2100 NM1", severity="warning", ordinary=("status", "1"),
           source="NM1*TT names the payer that the claim was forwarded to (CLP02 19, 20, 21, 23)")  # fmt: skip
def crossover_missing(claim: Any) -> Hits:
    if claim.status in ("19", "20", "21", "23") and all(party.entity != "TT" for party in claim.names):
        return (Hit(f"CLP02 is {claim.status} (forwarded), but NM1*TT is missing; expected who got it"),)
    return NONE


@situation("payer-claim-number-missing", "835", "2100 CLP07", severity="warning",
           unless=plain_payment,
           source="CLP07 is the payer's number of the claim; a replacement has to name it")  # fmt: skip
def payer_claim_number(claim: Any) -> Hits:
    return NONE if claim.payer_claim_number else (Hit("is empty; expected the payer's number of the claim"),)


@situation("patient-responsibility", "835", "2100 CLP05", severity="warning",
           unless=plain_payment,
           source="CLP05 is the sum of the PR adjustments of claim and lines; a reversal has none")  # fmt: skip
def patient_responsibility(claim: Any) -> Hits:
    stated = claim.patient_responsibility_cents or 0
    total = 0
    for one in claim.adjustments:
        if one.group == "PR":
            total += one.amount_cents
    for line in claim.lines:
        for one in line.adjustments:
            if one.group == "PR":
                total += one.amount_cents
    if stated == total or claim.status == "22":
        return NONE
    return (Hit(f"is {money(stated)}, its PR adjustments add up to {money(total)}"),)


@situation("service-date-missing", "835", "2110 DTM", severity="warning",
           unless=plain_payment,
           source="a line's date stands in its DTM (472, 150, 151), or the claim's in 232 and 233")  # fmt: skip
def service_date(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        if not line.dates and all(when.qualifier not in ("232", "233") for when in claim.dates):
            found = found or []
            found.append(Hit("the line has no date, nor has its claim; expected DTM*472", line.position, segment="SVC"))
    return found or NONE


@situation(
    "adjustment-zero",
    "835",
    "2110 CAS",
    severity="warning",
    unless=plain_payment,
    source="an adjustment (CAS) is never zero",
)
def adjustment_zero(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for one in claim.adjustments:
        if not one.amount_cents:
            found = found or []
            found.append(Hit(f"{one.group}-{one.reason} adjusts by 0; expected no such entry", loop="2100"))
    for line in claim.lines:
        for one in line.adjustments:
            if not one.amount_cents:
                found = found or []
                found.append(Hit(f"{one.group}-{one.reason} adjusts by 0; expected no such entry", line.position))
    return found or NONE


@situation("adjustment-twice", "835", "2110 CAS", severity="warning",
           unless=plain_payment,
           source="one reason stands once in a group (CAS) of a claim or line")  # fmt: skip
def adjustment_twice(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        several = line.adjustments
        if len(several) < 2 or len({one.group + one.reason for one in several}) == len(several):
            continue
        found = found or []
        found.append(Hit("a reason stands twice in one group of this line; expected one amount for it", line.position))
    return found or NONE


@situation("remark-missing", "835", "2110 LQ", severity="warning",
           unless=plain_payment,
           source="X12 list 139: these CARC (explained_reasons.csv) ask for a remark code in their own text")
def remark_missing(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        if line.remark_codes or line.pharmacy_reject_codes or not line.adjustments:
            continue
        for one in line.adjustments:
            if one.reason in EXPLAINED and not claim.remark_codes:
                found = found or []
                found.append(Hit(f"{one.group}-{one.reason} is not explained; expected a remark code (LQ*HE)",
                                 line.position, value=one.reason))  # fmt: skip
    return found or NONE


@situation("payment-negative", "835:set", "ST BPR02", source="a payment is never negative: PLB FB carries it forward")
def payment_negative(remittance: Any) -> Hits:
    if remittance.payment.amount_cents < 0:
        return (Hit("is negative; expected 0, with the rest carried forward in PLB (FB)"),)
    return NONE


@situation("payment-method", "835:set", "ST BPR04", severity="warning",
           source="BPR04 NON goes with a payment of 0, every other method with money")  # fmt: skip
def payment_method(remittance: Any) -> Hits:
    payment = remittance.payment
    if payment.method == "NON" and payment.amount_cents:
        return (Hit("is NON (no payment), but BPR02 is above 0; expected ACH, CHK, FWT or BOP"),)
    if payment.method != "NON" and not payment.amount_cents and payment.handling != "H":
        return (Hit(f"is {payment.method}, but BPR02 is 0; expected NON"),)
    return NONE


@situation("payment-account-missing", "835:set", "ST BPR12", severity="warning",
           source="BPR06 to BPR15 name bank and account where money moves (ACH, BOP, FWT)")  # fmt: skip
def payment_account(remittance: Any) -> Hits:
    payment = remittance.payment
    if payment.method not in ("ACH", "BOP", "FWT") or (payment.receiver_account and payment.sender_account):
        return NONE
    return (Hit(f"BPR04 is {payment.method}, but a bank account is missing; expected BPR06 to 09 and BPR12 to 15"),)


@situation("claim-payment-twice", "835:set", "2100 CLP01", severity="warning",
           source="one decision stands once in a remittance: equal claims are the same payment twice")  # fmt: skip
def claim_twice(remittance: Any) -> Hits:
    seen: set[tuple[Any, ...]] = set()
    found = []
    for group in remittance.groups:
        for claim in group.claims:
            key = (claim.claim_id, claim.status, claim.charge_cents, claim.paid_cents, claim.payer_claim_number)
            if key in seen and claim.payer_claim_number:
                found.append(Hit("the same claim stands twice, with equal status, charge, payment and number",
                                 claim.position))  # fmt: skip
            seen.add(key)
    return found
