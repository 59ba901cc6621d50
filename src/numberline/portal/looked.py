"""Tasks that only look (a check, a verification, a test of alerts): asked for on a page of their own, which shows the last."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from numberline.accounts.actor import in_portal
from numberline.jobs.models import Kind, Task
from numberline.jobs.tasks import ask
from numberline.portal.request import InTenant
from numberline.tenants.models import Tenant


def latest(tenant: Tenant, kind: Kind) -> Task | None:
    """The task of that kind that was asked for last."""
    rows = Task.objects.of(tenant.pk).filter(kind=kind).select_related("run", "tenant")
    return rows.order_by("-asked_at", "-pk").first()


def looking(request: InTenant, kind: Kind, page: str) -> HttpResponse:
    """Ask for it, and show the page on which its outcome will stand."""
    tenant = request.visit.tenant
    ask(tenant, kind, actor=in_portal(request.user), back=reverse(page, args=[tenant.name]))
    return redirect(page, tenant=tenant.name)
