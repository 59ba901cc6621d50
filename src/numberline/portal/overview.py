"""The overview of a tenant."""

from django.http import HttpResponse
from django.shortcuts import render

from numberline.portal.request import InTenant


def overview(request: InTenant) -> HttpResponse:
    """What automation does here, and what waits for a human."""
    return render(request, "portal/overview.html")
