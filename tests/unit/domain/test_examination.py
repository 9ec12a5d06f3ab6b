"""Which Medicare denials are examined how: one record for each denied line, or one for a claim without lines."""

from __future__ import annotations

import pytest

from domain.appeals.examination import RecordState, Route, denials_to_examine
from domain.coverage.coverage import PayerKind
from tests.unit.domain.remits import cas, remitted, remitted_line, rules

MEDICARE = PayerKind.MEDICARE


@pytest.mark.parametrize(
    ("code", "remarks", "route"),
    [
        ("CO-50", (), Route.REDETERMINATION),
        ("CO-50", ("N115",), Route.REDETERMINATION),
        ("CO-50", ("N211",), Route.NEITHER),
        ("CO-16", ("MA130",), Route.NEITHER),
        ("CO-16", ("N290",), Route.REOPENING),
        ("CO-4", (), Route.REOPENING),
        ("CO-29", (), Route.NEITHER),
        ("CO-252", (), Route.REDETERMINATION),
        ("CO-109", (), Route.NEITHER),
        ("CO-31", (), Route.NEITHER),
        ("CO-P99", (), Route.NEITHER),
    ],
)
def test_a_denied_line_has_one_route(code: str, remarks: tuple[str, ...], route: Route) -> None:
    claim = remitted(remitted_line(10_000, cas(code, 10_000)), remarks=remarks)
    (found,) = denials_to_examine(claim, MEDICARE, rules())

    assert (found.line, found.route, found.refused_cents) == (1, route, 10_000)
    assert found.state is (RecordState.NOT_APPLICABLE if route is Route.NEITHER else RecordState.DUE)
    assert found.why


def test_only_the_denied_lines_of_a_claim_are_examined() -> None:
    claim = remitted(
        remitted_line(10_000, cas("CO-45", 2_000)),
        remitted_line(5_000, cas("CO-50", 5_000)),
        remitted_line(4_000, cas("CO-16", 4_000)),
    )

    assert [(one.line, one.route) for one in denials_to_examine(claim, MEDICARE, rules())] == [
        (2, Route.REDETERMINATION),
        (3, Route.REOPENING),
    ]


def test_a_claim_denied_without_lines_is_one_denial() -> None:
    claim = remitted(adjustments=(cas("CO-50", 9_000),), charge_cents=9_000, paid_cents=0)
    (found,) = denials_to_examine(claim, MEDICARE, rules())

    assert (found.line, found.route) == (0, Route.REDETERMINATION)


def test_a_medicare_advantage_denial_goes_to_its_plan() -> None:
    claim = remitted(remitted_line(10_000, cas("CO-50", 10_000)))
    (found,) = denials_to_examine(claim, PayerKind.MEDICARE_ADVANTAGE, rules())

    assert found.route is Route.PLAN
    assert denials_to_examine(claim, PayerKind.COMMERCIAL, rules()) == ()


@pytest.mark.parametrize("code", ["CO-45", "PR-1", "PR-2"])
def test_what_denies_nothing_is_not_examined(code: str) -> None:
    claim = remitted(remitted_line(10_000, cas(code, 2_000)))

    assert denials_to_examine(claim, MEDICARE, rules()) == ()


@pytest.mark.parametrize("status", ["22", "23", "25"])
def test_a_reversal_a_claim_sent_on_and_a_price_told_are_no_denials(status: str) -> None:
    claim = remitted(remitted_line(10_000, cas("CO-50", 10_000)), status=status)

    assert denials_to_examine(claim, MEDICARE, rules()) == ()
