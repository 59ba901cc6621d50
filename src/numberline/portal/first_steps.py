"""Connecting a tenant: what is to be done in Entra, the link for consent, and the form whose sign-in is tried at once."""

from cryptography.x509 import load_pem_x509_certificates
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from numberline import clock
from numberline.access.visit import tenants_of
from numberline.audit.chain import TrailBroken
from numberline.graph.credentials import GRAPH_URL, LOGIN_URL, CredentialsError
from numberline.graph.errors import GraphError
from numberline.jobs.models import Kind
from numberline.jobs.tasks import ask
from numberline.portal.cause import NoReason, cause_of, plain_line
from numberline.portal.request import SignedIn
from numberline.portal.tenant_credential import CredentialRefused, credential_of
from numberline.portal.tenant_words import PERMISSIONS, consent_link
from numberline.tenants.connect import OBJECT_ID, Connected, ConnectError, Request, connect

LINES = ("name", "entra_id", "client_id", "graph_url", "login_url")
LONGEST_LINE, LONGEST_CA = 300, 100_000
LONGEST_REFUSAL = 600


@never_cache
def first_steps(request: SignedIn) -> HttpResponse:
    """What to do in Entra, and the form; posted: sign in with what it gives, and connect the tenant if that works."""
    if request.method != "POST":
        return _page(request)
    try:
        done = _connected(request)
    except (NoReason, CredentialRefused, CredentialsError, ConnectError) as error:
        return _page(request, str(error), 422, _field(error))
    except (GraphError, TrailBroken) as error:
        return _page(request, f"Nothing was stored. {error}", 409)
    name = done.tenant.name
    messages.info(request, f"{name} is connected, in mode {done.tenant.mode}: nothing is changed there yet.")
    return redirect("tenant_steps", tenant=name)


def _connected(request: SignedIn) -> Connected:
    given = {key: plain_line(request.POST.get(key, ""))[:LONGEST_LINE] for key in LINES}
    cause = cause_of(request)
    wanted = Request(
        name=given["name"],
        entra_id=given["entra_id"],
        client_id=given["client_id"],
        secret=credential_of(request),
        graph_url=given["graph_url"] or GRAPH_URL,
        login_url=given["login_url"] or LOGIN_URL,
        ca_pem=_authority(request.POST.get("ca_pem", "")),
    )
    done = connect(wanted, clock.now(), cause)
    back = reverse("tenant_steps", args=[done.tenant.name])
    ask(done.tenant, Kind.CHECK, actor=cause.actor, back=back)
    return done


def _authority(text: str) -> str:
    """Certificates to trust besides the system's, as PEM."""
    pem = text.strip()
    if not pem:
        return ""
    try:
        if len(pem) > LONGEST_CA or "\0" in pem:
            raise ValueError
        load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise CredentialRefused(
            "The authority to trust is no certificate: give it in PEM, with its BEGIN and END lines.",
            "ca_pem",
        ) from None
    return f"{pem}\n"


def _field(error: Exception) -> str:
    """Which field of the form an error is about."""
    if isinstance(error, NoReason):
        return "reason"
    return "certificate" if isinstance(error, CredentialsError) else str(getattr(error, "field", ""))


def _page(request: SignedIn, refusal: str = "", status: int = 200, field: str = "") -> HttpResponse:
    source = request.POST if request.method == "POST" else request.GET
    given = {key: plain_line(source.get(key, ""))[:LONGEST_LINE] for key in LINES}
    ids = given["entra_id"].lower(), given["client_id"].lower()
    known = all(OBJECT_ID.fullmatch(one) for one in ids)
    context = {
        "given": given,
        "ca_pem": request.POST.get("ca_pem", "")[:LONGEST_CA],
        "consent": consent_link(LOGIN_URL, *ids) if known else "",
        "asked": bool(ids[0] or ids[1]) and not known,
        "permissions": PERMISSIONS.items(),
        "tenants": list(tenants_of(request.user)),
        "graph_url": GRAPH_URL,
        "login_url": LOGIN_URL,
        "field": field,
        "ends": plain_line(request.POST.get("ends", ""))[:10],
        "refusal": refusal[:LONGEST_REFUSAL],
        "reason": request.POST.get("reason", "Connect the tenant")[:2000],
    }
    return render(request, "portal/first_steps.html", context, status=status)
