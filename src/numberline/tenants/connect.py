"""Connecting a tenant: nothing is written before signing in has worked."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from numberline.audit.record import Cause, Fact, record
from numberline.graph.client import GraphClient
from numberline.graph.credentials import GRAPH_URL, LOGIN_URL
from numberline.graph.errors import GraphError
from numberline.graph.types import Organization
from numberline.tenants.credentials import Secret, credentials, governor, seal
from numberline.tenants.former import take_up, why_anothers
from numberline.tenants.licences import read_licences
from numberline.tenants.models import Tenant
from numberline.tenants.naming import OBJECT_ID as OBJECT_ID
from numberline.tenants.naming import why_no_name


class ConnectError(Exception):
    """The tenant can't be connected as asked. The message is one sentence that says what to do, `field` what of the request is wrong,
    by its name."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody gives to connect a tenant. The URLs are roots; `ca_pem` are certificates to trust besides."""

    name: str
    entra_id: str
    client_id: str
    secret: Secret
    graph_url: str = GRAPH_URL
    login_url: str = LOGIN_URL
    ca_pem: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """A tenant that was connected: its row, its name and domain as far as they may be read, and the token's permissions.

    `licences_read` says whether the products it has bought could be read (the permission for it is optional).
    """

    tenant: Tenant
    organisation: str
    domain: str
    roles: frozenset[str]
    licences_read: bool


def connect(request: Request, at: datetime, cause: Cause) -> Connected:
    """Sign in, read the organisation and store the tenant in mode `observe`.

    Permissions need not be granted yet: `tenant check` says which are missing. Raises ConnectError (a bad or taken
    name, a taken Entra id), CredentialsError (what was given can't be used) and GraphError (signing in or reaching
    Graph failed); nothing was stored then.
    """
    tenant = _draft(request, at)
    _refuse_duplicates(tenant)
    with GraphClient(
        credentials(tenant, request.secret), governor=governor(tenant), priority="high"
    ) as client:
        roles = frozenset(client.roles())
        _organisation(client, tenant)
        if not OBJECT_ID.fullmatch(tenant.entra_id):
            raise ConnectError(
                f"{tenant.entra_id} is no tenant id: give the id that Entra shows, or grant User.Read.All first",
                "entra_id",
            )
        _refuse_duplicates(tenant)
        tenant.credential = seal(request.secret)
        _store(tenant, at, cause)
        licences_read = _licences(tenant, client, at)
    return Connected(tenant, tenant.organisation, tenant.domain, roles, licences_read)


def _draft(request: Request, at: datetime) -> Tenant:
    name = request.name.strip()
    refusal = why_no_name(name)
    if refusal:
        raise ConnectError(refusal, "name")
    if not OBJECT_ID.fullmatch(request.client_id.strip().lower()):
        raise ConnectError(
            f"{request.client_id!r} is no application (client) id: copy it from the app registration",
            "client_id",
        )
    return Tenant(
        name=name,
        entra_id=request.entra_id.strip().lower(),
        client_id=request.client_id.strip().lower(),
        graph_url=request.graph_url.strip(),
        login_url=request.login_url.strip(),
        ca_pem=request.ca_pem,
        created_at=at,
    )


def _refuse_duplicates(tenant: Tenant) -> None:
    taken = Tenant.objects.filter(Q(name__iexact=tenant.name) | Q(entra_id=tenant.entra_id)).first()
    if taken is None:
        return _refuse_former(tenant)
    if taken.name.casefold() == tenant.name.casefold():
        raise ConnectError(f"there is a tenant {taken.name} already: choose another name", "name")
    raise ConnectError(f"the tenant {tenant.entra_id} is connected already, as {taken.name}", "entra_id")


def _refuse_former(tenant: Tenant) -> None:
    """Refuse what another directory was called here, once it is known which one this is: a domain may have been given
    to sign in with."""
    refusal = why_anothers(tenant.name, tenant.entra_id) if OBJECT_ID.fullmatch(tenant.entra_id) else ""
    if refusal:
        raise ConnectError(refusal, "name")


def _organisation(client: GraphClient, tenant: Tenant) -> None:
    """Take the tenant's own id (where a domain was given to sign in with), country, name and domain.

    Without the permission for it they are read by the first sync that may.
    """
    try:
        organisation = client.organization()
    except GraphError as error:
        if error.code != "permission_missing":
            raise
        return
    tenant.entra_id = organisation.id.lower()
    describe(tenant, organisation)


def describe(tenant: Tenant, organisation: Organization) -> list[str]:
    """Take from the directory what it says of itself; gives the fields, which are not saved here."""
    tenant.country = (organisation.country_letter_code or "")[:2].upper()
    tenant.organisation = (organisation.display_name or "")[:200]
    tenant.domain = _domain(organisation)[:255]
    return ["country", "organisation", "domain"]


def _domain(organisation: Organization) -> str:
    """The domain that new people get, or empty where none is shown."""
    domains = organisation.verified_domains or ()
    return next((d.name for d in domains if d.is_default), domains[0].name if domains else "")


def _licences(tenant: Tenant, client: GraphClient, at: datetime) -> bool:
    """What the tenant has bought, if that may be asked now; else the first sync asks again."""
    try:
        read_licences(tenant, client, at)
    except GraphError:
        return False
    return bool(tenant.skus)


def _store(tenant: Tenant, at: datetime, cause: Cause) -> None:
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
            _refuse_former(tenant)  # whose name it was may have given it up meanwhile
            take_up(tenant)
            after = {"name": tenant.name, "entra_id": tenant.entra_id, "mode": tenant.mode}
            record(tenant.pk, at, cause, Fact(verb="connect", after=after))
    except IntegrityError:
        _refuse_duplicates(tenant)  # somebody else was a moment faster
        raise
