"""Pages that somebody may not open, or that are not there: each says where to go on, and names nothing that is not theirs."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from numberline.access.visit import Visit, tenants_of
from numberline.portal.former import GONE, polls, said
from numberline.portal.guard import lacks_second_factor
from numberline.portal.request import InTenant

MOST = 12
"""Up to how many tenants are named; all of them stand on the way home."""


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a role does not allow: who may grant it, and the way back."""
    return render(request, "403.html", {"exception": exception, **_ways(request)}, status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is not there, or not theirs to see: both look the same."""
    nowhere = getattr(request, "nowhere", False)
    gone = {"nowhere": nowhere, "retired_at": getattr(request, "retired_as", None)}
    answer = render(request, "404.html", {**gone, **_ways(request)}, status=404)
    if not (nowhere and getattr(request, "htmx", False)):
        return answer
    # Else a page that is open would ask on without a word. One that asks by itself is loaded anew, and so is this one.
    if polls(cast(InTenant, request)):
        answer["HX-Refresh"] = "true"
        return answer
    return said(answer, GONE, reverse("home"), "Your tenants")


def _ways(request: HttpRequest) -> dict[str, object]:
    """Where somebody may go on: in the tenant that they are in, else in those that they have."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or lacks_second_factor(cast(InTenant, request)):
        return {}
    visit: Visit | None = getattr(request, "refused_in", None) or getattr(request, "visit", None)
    return {"here": visit.tenant if visit else None, "tenants": () if visit else tenants_of(user)[:MOST]}
