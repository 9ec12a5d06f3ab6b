"""A provider's way of coding beside that of the peers: levels of visits, and unspecified codes.

Compared only with at least so many peers, each with at least so many visits; distance is the modified z-score (from
the median, in median absolute deviations, never less than the sampling error).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from statistics import median

from domain.coding.audit.chart import Chart, CodedClaim
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.query import ask
from domain.coding.audit.specificity import unspecified

_HIGH = 4
_MAD = 1.4826
"""Scales the median absolute deviation to a standard deviation (of a normal distribution)."""
_UNSPECIFIED = "unspecified"
_WORDS = {
    "new_visit": "office visits of new patients at level 4 or 5",
    "established_visit": "office visits of established patients at level 4 or 5",
    _UNSPECIFIED: "diagnoses with an unspecified code where a more precise one exists",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of a provider's visits or diagnoses are of a kind."""

    part: int
    of: int

    @property
    def value(self) -> float:
        """Between zero and one."""
        return self.part / self.of


class Shares:
    """Counts by measure and provider of the last year, learned chart by chart."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self._parts: dict[str, Counter[str]] = defaultdict(Counter)
        self._wholes: dict[str, Counter[str]] = defaultdict(Counter)

    def learn(self, chart: Chart, audit: AuditContext) -> None:
        """Count one patient's claims."""
        since = audit.before("lab_window_days")
        for claim in chart.claims:
            if since <= claim.on <= audit.today and claim.individual:
                self._count(claim, audit)

    def _count(self, claim: CodedClaim, audit: AuditContext) -> None:
        for service in claim.services:
            level = audit.rules.visit_levels.get(service.procedure)
            if level is not None:
                self._wholes[level.measure][claim.provider] += 1
                self._parts[level.measure][claim.provider] += level.level >= _HIGH
        for code in claim.diagnoses:
            self._wholes[_UNSPECIFIED][claim.provider] += 1
            self._parts[_UNSPECIFIED][claim.provider] += unspecified(code, audit)

    def measured(self) -> dict[str, dict[str, Share]]:
        """Each provider's share by measure."""
        return {
            measure: {npi: Share(part=self._parts[measure][npi], of=of) for npi, of in counted.items()}
            for measure, counted in self._wholes.items()
        }


def providers_apart(shares: Shares, audit: AuditContext) -> Iterator[Finding]:
    """Providers whose share lies far from their peers', up or down, in the last year."""
    for measure, measured in sorted(shares.measured().items()):
        enough = {npi: share for npi, share in measured.items() if share.of >= audit.rules.days("peer_visits")}
        for npi, share in sorted(enough.items()):
            peers = [other for name, other in enough.items() if name != npi]
            if len(peers) < audit.rules.days("peers"):
                continue
            middle = median(peer.value for peer in peers)
            away = share.value - middle
            if abs(away) < float(audit.rules.thresholds["peer_difference"]):
                continue
            if abs(away) / _spread(peers, share, middle) < float(audit.rules.thresholds["peer_distance"]):
                continue
            if measure == _UNSPECIFIED and away < 0:
                continue
            yield _finding(measure, npi, share, peers, middle, audit)


def _spread(peers: list[Share], share: Share, middle: float) -> float:
    deviation = median(abs(peer.value - middle) for peer in peers) * _MAD
    even = min(max(middle, 0.05), 0.95)
    return max(deviation, sqrt(even * (1 - even) / share.of))


def _finding(measure: str, npi: str, share: Share, peers: list[Share], middle: float, audit: AuditContext) -> Finding:
    words = _WORDS[measure]
    of_codes = measure == _UNSPECIFIED
    choices = (
        ("The chart knows more than the codes say", "What is coded is what is known", "It differs from chart to chart")
        if of_codes
        else (
            "The documentation bears out the levels as they are reported",
            "The documentation bears out other levels, higher or lower",
            "It differs from visit to visit",
            "The patients differ from those of the peers",
        )
    )
    return Finding(
        key=f"provider:{npi}:{measure}:{audit.today.year}",
        kind=Kind.UNSPECIFIED_PROVIDER if of_codes else Kind.PROVIDER_DISTRIBUTION,
        direction=Direction.UNSUPPORTED if share.value > middle and not of_codes else Direction.MISSING,
        basis=Basis.CHART,
        provider=npi,
        evidence=(
            Evidence(what=f"{share.part} of {share.of} {words}: {share.value:.0%}"),
            Evidence(
                what=f"{len(peers)} peers with at least {audit.rules.days('peer_visits')} each: median {middle:.0%}, "
                f"from {min(peer.value for peer in peers):.0%} to {max(peer.value for peer in peers):.0%}"
            ),
        ),
        query=ask(
            f"In the last year {share.value:.0%} of your {words} stand beside a median of {middle:.0%} among "
            f"{len(peers)} peers. What describes this, after a look at a sample of your charts?",
            *choices,
        ),
        source="the practice's own claims; Iglewicz and Hoaglin 1993",
    )
