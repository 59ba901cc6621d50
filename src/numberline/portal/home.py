"""Where somebody comes in: the only tenant that they have, or a choice."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from numberline.access.visit import tenants_of
from numberline.portal.request import SignedIn


def home(request: SignedIn) -> HttpResponse:
    """Go to the tenant when there is one; else show which there are, or what to do when there is none."""
    tenants = list(tenants_of(request.user))
    if len(tenants) == 1:
        return redirect("overview", tenant=tenants[0].name)
    return render(request, "portal/home.html", {"tenants": tenants})
