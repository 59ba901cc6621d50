"""What works in a tenant, live: the token, each permission, each part of Microsoft; what is missing and how to mend it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from numberline.access.permissions import Permission
from numberline.access.visit import Visit
from numberline.jobs.models import Kind
from numberline.portal.looked import latest, looking
from numberline.portal.request import InTenant
from numberline.portal.tenant_words import CHECKS, PERMISSIONS, consent_link


def tenant_check(request: InTenant) -> HttpResponse:
    """What the last check found; posted: check now."""
    if request.method == "POST":
        return looking(request, Kind.CHECK, "tenant_check")
    return render(request, "portal/tenant_check.html", check_context(request.visit))


def check_context(visit: Visit) -> dict[str, Any]:
    """The last check, and what it says."""
    tenant, task = visit.tenant, latest(visit.tenant, Kind.CHECK)
    checks = task.outcome.get("checks", []) if task is not None and task.ended else []
    return {
        "task": task,
        "checks": [{**check, "title": CHECKS.get(check["check"], check["check"])} for check in checks],
        "consent": consent_link(tenant.login_url, tenant.entra_id, tenant.client_id),
        "permissions": PERMISSIONS.items(),
        "may_check": visit.allows(Permission.TENANT),
    }
