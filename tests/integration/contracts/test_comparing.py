"""A decision that is posted is compared with the contract, and what differs waits for a person."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import event

from activities.deciding import Decider
from activities.remittances import deciding
from storage import contracts
from tests.integration.contracts.conftest import ContractedOffice
from tests.integration.storage.together import together
from tests.support.remittance_office import NOW
from tests.support.remittance_text import claim, head, interchange, line


def decided(number: int, *, status: str = "1", sign: str = "", icn: str = "ICN1") -> list[str]:
    """125.00 charged: 80.00 paid, 25.00 by contract, 20.00 copay: 100.00 allowed."""
    return [
        *claim(f"{number}-1", status, f"{sign}125", f"{sign}80", f"{sign}20" if not sign else "", icn),
        *line("99213", f"{sign}125", f"{sign}80", f"CO*45*{sign}25", f"PR*3*{sign}20", control="1"),
    ]


def test_an_underpaid_line_becomes_a_variance_and_a_question_with_the_arithmetic(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    number = office.send_claim(("99213", 12500))
    office.receive(interchange([*head("EFT1", "80"), *decided(number)]))
    assert office.told() == [(1, 11000, 10000, "open")]
    assert office.variances()[0].terms == "99213 from 2026-01-01, contract 7: 110.00"
    item = office.question()
    assert (item.kind, item.claim_number, item.owner) == ("underpaid", number, "biller")
    assert item.reason == (
        "PPO01 allowed 10.00 less than its contract says; line 1 99213: expected 110.00 "
        "(99213 from 2026-01-01, contract 7: 110.00), allowed 100.00: 10.00 too little"
    )
    assert item.remedy.startswith("Appeal or accept")
    assert office.balances(number)["contractual"] == 2500, "a variance moves no money"


def test_a_line_as_agreed_sequestration_and_a_denied_line_are_no_variances(office: ContractedOffice) -> None:
    for procedure, cents in (("99213", 10000), ("81002", 1500), ("93000", 3000)):
        office.agree(procedure, cents)
    number = office.send_claim(("99213", 12500), ("81002", 2500), ("93000", 5000))
    body = [
        *claim(f"{number}-1", "1", "200", "92.70", "20"),
        *line("99213", "125", "78", "CO*45*25**253*2", "PR*3*20", control="1"),
        *line("81002", "25", "14.70", "CO*45*10**253*0.30", control="2"),
        *line("93000", "50", "0", "CO*50*50", control="3"),
    ]
    office.receive(interchange([*head("EFT1", "92.70"), *body]))
    assert office.variances() == []
    assert not [item for item in office.open_items() if item.kind in ("underpaid", "paid_over_contract")]


def test_more_than_agreed_is_told_without_an_appeal(office: ContractedOffice) -> None:
    office.agree("99213", 9000)
    number = office.send_claim(("99213", 12500))
    office.receive(interchange([*head("EFT1", "80"), *decided(number)]))
    assert office.told() == [(1, 9000, 10000, "open")]
    item = office.question()
    assert item.kind == "paid_over_contract"
    assert "10.00 more than its contract says" in item.reason
    assert "ppeal" not in item.remedy


def test_one_question_tells_all_lines_of_a_decision(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    office.agree("81002", 1000)
    number = office.send_claim(("99213", 12500), ("81002", 2500))
    body = [
        *claim(f"{number}-1", "1", "150", "95", "20"),
        *line("99213", "125", "80", "CO*45*25", "PR*3*20", control="1"),
        *line("81002", "25", "15", "CO*45*10", control="2"),
    ]
    office.receive(interchange([*head("EFT1", "95"), *body]))
    assert office.told() == [(1, 11000, 10000, "open"), (2, 1000, 1500, "open")]
    item = office.question()
    assert item.kind == "underpaid"
    assert item.reason.startswith("PPO01 allowed 10.00 less and 5.00 more than its contract says")
    assert [entry["short_cents"] for entry in item.details["lines"]] == [1000, -500]


def test_a_reversal_settles_the_variances_and_the_correction_is_compared_anew(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    number = office.send_claim(("99213", 12500))
    office.receive(interchange([*head("EFT1", "80"), *decided(number)]))
    corrected = [
        *claim(f"{number}-1", "1", "125", "90", "20", "ICN1"),
        *line("99213", "125", "90", "CO*45*15", "PR*3*20", control="1"),
    ]
    body = [*head("EFT2", "10"), *decided(number, status="22", sign="-"), *corrected]
    office.receive(interchange(body, number=2), "correction.835")
    assert office.told() == [(1, 11000, 10000, "settled")]
    assert office.variances()[0].decided_reason == "the payer took its decision back"
    assert office.open_items() == []


def test_a_decision_taken_back_in_its_own_file_leaves_no_variance(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    number = office.send_claim(("99213", 12500))
    both = [*decided(number), *decided(number, status="22", sign="-")]
    office.receive(interchange([*head("EFT1", "0", method="NON"), *both]))
    assert office.variances() == []
    assert office.balances(number) == {"payer_receivable": 12500, "revenue": -12500}


def test_the_same_remittance_again_asks_nothing_twice(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    number = office.send_claim(("99213", 12500))
    one = [*head("EFT1", "80"), *decided(number)]
    office.receive(interchange(one))
    office.receive(interchange(one, number=2), "again.835")
    assert len(office.variances()) == 1
    assert office.question().kind == "underpaid"


def test_a_held_decision_is_compared_when_a_person_posts_it(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    number = office.send_claim(("99213", 12500))
    wrong = [
        *claim(f"{number}-1", "1", "125", "80", "20"),
        *line("99213", "125", "80", "CO*45*24", "PR*3*20", control="1"),
    ]
    office.receive(interchange([*head("EFT1", "80"), *wrong]))
    assert office.variances() == []
    (held,) = office.loops()
    office.run(
        lambda session: deciding.post_loop(
            Decider(session=session, organisation_id=office.organisation, by="ann", reason="a typo", at=NOW), held.id
        )
    )
    assert office.told() == [(1, 11000, 10000, "open")]
    assert office.question().kind == "underpaid"


def test_two_workers_with_one_file_ask_once(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    numbers = [office.send_claim(("99213", 12500)) for _ in range(4)]
    content = interchange(
        [*head("EFT1", "320"), *(s for at, number in enumerate(numbers) for s in decided(number, icn=f"ICN{at}"))]
    )
    together([lambda: office.receive(content, "a.835")] * 3)
    assert sorted(row.claim_number for row in office.variances()) == numbers
    assert [item.kind for item in office.open_items()] == ["underpaid"] * 4


def test_a_crossover_by_a_payer_that_nobody_named_is_not_compared(office: ContractedOffice) -> None:
    office.agree("99213", 11000)
    number = office.send_claim(("99213", 12500))
    first = [*claim(f"{number}-1", "1", "125", "90"), *line("99213", "125", "90", "CO*45*15", "PR*2*20", control="1")]
    office.receive(interchange([*head("EFT1", "90"), *first]))
    crossed = [
        *claim(f"{number}-1", "2", "125", "5", icn="ICN9"),
        *line("99213", "125", "5", "OA*23*105", "CO*45*15", control="1"),
    ]
    office.receive(interchange([*head("EFT2", "5"), *crossed], number=2))
    assert [loop.state for loop in office.loops()] == ["posted", "posted"]
    assert office.variances() == []


def test_the_facility_price_and_the_threshold_of_the_contract_hold(office: ContractedOffice) -> None:
    office.agree("99213", 10050, place="NF")
    office.agree("99213", 7000, place="F")
    number = office.send_claim(("99213", 12500))
    office.term("variance_threshold_cents", "50")
    office.receive(interchange([*head("EFT1", "80"), *decided(number)]))
    assert office.variances() == [], "50 cents are not beyond a threshold of 50, and place 11 is no facility"


def test_a_percent_of_the_charge_needs_no_schedule(office: ContractedOffice) -> None:
    office.term("percent_of_charge", "90")
    number = office.send_claim(("99213", 12500))
    office.receive(interchange([*head("EFT1", "80"), *decided(number)]))
    assert office.told() == [(1, 11250, 10000, "open")]
    assert office.variances()[0].terms == "90% of the charge 125.00 = 112.50"


def test_another_organisation_sees_neither_the_contract_nor_the_variance(
    new_office: Callable[[], ContractedOffice],
) -> None:
    ours, theirs = new_office(), new_office()
    ours.agree("99213", 11000)
    for office in (ours, theirs):
        number = office.send_claim(("99213", 12500))
        office.receive(interchange([*head("EFT1", "80"), *decided(number)]))
    assert len(ours.variances()) == 1
    assert theirs.variances() == []
    assert theirs.open_items() == []
    assert theirs.run(lambda session: contracts.schedules_of(session, ["PPO01"], ["99213"])) == {}


def test_an_organisation_without_contracts_pays_the_same_few_looks_for_one_claim_and_for_many(
    office: ContractedOffice,
) -> None:
    looks: list[str] = []

    def seen(*given: object) -> None:
        statement = str(given[2])
        if "fee_schedule_rows" in statement or "contract_terms" in statement or "variances" in statement:
            looks.append(statement)

    event.listen(office.books.engine, "before_cursor_execute", seen)
    spent = []
    for place, claims in enumerate((1, 5), start=1):
        numbers = [office.send_claim(("99213", 12500)) for _ in range(claims)]
        body = [s for at, number in enumerate(numbers) for s in decided(number, icn=f"ICN{place}{at}")]
        looks.clear()
        office.receive(interchange([*head(f"EFT{place}", str(80 * claims)), *body], number=place))
        spent.append(len(looks))
    assert spent == [3, 3], "prices and terms, and whether the payer has a contract"
