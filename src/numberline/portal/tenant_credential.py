"""The secret or certificate that a tenant signs in with: read from a form, tried, and only then kept. It is never shown."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from numberline import clock
from numberline.audit.chain import TrailBroken
from numberline.graph.credentials import CredentialsError, read_certificate
from numberline.graph.errors import GraphError
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.request import InTenant, SignedIn
from numberline.portal.settings import credential_context
from numberline.tenants.credentials import Secret
from numberline.tenants.replace import replace_credential
from numberline.worklist.credential import watch_credential

LONGEST_SECRET = 500
LARGEST_CERTIFICATE = 100_000


class CredentialRefused(Exception):
    """What a form gives can't be a credential. The message is one sentence that says what to do, `field` where."""

    def __init__(self, message: str, field: str = "secret") -> None:
        super().__init__(message)
        self.field = field


def settings_credential(request: InTenant) -> HttpResponse:
    """What is known of the credential; posted: replace it by one that works."""
    if request.method != "POST":
        return _form(request)
    tenant = request.visit.tenant
    try:
        cause, secret = cause_of(request), credential_of(request)
        replace_credential(tenant, secret, clock.now(), cause)
        watch_credential(tenant, clock.now())
    except (NoReason, CredentialRefused, CredentialsError) as error:
        return _form(request, str(error), 422)
    except (GraphError, TrailBroken) as error:
        return _form(request, f"Nothing was changed. {error}", 409)
    kind = "certificate" if secret.certificate_pem else "client secret"
    messages.info(
        request,
        f"{tenant.name} signs in with the new {kind} from now on. Remove the old credential in Entra.",
    )
    return redirect("settings", tenant=tenant.name)


def credential_of(request: SignedIn) -> Secret:
    """The client secret or the certificate of a form. Raises CredentialRefused and CredentialsError."""
    secret, file = request.POST.get("secret", "").strip(), request.FILES.get("certificate")
    if bool(secret) == (file is not None):
        raise CredentialRefused("Give either a client secret or a certificate: exactly one of them.")
    if file is None:
        if len(secret) > LONGEST_SECRET or not secret.isprintable():
            raise CredentialRefused("That is no client secret: copy its Value from Entra, one line of text.")
        return Secret(client_secret=secret, ends=_day(request.POST.get("ends", "").strip()))
    if (file.size or 0) > LARGEST_CERTIFICATE:
        raise CredentialRefused("That is no certificate: the file is too large.", "certificate")
    password = request.POST.get("certificate_password", "")[:LONGEST_SECRET]
    return Secret(certificate_pem=read_certificate(file.read(), password or None))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CredentialRefused(
            "The day on which the secret ends is no date: write it as 2027-01-31.",
            "ends",
        ) from None


def _form(request: InTenant, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {**credential_context(request.visit.tenant), "refusal": refusal}
    return render(request, "portal/settings_credential.html", context, status=status)
