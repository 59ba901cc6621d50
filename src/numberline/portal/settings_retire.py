"""Taking the tenant out of service, which is not taken back: its name is typed to confirm it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from numberline import clock
from numberline.audit.chain import TrailBroken
from numberline.jobs.retiring import RetireError, retire
from numberline.portal.actions import sentence
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.request import InTenant
from numberline.runs.lock import TenantBusy
from numberline.tenants.models import Mode


def settings_retire(request: InTenant) -> HttpResponse:
    """What retiring means; posted: do it, and leave the tenant."""
    if request.method != "POST":
        return _form(request)
    tenant = request.visit.tenant
    try:
        retire(tenant, request.POST.get("name", "").strip(), clock.now(), cause_of(request))
    except NoReason as error:
        return _form(request, sentence(error), 422)
    except TenantBusy:
        return _form(request, "A run is at work in this tenant: wait until it has ended.", 409)
    except (RetireError, TrailBroken) as error:
        return _form(request, sentence(error)[:300], 409)
    messages.info(request, f"{tenant.name} is retired. Its audit trail stays.")
    return redirect("home")


def _form(request: InTenant, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {"refusal": refusal, "off": request.visit.tenant.mode == Mode.OFF}
    return render(request, "portal/settings_retire.html", context, status=status)
