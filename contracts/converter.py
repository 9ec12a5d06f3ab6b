"""How values cross Temporal: JSON in clear for ids and codes, encrypted for what people write.

Histories hold ids, codes and small results, readable by operations in the Temporal UI. A dataclass
that says ``__protected__ = True`` (a biller's command may carry a member id) is encrypted with
AES-256-GCM: key id in the metadata, a fresh 12-byte nonce, old keys kept for reading.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    EncodingPayloadConverter,
    JSONPlainPayloadConverter,
)

KEYS_VARIABLE = "CLAIMFLOW_PAYLOAD_KEYS"
"""``id:base64key[,id:base64key]...``; the first encrypts, all decrypt. 32-byte keys."""


class PayloadKeysMissing(RuntimeError):
    """A protected value met a process without keys."""


class UnknownPayloadKey(RuntimeError):
    """A history names a key that this process was not given."""


class PayloadTampered(RuntimeError):
    """A protected value is not what was written under its key."""


def parse_keys(text: str) -> dict[str, bytes]:
    """Read the keys of ``CLAIMFLOW_PAYLOAD_KEYS``.

    Raises:
        ValueError: not ``id:base64`` pairs of 32 bytes.
    """
    keys: dict[str, bytes] = {}
    for pair in filter(None, text.split(",")):
        key_id, _, encoded = pair.strip().partition(":")
        key = base64.b64decode(encoded, validate=True)
        if not key_id or len(key) != 32:
            raise ValueError(f"{KEYS_VARIABLE}: expected id:base64 of 32 bytes, found an entry of {len(key)} bytes")
        keys[key_id] = key
    return keys


def new_keys(key_id: str = "local-1") -> str:
    """A fresh key in the form of the variable."""
    return f"{key_id}:{base64.b64encode(AESGCM.generate_key(256)).decode()}"


class ProtectedPayloadConverter(EncodingPayloadConverter):
    """Encrypts dataclasses that declare ``__protected__``; leaves everything else to the next converter."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys; the first encrypts."""
        self._keys = dict(keys)
        self._json = JSONPlainPayloadConverter()

    @property
    def encoding(self) -> str:
        """Name of the encoding in payload metadata."""
        return "binary/protected"

    def to_payload(self, value: Any) -> Payload | None:
        """Encrypt a protected value, or return None."""
        if not getattr(type(value), "__protected__", False):
            return None
        clear = self._json.to_payload(value)
        if clear is None:
            return None
        if not self._keys:
            raise PayloadKeysMissing(f"set {KEYS_VARIABLE}: protected values are never written in clear")
        key_id, key = next(iter(self._keys.items()))
        nonce = os.urandom(12)
        return Payload(
            metadata={"encoding": self.encoding.encode(), "key": key_id.encode()},
            data=nonce + AESGCM(key).encrypt(nonce, clear.data, key_id.encode()),
        )

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Decrypt."""
        # Not by [ ]: on a foreign payload without the entry, that would write into the message that is read.
        key_id = payload.metadata.get("key", b"").decode(errors="replace")
        key = self._keys.get(key_id)
        if key is None:
            raise UnknownPayloadKey(f"payload key {key_id!r} is not in {KEYS_VARIABLE}")
        try:
            clear = AESGCM(key).decrypt(payload.data[:12], payload.data[12:], key_id.encode())
        except (InvalidTag, ValueError):
            raise PayloadTampered(f"a protected value does not open with its key {key_id!r}") from None
        inner = Payload(metadata={"encoding": b"json/plain"}, data=clear)
        return self._json.from_payload(inner, type_hint)


class ClaimflowPayloadConverter(CompositePayloadConverter):
    """The product's payload converter; keys come from the environment."""

    def __init__(self) -> None:
        """Read the keys once for each process."""
        keys = parse_keys(os.environ.get(KEYS_VARIABLE, ""))
        super().__init__(
            ProtectedPayloadConverter(keys),
            *DefaultPayloadConverter.default_encoding_payload_converters,
        )


def data_converter() -> DataConverter:
    """The data converter of every client and worker."""
    return replace(DataConverter.default, payload_converter_class=ClaimflowPayloadConverter)
