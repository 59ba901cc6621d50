"""What a tenant signs in with, encrypted at rest, and the Graph client that it gives.

The key comes from NUMBERLINE_SECRET_KEY; several keys separated by commas allow rotation: the first encrypts,
all of them decrypt.
"""

import base64
import hashlib
import threading
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from numberline.graph.client import GraphClient
from numberline.graph.credentials import Credentials, certificate_ends, certificate_thumbprint
from numberline.graph.rates import RateGovernor, Rates
from numberline.graph.store import Store
from numberline.graph.transport import Priority
from numberline.tenants.models import Tenant
from numberline.tenants.shared import store

SOON = 30
"""Days before its end in which a credential is to be replaced."""


class CredentialUnreadable(Exception):
    """The stored credential cannot be decrypted with the key that this process was given."""


class Secret(msgspec.Struct, omit_defaults=True):
    """What is encrypted: either a client secret or a certificate with its key, both as text (PEM).

    `ends` is the day on which a client secret ends, if whoever gave it said so; a certificate says so itself.
    """

    client_secret: str | None = None
    certificate_pem: str | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """What may be told of a credential: its kind in words, the thumbprint of a certificate as Entra shows it, and the
    day on which it ends (None: nobody said)."""

    kind: str
    thumbprint: str
    ends: date | None

    def ended(self, today: date) -> bool:
        """Whether it is over."""
        return self.ends is not None and self.ends < today

    def ends_soon(self, today: date) -> bool:
        """Whether it is over within a month, or already."""
        return self.ends is not None and (self.ends - today).days <= SOON


def described(secret: Secret) -> Described:
    """What may be told of a credential."""
    if secret.certificate_pem is None:
        return Described("client secret", "", secret.ends)
    pem = secret.certificate_pem
    return Described("certificate", certificate_thumbprint(pem), certificate_ends(pem).date())


def seal(secret: Secret) -> bytes:
    """Encrypt a credential for the database."""
    return cipher().encrypt(msgspec.json.encode(secret))


def unseal(tenant: Tenant) -> Secret:
    """The credential of a tenant. Raises CredentialUnreadable when the key does not fit."""
    try:
        return msgspec.json.decode(cipher().decrypt(bytes(tenant.credential)), type=Secret)
    except InvalidToken:
        raise CredentialUnreadable(
            f"the credential of {tenant.name} was stored under another secret key; "
            "give this process the key it was stored with (NUMBERLINE_SECRET_KEY or NUMBERLINE_SECRET_KEY_FILE), or, "
            "if that key is lost, give the credential anew (numberline tenant credential)"
        ) from None


def credentials(tenant: Tenant, secret: Secret | None = None) -> Credentials:
    """The credentials of a tenant as the Graph client takes them; `secret` when it is not stored yet."""
    secret = secret or unseal(tenant)
    return Credentials(
        tenant_id=tenant.entra_id,
        client_id=tenant.client_id,
        secret=secret.client_secret,
        certificate_pem=secret.certificate_pem,
        graph_url=tenant.graph_url,
        login_url=tenant.login_url,
        ca_pem=tenant.ca_pem or None,
    )


def client(tenant: Tenant, priority: Priority = "normal") -> GraphClient:
    """A Graph client for a tenant. Close it after use (it is a context manager).

    All clients of a tenant, in all processes, keep to one rate and know what was learned of it; all tenants of one
    application keep to the application's. Background work asks with priority `low`, so that people go first.
    """
    return GraphClient(credentials(tenant), governor=governor(tenant), priority=priority)


def governor(tenant: Tenant) -> RateGovernor:
    """What keeps the tenant's rate, and its application's above it."""
    rates, shared = settings.GRAPH_RATES, store()
    host = urlsplit(tenant.graph_url).netloc
    with _lock:
        application = f"application {tenant.client_id} {host}"
        above = _governor(shared, application, rates.of_application())
        return _governor(shared, f"tenant {tenant.entra_id} {tenant.client_id} {host}", rates, above)


def _governor(shared: Store, key: str, rates: Rates, above: RateGovernor | None = None) -> RateGovernor:
    if (shared, key, rates) not in _governors:
        _governors[shared, key, rates] = RateGovernor(rates, store=shared, key=key, above=above)
    return _governors[shared, key, rates]


def forget_rates() -> None:
    """Begin anew to learn how fast tenants may be asked: after a clock was left on which the waits were counted."""
    with _lock:
        for shared, key, _ in _governors:
            shared.change(key, lambda _state, _now: b"")
        _governors.clear()


_governors: dict[tuple[Store, str, Rates], RateGovernor] = {}
_lock = threading.Lock()


def cipher() -> MultiFernet:
    """What encrypts in the database: the first secret key encrypts, all of them decrypt."""
    keys = [key.strip() for key in settings.SECRET_KEY.split(",") if key.strip()]
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys])


def _fernet_key(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"numberline credential\0" + key.encode()).digest())
