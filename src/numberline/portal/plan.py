"""The plan: what automation wants now, what is held and by which limit, and what a human decides about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from numberline import clock
from numberline.access.permissions import Permission
from numberline.accounts.actor import in_portal
from numberline.audit.record import Cause
from numberline.core.held import WHY
from numberline.core.limits import Limit
from numberline.jobs.models import Kind
from numberline.jobs.tasks import ask
from numberline.planning.models import StoredPlan
from numberline.planning.review import latest, refuse, still_open
from numberline.planning.store import PlanRefused, PlanUnknown, plan_named, shown
from numberline.portal.actions_forms import Plain
from numberline.portal.plan_decided import being_applied, decided
from numberline.portal.request import InTenant

MOST = 250
"""Changes that the page names, all parts together; the rest is counted, and the CSV has them all."""
STALE_MINUTES = 15
VERBS = {"assign": "gets", "change": "changes to", "release": "gives back"}


class Decision(forms.Form):
    """Why a plan is approved or refused."""

    reason = Plain(max_length=500, strip=True)
    ticket = Plain(max_length=200, required=False, strip=True)


def plan(request: InTenant, name: str = "") -> HttpResponse:
    """The plan that was made last, or the one of that name."""
    stored = _stored(request, name)
    return _page(request, stored, Decision())


def plan_make(request: InTenant) -> HttpResponse:
    """Have a plan made: it reads the directory and Teams first, and changes nothing."""
    tenant = request.visit.tenant
    task = ask(tenant, Kind.PLAN, actor=in_portal(request.user), back=reverse("plan", args=[tenant.name]))
    return redirect("task", tenant=tenant.name, key=task.pk)


def plan_apply(request: InTenant, name: str) -> HttpResponse:
    """Approve a plan: exactly what it names is carried out, or it is refused because the world moved."""
    stored = _named(request, name)
    form = Decision(request.POST)
    if not form.is_valid():
        return _page(request, stored, form, status=422)
    try:
        still_open(stored)
    except PlanRefused as refused:
        return _page(request, stored, form, str(refused), status=409)
    if being_applied(stored) is not None:
        return _page(request, stored, Decision(), f"plan {stored.name} is being applied already", status=409)
    tenant = request.visit.tenant
    task = ask(
        tenant,
        Kind.APPLY,
        {"plan": stored.name},
        actor=in_portal(request.user),
        back=reverse("plan_named", args=[tenant.name, stored.name]),
        **form.cleaned_data,
    )
    return redirect("task", tenant=tenant.name, key=task.pk)


def plan_refuse(request: InTenant, name: str) -> HttpResponse:
    """Refuse a plan: nothing of it is done, and the record says who said so and why."""
    stored = _named(request, name)
    form = Decision(request.POST)
    if not form.is_valid():
        return _page(request, stored, form, status=422)
    try:
        refuse(stored, clock.now(), Cause(in_portal(request.user), **form.cleaned_data))
    except PlanRefused as refused:
        return _page(request, stored, form, str(refused), status=409)
    messages.info(request, f"Plan {stored.name} is refused. Nothing of it was done.")
    return redirect("plan", tenant=request.visit.tenant.name)


def _stored(request: InTenant, name: str) -> StoredPlan | None:
    return _named(request, name) if name else latest(request.visit.tenant)


def _named(request: InTenant, name: str) -> StoredPlan:
    try:
        return plan_named(request.visit.tenant, name)
    except PlanUnknown as error:
        raise Http404 from error


def _page(
    request: InTenant, stored: StoredPlan | None, form: Decision, error: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"plan": stored, "form": form, "error": error}
    if stored is not None:
        told = shown(stored)
        outcome, at_work = decided(stored), being_applied(stored)
        is_open = outcome is None and at_work is None
        context |= {
            "told": told,
            "is_open": is_open,
            "decided": outcome,
            "at_work": at_work,
            "stale": (clock.now() - stored.created_at).total_seconds() > 60 * STALE_MINUTES,
            "parts": _parts(told),
            "todo": _todo(told),
            "waiting": sorted(Counter(one["code"] for one in told["waiting"]).items()),
            "may_decide": is_open and request.visit.allows(Permission.PLANS) and _todo(told) > 0,
        }
    context["may_make"] = request.visit.allows(Permission.SYNC)
    return render(request, "portal/plan.html", context, status=status)


def _todo(told: dict[str, Any]) -> int:
    """How many changes applying the plan carries out: what waits for a whole list of numbers is not among them."""
    changes: list[dict[str, Any]] = told["changes"]
    return len(changes) + len([change for change in told["held"] if change["limit"] != "listing"])


def _parts(told: dict[str, Any]) -> list[dict[str, Any]]:
    """What goes ahead, then what each limit holds; each part grouped by range."""
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in told["held"]:
        held[change["limit"]].append(change)
    parts = [{"title": "Goes ahead", "why": "", "changes": told["changes"]}] if told["changes"] else []
    parts += [
        {
            "title": f"Held by {'the mode' if limit == 'mode' else f'limit {limit}'}",
            "why": WHY[Limit(limit)],
            "changes": rows,
        }
        for limit, rows in held.items()
    ]
    most = MOST // max(1, len(parts))
    return [
        {
            **part,
            "count": len(part["changes"]),
            "more": max(0, len(part["changes"]) - most),
            "groups": _groups(part["changes"][:most]),
        }
        for part in parts
    ]


def _groups(changes: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        groups[change["range"] or "No range"].append({**change, "does": VERBS[change["action"]]})
    return list(groups.items())
