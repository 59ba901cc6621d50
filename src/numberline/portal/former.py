"""Addresses under a name that a tenant had before. Whoever has a role in it is led to its new name, and what they send is
not done; for everybody else it is a tenant that is not there."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from numberline.access.routes import ROUTES
from numberline.access.visit import retired_as, visit_by_former_name
from numberline.portal.request import InTenant
from numberline.tenants.former import key_of

GONE = "This tenant is not there any more: it was retired or renamed, or your role in it has ended."


def led_on(request: InTenant, name: str, named: dict[str, Any]) -> HttpResponse | None:
    """The answer to a request under a former name of a tenant in which the reader has a role; else None, whether there
    is such a tenant or not. `named` are the other parts of the address."""
    found = visit_by_former_name(request.user, name)
    if found is None:
        request.nowhere = True
        request.retired_as = retired_as(request.user, name)
        return None
    new = found.tenant.name
    if polls(request):
        return HttpResponseClientRedirect(_page_that_is_open(request, name, new))
    route = request.resolver_match.view_name if request.resolver_match is not None else "overview"
    address = reverse(route, kwargs={**named, "tenant": new})
    if request.method in ("GET", "HEAD") and not request.htmx:
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)
    if ROUTES[route].reads is None:
        address = reverse("overview", args=[new])
    request.visit = found
    context = {"old": name, "new": new, "address": address}
    answer = render(request, "portal/renamed.html", context, status=409)
    if not request.htmx:
        return answer
    there = _page_that_is_open(request, name, new)
    sentence = f"{name} is called {new} now, and nothing was done. What you typed here stays until you leave."
    return said(answer, sentence, there, "Open this page under the new name")


def polls(request: InTenant) -> bool:
    """Whether a page asks by itself what has changed: nobody typed or pressed anything."""
    return bool(getattr(request, "htmx", False)) and "X-Poll" in request.headers


def said(answer: HttpResponse, sentence: str, address: str, label: str) -> HttpResponse:
    """Make a page that asked for a part of itself say this and show where to go on (portal.js)."""
    told = {"sentence": sentence, "address": address, "label": label}
    return trigger_client_event(answer, "said", told)


def _page_that_is_open(request: InTenant, name: str, new: str) -> str:
    """The page that the reader looks at, under the new name; the overview where the browser says no such page."""
    try:
        there = urlsplit(request.headers.get("HX-Current-URL", ""))
        match = resolve(unquote(there.path))
        if match.kwargs.get("tenant", "").casefold() == key_of(name):
            address = reverse(match.view_name, kwargs={**match.kwargs, "tenant": new})
            return f"{address}?{there.query}" if there.query else address
    except (ValueError, Resolver404):
        pass  # not an address of ours
    return reverse("overview", args=[new])
