"""An advance notice is Medicare's own, signed before the service, and its modifiers reach the claim's lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.coverage.advance_notice import Cause, Option
from storage import claims, frontdesk_notices, intake
from storage.models import AdvanceNotice
from tests.integration.frontdesk.conftest import MEDICARE, MONDAY_AFTER, NOW, TODAY, FrontOffice, coverage
from tests.integration.storage.samples import encounter


def issued(office: FrontOffice, payer=MEDICARE, cause: Cause = Cause.FREQUENCY) -> AdvanceNotice:  # type: ignore[no-untyped-def]
    row = office.appoint(coverage("1EG4TE5MK73", payer))
    return office.books.run(
        office.organisation_id,
        lambda session: frontdesk_notices.issue(
            session, office.organisation_id, row.number, cause=cause, procedures=("99213",), by="Kim", today=TODAY
        ),
    )


def sign(office: FrontOffice, number: int, on: date) -> AdvanceNotice:
    return office.books.run(
        office.organisation_id,
        lambda session: frontdesk_notices.sign(session, number, option=Option.BILL_MEDICARE, on=on),
    )


@pytest.mark.parametrize(("signed", "modifier"), [(True, "GA"), (False, "GZ")])
def test_the_line_of_the_notice_alone_takes_its_modifier(office: FrontOffice, signed: bool, modifier: str) -> None:
    notice = issued(office)
    assert (issued(office).number, notice.estimated_cents) == (notice.number, 15_000)
    if signed:
        sign(office, notice.number, TODAY)
    visit = encounter()
    lines = tuple(replace(one, service_from=MONDAY_AFTER) for one in visit.content.lines)
    content = replace(visit.content, lines=lines, coverage=coverage("1EG4TE5MK73", MEDICARE).coverage)
    number = office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(
            session, office.organisation_id, replace(visit, content=content), by="desk", business_at=NOW
        ),
    ).claim_number
    with office.books.transaction(office.organisation_id) as session:
        found = claims.content(session, number)
    assert [one.modifiers for one in found.lines] == [("25", modifier), ()]


def test_a_notice_is_signed_once_and_never_after_the_service(office: FrontOffice) -> None:
    notice = issued(office)
    with pytest.raises(frontdesk_notices.NoNotice, match="after it is none"):
        sign(office, notice.number, MONDAY_AFTER + timedelta(days=1))
    sign(office, notice.number, MONDAY_AFTER)
    with pytest.raises(frontdesk_notices.NoNotice, match="was signed"):
        sign(office, notice.number, MONDAY_AFTER)


def test_another_payers_patient_and_a_units_edit_get_none(office: FrontOffice) -> None:
    with pytest.raises(frontdesk_notices.NoNotice, match="MUE"):
        issued(office, cause=Cause.UNITS_OR_BUNDLING)
