"""Where the clearinghouse is and how we log in."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateways.errors import SettingsMissing

FILE_VARIABLE = "CLAIMFLOW_CLEARINGHOUSE"
_PREFIX = "CLAIMFLOW_CLEARINGHOUSE_"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearinghouseSettings:
    """Connection data of one clearinghouse: SFTP for files, HTTPS for real-time questions."""

    host: str
    sftp_port: int
    https_port: int
    host_key_file: Path
    """Public host key in OpenSSH form, pinned."""
    ca_file: Path | None
    """Certificate authority of the HTTPS endpoint; None: the system's."""
    user: str
    password: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> ClearinghouseSettings:
        """Read the JSON file that CLAIMFLOW_CLEARINGHOUSE names, or the separate variables
        CLAIMFLOW_CLEARINGHOUSE_HOST, _SFTP_PORT (22), _HTTPS_PORT (443), _HOST_KEY_FILE, _CA_FILE, _USER and
        _PASSWORD (or _PASSWORD_FILE).

        Raises:
            SettingsMissing: neither is set, or a value is missing or cannot be read.
        """
        variables = os.environ if environment is None else environment
        path = variables.get(FILE_VARIABLE, "")
        if path:
            return cls.from_file(Path(path))
        if not variables.get(f"{_PREFIX}HOST"):
            raise SettingsMissing(
                f"no clearinghouse is configured: set {FILE_VARIABLE} to its JSON file, "
                f"or {_PREFIX}HOST and its companions"
            )
        found = {
            key.removeprefix(_PREFIX).lower(): value for key, value in variables.items() if key.startswith(_PREFIX)
        }
        if "password" not in found and "password_file" in found:
            found["password"] = _text(Path(found["password_file"])).strip()
        return cls._from_values({"sftp_port": "22", "https_port": "443", **found}, f"variables {_PREFIX}*")

    @classmethod
    def from_file(cls, path: Path) -> ClearinghouseSettings:
        """Read the JSON document of a clearinghouse; ``host`` is this machine unless it is named.

        Raises:
            SettingsMissing: the file or one of its values is missing or cannot be read.
        """
        try:
            values = json.loads(_text(path))
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise SettingsMissing(f"clearinghouse settings {path} are not a JSON object: write them anew")
        return cls._from_values({"host": _LOOPBACK, **values}, f"clearinghouse settings {path}")

    @classmethod
    def _from_values(cls, values: Mapping[str, object], where: str) -> ClearinghouseSettings:
        missing = [name for name in ("host", "host_key_file", "user", "password") if not values.get(name)]
        if missing:
            raise SettingsMissing(f"{where}: {', '.join(missing)} missing")
        ca_file = values.get("ca_file")
        return cls(
            host=str(values["host"]),
            sftp_port=_port(values, "sftp_port", where),
            https_port=_port(values, "https_port", where),
            host_key_file=Path(str(values["host_key_file"])),
            ca_file=Path(str(ca_file)) if ca_file else None,
            user=str(values["user"]),
            password=str(values["password"]),
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsMissing(f"cannot read {path} ({error.strerror}): is the clearinghouse running?") from error


def _port(values: Mapping[str, object], name: str, where: str) -> int:
    text = str(values.get(name, ""))
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SettingsMissing(f"{where}: {name} must be a port number, not {text or 'empty'}")
    return int(text)
