"""What the tenant is called: its name in pages, addresses and commands."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from numberline import clock
from numberline.access.visit import tenants_of
from numberline.audit.chain import TrailBroken
from numberline.portal.actions import sentence
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.request import InTenant
from numberline.tenants.models import Tenant
from numberline.tenants.naming import NameTaken, RenameError, rename

NOT_FREE = "This name can't be used in this installation: choose another name."


def settings_rename(request: InTenant) -> HttpResponse:
    """The name; posted: call the tenant something else, and go on under its new address."""
    if request.method != "POST":
        return _form(request, request.visit.tenant.name)
    wanted = request.POST.get("name", "")
    tenant = Tenant.objects.get(pk=request.visit.tenant.pk)
    try:
        renamed = rename(tenant, wanted, clock.now(), cause_of(request))
    except NameTaken as error:
        # Of tenants in which they have no role nobody is told anything.
        theirs = tenants_of(request.user).filter(name__iexact=wanted.strip()).exists()
        told = sentence(error)[:300] if theirs or request.user.owner else NOT_FREE
        return _form(request, wanted[:200], told, 422)
    except (NoReason, RenameError) as error:
        return _form(request, wanted[:200], sentence(error)[:300], 422)
    except TrailBroken as error:
        return _form(request, wanted[:200], sentence(error)[:300], 409)
    messages.info(request, f"The tenant is {'now' if renamed else 'already'} called {tenant.name}.")
    return redirect("settings", tenant=tenant.name)


def _form(request: InTenant, name: str, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {"name": name, "refusal": refusal}
    return render(request, "portal/settings_rename.html", context, status=status)
