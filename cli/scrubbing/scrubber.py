"""The claims of a file through the scrubber, batch by batch, with the tables of the books or of the product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from activities.scrubbing import filing_deadline
from activities.scrubbing_tables import packaged_tables, tables_of
from domain.coding.tables import ReferenceTables, TableKind
from domain.scrubbing.context import EarlierService, RequiredField, ScrubContext
from domain.scrubbing.finding import Finding
from domain.scrubbing.registry import not_checked, scrub, unchecked
from edi.coding_facts import coding_facts, required_fields
from edi.scrubbing import ScrubSubject, subjects_of
from storage.operator_rules import active_rules
from storage.reference import NoPolicy, packaged_policy, policy
from storage.reference_tables import editions, requirements

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.scrubbing.operator.rule import OperatorRule

_BATCH = 500


@dataclass(slots=True, kw_only=True)
class FileScrubber:
    """Scrubs claims as of one day. Without a session only what comes with the product is asked."""

    today: date
    session: Session | None = None
    claims: int = 0
    _rules: tuple[OperatorRule, ...] = ()
    _required: tuple[RequiredField, ...] = field(default_factory=required_fields)
    _seen: dict[tuple[str, str, str, date | None], list[EarlierService]] = field(default_factory=dict)
    _unchecked: dict[TableKind, date] = field(default_factory=dict)

    def scrub(self, data: bytes) -> Iterator[tuple[str, Finding]]:
        """Each finding with its claim's number, in the file's order; notes on what was not checked come last."""
        if self.session is not None:
            self._rules = active_rules(self.session)
            self._required = (*required_fields(), *requirements(self.session))
        subjects = subjects_of(data)
        while batch := list(islice(subjects, _BATCH)):
            tables = self._tables(batch)
            for subject in batch:
                self.claims += 1
                for finding in self._of(subject, tables):
                    yield subject.claim, finding
        for note in not_checked(self._unchecked):
            yield "", note

    def tables_used(self) -> list[str]:
        """Which tables were asked, in words."""
        packaged = ["icd10cm: simple-icd-10-cm", "pos: comes with the product"]
        if self.session is None:
            return packaged
        loaded = editions(self.session)
        kinds = {row.kind for row in loaded}
        found = [f"{row.kind}: {', '.join(row.files)} from {row.effective_from}" for row in loaded]
        return found + [one for one in packaged if one.partition(":")[0] not in kinds]

    def _tables(self, batch: Sequence[ScrubSubject]) -> ReferenceTables:
        if self.session is None:
            return packaged_tables()
        last = max((subject.discharge_date for subject in batch if subject.discharge_date), default=None)
        return tables_of(self.session, (subject.content for subject in batch), last)

    def _of(self, subject: ScrubSubject, tables: ReferenceTables) -> tuple[Finding, ...]:
        seen = self._seen.setdefault(subject.same_patient, [])
        context = ScrubContext(
            content=subject.content,
            patient=subject.patient,
            provider=subject.provider,
            today=self.today,
            claim_type=subject.claim_type,
            tables=tables,
            facts=coding_facts(),
            required=self._required,
            operator_rules=self._rules,
            filing_deadline=self._deadline(subject),
            admission_date=subject.admission_date,
            discharge_date=subject.discharge_date,
            death_date=subject.death_date,
            earlier_services=tuple(seen),
        )
        found = (*subject.missing, *scrub(context))
        for kind, day in unchecked(context, self._unchecked).items():
            self._unchecked[kind] = day
        seen += [
            EarlierService(
                claim=subject.claim,
                procedure=line.procedure,
                service_from=line.service_from,
                modifiers=line.modifiers,
            )
            for line in subject.content.lines
        ]
        return found

    def _deadline(self, subject: ScrubSubject) -> date | None:
        """By the policies of the books, or without books by the product's own rows."""
        if not subject.content.lines:
            return None
        payer = subject.content.coverage.payer
        try:
            rules = (
                packaged_policy(payer.kind, self.today)
                if self.session is None
                else policy(self.session, payer.kind, payer.code, self.today)
            )
        except NoPolicy:
            return None
        return filing_deadline(subject.content, rules, payer.kind)
