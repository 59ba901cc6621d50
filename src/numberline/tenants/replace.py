"""Giving a connected tenant a new secret or certificate: nothing is written before signing in with it has worked."""

from datetime import datetime

from django.db import transaction

from numberline.audit.record import Cause, Fact, record
from numberline.graph.client import GraphClient
from numberline.tenants.credentials import Secret, credentials, described, governor, seal
from numberline.tenants.models import Tenant


def replace_credential(tenant: Tenant, secret: Secret, at: datetime, cause: Cause) -> None:
    """Sign in with this credential and store it in place of the tenant's.

    The stored one is not looked at: it may have expired, or have been encrypted under a key that is lost. The audit
    trail says which kind was stored, and of a certificate its thumbprint, which Entra shows as well. Raises
    CredentialsError (what was given can't be used) and GraphError (signing in failed); nothing was stored then.
    """
    with GraphClient(credentials(tenant, secret), governor=governor(tenant), priority="high") as client:
        client.roles()
    tenant.credential = seal(secret)
    with transaction.atomic():
        tenant.save(update_fields=["credential"])
        record(tenant.pk, at, cause, Fact(verb="credential", after=_told(secret)))


def _told(secret: Secret) -> dict[str, str]:
    """What the audit trail says of a credential."""
    found = described(secret)
    told = {"kind": found.kind.replace(" ", "_")}
    if found.thumbprint:
        told["thumbprint"] = found.thumbprint
    if found.ends is not None:
        told["ends"] = found.ends.isoformat()
    return told
