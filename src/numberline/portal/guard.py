"""The one door of the portal: before any view runs, what its route asks is compared with who is there.

Whoever has no role in a tenant is told the same as if there were no such tenant.
"""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from numberline.access.permissions import Open, Permission
from numberline.access.routes import ROUTES, deed
from numberline.access.visit import visit
from numberline.accounts.adapters import has_second_factor
from numberline.accounts.sessions import POLL
from numberline.portal.former import led_on
from numberline.portal.request import InTenant

HAS_FACTOR = "has_second_factor"


class Guard:
    """Middleware that asks `numberline.access.routes` for every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Views are guarded in `process_view`, when it is known which one is wanted. What somebody saw who is signed
        in is kept by nobody, their own browser included: after signing out the way back shows nothing."""
        answer = self._get_response(request)
        if request.user.is_authenticated:
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _arguments: list[Any],
        named: dict[str, Any],
    ) -> HttpResponse | None:
        """Refuse, send to the sign-in page, or let in with `request.visit` set."""
        match = request.resolver_match
        route = ROUTES.get(match.view_name) if match is not None else None
        if route is None:
            raise Http404
        need = route.need(request.method or "")
        if need is None:
            return HttpResponseNotAllowed(route.methods)
        if need is Open.ANYONE:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if "\0" in request.path or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            raise Http404  # no name holds one, and PostgreSQL knows no such text
        signed_in = cast(InTenant, request)
        if need is not Open.SETTING_UP and lacks_second_factor(signed_in):
            return redirect("mfa_index")
        if isinstance(need, Permission):
            return _enter(signed_in, str(named.pop("tenant")), need, named)
        elif need is Open.OWNER and not signed_in.user.owner:
            raise PermissionDenied(f"This page is for {need.sentence}.")
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and, after it, back to where somebody was. A part of a page can't take its place: the
    browser is told to leave the page."""
    if POLL in request.headers:  # the page says that it no longer refreshes; nothing in it is lost
        return HttpResponse("You are signed out.", status=401)
    if getattr(request, "htmx", False):
        there = urlsplit(request.headers.get("HX-Current-URL", ""))
        page = there.path + (f"?{there.query}" if there.query else "")
        return HttpResponseClientRedirect(redirect_to_login(page or "/")["Location"])
    return redirect_to_login(request.get_full_path())


def lacks_second_factor(request: InTenant) -> bool:
    """Whether somebody must set up a second factor before anything else. Once they have one, the session knows."""
    if not settings.SECOND_FACTOR_REQUIRED or request.session.get(HAS_FACTOR):
        return False
    if not has_second_factor(request.user):
        return True
    request.session[HAS_FACTOR] = True
    return False


def _enter(request: InTenant, tenant: str, need: Permission, named: dict[str, Any]) -> HttpResponse | None:
    """Let somebody in, or lead them on who use a name that the tenant had before."""
    found = visit(request.user, tenant)
    if found is None:
        led = led_on(request, tenant, named)
        if led is None:
            raise Http404
        return led
    if not found.allows(need):
        request.refused_in = found
        wanted = deed(request.resolver_match.view_name if request.resolver_match else "", need)
        raise PermissionDenied(f"Your role here, {found.role.title}, may not {wanted}.")
    request.visit = found
    return None
