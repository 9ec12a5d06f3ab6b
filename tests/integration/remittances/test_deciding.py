"""What billers decide about remittances that wait, on the command line."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from storage.models import PayerPolicyRow, Submission
from tests.integration.cli.conftest import CommandLine
from tests.integration.remittances.test_posting import PAID, paid
from tests.support.remittance_office import RemittanceOffice
from tests.support.remittance_text import claim, head, interchange, line
from tests.unit.cli.commands import Ran

BY = ("--by", "dana")
WHY = ("--reason", "the payer confirmed it by telephone")


def unbalanced(number: int, trace: str = "EFT1") -> bytes:
    plb = "PLB*1234567893*20261231*CS:ADJ1*5"
    return interchange([*head(trace, "90"), *paid(number), plb])


def test_a_held_remittance_is_posted_with_its_claims_and_provider_level_entries(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("99213", 12500))
    office.receive(unbalanced(number))
    (waiting,) = run("remit", "queue", "--json").document
    assert (waiting["kind"], waiting["state"], waiting["trace"], waiting["paid_cents"]) == (
        "remittance", "held", "EFT1", 9000,
    )  # fmt: skip
    assert "less provider-level adjustments 5.00 is 75.00, but BPR02 says 90.00" in waiting["why"]
    ran: Ran = run("remit", "post", waiting["id"], *BY, *WHY, "--json")
    assert (ran.exit_code, ran.document["state"], ran.document["posted"]) == (0, "posted", 1)
    assert office.balances(number) == PAID
    assert office.ledger()["provider_level"] == 500
    assert [row.reason for row in office.provider_adjustments()] == ["CS"]
    (row,) = office.remittances()
    assert (row.state, row.decided_by, row.decided_reason) == ("posted", "dana", WHY[1])
    assert office.rung() == {str(number): 1}
    assert office.open_items() == []
    posted = office.size()
    again: Ran = run("remit", "post", waiting["id"], *BY, *WHY)
    assert (again.exit_code, again.error_line) == (1, "claimflow: remittance R1 does not wait: it is posted")
    office.receive(unbalanced(number).replace(b"*000000001*0*T", b"*000000007*0*T"), "again.835")
    assert office.size() == posted


def test_a_held_remittance_is_rejected_and_a_corrected_one_under_its_trace_is_posted(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("99213", 12500))
    office.receive(unbalanced(number))
    ran: Ran = run("remit", "reject", "R1", *BY, *WHY, "--json")
    assert (ran.document["state"], ran.document["rejected"]) == ("rejected", 1)
    assert [loop.state for loop in office.loops()] == ["rejected"]
    assert office.ledger()["unapplied_cash"] == -9000
    assert [item.kind for item in office.open_items()] == ["unapplied_money"]
    corrected = [
        *head("EFT1", "85"),
        *claim(f"{number}-1", "1", "125", "85", "15"),
        *line("99213", "125", "85", "CO*45*25", "PR*3*15", control="1"),
    ]
    office.receive(interchange(corrected, number=2), "corrected.835")
    assert office.balances(number) == {**PAID, "unapplied_cash": 8500, "patient_receivable": 1500}
    assert office.ledger()["remittance_clearing"] == 8500
    assert office.ledger().get("unapplied_cash", 0) == 0


def test_a_rejected_remittance_that_comes_again_with_the_right_sum_posts_its_claims(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("99213", 12500))
    office.receive(unbalanced(number))
    run("remit", "reject", "R1", *BY, *WHY)
    rejected = office.size()
    office.receive(unbalanced(number).replace(b"*000000001*0*T", b"*000000007*0*T"), "again.835")
    assert office.size() == rejected
    office.receive(unbalanced(number).replace(b"BPR*I*90*", b"BPR*I*75*"), "corrected.835")
    assert office.balances(number) == PAID
    ledger = office.ledger()
    assert (ledger["remittance_clearing"], ledger.get("unapplied_cash", 0)) == (7500, 0)
    assert [row.state for row in office.remittances()] == ["posted"]
    assert office.open_items() == []


def test_a_held_claim_is_posted_with_a_named_reason(office: RemittanceOffice, run: CommandLine) -> None:
    number = office.send_claim(("99213", 12500))
    wrong = [
        *claim(f"{number}-1", "1", "125", "80", "20"),
        *line("99213", "125", "80", "CO*45*24", "PR*3*20", control="1"),
    ]
    office.receive(interchange([*head("EFT1", "80"), *wrong]))
    (waiting,) = run("remit", "queue", "--json").document
    assert (waiting["id"], waiting["claim"], waiting["state"]) == ("C1", number, "held")
    assert run("remit", "post", "C1", *BY, *WHY, "--json").document["state"] == "posted"
    assert office.balances(number) == {**PAID, "contractual": 2400, "payer_receivable": 100}
    (explained,) = [
        posting
        for posting in run("ledger", "explain", number, "--json").document["postings"]
        if posting["kind"] == "remittance"
    ]
    assert explained["by"] == "dana"
    assert WHY[1] in explained["cites"]
    assert office.open_items() == []


def test_a_held_claim_is_rejected_and_its_money_stays_to_be_returned(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("99213", 12500))
    wrong = [*claim(f"{number}-1", "1", "125", "80", "20"), *line("99213", "125", "80", "CO*45*24", "PR*3*20")]
    office.receive(interchange([*head("EFT1", "80"), *wrong]))
    assert run("remit", "reject", "C1", *BY, *WHY, "--json").document["state"] == "rejected"
    assert office.balances(number) == {"payer_receivable": 12500, "revenue": -12500}
    assert office.ledger()["unapplied_cash"] == -8000
    assert [item.kind for item in office.open_items()] == ["unapplied_money"]


def foreign(charge: str = "125") -> list[str]:
    return [
        *claim("OLD-SYSTEM-7", "1", charge, "80", "20", "ICN77777"),
        *line("99213", charge, "80", "CO*45*25", "PR*3*20"),
    ]


def test_what_finds_no_match_waits_with_candidates_until_a_person_matches_it(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("99213", 12500), member="OTHER1")
    office.send_claim(("99213", 9900), member="OTHER2")
    office.receive(interchange([*head("EFT1", "80"), *foreign()]))
    (waiting,) = run("remit", "queue", "--json").document
    assert (waiting["state"], waiting["claim_number_told"]) == ("unmatched", "OLD-SYSTEM-7")
    assert waiting["candidates"] == [{"claim": number, "why": "same date of service and charge"}]
    assert office.ledger()["unapplied_cash"] == -8000
    ran: Ran = run("remit", "match", waiting["id"], number, *BY, "--json")
    assert (ran.document["state"], ran.document["claim"]) == ("posted", number)
    assert office.balances(number) == PAID
    assert office.rung() == {str(number): 1}
    assert office.attempts(number)[0].payer_control_number == "ICN77777"
    assert run("remit", "queue", "--json").document == []
    assert office.open_items() == []


def test_what_is_not_ours_is_set_aside_and_its_money_asked_about(office: RemittanceOffice, run: CommandLine) -> None:
    office.receive(interchange([*head("EFT1", "80"), *foreign()]))
    ran: Ran = run("remit", "not-ours", "c1", *BY, "--reason", "a patient of the practice next door")
    assert ran.stdout.strip() == "C1 is not ours"
    assert office.ledger() == {"remittance_clearing": 8000, "unapplied_cash": -8000}
    assert [item.kind for item in office.open_items()] == ["unapplied_money"]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("post", "7"), "7 is no id of what waits: write R12 for a remittance or C34 for a claim of one"),
        (("match", "R1", "10000001"), "R1 is no id of what waits: write C34 for a claim of one"),
        (("post", "R99"), "no remittance has the id R99"),
        (("not-ours", "C99"), "no claim of a remittance has the id C99"),
    ],
)
def test_what_does_not_wait_is_refused_in_one_line(run: CommandLine, command: tuple[str, ...], says: str) -> None:
    reason = () if command[0] == "match" else WHY
    ran: Ran = run("remit", *command, *BY, *reason)
    assert ran.exit_code == 1
    assert says in ran.error_line


def test_a_claim_that_waits_with_its_remittance_is_decided_with_it(office: RemittanceOffice, run: CommandLine) -> None:
    number = office.send_claim(("99213", 12500))
    office.receive(unbalanced(number))
    ran: Ran = run("remit", "post", "C1", *BY, *WHY)
    assert ran.error_line == "claimflow: C1 waits with its whole remittance: decide R1 first"


@pytest.mark.parametrize(
    ("told", "icn", "member", "by"),
    [
        ("10000001", "NEW1", "W000000001", ""),
        ("10000001-", "NEW1", "W000000001", ""),
        ("100000", "ICN-EARLIER", "W000000001", "found by payer's control number"),
        ("ACCT", "NEW1", "W000000001", "found by member, date of service and charge"),
    ],
)
def test_a_mutilated_claim_number_is_found_all_the_same(
    office: RemittanceOffice, told: str, icn: str, member: str, by: str
) -> None:
    number = office.send_claim(("99213", 12500), member=member)
    with office.books.transaction(office.organisation) as session:
        session.execute(update(Submission).values(payer_control_number="ICN-EARLIER"))
    body = [
        *claim(told, "1", "125", "80", "20", icn),
        *line("99213", "125", "80", "CO*45*25", "PR*3*20"),
    ]
    office.receive(interchange([*head("EFT1", "80"), *body]))
    assert office.balances(number) == PAID
    assert by in office.notes(number)[-1].why


def test_a_number_that_could_be_anybodys_is_only_a_candidate(office: RemittanceOffice) -> None:
    number = office.send_claim(("99213", 12500), member="OTHER1")
    body = [*claim(number, "1", "99", "99", "", "ICN9"), "SVC*HC:99213*99*99**1", "DTM*472*20250101"]
    office.receive(interchange([*head("EFT1", "99"), *body]))
    (loop,) = office.loops()
    assert (loop.state, [one["claim"] for one in loop.candidates]) == ("unmatched", [number])


def test_lines_are_found_without_control_numbers_and_a_strange_one_is_asked_about(office: RemittanceOffice) -> None:
    number = office.send_claim(("73030:RT", 8000), ("73030:LT", 9000))
    body = [
        *claim(f"{number}-1", "1", "170", "170"),
        *line("73030", "90", "90"),
        *line("73030", "80", "75", "CO*45*5"),
        *line("36415", "0", "5", "CO*45*-5"),
    ]
    office.receive(interchange([*head("EFT1", "170"), *body]))
    (loop,) = office.loops()
    assert [entry["line"] for entry in loop.lines] == [2, 1, None]
    (item,) = office.open_items()
    assert (item.kind, item.claim_number) == ("remittance_line_unmatched", number)


def recoded(number: int) -> bytes:
    """The payer put one code where two lines were sent; nothing tells which is which."""
    body = [
        *claim(f"{number}-1", "1", "170", "160"),
        *line("29881", "90", "85", "CO*45*5"),
        *line("29877", "80", "75", "CO*45*5"),
    ]
    return interchange([*head("EFT1", "160"), *body])


def test_a_person_names_our_lines_for_those_of_a_posted_decision_and_no_cent_moves(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("73030:RT", 8000), ("73030:LT", 9000))
    office.receive(recoded(number))
    (item,) = office.open_items()
    assert item.remedy.endswith(f"`claimflow remit match C1 {number} --line 1=LINE` names our line")
    posted = office.ledger()
    assert run("remit", "match", "C1", number, "--line", "1=2", *BY, "--json").document["lines"] == [2, None]
    assert [one.kind for one in office.open_items()] == ["remittance_line_unmatched"], "one line is still nobody's"
    ran: Ran = run("remit", "match", "C1", "--claim", number, "--line", "2=1", *BY, "--json")
    assert (ran.exit_code, ran.document["state"], ran.document["lines"]) == (0, "posted", [2, 1])
    assert [entry["line"] for entry in office.loops()[0].lines] == [2, 1]
    assert office.notes(number)[-1].what == "Lines matched: line 2 of the payer is our line 1"
    assert office.ledger() == posted
    assert office.open_items() == []


def test_a_person_matches_a_claim_with_its_lines(office: RemittanceOffice, run: CommandLine) -> None:
    number = office.send_claim(("73030:RT", 8000), ("73030:LT", 9000), member="OTHER1")
    office.receive(recoded(number).replace(f"CLP*{number}-1".encode(), b"CLP*OLD-7"))
    told = ("--line", "1=2", "--line", "2=1")
    assert run("remit", "match", "C1", number, *told, *BY, "--json").document["state"] == "posted"
    assert [entry["line"] for entry in office.loops()[0].lines] == [2, 1]
    assert office.open_items() == []


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (("10000001", "--line", "3=1"), "the payer's decision has no line 3: it has 2"),
        (("10000001", "--line", "1=7"), "the claim as sent has no line 7: it has 1, 2"),
        (("10000001", "--line", "1"), "--line 1 is no pair of lines: write 2=1"),
        (("10000001", "--claim", "10000001"), "say once which claim of ours C1 is"),
        ((), "say once which claim of ours C1 is"),
    ],
)
def test_a_line_that_is_not_there_is_refused_in_one_line(
    office: RemittanceOffice, run: CommandLine, told: tuple[str, ...], says: str
) -> None:
    office.receive(recoded(office.send_claim(("73030:RT", 8000), ("73030:LT", 9000))))
    ran: Ran = run("remit", "match", "C1", *told, *BY)
    assert ran.exit_code == 1
    assert says in ran.error_line


def test_money_of_what_is_not_ours_ends_when_it_is_returned(office: RemittanceOffice, run: CommandLine) -> None:
    office.receive(interchange([*head("EFT1", "80"), *foreign()]))
    assert run("remit", "returned", "C1", *BY, "--reason", "check 1207").exit_code == 1, "nobody set it aside yet"
    run("remit", "not-ours", "C1", *BY, *WHY)
    (item,) = office.open_items()
    assert "`claimflow remit returned C1` books it out" in item.remedy
    ran: Ran = run("remit", "returned", "C1", *BY, "--reason", "check 1207", "--json")
    assert (ran.exit_code, ran.document["state"], ran.document["amount_cents"]) == (0, "returned", 8000)
    assert office.ledger() == {"remittance_clearing": 8000, "bank": -8000}
    assert office.open_items() == []
    assert run("remit", "returned", "C1", *BY, "--reason", "check 1207").exit_code == 1
    assert office.ledger()["bank"] == -8000


def test_a_second_delivery_that_is_refused_asks_for_no_money_of_the_first(
    office: RemittanceOffice, run: CommandLine
) -> None:
    first, second = (office.send_claim(("99213", 12500)) for _ in range(2))
    office.receive(interchange([*head("EFT1", "80"), *paid(first)]))
    other = [*head("EFT1", "80"), *paid(first), *paid(second, icn="ICN2")]
    office.receive(interchange(other, number=2), "other.835")
    assert [item.kind for item in office.open_items()] == ["remittance_unbalanced"]
    assert run("remit", "reject", "R1", *BY, *WHY, "--json").document["rejected"] == 1
    assert office.open_items() == [], "the deposit is used up by the claim that was posted"
    assert office.ledger().get("unapplied_cash", 0) == 0


def test_a_payer_may_have_its_own_list_of_what_is_given_up(office: RemittanceOffice) -> None:
    with office.books.system() as session:
        for month, name, value in ((1, "not_contractual", "*"), (2, "contractual", "CO-144")):
            session.add(
                PayerPolicyRow(
                    payer_kind="commercial", payer_code="PPO01", name=name, value=value, source="contract of 2026",
                    effective_from=date(2026, month, 1),
                )
            )  # fmt: skip
    number = office.send_claim(("99213", 12500))
    body = [
        *claim(f"{number}-1", "1", "125", "80"),
        *line("99213", "125", "80", "CO*45*25**144*20", control="1"),
    ]
    office.receive(interchange([*head("EFT1", "80"), *body]))
    assert office.balances(number) == {
        "unapplied_cash": 8000, "contractual": 2000, "payer_receivable": 2500, "revenue": -12500,
    }  # fmt: skip


def test_each_cent_is_explained_by_file_segment_and_rule(office: RemittanceOffice, run: CommandLine) -> None:
    number = office.send_claim(("99213", 12500))
    office.receive(interchange([*head("EFT1", "80"), *paid(number)]), "eft1.835")
    shown = run("ledger", "explain", number, "--json").document
    charge, decision = shown["postings"]
    assert charge["source"] is None
    source = decision["source"]
    assert (source["file_name"], source["trace"], source["transaction"]) == ("eft1.835", "EFT1", "0001")
    share = next(leg for leg in decision["legs"] if leg["ledger_account"] == "patient_receivable")
    assert share["rule"] == "the patient's share (copay): group PR, and nothing blocks it"
    assert share["segment"] == f"SVC {source['lines'][0]}"
    assert all(leg["rule"] for posting in shown["postings"] for leg in posting["legs"])
    text = run("ledger", "explain", number).stdout
    assert "eft1.835, ST 0001, CLP" in text


def test_a_first_payer_that_says_it_is_the_second_waits_for_a_person_who_posts_it(
    office: RemittanceOffice, run: CommandLine
) -> None:
    number = office.send_claim(("99213", 12500))
    told = [*claim(f"{number}-1", "2", "125", "80", "20", "ICN1"), *line("99213", "125", "80", "CO*45*25", "PR*3*20")]
    office.receive(interchange([*head("EFT1", "80"), *told]))
    (waiting,) = run("remit", "queue", "--json").document
    assert (waiting["state"], waiting["claim"]) == ("held", number)
    assert "the payer decided as payer 2 (CLP02 2), but no payer decided before it" in waiting["why"]
    assert office.ledger()["unapplied_cash"] == -8000
    assert run("remit", "post", waiting["id"], *BY, *WHY, "--json").document["state"] == "posted"
    assert office.ledger().get("unapplied_cash", 0) == 0
    assert office.open_items() == []
