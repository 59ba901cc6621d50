"""The overview of a tenant, and the sync that is asked for there."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from numberline.access.permissions import Permission
from numberline.access.visit import Visit
from numberline.accounts.actor import in_portal
from numberline.core.limits import Mode
from numberline.jobs.models import Kind
from numberline.jobs.tasks import ask
from numberline.portal.links import link
from numberline.portal.live import look, looks_again, news
from numberline.portal.request import InTenant
from numberline.portal.standing import changed, standing, stands_again
from numberline.portal.tenant_steps import steps_left
from numberline.runs.models import Run
from numberline.tenants.outage import outage_of

MEANINGS: dict[str, str] = {
    Mode.OFF: "Automation does nothing here by itself. What somebody asks for by hand is done.",
    Mode.OBSERVE: "Automation reads and plans, and changes nothing. The plan shows what it would do.",
    Mode.ASSIGN: "Automation gives numbers to people who wait for one, and never takes one back.",
    Mode.FULL: "Automation gives numbers to people who wait for one, and takes them back from who left.",
}


def overview(request: InTenant) -> HttpResponse:
    """What automation does here, and what waits for a human; sent as a form it asks for a sync."""
    if request.method == "POST":
        return _sync_now(request)
    if looks_again(request):
        return news(request)
    visit, tenant = request.visit, request.visit.tenant
    if stands_again(request):
        return changed(request, _around(visit))
    context = {
        "live": look(visit),
        "outage": outage_of(tenant),
        **_around(visit),
        "standing": standing(visit),
        "steps": steps_left(visit),
        "first_day": not Run.objects.of(tenant.pk).exclude(ended_at=None).exists(),
        "may_sync": visit.allows(Permission.SYNC),
    }
    return render(request, "portal/overview.html", context)


def _around(visit: Visit) -> dict[str, object]:
    """What the part that stands shows of the tenant, and where it leads."""
    name = visit.tenant.name
    return {
        "meaning": MEANINGS[visit.tenant.mode],
        "plan": link("plan", name),
        "ranges_page": link("ranges", name),
    }


def _sync_now(request: InTenant) -> HttpResponse:
    """Ask for a sync; the page shows how far it has come."""
    tenant = request.visit.tenant
    back = reverse("overview", args=[tenant.name])
    arguments = {name: True for name in ("full", "confirms") if request.POST.get(name)}
    ask(tenant, Kind.SYNC, arguments, actor=in_portal(request.user), back=back)
    return redirect(back)
