"""A real SFTP server and a real HTTPS endpoint on the loopback: small, but nothing is mocked."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateways.settings import ClearinghouseSettings

USER, PASSWORD = "practice", "correct horse"


class _Server(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@dataclass
class SftpHouse:
    """The server's folder, and the settings that reach it."""

    root: Path
    settings: ClearinghouseSettings
    acceptor: asyncssh.SSHAcceptor

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.root / folder).iterdir())


@pytest.fixture
async def sftp_house(tmp_path: Path) -> AsyncIterator[SftpHouse]:
    root = tmp_path / "house"
    for folder in ("inbound", "outbound", "mail"):
        (root / folder).mkdir(parents=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    host_key_file = tmp_path / "host_key.pub"
    key.write_public_key(str(host_key_file))

    def sftp(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    acceptor = await asyncssh.create_server(_Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=sftp)
    settings_file = tmp_path / "clearinghouse.json"
    settings_file.write_text(
        json.dumps(
            {
                "sftp_port": acceptor.get_port(),
                "https_port": 1,
                "ca_file": "",
                "host_key_file": str(host_key_file),
                "user": USER,
                "password": PASSWORD,
            }
        )
    )
    yield SftpHouse(root=root, settings=ClearinghouseSettings.from_file(settings_file), acceptor=acceptor)
    acceptor.close()
    await acceptor.wait_closed()


@dataclass
class Payer:
    """What the HTTPS endpoint answers next, and what it was asked."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ISA*271~"
    asked: list[bytes] = field(default_factory=list)


@dataclass
class RealTimeHouse:
    payer: Payer
    settings: ClearinghouseSettings


@pytest.fixture
async def real_time_house(tmp_path: Path) -> AsyncIterator[RealTimeHouse]:
    payer = Payer()
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        payer.asked.append(await reader.readexactly(int(headers["content-length"])))
        status = payer.status if headers.get("authorization") == expected else 401
        if not lines[0].startswith("POST /realtime "):
            status = 404
        extra = "".join(f"{name}: {value}\r\n" for name, value in payer.headers.items())
        length = f"Content-Length: {len(payer.body)}\r\n"
        answer = f"HTTP/1.1 {status} X\r\n{length}Connection: close\r\n{extra}\r\n"
        writer.write(answer.encode() + payer.body)
        await writer.drain()
        writer.close()

    ca_file, context = _certificate(tmp_path)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    settings = ClearinghouseSettings(
        host="127.0.0.1",
        sftp_port=1,
        https_port=server.sockets[0].getsockname()[1],
        host_key_file=tmp_path / "none",
        ca_file=ca_file,
        user=USER,
        password=PASSWORD,
    )
    yield RealTimeHouse(payer=payer, settings=settings)
    server.close()
    await server.wait_closed()


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "clearinghouse")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "ca.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key_pem)
    return pem, context
