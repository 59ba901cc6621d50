"""The settings of a tenant at a glance, each with where it is changed."""

from typing import Any

from django.conf import settings as installation
from django.http import HttpResponse
from django.shortcuts import render

from numberline import clock
from numberline.access.permissions import Permission
from numberline.accounts.attempts import LIMITS, PASSWORD, SECOND_FACTOR
from numberline.alerts.receivers import targets_of, troubled
from numberline.audit.models import Head
from numberline.graph.credentials import GRAPH_URL, LOGIN_URL
from numberline.inventory.models import Range
from numberline.inventory.tenant_settings import as_given
from numberline.jobs.models import Kind
from numberline.portal.looked import latest
from numberline.portal.overview import MEANINGS
from numberline.portal.request import InTenant
from numberline.portal.settings_sections import SECTIONS
from numberline.tenants.credentials import CredentialUnreadable, described, unseal
from numberline.tenants.models import Tenant


def settings(request: InTenant) -> HttpResponse:
    """Everything that is set for the tenant; no secret is shown."""
    visit, tenant = request.visit, request.visit.tenant
    given = as_given(tenant)
    bad = troubled(tenant.pk)
    context = {
        **credential_context(tenant),
        "other_cloud": (tenant.graph_url, tenant.login_url) != (GRAPH_URL, LOGIN_URL),
        "meaning": MEANINGS[tenant.mode],
        "sections": [(name, one, one.shown(given)) for name, one in SECTIONS.items() if name != "policies"],
        "receivers": [(one, bad.get((one.channel, one.address))) for one in targets_of(tenant)],
        "with_policies": Range.objects.of(tenant.pk).exclude(policies={}).count(),
        "entries": Head.objects.of(tenant.pk).values_list("seq", flat=True).first() or 0,
        "verified": latest(tenant, Kind.VERIFY),
        "checked": latest(tenant, Kind.CHECK),
        "sign_in": _sign_in(),
        "may_change": visit.allows(Permission.TENANT),
        "may_retire": visit.allows(Permission.INSTALLATION),
        "may_team": visit.allows(Permission.TEAM),
    }
    return render(request, "portal/settings.html", context)


def credential_context(tenant: Tenant) -> dict[str, Any]:
    """What may be told of the credential, or why nothing can be."""
    try:
        told = described(unseal(tenant))
    except CredentialUnreadable as error:
        return {"credential": None, "credential_error": str(error)}
    today = clock.now().date()
    return {"credential": told, "ended": told.ended(today), "ends_soon": told.ends_soon(today)}


def _sign_in() -> list[tuple[str, str]]:
    """What is required of whoever signs in, as the installation is set."""
    password, code = LIMITS[PASSWORD].account[0], LIMITS[SECOND_FACTOR].account[0]
    factor = (
        "required: a passkey or an authenticator app" if installation.SECOND_FACTOR_REQUIRED else "optional"
    )
    return [
        ("Second factor", factor),
        ("Password", "at least 12 characters, none that is common"),
        ("Lock-out", f"{password.most} passwords or {code.most} codes within 15 minutes, then a wait of as long"),
        ("Sessions end", f"after {_hours(installation.SESSION_IDLE)} unused, and {_hours(installation.SESSION_LASTS)} in any case"),
    ]  # fmt: skip


def _hours(time: Any) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60):,} days"
