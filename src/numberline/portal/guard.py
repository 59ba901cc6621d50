"""The one door of the portal: before any view runs, what its route asks is compared with who is there.

Whoever has no role in a tenant is told the same as if there were no such tenant.
"""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import unquote

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from numberline.access.permissions import Open, Permission
from numberline.access.routes import ROUTES
from numberline.access.visit import visit
from numberline.portal.request import InTenant


class Guard:
    """Middleware that asks `numberline.access.routes` for every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Views are guarded in `process_view`, when it is known which one is wanted."""
        return self._get_response(request)

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
            return redirect_to_login(request.get_full_path())
        if "\0" in request.path or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            raise Http404  # no name holds one, and PostgreSQL knows no such text
        if isinstance(need, Permission):
            _enter(cast(InTenant, request), str(named.pop("tenant")), need)
        return None


def _enter(request: InTenant, tenant: str, need: Permission) -> None:
    found = visit(request.user, tenant)
    if found is None:
        raise Http404
    if not found.allows(need):
        raise PermissionDenied(f"Your role here, {found.role.title}, may not {need.sentence}.")
    request.visit = found
