"""The coverages that the desk put in order, on the claim of the visit: charges are told without the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.claim.claim import ClaimContent
from domain.coverage.coverage import Coverage, OtherCoverage


def as_at_desk(content: ClaimContent, placed: Sequence[OtherCoverage]) -> ClaimContent:
    """A claim with the coverages in the desk's order, each Medicare that comes second with its reason (SBR05).

    Where the claim names a coverage that the desk does not know, the claim stands as it came. What the claim says of
    a coverage itself (subscriber, group number) is kept.
    """
    claimed = {_key(one): one for one in content.coverages}
    if not placed or not claimed.keys() <= {_key(one.coverage) for one in placed}:
        return content
    in_order = [replace(one, coverage=claimed.get(_key(one.coverage), one.coverage)) for one in placed]
    if [one.coverage for one in in_order] == list(content.coverages) and _types(in_order[1:]) == _types(
        content.other_coverages
    ):
        return content
    return replace(content, coverage=in_order[0].coverage, other_coverages=tuple(in_order[1:]))


def _key(coverage: Coverage) -> tuple[str, str]:
    return coverage.payer.code, "".join(mark for mark in coverage.member_id.upper() if mark.isalnum())


def _types(others: Sequence[OtherCoverage]) -> list[str]:
    return [one.insurance_type for one in others]
