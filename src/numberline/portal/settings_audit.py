"""Verifying a tenant's audit trail: asked for here, done by the background loop, with every fault by name."""

from django.http import HttpResponse
from django.shortcuts import render

from numberline.access.permissions import Permission
from numberline.audit.models import Head
from numberline.jobs.models import Kind
from numberline.portal.looked import latest, looking
from numberline.portal.request import InTenant


def settings_audit(request: InTenant) -> HttpResponse:
    """What the last verification found; posted: verify again."""
    if request.method == "POST":
        return looking(request, Kind.VERIFY, "settings_audit")
    tenant = request.visit.tenant
    context = {
        "task": latest(tenant, Kind.VERIFY),
        "head": Head.objects.of(tenant.pk).first(),
        "may_verify": request.visit.allows(Permission.TENANT),
    }
    return render(request, "portal/settings_audit.html", context)
