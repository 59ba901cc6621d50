"""What it takes to sign in to a tenant: application id with a secret or a certificate, and where to go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

GRAPH_URL = "https://graph.microsoft.com"
LOGIN_URL = "https://login.microsoftonline.com"


class CredentialsError(ValueError):
    """The credentials cannot be used as given; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """How to sign in to one tenant as an application.

    `tenant_id` is the Entra id (or a verified domain) of the tenant, `client_id` the application's id. Give either
    `secret` or `certificate_pem` (private key and certificate in one PEM text, see `read_certificate`).
    The URLs are roots, `https://host[:port]`; `ca_pem` holds certificates to trust besides the system's.
    Neither the secret nor the certificate ever shows in `repr`.
    """

    tenant_id: str
    client_id: str
    secret: str | None = field(default=None, repr=False)
    certificate_pem: str | None = field(default=None, repr=False)
    graph_url: str = GRAPH_URL
    login_url: str = LOGIN_URL
    ca_pem: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if bool(self.secret) == bool(self.certificate_pem):
            raise CredentialsError("Give either a client secret or a certificate, and not both.")
        for name in ("tenant_id", "client_id"):
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", getattr(self, name)):
                raise CredentialsError(
                    f"Give the {name.replace('_', ' ')} as Entra shows it: an id like 8-4-4-4-12."
                )
        for name in ("graph_url", "login_url"):
            object.__setattr__(self, name, _root(getattr(self, name)))


def _root(url: str) -> str:
    """The URL as `https://host[:port]`, without a final slash."""
    parts = urlsplit(url)
    if (
        parts.scheme != "https"
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.username
    ):
        raise CredentialsError(f"Give the address as a root like https://host[:port], not {url!r}.")
    return f"https://{parts.netloc.lower()}"


def read_certificate(data: bytes, passphrase: str | None = None) -> str:
    """The content of a certificate file (PEM with key, or PKCS#12) as PEM: private key first, its certificate next.

    Raises `CredentialsError` when there is no private key, no certificate that fits it, or the passphrase is wrong.
    """
    password = passphrase.encode() if passphrase else None
    if b"-----BEGIN" in data:
        key, certificates = _from_pem(data, password)
    else:
        key, certificates = _from_pkcs12(data, password)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CredentialsError(
            "Microsoft Entra takes RSA keys only: make a certificate with an RSA key of 2048 bits or more."
        )
    fitting = [c for c in certificates if c.public_key() == key.public_key()]
    if not fitting:
        raise CredentialsError(
            "The certificate file has no certificate for its private key: export both together."
        )
    rest = [c for c in certificates if c not in fitting]
    chain = "".join(c.public_bytes(serialization.Encoding.PEM).decode() for c in (*fitting[:1], *rest))
    return _key_pem(key) + chain


def certificate_parts(pem: str) -> tuple[str, str]:
    """The private key and the certificates of a text made by `read_certificate`."""
    head, mark, tail = pem.partition("-----BEGIN CERTIFICATE-----")
    if not mark or "PRIVATE KEY-----" not in head:
        pem = read_certificate(pem.encode())
        head, mark, tail = pem.partition("-----BEGIN CERTIFICATE-----")
    return head, mark + tail


def certificate_thumbprint(pem: str) -> str:
    """SHA-1 thumbprint of the certificate in capital hex, as the Entra admin centre shows it."""
    certificate = x509.load_pem_x509_certificate(certificate_parts(pem)[1].encode())
    return certificate.fingerprint(hashes.SHA1()).hex().upper()


def certificate_ends(pem: str) -> datetime:
    """When the certificate ends; nobody can sign in with it afterwards."""
    return x509.load_pem_x509_certificate(certificate_parts(pem)[1].encode()).not_valid_after_utc


def _from_pem(data: bytes, password: bytes | None) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    found = re.search(rb"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?-----END \1-----", data, re.DOTALL)
    if found is None:
        raise CredentialsError(
            "The certificate file has no private key: give a PEM file with key and certificate."
        )
    try:
        key = serialization.load_pem_private_key(found.group(0), password)
        certificates = x509.load_pem_x509_certificates(data) if b"BEGIN CERTIFICATE-----" in data else []
    except (ValueError, TypeError):
        raise CredentialsError(_UNREADABLE) from None
    return key, certificates


def _from_pkcs12(data: bytes, password: bytes | None) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    try:
        key, certificate, more = pkcs12.load_key_and_certificates(data, password)
    except ValueError:
        raise CredentialsError(_UNREADABLE) from None
    if key is None:
        raise CredentialsError(
            "The certificate file has no private key: export it again together with its key."
        )
    return key, [c for c in (certificate, *more) if c is not None]


def _key_pem(key: rsa.RSAPrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


_UNREADABLE = (
    "The certificate file cannot be read: give PEM or PKCS#12 and, if it is protected, the right passphrase."
)
