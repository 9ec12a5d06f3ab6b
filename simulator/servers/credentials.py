"""Keys, certificates and the user's password: made once in the state folder, kept over restarts."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

USER = "practice"
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
"""Valid under any business clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Where each of them lies."""

    folder: Path
    password: str

    @property
    def ca_file(self) -> Path:
        """Authority that signed the HTTPS certificate; what a client trusts."""
        return self.folder / "ca.pem"

    @property
    def certificate_file(self) -> Path:
        return self.folder / "https.pem"

    @property
    def certificate_key_file(self) -> Path:
        return self.folder / "https.key"

    @property
    def host_key_file(self) -> Path:
        """Private SSH host key."""
        return self.folder / "host_key"

    @property
    def public_host_key_file(self) -> Path:
        """Public SSH host key in OpenSSH form; what a client pins."""
        return self.folder / "host_key.pub"


def load_or_make_credentials(folder: Path) -> Credentials:
    """Read the credentials of an earlier run, or make what is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password_file = folder / "password"
    if not password_file.exists():
        _write(password_file, secrets.token_urlsafe(18).encode())
    found = Credentials(folder=folder, password=password_file.read_text())
    if not found.public_host_key_file.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="simulated clearinghouse")
        _write(found.host_key_file, key.export_private_key())
        _write(found.public_host_key_file, key.export_public_key())
    if not found.ca_file.exists():
        _make_certificates(found)
    return found


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, for our eyes only."""
    temporary = path.with_suffix(".new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    temporary.replace(path)


def _make_certificates(found: Credentials) -> None:
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = _name("simulated clearinghouse authority")
    authority = (
        _certificate(authority_name, authority_name, authority_key.public_key(), authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    addresses = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = (
        _certificate(
            _name("simulated clearinghouse"),
            authority_name,
            server_key.public_key(),
            authority_key.public_key(),
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key_text = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(found.certificate_key_file, key_text)
    _write(found.certificate_file, server.public_bytes(serialization.Encoding.PEM))
    _write(found.ca_file, authority.public_bytes(serialization.Encoding.PEM))


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
