"""The keys that seal the audit trail: derived from the secret key, which lives outside the database.

Every tenant has a key of its own. Several secret keys separated by commas allow rotation: the first seals, all of
them verify; the name beside each entry says which one sealed it.
"""

import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"numberline audit trail"
NAME_BYTES = 4


@dataclass(frozen=True, slots=True)
class Key:
    """A key of one tenant. `name` tells it apart from others and gives nothing of it away."""

    name: str
    secret: bytes

    def mac(self, message: bytes) -> str:
        """HMAC-SHA256 of a message, in hexadecimal."""
        return hmac.digest(self.secret, message, "sha256").hex()


def sealing_key(tenant_id: int) -> Key:
    """The key that seals what is written now."""
    return next(iter(_keys(str(settings.SECRET_KEY), tenant_id).values()))


def keys_of(tenant_id: int) -> dict[str, Key]:
    """Every key of a tenant that this process can verify with, by name; the sealing one first."""
    return _keys(str(settings.SECRET_KEY), tenant_id)


@lru_cache(maxsize=1024)
def _keys(secrets: str, tenant_id: int) -> dict[str, Key]:
    made: dict[str, Key] = {}
    for text in filter(None, (part.strip() for part in secrets.split(","))):
        name = _derive(text, b"name", NAME_BYTES).hex()
        made.setdefault(name, Key(name, _derive(text, b"tenant %d" % tenant_id, 32)))
    return made


def _derive(secret: str, what: bytes, length: int) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=length, salt=None, info=PURPOSE + b"\0" + what)
    return hkdf.derive(secret.encode())
