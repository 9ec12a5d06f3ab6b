"""The card door: believed only by its signature, 2xx only after the commit, and nothing of a body in a log."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from gateways.cards import CardAnswer
from gateways.cards.webhook import signature
from workers.card_door import LARGEST_BODY, LOOPBACK, PATH, CardDoor, DoorSettings
from workers.card_webhooks import answer_to
from workers.settings import SettingsMissing

SECRET = "between us"
BODY = json.dumps({"key": "1-click", "state": "charged", "amount_cents": 4_000, "reference": "ch_000077"}).encode()
SIGNED = signature(BODY, SECRET)


def away(charge: CardAnswer) -> str:
    raise OperationalError(f"insert {charge.gateway_reference}", {}, Exception("the server closed the connection"))


def never(charge: CardAnswer) -> str:
    raise AssertionError("what is not believed must not reach the books")


def test_a_charge_is_answered_well_once_it_is_in_the_books() -> None:
    taken: list[CardAnswer] = []

    def take(charge: CardAnswer) -> str:
        taken.append(charge)
        return "charged"

    assert answer_to(BODY, SIGNED, SECRET, take) == HTTPStatus.OK
    assert [(one.key, one.amount_cents, one.approved) for one in taken] == [("1-click", 4_000, True)]


@pytest.mark.parametrize("given", ["", "0" * 64, SIGNED[:-1], SIGNED.upper(), "schlüssel"])
def test_a_wrong_signature_is_refused_and_the_books_never_hear_of_it(given: str) -> None:
    assert answer_to(BODY, given, SECRET, never) == HTTPStatus.UNAUTHORIZED


def test_a_body_that_was_changed_on_the_way_is_refused() -> None:
    assert answer_to(BODY.replace(b"4000", b"9000"), SIGNED, SECRET, never) == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"key": "1-click"}', b'"text"', b"\xff\xfe"])
def test_a_signed_body_that_tells_of_no_charge_is_not_asked_for_again(body: bytes) -> None:
    assert answer_to(body, signature(body, SECRET), SECRET, never) == HTTPStatus.BAD_REQUEST


def test_while_the_database_is_away_the_gateway_is_asked_to_come_again() -> None:
    assert answer_to(BODY, SIGNED, SECRET, away) == HTTPStatus.SERVICE_UNAVAILABLE


def test_no_log_line_holds_anything_of_a_body() -> None:
    with capture_logs() as lines:
        answer_to(BODY, SIGNED, SECRET, lambda _: "charged")
        answer_to(BODY, SIGNED, SECRET, away)
        answer_to(BODY, "wrong", SECRET, never)
    assert len(lines) == 3
    assert not [word for word in ("1-click", "4000", "ch_000077", SECRET, SIGNED) if word in repr(lines)]


@pytest.fixture
def door() -> Iterator[CardDoor]:
    with CardDoor(LOOPBACK, 0) as door:
        door.answer = lambda body, given: answer_to(body, given, SECRET, lambda _: "charged")
        serving = threading.Thread(target=lambda: door.serve_forever(poll_interval=0.01))
        serving.start()
        yield door
        door.shutdown()
        serving.join()


def post(door: CardDoor, body: bytes, path: str = PATH, **headers: str) -> int:
    line = http.client.HTTPConnection(LOOPBACK, door.server_address[1], timeout=5)
    try:
        line.request("POST", path, body, {"X-Signature": SIGNED} | headers)
        return line.getresponse().status
    finally:
        line.close()


def test_over_the_wire_only_a_signed_body_of_fitting_length_at_the_right_place_is_taken(door: CardDoor) -> None:
    assert post(door, BODY) == 200
    assert post(door, BODY, path="/") == 404
    assert post(door, BODY + b" ") == 401
    assert post(door, BODY, **{"Content-Length": str(LARGEST_BODY + 1)}) == 413
    assert post(door, BODY, **{"Content-Length": "much"}) == 411


def test_a_sender_who_says_nothing_or_nonsense_does_not_keep_others_out(door: CardDoor) -> None:
    with socket.create_connection((LOOPBACK, door.server_address[1])) as silent:
        with socket.create_connection((LOOPBACK, door.server_address[1])) as talker:
            talker.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
            assert post(door, BODY) == 200
        assert silent.fileno() > 0


def test_a_door_without_a_secret_or_books_does_not_open(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s")
    named = {"DATABASE_URL": "postgresql://somewhere/books", "CLAIMFLOW_CARDS_SECRET_FILE": str(file)}
    assert DoorSettings.from_environment(named).secret == "s"
    assert "somewhere" not in repr(DoorSettings.from_environment(named))
    for wrong in ({"CLAIMFLOW_CARDS_SECRET_FILE": ""}, {"DATABASE_URL": ""}, {"CLAIMFLOW_CARD_DOOR_PORT": "99999"}):
        with pytest.raises(SettingsMissing):
            DoorSettings.from_environment(named | wrong)
