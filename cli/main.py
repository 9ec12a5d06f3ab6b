"""The command line: ``claimflow``. Scripts build on its names, exit codes and JSON keys."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from cli import fast_forward, importing, local_stack
from cli.appeals import app as appeals
from cli.appeals import deadlines, medicare
from cli.appeals.records import app as records
from cli.audit import app as audit
from cli.care import register as register_care
from cli.cash import deposits, entering, exporting, periods, visits
from cli.claims import app as claims
from cli.compliance import app as compliance
from cli.contracting import contract, variance
from cli.demo import command as demo
from cli.denial import app as denial
from cli.failures import COULD_NOT_RUN, INTERRUPTED, Negative, explain
from cli.frontdesk import authorizations, checkin, copays, eligibility, estimates
from cli.money import account, ledger, work
from cli.ops import app as ops
from cli.output import print_json
from cli.reference import app as reference
from cli.refunds import app as refunds
from cli.scrubbing import register as register_scrub
from cli.scrubbing import rules
from cli.scrubbing.report import app as report
from cli.x12files import app as x12files
from cli.x12files import remittances


class OneLineGroup(TyperGroup):
    """Ends every failure in one line on stderr: 1 for a negative answer, 2 for what could not run."""

    def main(self, args: Any = None, prog_name: str | None = None, *positional: Any, **extra: Any) -> Any:
        """Run a command line and exit with 0, 1 or 2."""
        given = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        try:
            code = super().main(given, prog_name or "claimflow", *positional, **extra)
            sys.stdout.flush()
            if code == INTERRUPTED:
                sys.stderr.write("claimflow: interrupted\n")
        except BrokenPipeError:
            # The reader of a pipe (head, less) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except typer.TyperException as misuse:
            code = _misused(misuse)
        except Exception as error:  # noqa: BLE001 - the last door: never a traceback
            code = _failed(error, as_json="--json" in given)
        sys.exit(code if isinstance(code, int) else 0)


def _misused(misuse: typer.TyperException) -> int:
    context = getattr(misuse, "ctx", None)
    if type(misuse).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(misuse.format_message().rstrip() + "\n")
        return 0
    path = context.command_path if context is not None else "claimflow"
    line = " ".join(misuse.format_message().split())
    sys.stderr.write(f"{path}: {line} (help: `{path} --help`)\n")
    return COULD_NOT_RUN


def _failed(error: Exception, *, as_json: bool) -> int:
    failure = explain(error)
    if os.environ.get("CLAIMFLOW_DEBUG") == "1":
        traceback.print_exception(error)
    if as_json and failure.exit_code != COULD_NOT_RUN:
        print_json(error.document if isinstance(error, Negative) else {"error": failure.line})
    sys.stderr.write(f"claimflow: {failure.line}\n")
    return failure.exit_code


app = typer.Typer(
    name="claimflow",
    cls=OneLineGroup,
    help="Carries every medical claim from check-in to a zero balance.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
demo.register(app)
local_stack.register(app)
importing.register(app)
app.add_typer(claims, name="claim")
app.add_typer(denial, name="denial")
app.add_typer(appeals, name="appeal")
app.add_typer(medicare, name="medicare")
app.add_typer(records, name="records")
deadlines.register(app)
app.add_typer(ledger.app, name="ledger")
exporting.register(ledger.app)
app.add_typer(account.app, name="account")
register_care(app, account.app)
app.add_typer(work.app, name="work")
app.add_typer(refunds, name="refund")
app.add_typer(deposits.app, name="deposit")
app.add_typer(entering.payments, name="payment")
entering.register(remittances)
app.add_typer(periods.app, name="period")
app.add_typer(visits.app, name="visits")
app.add_typer(checkin.app, name="checkin")
app.add_typer(eligibility.app, name="eligibility")
app.add_typer(estimates.app, name="estimate")
app.add_typer(copays.app, name="copay")
app.add_typer(authorizations.app, name="authorization")
app.add_typer(contract.app, name="contract")
app.add_typer(variance.app, name="variance")
fast_forward.register(app)
app.add_typer(audit, name="audit")
app.add_typer(compliance, name="compliance")
app.add_typer(ops, name="ops")
app.add_typer(reference, name="reference")
register_scrub(app)
app.add_typer(rules, name="rules")
app.add_typer(report, name="report")
app.add_typer(x12files, name="x12")
app.add_typer(remittances, name="remit")


def main() -> None:
    """Run the command line of this process."""
    app()


if __name__ == "__main__":
    main()
