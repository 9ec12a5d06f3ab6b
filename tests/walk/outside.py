"""The outside parties of a walk: a mailbox, a payer's real-time line and a mail room, all in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import x12
from gateways.clearinghouse import WaitingFile
from gateways.errors import FileNotWaiting, NameTaken, PayerRefused, PayerUnreachable


@dataclass
class WalkMailbox:
    """What the clearinghouse was given, and what waits for us."""

    delivered: dict[str, bytes] = field(default_factory=dict)
    waiting: dict[str, bytes] = field(default_factory=dict)

    async def deliver(self, name: str, content: bytes) -> None:
        if self.delivered.setdefault(name, content) != content:
            raise NameTaken(f"{name} is there with other bytes")

    async def list_waiting(self) -> list[WaitingFile]:
        return [WaitingFile(name=name, size=len(content)) for name, content in sorted(self.waiting.items())]

    async def fetch(self, name: str) -> bytes:
        if name not in self.waiting:
            raise FileNotWaiting(name)
        return self.waiting[name]

    async def remove(self, name: str) -> None:
        self.waiting.pop(name, None)


@dataclass
class WalkMail:
    """Papers by name; the same name with other bytes is refused, as the mail house does."""

    papers: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    _bytes: dict[str, bytes] = field(default_factory=dict)

    async def send(self, name: str, pdf: bytes, manifest: Mapping[str, object]) -> None:
        if self._bytes.setdefault(name, pdf) != pdf or self.papers.setdefault(name, dict(manifest)) != manifest:
            raise NameTaken(f"{name} is there with other bytes")
        self.sent[name] += 1


@dataclass
class WalkLine:
    """Answers 270 and 276 as each claim's payer is in the mood for."""

    moods: dict[int, str] = field(default_factory=dict)
    """By claim number: active, inactive, unknown, refusing or silent; pending, paid, lost for its status."""
    default: str = "active"
    """The mood about a claim that was checked in a moment ago."""
    asked: Counter[int] = field(default_factory=Counter)

    async def ask(self, content: bytes) -> bytes:
        file = x12.read_file(content)
        assert file.valid, [str(error) for error in file.all_errors()]
        asked = next(iter(file.transactions())).content
        if isinstance(asked, x12.EligibilityInquiry):
            return _sealed(self._eligibility(asked))
        assert isinstance(asked, x12.ClaimStatusRequest)
        return _sealed(self._status(asked))

    def _mood(self, reference: str) -> str:
        claim = int(reference.split("-")[0])
        self.asked[claim] += 1
        mood = self.moods.get(claim, self.default)
        if mood == "silent":
            raise PayerUnreachable("the real-time endpoint did not answer in time")
        if mood == "refusing":
            raise PayerRefused("the real-time endpoint refused the question (HTTP 400)")
        return mood

    def _eligibility(self, asked: x12.EligibilityInquiry) -> x12.EligibilityResponse:
        mood = self._mood(asked.reference)
        source = asked.sources[0]
        receiver = source.receivers[0]
        member = receiver.subscribers[0]
        traces = tuple(replace(trace, type_code="2") for trace in member.traces)
        said = replace(member, traces=traces, questions=())
        if mood == "unknown":
            said = replace(said, rejections=(x12.Rejection(reason="75", follow_up="C"),))
        else:
            active = "6" if mood == "inactive" else "1"
            said = replace(said, benefits=(x12.Benefit(information=active, service_types=("30",)),))
        answer = replace(source, receivers=(replace(receiver, subscribers=(said,)),))
        return x12.EligibilityResponse(
            reference=asked.reference, date=asked.date, time=asked.time, sources=(answer,)
        )

    def _status(self, asked: x12.ClaimStatusRequest) -> x12.ClaimStatusResponse:
        mood = self._mood(asked.reference)
        category, code = {"paid": ("F1", "65"), "lost": ("D0", "35")}.get(mood, ("P1", "20"))
        source = asked.sources[0]
        receiver = source.receivers[0]
        provider = receiver.providers[0]
        patient = provider.patients[0]
        question = patient.claims[0]
        said = x12.ClaimStatus(
            trace=x12.Trace(type_code="2", number=question.trace.number),
            statuses=(_status(category, code, asked.date, question),),
            references=tuple(r for r in question.references if r.qualifier == "EJ"),
            dates=question.dates,
        )
        person = replace(patient, birth_date=None, sex="", claims=(said,))
        answer = replace(
            source, receivers=(replace(receiver, providers=(replace(provider, patients=(person,)),)),)
        )
        return x12.ClaimStatusResponse(
            reference=asked.reference, date=asked.date, time=asked.time, sources=(answer,)
        )


def _status(category: str, code: str, today: date, question: x12.ClaimStatus) -> x12.Status:
    charge = question.amounts[0].amount_cents
    return x12.Status(
        codes=(x12.StatusCode(category=category, status=code),),
        effective_date=today,
        charge_cents=charge,
        paid_cents=charge if category == "F1" else 0,
        finalized_date=today if category == "F1" else None,
    )


def _sealed(content: x12.EligibilityResponse | x12.ClaimStatusResponse) -> bytes:
    header = x12.InterchangeHeader(
        sender_id="WALKPAYER", receiver_id="ELM01", control_number=1, date=content.date, time=content.time, usage="T"
    )
    group = x12.GroupHeader(
        sender_code="WALKPAYER", receiver_code="ELM01", date=content.date, time=content.time, control_number=1
    )
    transaction = x12.TransactionSet(control_number="0001", content=content)
    return x12.write_interchange(header, [x12.FunctionalGroup(header=group, transactions=(transaction,))])
