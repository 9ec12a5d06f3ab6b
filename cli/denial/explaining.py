"""``claimflow denial explain``: the knowledge base asked about one code, without a running stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context, Network

if TYPE_CHECKING:
    from domain.denials.explaining import Explanation, KnowledgeBase

GROUPS = ("CO", "PR", "OA", "PI")
_FREQUENCIES = ("1", "7", "8", "Q")
_OF_A_999 = frozenset({"999", "IK5", "AK9"})


def register(app: typer.Typer) -> None:
    """Add the command. The callback keeps it a group of its own."""
    app.callback()(_group)
    app.command("explain")(explain)


def _group() -> None:
    """What a payer's codes mean, and what is done about them."""


def explain(
    payer: Annotated[
        str,
        typer.Option(
            "--payer",
            metavar="PAYER",
            help="medicare, medicare_advantage, medicaid, commercial, or a payer code that the operator's rows name.",
        ),
    ],
    group: Annotated[
        str, typer.Option("--group", metavar="GROUP", help="Group of the adjustment (CAS01): CO, PR, OA or PI.")
    ] = "",
    carc: Annotated[str, typer.Option("--carc", metavar="CODE", help="Claim adjustment reason code, such as 16.")] = "",
    rarc: Annotated[
        list[str] | None, typer.Option("--rarc", metavar="CODE", help="Remark code, such as MA130; may be repeated.")
    ] = None,
    status: Annotated[
        str,
        typer.Option(
            "--status",
            metavar="CATEGORY:STATUS[:ENTITY][:WQ]",
            help="What an acknowledgement of claims (277CA) or an answer about a claim (277) says: STC01, STC03.",
        ),
    ] = "",
    ack: Annotated[
        str,
        typer.Option(
            "--ack", metavar="999:R", help="What the answer to the file itself says: 999 or TA1, and its code."
        ),
    ] = "",
    clp_status: Annotated[
        str,
        typer.Option(
            "--clp-status", metavar="CODE", help="How the payer took the claim (CLP02 of the 835), such as 4."
        ),
    ] = "",
    attempt_frequency: Annotated[
        str,
        typer.Option(
            "--attempt-frequency",
            metavar="CODE",
            help="How the answered attempt was sent (CLM05-3): 1 new, 7 replacement, 8 void.",
        ),
    ] = "1",
    claim_type: Annotated[
        ClaimType, typer.Option("--claim-type", help="Of a professional (837P) or an institution (837I).")
    ] = ClaimType.PROFESSIONAL,
    modifier: Annotated[
        list[str] | None, typer.Option("--modifier", metavar="CODE", help="Of the line; may be repeated.")
    ] = None,
    network: Annotated[
        str, typer.Option("--network", metavar="in|out", help="Whether a contract with the payer holds.")
    ] = "",
    as_json: options.AsJson = False,
) -> None:
    """Say which kind of denial it is, what mends it, whether it can be appealed, and until when."""
    from activities.denial_rules import knowledge_base
    from cli.failures import CannotRun

    if sum(map(bool, (group or carc, status, ack))) != 1:
        raise typer.BadParameter("name one of --group with --carc, --status, or --ack")
    if network not in ("", Network.IN, Network.OUT):
        raise typer.BadParameter(f"--network {network}: it is in or out")
    frequency = _shaped(attempt_frequency.upper(), "|".join(_FREQUENCIES), "--attempt-frequency", "1, 7, 8 or Q")
    try:
        known = knowledge_base()
    except ValueError as problem:
        raise CannotRun(str(problem)) from problem
    kind, code = _payer(payer, known)
    context = Context(claim_type=claim_type, network=Network(network), payer_code=code)
    if status:
        found = _of_status(status, frequency, kind, context, known)
    elif ack:
        found = _of_acknowledgement(ack, frequency, kind, context, known)
    else:
        found = _of_adjustment(group, carc, rarc or [], modifier or [], clp_status, kind, context, known)
    named = _suggested(carc.upper(), rarc or []) if carc else []
    if as_json:
        output.print_json(document(found) | {"suggested_changes": named})
    else:
        _print(found)
        for one in named:
            output.stdout().print(f"  - look at {one['field']}: {one['what']}", soft_wrap=True)


def document(found: Explanation) -> dict[str, object]:
    """The answer as DESIGN.md section 7 promises it."""
    return {
        "group_of_denial": found.group.value,
        "remedy": found.remedy.value,
        "frequency_code": found.frequency or None,
        "appealable": found.appealable,
        "bill_patient": found.bill_patient,
        "deadline_days": found.deadline.days,
        "deadline_rule": found.deadline.rule,
        "why": found.why,
    }


def _suggested(carc: str, rarcs: list[str]) -> list[dict[str, str]]:
    """The fields of the claim that the codes point to."""
    from cli.failures import CannotRun
    from domain.denials.suggestions import Denied, suggested
    from storage.appeal_rules import suggestions

    try:
        table = suggestions()
    except ValueError as problem:
        raise CannotRun(str(problem)) from problem
    denied = Denied(carc=carc, remarks=frozenset(code.upper() for code in rarcs))
    return [one.document() for one in suggested(table, [denied])]


def _of_adjustment(
    group: str, carc: str, rarcs: list[str], modifiers: list[str], clp_status: str,
    kind: PayerKind, context: Context, known: KnowledgeBase,
) -> Explanation:  # fmt: skip
    from domain.denials.explaining import RemittedCodes, explain_remitted

    if not (group and carc):
        raise typer.BadParameter("--group and --carc go together")
    codes = RemittedCodes(
        group=_shaped(group.upper(), "|".join(GROUPS), "--group", "CO, PR, OA or PI (CR is of the 4010)"),
        carc=_shaped(carc.upper(), r"[A-Z0-9]{1,5}", "--carc", "a code such as 16 or B7"),
        remarks=tuple(
            _shaped(code.upper(), r"[A-Z0-9]{2,6}", "--rarc", "a code such as MA130 or N290") for code in rarcs
        ),
        modifiers=tuple(_shaped(code.upper(), r"[A-Z0-9]{2}", "--modifier", "two characters") for code in modifiers),
        claim_status=_shaped(clp_status, r"\d{0,2}", "--clp-status", "a number such as 1 or 22"),
    )
    return explain_remitted(codes, kind, context, known)


def _of_status(status: str, frequency: str, kind: PayerKind, context: Context, known: KnowledgeBase) -> Explanation:
    from domain.denials.explaining import ACCEPTED_ACTION, REJECTED_ACTION, StatusCodes, explain_status

    category, *rest = [part.strip().upper() for part in status.split(":")]
    action = rest.pop() if rest and rest[-1] in (ACCEPTED_ACTION, REJECTED_ACTION) else ""
    _shaped(category, r"[A-Z0-9]{1,4}", "--status", "a category such as A7")
    if len(rest) > 2 or not all(re.fullmatch(r"[A-Z0-9]{1,4}", part) for part in rest):
        raise typer.BadParameter(f"--status {status}: write CATEGORY:STATUS[:ENTITY][:WQ], such as A7:562:85")
    code, entity = (*rest, "", "")[:2]
    asked = StatusCodes(category=category, status_code=code, entity=entity, action=action)
    return explain_status(asked, frequency, kind, context, known)


def _of_acknowledgement(
    ack: str, frequency: str, kind: PayerKind, context: Context, known: KnowledgeBase
) -> Explanation:
    from domain.denials.explaining import explain_acknowledgement

    answer, *rest = [part.strip().upper() for part in ack.split(":")]
    answer = "999" if answer in _OF_A_999 else answer
    if answer not in ("999", "TA1") or not 1 <= len(rest) <= 2 or not re.fullmatch(r"[A-Z0-9]{1,3}", rest[0]):
        raise typer.BadParameter(f"--ack {ack}: write 999:R, 999:P or TA1:R:025")
    note = rest[1] if len(rest) == 2 else ""
    return explain_acknowledgement(answer, rest[0], note, frequency, kind, context, known)


def _payer(name: str, known: KnowledgeBase) -> tuple[PayerKind, str]:
    """Kind of payer, and the payer's own code where the operator has written rows for it."""
    kinds = {kind.value: kind for kind in PayerKind}
    if name.lower() in kinds:
        return kinds[name.lower()], ""
    for rule in known.rules.rules:
        if rule.payer_code and rule.payer_code == name and rule.payer_kind is not None:
            return rule.payer_kind, name
    raise typer.BadParameter(f"--payer {name} is not known; use one of {', '.join(kinds)}")


def _shaped(value: str, pattern: str, option: str, form: str) -> str:
    if not re.fullmatch(pattern, value):
        raise typer.BadParameter(f"{option} {value or '(empty)'}: it is {form}")
    return value


def _print(found: Explanation) -> None:
    facts = {
        "remedy": output.words(found.remedy.value),
        "frequency": found.frequency,
        "appeal rights": "yes" if found.appealable else "no",
        "bill the patient": "yes" if found.bill_patient else "no",
        "deadline": found.deadline.rule
        if found.deadline.days is None
        else f"{found.deadline.days} days: " + found.deadline.rule,
        "why": found.why,
        "root cause": output.words(found.root_cause),
        "worked by": output.words(found.worked_by),
        "source": found.source,
    }
    output.print_facts(f"Group of denial: {output.words(found.group.value)}", facts)
