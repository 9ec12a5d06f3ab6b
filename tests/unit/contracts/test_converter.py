"""What crosses Temporal comes back as it was, and what is protected crosses unreadable."""

from __future__ import annotations

import dataclasses
import inspect
import json
from datetime import UTC, datetime
from types import ModuleType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from contracts import account, claim, wire
from contracts.claim import ClaimSnapshot, CommandBody, OrderedCommand
from contracts.converter import (
    KEYS_VARIABLE,
    ClaimflowPayloadConverter,
    PayloadKeysMissing,
    PayloadTampered,
    UnknownPayloadKey,
    data_converter,
    new_keys,
    parse_keys,
)
from domain.claim.stages import Owes, Stage

OLD, NEW = new_keys("old"), new_keys("new")
BODY = CommandBody(
    command="correct", id="a1", by="dana", expected_version=3, reason="typo", changes={"member_id": "W123456789"}
)


def wire_types(*modules: ModuleType) -> list[type]:
    """Every dataclass that these modules of contracts define."""
    return [
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, dataclasses.is_dataclass)
        if kind.__module__ == module.__name__
    ]


WIRE_TYPES = wire_types(account, claim, wire)
moments = st.datetimes(min_value=datetime(1996, 1, 1), max_value=datetime(2099, 1, 1), timezones=st.just(UTC))
st.register_type_strategy(datetime, moments)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(KEYS_VARIABLE, NEW)
    return monkeypatch


def test_there_are_types_of_every_kind_to_cross() -> None:
    assert {ClaimSnapshot, CommandBody, wire.FileContents, account.AccountOpened} <= set(WIRE_TYPES)


@pytest.mark.parametrize("kind", WIRE_TYPES, ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_type_comes_back_as_it_was(keys: pytest.MonkeyPatch, kind: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    converter = ClaimflowPayloadConverter()
    payload = converter.to_payload(value)

    assert converter.from_payload(Payload.FromString(payload.SerializeToString()), kind) == value


@pytest.mark.parametrize("kind", WIRE_TYPES, ids=lambda kind: kind.__name__)
def test_a_field_of_a_later_release_is_read_over(keys: pytest.MonkeyPatch, kind: type) -> None:
    """A rolled-back worker reads what a newer one wrote."""
    converter = ClaimflowPayloadConverter()
    value = plain(kind)
    known = converter.to_payload(value)
    if known.metadata["encoding"] != b"json/plain":
        assert kind in (CommandBody, OrderedCommand)
        return
    later = Payload(metadata=known.metadata, data=json.dumps({**json.loads(known.data), "of_2031": 1}).encode())

    assert converter.from_payload(later, kind) == value


def test_a_snapshot_of_a_history_without_the_newest_fields_gets_their_defaults(keys: pytest.MonkeyPatch) -> None:
    early = {
        "stage": "denied", "owes": "payer", "version": 2, "held": False, "payer_code": "PPO1",
        "payer_kind": "commercial", "next_at": None, "next_what": "a biller", "owner": "biller",
    }  # fmt: skip
    payload = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(early).encode())
    snapshot = ClaimflowPayloadConverter().from_payload(payload, ClaimSnapshot)

    assert (snapshot.stage, snapshot.owes, snapshot.unread_answers) == (Stage.DENIED, Owes.PAYER, 0)


def test_nothing_of_a_protected_value_is_readable(keys: pytest.MonkeyPatch) -> None:
    payload = ClaimflowPayloadConverter().to_payload(BODY)

    assert not [word for word in (b"W123456789", b"dana", b"typo", b"correct") if word in payload.SerializeToString()]
    assert dict(payload.metadata) == {"encoding": b"binary/protected", "key": b"new"}


def test_the_same_value_is_never_written_twice_the_same(keys: pytest.MonkeyPatch) -> None:
    converter = ClaimflowPayloadConverter()
    assert converter.to_payload(BODY).data != converter.to_payload(BODY).data


def test_ids_and_codes_stay_readable(keys: pytest.MonkeyPatch) -> None:
    payload = ClaimflowPayloadConverter().to_payload(wire.BatchSent(batch_number=7, claims=12))
    assert json.loads(payload.data) == {"batch_number": 7, "claims": 12}


def test_a_rotated_key_still_opens_what_it_wrote_and_the_new_one_writes(keys: pytest.MonkeyPatch) -> None:
    keys.setenv(KEYS_VARIABLE, OLD)
    written = ClaimflowPayloadConverter().to_payload(BODY)
    keys.setenv(KEYS_VARIABLE, f"{NEW},{OLD}")
    rotated = ClaimflowPayloadConverter()

    assert rotated.from_payload(written, CommandBody) == BODY
    assert rotated.to_payload(BODY).metadata["key"] == b"new"


def test_a_key_that_was_thrown_away_is_named(keys: pytest.MonkeyPatch) -> None:
    keys.setenv(KEYS_VARIABLE, OLD)
    written = ClaimflowPayloadConverter().to_payload(BODY)
    keys.setenv(KEYS_VARIABLE, NEW)

    reason = why_it_does_not_open(ClaimflowPayloadConverter(), written)
    assert isinstance(reason, UnknownPayloadKey)
    assert f"'old' is not in {KEYS_VARIABLE}" in str(reason)


def test_without_keys_nothing_protected_is_written_in_clear(keys: pytest.MonkeyPatch) -> None:
    keys.delenv(KEYS_VARIABLE)
    converter = ClaimflowPayloadConverter()

    with pytest.raises(PayloadKeysMissing, match=KEYS_VARIABLE):
        converter.to_payload(BODY)
    assert converter.to_payload(wire.Sweep(kind="ready")).metadata["encoding"] == b"json/plain"


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_a_changed_byte_is_noticed(keys: pytest.MonkeyPatch, place: int) -> None:
    converter = ClaimflowPayloadConverter()
    payload = converter.to_payload(BODY)
    changed = bytearray(payload.data)
    changed[place] ^= 1
    payload.data = bytes(changed)

    assert isinstance(why_it_does_not_open(converter, payload), PayloadTampered)


@pytest.mark.parametrize("data", [b"", b"short", b"x" * 12])
def test_a_protected_value_cut_short_is_noticed(keys: pytest.MonkeyPatch, data: bytes) -> None:
    payload = Payload(metadata={"encoding": b"binary/protected", "key": b"new"}, data=data)
    assert isinstance(why_it_does_not_open(ClaimflowPayloadConverter(), payload), PayloadTampered)


def test_a_value_under_another_keys_name_does_not_open(keys: pytest.MonkeyPatch) -> None:
    """The name of the key is signed with the value."""
    same = new_keys("one").partition(":")[2]
    keys.setenv(KEYS_VARIABLE, f"one:{same},two:{same}")
    converter = ClaimflowPayloadConverter()
    payload = converter.to_payload(BODY)
    payload.metadata["key"] = b"two"

    assert isinstance(why_it_does_not_open(converter, payload), PayloadTampered)


@pytest.mark.parametrize("text", ["a", "a:", ":AAAA", "a:AAAA", "a:not base64"])
def test_a_key_that_is_none_is_refused_when_the_process_starts(keys: pytest.MonkeyPatch, text: str) -> None:
    keys.setenv(KEYS_VARIABLE, text)
    with pytest.raises(ValueError):
        data_converter()


def test_keys_are_read_in_order_and_empty_entries_are_nothing() -> None:
    assert list(parse_keys(f"{NEW},,{OLD}")) == ["new", "old"]
    assert parse_keys("") == {}


def why_it_does_not_open(converter: ClaimflowPayloadConverter, payload: Payload) -> BaseException | None:
    with pytest.raises(RuntimeError) as failure:
        converter.from_payload(payload, CommandBody)
    return failure.value.__cause__


def plain(kind: type) -> object:
    """A value of a dataclass by its annotations, without chance."""

    def of(hint: object) -> object:
        if dataclasses.is_dataclass(hint):
            return plain(hint)  # type: ignore[arg-type]
        if type(None) in get_args(hint):
            return None
        origin = get_origin(hint)
        if origin in (tuple, list, dict):
            return origin()
        if isinstance(hint, type) and issubclass(hint, str):
            return next(iter(hint)) if hasattr(hint, "__members__") else "x"
        if hint is datetime:
            return datetime(2026, 3, 2, tzinfo=UTC)
        return hint() if isinstance(hint, type) else None

    return kind(**{name: of(hint) for name, hint in get_type_hints(kind).items()})
