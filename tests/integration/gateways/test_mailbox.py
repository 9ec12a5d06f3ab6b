"""The mailbox over real SFTP."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import asyncssh
import pytest

from gateways.clearinghouse import ClearinghouseMailbox, WaitingFile
from gateways.errors import (
    ClearinghouseUnreachable,
    FileNotWaiting,
    HostKeyUnknown,
    LoginRefused,
    NameNotAllowed,
    NameTaken,
)
from gateways.mail import PaperMail
from tests.integration.gateways.conftest import SftpHouse


async def test_a_delivered_file_stands_under_its_name_and_leaves_no_temporary_one(
    sftp_house: SftpHouse,
) -> None:
    async with ClearinghouseMailbox(sftp_house.settings) as mailbox:
        await mailbox.deliver("batch-50001.837", b"ISA*00~" * 100_000)
    assert sftp_house.names("inbound") == ["batch-50001.837"]
    assert (sftp_house.root / "inbound/batch-50001.837").read_bytes() == b"ISA*00~" * 100_000


async def test_the_same_name_and_bytes_again_is_success_and_other_bytes_are_refused(
    sftp_house: SftpHouse,
) -> None:
    async with ClearinghouseMailbox(sftp_house.settings) as mailbox:
        await mailbox.deliver("a.837", b"one")
        await mailbox.deliver("a.837", b"one")
        with pytest.raises(NameTaken, match=r"a\.837"):
            await mailbox.deliver("a.837", b"two")
    assert (sftp_house.root / "inbound/a.837").read_bytes() == b"one"


async def test_a_half_written_temporary_file_of_a_killed_sender_is_written_anew(
    sftp_house: SftpHouse,
) -> None:
    (sftp_house.root / "inbound/a.837.part").write_bytes(b"a long half of another attempt")
    async with ClearinghouseMailbox(sftp_house.settings) as mailbox:
        await mailbox.deliver("a.837", b"whole")
    assert sftp_house.names("inbound") == ["a.837"]
    assert (sftp_house.root / "inbound/a.837").read_bytes() == b"whole"


async def test_waiting_files_are_listed_fetched_and_removed_but_not_half_written_ones(
    sftp_house: SftpHouse,
) -> None:
    outbound = sftp_house.root / "outbound"
    (outbound / "era.835").write_bytes(b"ISA*835~")
    (outbound / "ack.999").write_bytes(b"ISA~")
    (outbound / "next.835.part").write_bytes(b"IS")
    (outbound / "folder").mkdir()
    async with ClearinghouseMailbox(sftp_house.settings) as mailbox:
        assert await mailbox.list_waiting() == [
            WaitingFile(name="ack.999", size=4),
            WaitingFile(name="era.835", size=8),
        ]
        assert await mailbox.fetch("era.835") == b"ISA*835~"
        await mailbox.remove("era.835")
        await mailbox.remove("era.835")
        assert [file.name for file in await mailbox.list_waiting()] == ["ack.999"]
        with pytest.raises(FileNotWaiting):
            await mailbox.fetch("era.835")


@pytest.mark.parametrize("name", ["", "../outside", "a/b", "x.part", "..", "a\\b"])
async def test_a_name_that_would_leave_its_folder_is_refused(sftp_house: SftpHouse, name: str) -> None:
    async with ClearinghouseMailbox(sftp_house.settings) as mailbox:
        with pytest.raises(NameNotAllowed):
            await mailbox.deliver(name, b"x")


async def test_a_wrong_password_is_refused_and_not_worth_repeating(sftp_house: SftpHouse) -> None:
    settings = dataclasses.replace(sftp_house.settings, password="wrong")
    async with ClearinghouseMailbox(settings) as mailbox:
        with pytest.raises(LoginRefused) as refused:
            await mailbox.list_waiting()
    assert not refused.value.retryable
    assert "wrong" not in str(refused.value)


async def test_another_host_key_than_the_pinned_one_stops_before_the_log_in(
    sftp_house: SftpHouse, tmp_path: Path
) -> None:
    other = tmp_path / "other.pub"
    asyncssh.generate_private_key("ssh-ed25519").write_public_key(str(other))
    async with ClearinghouseMailbox(dataclasses.replace(sftp_house.settings, host_key_file=other)) as mailbox:
        with pytest.raises(HostKeyUnknown) as unknown:
            await mailbox.list_waiting()
    assert not unknown.value.retryable


async def test_a_server_that_went_away_is_unreachable_and_reached_again_when_it_is_back(
    sftp_house: SftpHouse,
) -> None:
    async with ClearinghouseMailbox(sftp_house.settings) as mailbox:
        await mailbox.deliver("a.837", b"one")
        await mailbox.aclose()
        port = sftp_house.acceptor.get_port()
        sftp_house.acceptor.close()
        await sftp_house.acceptor.wait_closed()
        with pytest.raises(ClearinghouseUnreachable) as gone:
            await mailbox.deliver("a.837", b"one")
        assert gone.value.retryable
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_public_key(str(sftp_house.settings.host_key_file))
        back = await asyncssh.listen("127.0.0.1", port, server_host_keys=[key])
        # The same line, a server that only knows how to refuse: the gateway did try to connect again.
        with pytest.raises(LoginRefused):
            await mailbox.deliver("a.837", b"one")
        back.close()
        await back.wait_closed()


async def test_a_connection_lost_between_two_calls_is_opened_again_by_the_second(
    sftp_house: SftpHouse,
) -> None:
    async with ClearinghouseMailbox(sftp_house.settings) as mailbox:
        await mailbox.deliver("a.837", b"one")
        connection = mailbox._connection
        assert connection is not None
        connection.abort()
        await connection.wait_closed()
        await mailbox.deliver("b.837", b"two")
    assert sftp_house.names("inbound") == ["a.837", "b.837"]


async def test_a_paper_is_a_pdf_and_a_manifest_that_comes_last(sftp_house: SftpHouse) -> None:
    async with PaperMail(sftp_house.settings) as mail:
        await mail.send("statement-7001", b"%PDF-1.3", {"to": "patient", "account": 40001})
        await mail.send("statement-7001", b"%PDF-1.3", {"account": 40001, "to": "patient"})
        with pytest.raises(NameTaken):
            await mail.send("statement-7001", b"%PDF-other", {"to": "patient"})
    assert sftp_house.names("mail") == ["statement-7001.json", "statement-7001.pdf"]
    manifest = json.loads((sftp_house.root / "mail/statement-7001.json").read_text())
    assert manifest == {"to": "patient", "account": 40001}
