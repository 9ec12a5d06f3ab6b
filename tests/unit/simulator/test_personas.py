"""The payers' data files say only what the rules understand."""

from __future__ import annotations

import re

import pytest

from simulator.adjudication.case import Case
from simulator.adjudication.rules.completeness import required_items_are_present
from simulator.persona import Persona, load_fee_schedule, load_personas
from tests.unit.simulator.claims_for_tests import MEMBER_IDS, RECEIVED, a_claim, a_line

PERSONAS = load_personas()
KINDS_OF_DENIAL = {
    "unknown_member", "terminated", "unprocessable", "duplicate", "late", "referral", "records",
    "authorization", "separate_visit", "not_covered", "diagnosis", "integrity",
}  # fmt: skip


def test_there_are_five_payers() -> None:
    assert set(PERSONAS) == {"MCARE", "PPO01", "HMO01", "MCAID", "SUPP1"}


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
class TestPersona:
    def test_has_a_code_for_every_kind_of_denial_and_no_other(self, persona: Persona) -> None:
        assert set(persona.codes) == KINDS_OF_DENIAL
        assert {code.group for code in persona.codes.values()} <= {"CO", "PR", "OA", "PI"}

    def test_knows_its_members_apart(self, persona: Persona) -> None:
        members = persona.members
        good = MEMBER_IDS[persona.code]
        ended, unknown = (f"9{kind}G4TE5MK{end}" for kind, end in (("T", "27"), ("U", "31")))
        if persona.code != "MCARE":
            ended, unknown = good[:-3] + "T27", good[:-3] + "U31"
        assert [bool(re.fullmatch(members.shape, member)) for member in (good, ended, unknown)] == [True] * 3
        assert [bool(re.fullmatch(members.terminated, member)) for member in (good, ended)] == [False, True]
        assert [bool(re.fullmatch(members.unknown, member)) for member in (good, unknown)] == [False, True]

    def test_asks_for_items_that_a_claim_can_have(self, persona: Persona) -> None:
        for required in persona.policy.required_items:
            claim = a_claim(persona.code, a_line(procedure=required.procedures[0]))
            found = list(required_items_are_present(Case(claim=claim, persona=persona, received_on=RECEIVED)))
            assert [denial.remarks for denial in found] == [(required.remark,)]

    def test_names_only_procedures_that_have_a_fee_unless_they_are_never_covered(self, persona: Persona) -> None:
        policy = persona.policy
        named = {*policy.needs_authorization, *policy.needs_records, *policy.supporting_diagnoses}
        named |= {*policy.separate_visit.visits, *policy.separate_visit.procedures}
        named |= {procedure for item in policy.required_items for procedure in item.procedures}
        named |= {*policy.believable_units, *policy.priced_as, *policy.priced_as.values()}
        assert named <= set(load_fee_schedule())

    def test_answers_later_than_it_acknowledges(self, persona: Persona) -> None:
        delays = persona.delays
        assert delays.acknowledgement <= delays.claim_acknowledgement < delays.payment[0] <= delays.payment[1]
        assert 0 < delays.letter[0] <= delays.letter[1]
