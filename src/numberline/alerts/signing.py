"""How a webhook is signed: exactly as the Standard Webhooks specification (1.0.0) has it, so that receivers can use
its libraries.

The secrets are derived from the secret key, one for each tenant that names a webhook of its own and one for the
installation's: a receiver of one tenant can't sign for another, and nothing has to be stored. Several secret keys
(rotation) give several signatures, any of which a receiver may check.
"""

import base64
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"numberline webhook\0"
PREFIX = "whsec_"
BYTES = 32


def secrets_of(tenant_id: int | None) -> list[str]:
    """The secrets (`whsec_…`) of a tenant's own webhook, or of the installation's (None); today's first."""
    whose = b"installation" if tenant_id is None else b"tenant %d" % tenant_id
    keys = [key.strip() for key in str(settings.SECRET_KEY).split(",") if key.strip()]
    return [PREFIX + base64.b64encode(_derive(key, whose)).decode() for key in keys]


def signatures(secrets: list[str], key: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: HMAC-SHA256 over id, timestamp (Unix seconds) and body, one for each secret."""
    signed = b"%s.%d.%s" % (key.encode(), timestamp, body)
    made = (hmac.digest(base64.b64decode(s.removeprefix(PREFIX)), signed, "sha256") for s in secrets)
    return " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in made)


def _derive(key: str, whose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=PURPOSE + whose).derive(key.encode())
