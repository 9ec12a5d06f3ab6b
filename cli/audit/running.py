"""``claimflow audit run``: the night's audit of one organisation, now."""

from __future__ import annotations

import typer

from cli import options, output
from cli.connection import open_books, require_organisation


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run_audit)


def run_audit(organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Audit every chart of the organisation now, as each night does. Findings that are known stay as they are."""
    from activities.audit_books import AuditBooksInPostgres
    from contracts.audit import AuditPage

    with open_books() as books:
        with books.transaction(organisation) as session:
            require_organisation(session, organisation)
        steps = AuditBooksInPostgres(books)
        patients = new = after = 0
        while True:
            page = steps.audit_page(AuditPage(organisation=organisation, after_patient=after))
            patients, new, after = patients + page.patients, new + page.new_findings, page.last_patient
            if not after:
                break
        new += steps.audit_practice(organisation).new_findings
    if as_json:
        output.print_json({"patients": patients, "new_findings": new})
    else:
        found = f"{output.counted(patients, 'patient')} audited, {output.counted(new, 'new finding')}"
        output.stdout().print(f"{found}: see `claimflow audit list`")
