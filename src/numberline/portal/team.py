"""The team of a tenant: who has which role, and giving, changing and taking away roles up to one's own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from numberline import clock
from numberline.access import grants
from numberline.access.grants import Asker
from numberline.access.permissions import Permission
from numberline.access.roles import GRANTABLE, Role, role_named
from numberline.accounts.links import MadeLink
from numberline.accounts.manage import AccountRefused
from numberline.accounts.models import Grant, User
from numberline.portal.account_factors import LARGEST_ID
from numberline.portal.actions import sentence
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.request import InTenant


@never_cache
def team(request: InTenant) -> HttpResponse:
    """Everybody who may act here; posted: invite somebody."""
    if request.method != "POST":
        return _shown(request)
    tenant, now = request.visit.tenant, clock.now()
    try:
        role = grants.role_for(request.POST.get("role", ""))
        cause = cause_of(request)
        made = grants.invite(tenant, request.POST.get("email", ""), role, _asker(request), now, cause)
    except (AccountRefused, NoReason) as error:
        return _shown(request, error=sentence(error), status=422)
    return _shown(request, made=made, invited=request.POST.get("email", "").strip().lower())


@never_cache
def team_member(request: InTenant, grant_id: int) -> HttpResponse:
    """Somebody's role here; posted: change it, take it away, or make a new link while it waits to be accepted."""
    tenant = request.visit.tenant
    grant = Grant.objects.filter(where=tenant, pk=min(grant_id, LARGEST_ID)).select_related("user").first()
    if grant is None:
        raise Http404
    if request.method != "POST":
        return _member(request, grant)
    try:
        return _changed(request, grant)
    except (AccountRefused, NoReason) as error:
        return _member(request, grant, error=sentence(error), status=422)


def _changed(request: InTenant, grant: Grant) -> HttpResponse:
    tenant, asker, now, cause = request.visit.tenant, _asker(request), clock.now(), cause_of(request)
    action = request.POST.get("action", "")
    if action == "take_away":
        user = grants.take_away(tenant, grant.pk, asker, now, cause)
        messages.info(request, f"{user} has no role here any longer.")
        return redirect("home") if user == request.user else redirect("team", tenant=tenant.name)
    if action == "link":
        made = grants.invite_again(tenant, grant.pk, asker, now, cause)
        return _member(request, grant, made=made)
    role = grants.role_for(request.POST.get("role", ""))
    changed = grants.change(tenant, grant.pk, role, asker, now, cause)
    messages.info(request, f"{grant.user} is {role.title} {'from now on' if changed else 'already'}.")
    return redirect("team", tenant=tenant.name)


def _asker(request: InTenant) -> Asker:
    return Asker(request.visit.role, request.user)


def _shown(
    request: InTenant, *, error: str = "", made: MadeLink | None = None, invited: str = "", status: int = 200
) -> HttpResponse:
    tenant = request.visit.tenant
    members = Grant.objects.filter(where=tenant).select_related("user").order_by("user__email")
    context: dict[str, Any] = {
        "members": [(each, role_named(each.role)) for each in members],
        "owners": User.objects.filter(owner=True, is_active=True).order_by("email"),
        "roles": _givable(request),
        "error": error,
        "made": made,
        "invited": invited,
    }
    return render(request, "portal/team.html", context, status=status)


def _member(
    request: InTenant, grant: Grant, *, error: str = "", made: MadeLink | None = None, status: int = 200
) -> HttpResponse:
    held = role_named(grant.role)
    context: dict[str, Any] = {
        "member": grant,
        "role": held,
        "roles": _givable(request),
        "may_change": request.visit.role.covers(held),
        "is_reader": grant.user_id == request.user.pk,
        "error": error,
        "made": made,
    }
    return render(request, "portal/team_member.html", context, status=status)


def _givable(request: InTenant) -> list[Role]:
    return [
        role
        for role in GRANTABLE
        if request.visit.role.covers(role) and request.visit.allows(Permission.TEAM)
    ]
