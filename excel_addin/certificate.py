"""A certificate for this computer alone: Excel loads add-ins over HTTPS only.

A small authority signs it, may sign for this computer only, and its key is thrown away at once:
whoever trusts it trusts this one certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LASTS = timedelta(days=800)
"""Longer than 825 days a Mac refuses."""
RENEWED = timedelta(days=30)
AUTHORITY, CERTIFICATE, KEY = "authority.pem", "localhost.pem", "localhost.key"
ADDRESSES = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
NETWORKS = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


@dataclass(frozen=True, slots=True)
class Files:
    """Where a certificate, its key and the authority that signed it lie."""

    certificate: Path
    key: Path
    authority: Path


def local(folder: Path, now: datetime) -> tuple[Files, bool]:
    """Return the certificate of this computer, and whether it is a new one to be trusted."""
    files = Files(folder / CERTIFICATE, folder / KEY, folder / AUTHORITY)
    if _lasts(files, now):
        return files, False
    folder.mkdir(parents=True, exist_ok=True)
    _make(files, now)
    return files, True


def _lasts(files: Files, now: datetime) -> bool:
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return files.key.exists() and found.not_valid_after_utc - RENEWED > now


def _make(files: Files, now: datetime) -> None:
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name("smarketing, this computer only")
    names = [x509.DNSName("localhost"), *(x509.IPAddress(each) for each in ADDRESSES)]
    allowed = [x509.DNSName("localhost"), *(x509.IPAddress(each) for each in NETWORKS)]
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    of_authority = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = (
        _builder(issuer, issuer, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
        .add_extension(_key_usage(is_authority=True), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(of_authority, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = (
        _builder(_name("localhost"), issuer, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_key_usage(is_authority=False), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(of_authority),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write_secret(files.key, secret)
    files.authority.write_bytes(authority.public_bytes(pem))
    files.certificate.write_bytes(certificate.public_bytes(pem))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
    )


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_secret(path: Path, secret: bytes) -> None:
    """Write a file that nobody else can read."""
    path.unlink(missing_ok=True)
    path.touch(0o600, exist_ok=False)
    path.write_bytes(secret)
