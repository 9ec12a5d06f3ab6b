"""Where the clearinghouse's connection data comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateways.errors import SettingsMissing
from gateways.settings import ClearinghouseSettings

_FILE = {
    "sftp_port": 2022,
    "https_port": 8443,
    "ca_file": "ca.pem",
    "host_key_file": "key.pub",
    "user": "u",
    "password": "p",
}


def test_the_json_file_that_the_variable_names_is_read(tmp_path: Path) -> None:
    file = tmp_path / "clearinghouse.json"
    file.write_text(json.dumps(_FILE))
    settings = ClearinghouseSettings.from_environment({"CLAIMFLOW_CLEARINGHOUSE": str(file)})
    assert (settings.host, settings.sftp_port, settings.https_port) == ("127.0.0.1", 2022, 8443)
    assert "password" not in repr(settings)


def test_separate_variables_name_a_real_clearinghouse(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3\n")
    settings = ClearinghouseSettings.from_environment(
        {
            "CLAIMFLOW_CLEARINGHOUSE_HOST": "sftp.example.org",
            "CLAIMFLOW_CLEARINGHOUSE_HOST_KEY_FILE": "key.pub",
            "CLAIMFLOW_CLEARINGHOUSE_USER": "u",
            "CLAIMFLOW_CLEARINGHOUSE_PASSWORD_FILE": str(secret),
        }
    )
    assert (settings.sftp_port, settings.https_port, settings.ca_file) == (22, 443, None)
    assert settings.password == "s3"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"user": ""}, "user missing"),
        ({"sftp_port": "x"}, "sftp_port must be a port number"),
        ({"https_port": 70000}, "https_port must be a port number"),
    ],
)
def test_a_missing_value_is_one_clear_line(tmp_path: Path, change: dict[str, object], named: str) -> None:
    file = tmp_path / "clearinghouse.json"
    file.write_text(json.dumps({**_FILE, **change}))
    with pytest.raises(SettingsMissing, match=named) as missing:
        ClearinghouseSettings.from_file(file)
    assert "\n" not in str(missing.value)


@pytest.mark.parametrize("content", [None, "no json", "[1]"])
def test_an_unreadable_file_is_one_clear_line(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "clearinghouse.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsMissing) as missing:
        ClearinghouseSettings.from_environment({"CLAIMFLOW_CLEARINGHOUSE": str(file)})
    assert "\n" not in str(missing.value)


def test_no_configuration_at_all_says_what_to_set() -> None:
    with pytest.raises(SettingsMissing, match="set CLAIMFLOW_CLEARINGHOUSE"):
        ClearinghouseSettings.from_environment({})
