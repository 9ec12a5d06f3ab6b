"""Why a leg is in the books: the rule behind it, in words, from what it cites."""

from __future__ import annotations

import re

from domain.cash.returned import RETURNED
from domain.ledger.chart import LedgerAccount
from domain.ledger.decision import EARLIER_SHARE, HANDED_BACK, SHARE_AGAIN, TAKEN_BACK
from domain.ledger.planning import COVERAGE_FIRST, LEFT_BY_EARLIER, RETURNED_TO_PAYER
from domain.ledger.receivable import SETTLED

_CAS = re.compile(r"CAS (CO|PR|OA|PI) (\S+?):?(?: line (\d+))?(?::|$)")
_SHARES = {"1": "deductible", "2": "coinsurance", "3": "copay"}
_RULES = (
    (SETTLED, "the sum of the legs beside it: what this decision takes off, or puts back on, the payer's receivable"),
    ("charge before correction", "a corrected charge: the old one is taken out"),
    ("charge after correction", "a corrected charge: the new one is put in"),
    ("charge", "what was charged is owed by the payer until it answers"),
    ("CLP04", "the payer's payment of this claim, out of the deposit that its remittance announced"),
    ("BPR02", "the deposit that the remittance announces, until claims and PLB entries explain it"),
    ("PLB", "settled at provider level; never spread over claims"),
    ("written off by", "given up by decision of a named person"),
    ("made self-pay by", "made the patient's by decision of a named person"),
    ("paid ahead", "what the patient had paid ahead, used for what is owed"),
    ("receipt", "the patient's payment, oldest claim first"),
    ("refund ", "a credit balance that belongs to somebody else: approved by a named person, then sent or taken back"),
    ("recouped by PLB", "the payer held its overpayment back itself, in place of a refund"),
    (RETURNED_TO_PAYER, "money that no claim explains, sent back by decision of a named person"),
    ("lockbox", "the patient's check, oldest claim first"),
)


def rule_of(ledger_account: str, cites: str) -> str:
    """The rule in words; empty where a person's own words stand instead of one."""
    for prefix, why in (
        (EARLIER_SHARE, "a later payer decides now: what the earlier one left to the patient goes back to the payers"),
        (SHARE_AGAIN, "the later payer's decision is gone: what the earlier one left to the patient is theirs again"),
        (HANDED_BACK, "a payer decided anew: what had become the patient's without a decision goes back first"),
        (LEFT_BY_EARLIER, "deductible, coinsurance or copay of an earlier payer, which the last payer left as it was"),
        (COVERAGE_FIRST, "a person added a coverage: nobody asks the patient before it has answered"),
        (RETURNED, "the patient's payment came back unpaid: what it had settled is owed again"),
        (TAKEN_BACK, "the payer reversed its decision: what it had posted is taken back, leg by leg"),
    ):
        if cites.startswith(prefix):
            return why
    if (code := _CAS.match(cites)) is not None:
        capped = "; only up to what was open (X12 RFI 1696)" if ": reported " in cites else ""
        return _of_adjustment(ledger_account, code.group(1), code.group(2)) + capped
    return next((why for prefix, why in _RULES if cites.startswith(prefix)), "")


def _of_adjustment(ledger_account: str, group: str, reason: str) -> str:
    if group == "PR":
        return f"the patient's share ({_SHARES.get(reason, f'reason {reason}')}): group PR, and nothing blocks it"
    if ledger_account in (LedgerAccount.CONTRACTUAL.value, LedgerAccount.PAYER_RECEIVABLE.value):
        return f"given up by contract or law: {group}-{reason} is on this payer's contractual list"
    return f"{group}-{reason}"


def line_of(cites: str) -> int:
    """The payer's line that a leg cites; 0: the claim as a whole."""
    found = re.search(r" line (\d+)", cites)
    return int(found.group(1)) if found else 0
