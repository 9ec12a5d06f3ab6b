"""One X12 question in, one X12 answer out."""

from __future__ import annotations

from datetime import UTC, datetime

import x12
from simulator.clearinghouse.desk import Desk
from simulator.realtime.authorization import authorization_response
from simulator.realtime.eligibility import eligibility_response
from simulator.realtime.status import status_response
from simulator.wire.acknowledgements import implementation_acknowledgement, interchange_acknowledgement
from simulator.wire.envelope import header_of, interchange


class NotAQuestionError(ValueError):
    """The body is not an interchange that could be answered."""


def answer_question(desk: Desk, body: bytes) -> bytes:
    """271 to a 270, 277 to a 276, 278 to a 278; a TA1 or a 999 to one that is not well formed.

    Raises:
        NotAQuestionError: the body is not X12, or holds something else than 270, 276 or 278.
    """
    file = x12.read_file(body)
    if len(file.interchanges) != 1 or not file.interchanges[0].groups:
        raise NotAQuestionError("the body must be one X12 interchange with one group")
    received = file.interchanges[0]
    now = desk.now() or datetime.combine(received.header.date, received.header.time, tzinfo=UTC)
    asker, asked = received.header.sender_id, received.header.receiver_id
    with desk.database.transaction():
        acknowledged = interchange_acknowledgement(received, duplicate=False)
        if acknowledged.status == "R":
            return x12.write_interchange(header_of(desk, asked, asker, now), (), [acknowledged])
        told = implementation_acknowledgement(received.groups[0])
        if told.status == "R":
            return interchange(desk, asked, asker, now, told)
        answers = [_answer(desk, transaction, now) for transaction in received.groups[0].transactions]
        return interchange(desk, asked, asker, now, *answers)


def _answer(desk: Desk, transaction: x12.TransactionSet, now: datetime) -> x12.Content:
    if isinstance(transaction.content, x12.EligibilityInquiry):
        return eligibility_response(transaction.content, desk.personas, now)
    if isinstance(transaction.content, x12.ClaimStatusRequest):
        return status_response(desk, transaction.content, now)
    if isinstance(transaction.content, x12.ServicesReviewRequest):
        return authorization_response(transaction.content, desk.personas, now)
    raise NotAQuestionError(f"{transaction.kind or 'this set'} is not answered in real time: send 270, 276 or 278")
