"""The measured files: an 837P and an 835 as a mid-sized practice group sends and gets them, by our own writer.

Providers, payers, procedures and diagnoses recur as they do in life; members, addresses, claim and line numbers are
those of each claim. A file of another seed has other patients and other claims, so that no reader has seen it before.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from decimal import Decimal

import x12
from benchmarks.x12_people import CLINICIANS, DAY, PRACTICES, clinician, listed, payer, person, practice

LINES = 3
_MADE = 10
_FIRST = 900_000_000
NOON = time(12, 30)
_PROCEDURES = listed(
    "99213 99214 99203 99204 99396 99395 36415 80053 85025 93000 71046 81002 87880 90471 90686 96372 11102 17000 "
    "20610 69210 94010 97110 97140 G0439 G2211"
)
_DIAGNOSES = listed(
    "J029 R509 I10 E119 E785 M545 Z0000 Z23 J069 N390 R079 K219 F411 G43909 M25561 L700 H6690 J4520 E039 R5383 "
    "D649 I480 N183 Z7984 R7303 B349 S93401A M170 F329 E669"
)


def _stamp(seed: int) -> str:
    """What the numbers of all claims and lines of one file begin with."""
    return f"B{seed:05}"


def _charge_cents(procedure: str, practice_number: int) -> int:
    """A practice's fee schedule: one fee for each procedure."""
    return random.Random(f"{practice_number} {procedure}").randint(900, 40_000)


def _served(chance: random.Random) -> date:
    return DAY - timedelta(days=chance.randint(3, 60))


def _line(chance: random.Random, number: str, where: int, day: date, pointers: int) -> x12.ServiceLine:
    code = chance.choice(_PROCEDURES)
    return x12.ServiceLine(
        procedure=x12.Procedure(code=code, modifiers=("25",) if code.startswith("992") else ()),
        charge_cents=_charge_cents(code, where),
        diagnosis_pointers=tuple(range(1, chance.randint(1, pointers) + 1)),
        dates=(x12.DateOrPeriod(qualifier="472", start=day),),
        references=(x12.Reference(qualifier="6R", value=number),),
    )


def _decided(line: x12.ServiceLine, paying: str, day: date) -> x12.ServiceLine:
    """The line with what the first payer decided of it."""
    written_off, left = line.charge_cents // 4, line.charge_cents // 10
    decision = x12.LineAdjudication(
        payer_id=paying, paid_cents=line.charge_cents - written_off - left, procedure=line.procedure,
        quantity=Decimal(1),
        adjustments=(x12.Adjustment(group="CO", reason="45", amount_cents=written_off),
                     x12.Adjustment(group="PR", reason="2", amount_cents=left)),
        dates=(x12.DateOrPeriod(qualifier="573", start=day + timedelta(days=14)),),
    )  # fmt: skip
    return x12.ServiceLine(
        procedure=line.procedure, charge_cents=line.charge_cents, diagnosis_pointers=line.diagnosis_pointers,
        dates=line.dates, references=line.references, adjudications=(decision,),
    )  # fmt: skip


def _claim(chance: random.Random, number: int, seed: int, where: int) -> x12.ProfessionalClaim:
    who, day = person(chance), _served(chance)
    first, second = payer(chance.randrange(8)), payer(chance.randrange(8))
    claim_id = f"{_stamp(seed)}{number:07}"
    codes = chance.sample(_DIAGNOSES, chance.randint(1, 4))
    lines = [_line(chance, f"{claim_id}{at}", where, day, len(codes)) for at in range(1, LINES + 1)]
    dependent, secondary = chance.random() < 0.2, chance.random() < 0.1 and first is not second
    coverages: tuple[x12.OtherCoverage, ...] = ()
    if secondary:
        lines = [_decided(line, first.identifier, day) for line in lines]
        paid = sum(line.adjudications[0].paid_cents for line in lines)
        coverages = (x12.OtherCoverage(
            payer_responsibility="P", relationship="18", filing_indicator="CI", benefits_assignment="Y",
            release_of_information="Y", amounts=(x12.Amount(qualifier="D", amount_cents=paid),),
            subscriber=who.party("IL", full=False), payer=first,
        ),)  # fmt: skip
    subscriber = x12.Subscriber(
        payer_responsibility="S" if secondary else "P", relationship="" if dependent else "18",
        group_number=f"G{chance.randint(100, 140)}", filing_indicator="CI", person=who.party("IL"),
    )
    child = person(chance).party("QC", member=False) if dependent else None
    return x12.ProfessionalClaim(
        billing_provider=practice(where), subscriber=subscriber, payer=second if secondary else first,
        patient=x12.Patient(relationship="19", person=child) if child is not None else None,
        claim_id=claim_id, charge_cents=sum(line.charge_cents for line in lines),
        place_of_service=chance.choice(("11", "11", "11", "22")),
        references=(x12.Reference(qualifier="D9", value=f"{number * 7919 + seed:011}"),),
        diagnoses=tuple(
            x12.Diagnosis(qualifier="ABF" if at else "ABK", code=code) for at, code in enumerate(codes)
        ),
        rendering_provider=clinician(chance.randrange(CLINICIANS)), other_coverages=coverages, lines=tuple(lines),
    )  # fmt: skip


def claims(count: int, seed: int) -> x12.ProfessionalClaims:
    """One 837P set of `count` claims of three lines; a fifth for dependents, a tenth for a second payer."""
    chance = random.Random(seed)
    in_order = [number * PRACTICES // count for number in range(count)]
    submitter = x12.Party(
        entity="41", last_name="HILL STREET BILLING", id_qualifier="46", identifier="SENDER",
        contacts=(x12.Contact(name="DESK", numbers=(x12.ContactNumber(qualifier="TE", value="6175550100"),)),),
    )  # fmt: skip
    return x12.ProfessionalClaims(
        reference=f"BATCH {seed}", date=DAY, time=NOON, submitter=submitter,
        receiver=x12.Party(entity="40", last_name="HOUSE", id_qualifier="46", identifier="RECEIVER"),
        claims=tuple(_claim(chance, number, seed, where) for number, where in enumerate(in_order, 1)),
    )  # fmt: skip


def _paid_line(chance: random.Random, number: str, where: int, day: date) -> x12.RemittanceLine:
    code = chance.choice(_PROCEDURES)
    charge = _charge_cents(code, where)
    allowed = charge * chance.choice((100, 90, 75, 60)) // 100
    left = chance.choice((0, 0, 1_500, allowed // 5, allowed))
    left = min(left, allowed)
    adjustments = []
    if charge > allowed:
        adjustments.append(x12.Adjustment(group="CO", reason="45", amount_cents=charge - allowed))
    if left:
        reason = chance.choice(("1", "2", "3")) if left < allowed else chance.choice(("1", "204"))
        adjustments.append(x12.Adjustment(group="PR", reason=reason, amount_cents=left))
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=code), charge_cents=charge, paid_cents=allowed - left, paid_units=Decimal(1),
        dates=(x12.DateOrPeriod(qualifier="472", start=day),), adjustments=tuple(adjustments),
        references=(x12.Reference(qualifier="6R", value=number),),
        amounts=(x12.Amount(qualifier="B6", amount_cents=allowed),) if allowed else (),
        remark_codes=(chance.choice(("N130", "M15", "N20")),) if chance.random() < 0.2 else (),
    )  # fmt: skip


def _payment(chance: random.Random, number: int, seed: int) -> x12.ClaimPayment:
    who, day, claim_id = person(chance), _served(chance), f"{_stamp(seed)}{number:07}"
    lines = tuple(_paid_line(chance, f"{claim_id}{at}", number % PRACTICES, day) for at in range(1, LINES + 1))
    owed = sum(one.amount_cents for line in lines for one in line.adjustments if one.group == "PR")
    doctor = clinician(chance.randrange(CLINICIANS))
    rendering = x12.Party(entity="82", entity_type="1", last_name=doctor.last_name, first_name=doctor.first_name,
                          id_qualifier="XX", identifier=doctor.identifier)  # fmt: skip
    return x12.ClaimPayment(
        claim_id=claim_id, status="1", charge_cents=sum(line.charge_cents for line in lines),
        paid_cents=sum(line.paid_cents for line in lines), patient_responsibility_cents=owed, filing_indicator="12",
        payer_claim_number=f"{number * 7907 + seed:012}", facility_code="11", frequency_code="1",
        names=(who.party("QC", full=False), rendering),
        outpatient=x12.OutpatientAdjudication(remark_codes=("MA01",)) if chance.random() < 0.2 else None,
        dates=(x12.DateOrPeriod(qualifier="050", start=day + timedelta(days=2)),), lines=lines,
    )  # fmt: skip


def remittance(count: int, seed: int) -> x12.Remittance:
    """One 835 set that pays `count` claims of three lines and keeps some money back by a PLB."""
    chance = random.Random(seed)
    payments = tuple(_payment(chance, number, seed) for number in range(1, count + 1))
    bank = x12.BankAccount(bank_qualifier="01", bank="011000015", account_qualifier="DA", account="1234")
    paid = sum(payment.paid_cents for payment in payments)
    clinic = practice(0).provider
    help_desk = x12.ContactNumber(qualifier="TE", value="8005550100")
    return x12.Remittance(
        payment=x12.Payment(amount_cents=paid - 1_000, method="ACH", format="CCP", sender_account=bank,
                            originator="1123456789", receiver_account=bank, effective_date=DAY),
        trace=x12.Trace(number=f"EFT{seed:05}", originator="1123456789"),
        dates=(x12.DateOrPeriod(qualifier="405", start=DAY),),
        payer=x12.Party(
            entity="PR", last_name="ACME HEALTH",
            address=x12.Address(line1="9 OAK AVE", city="TOLEDO", state="OH", postal_code="436040001"),
            contacts=(x12.Contact(function="BL", name="HELP", numbers=(help_desk,)),),
        ),
        payee=x12.Party(entity="PE", last_name=clinic.last_name, id_qualifier="XX", identifier=clinic.identifier,
                        references=(x12.Reference(qualifier="TJ", value=clinic.tax_id),)),
        groups=(x12.RemittanceGroup(claims=payments),),
        provider_adjustments=(x12.ProviderAdjustment(
            provider=clinic.identifier, fiscal_period_end=date(2026, 12, 31), reason="WO", reference="ICN50",
            amount_cents=1_000,
        ),),
    )  # fmt: skip


MAKERS: dict[str, Callable[[int, int], x12.Content]] = {"837P": claims, "835": remittance}


def interchange(content: x12.Content, number: int = 1) -> bytes:
    """One set in one group in one interchange."""
    header = x12.InterchangeHeader(
        sender_id="SENDER", receiver_id="RECEIVER", control_number=number, date=DAY, time=NOON, usage="T"
    )
    group = x12.GroupHeader(
        sender_code="SENDER", receiver_code="RECEIVER", date=DAY, time=NOON, control_number=number
    )
    transaction = x12.TransactionSet(control_number="0001", content=content)
    return x12.write_interchange(header, [x12.FunctionalGroup(header=group, transactions=(transaction,))])


def interchanges(count: int, *, each: int = 2_000) -> Iterator[bytes]:
    """A stream of 837P interchanges of `each` claims, `count` claims in all.

    The first ten are made, the others are copies with claim, line and interchange numbers of their own: making
    millions of claims would take longer than reading them.
    """
    made: list[bytes] = []
    for number, start in enumerate(range(0, count, each), 1):
        left = min(each, count - start)
        if number <= _MADE or left < each:
            made.append(interchange(claims(left, seed=number), _FIRST + number))
            yield made[-1]
        else:
            like = (number - 1) % _MADE
            copy = made[like].replace(_stamp(like + 1).encode(), _stamp(number).encode())
            yield copy.replace(str(_FIRST + like + 1).encode(), str(_FIRST + number).encode())


def giant_set(count: int, *, each: int = 2_000) -> Iterator[bytes]:
    """The same claims as one interchange with a single ST, its HL numbers running on."""
    levels, written = 0, 2
    for data in interchanges(count, each=each):
        head, body, _ = _parts(data)
        if not levels:
            yield "".join(f"{segment}~\n" for segment in head).encode()
            written += len(head) - 3
        last = levels
        for at, segment in enumerate(body):
            if segment.startswith("HL*"):
                _, own, parent, rest = segment.split("*", 3)
                last = levels + int(own)
                body[at] = f"HL*{last}*{levels + int(parent) if parent else ''}*{rest}"
        levels, written = last, written + len(body)
        yield "".join(f"{segment}~\n" for segment in body).encode()
    yield f"SE*{written}*0001~\nGE*1*{_FIRST + 1}~\nIEA*1*{_FIRST + 1}~\n".encode()


def _parts(data: bytes) -> tuple[list[str], list[str], list[str]]:
    """What stands before the first HL, the HL loops, and the trailers."""
    segments = data.decode().split("~\n")[:-1]
    start = next(at for at, segment in enumerate(segments) if segment.startswith("HL*"))
    return segments[:start], segments[start:-3], segments[-3:]
