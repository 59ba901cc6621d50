"""A person: what they are entitled to, which number they have or why they have none, and what became of them."""

from typing import Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from numberline import clock
from numberline.access.permissions import Permission
from numberline.access.roles import ROLES
from numberline.access.visit import Visit
from numberline.accounts.actor import in_portal
from numberline.assignments.models import Assignment
from numberline.audit.history import person_history
from numberline.audit.record import Cause
from numberline.core.attributes import ATTRIBUTES
from numberline.core.person import Entitlement
from numberline.core.plans_table import SERVICE_PLANS
from numberline.core.words import LICENCE_WORDS
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.directory.spoken import attributes_spoken, spoken
from numberline.jobs.models import Kind
from numberline.overrides.holding import is_ours, why_not_adopted, why_not_ours
from numberline.policies.listing import policies_of
from numberline.portal.actions import Offer
from numberline.portal.actions_asked import asked
from numberline.portal.actions_offered import person_offers
from numberline.portal.actions_person import is_locked
from numberline.portal.decision import panel
from numberline.portal.remedies import what_to_do
from numberline.portal.request import InTenant
from numberline.portal.tasks import under_way
from numberline.tenants.licences import names_of_ids
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from numberline.worklist.titles import TITLES

LAST = 50
"""Entries of the history that are shown."""
LICENCES = ("assignedLicenses", "assignedPlans")
PLAIN = {attribute.graph: attribute.plain for attribute in reversed(ATTRIBUTES)}
PLANS = {plan.id: plan.name for plan in SERVICE_PLANS}


def person(request: InTenant, object_id: str) -> HttpResponse:
    """Everything about one person."""
    visit, now = request.visit, clock.now()
    who = get_object_or_404(visit.people, object_id=object_id)
    lines = _lines(who)
    held = next((row for row in lines if row.category == "primary"), None)
    history = person_history(who.tenant_id, who.object_id, last=LAST)
    context = {
        "person": who,
        "held": held,
        "others": [row for row in lines if row is not held],
        "entitled": LICENCE_WORDS[Entitlement(who.entitlement)],
        "locked": is_locked(who, now),
        "excluded": who.excluded and not ended(who.excluded_until, now),
        "panel": panel(visit.tenant, who, now),
        "policies": policies_of(who.tenant_id, who.object_id) if held else [],
        "under_way": under_way(visit, "person", who.object_id),
        "needs": needs_of(visit.tenant, person=who.object_id),
        "offers": _offers(visit, who, held),
        "ours": held is None or is_ours(held),
        "may_adopt": visit.allows(Permission.ACT) and held is not None and _to_adopt(held, who),
        "may_approve": visit.allows(Permission.PLANS),
        "approvers": approvers(),
        "may_sync": visit.allows(Permission.SYNC),
        "history": history[::-1],
        "more": len(history) == LAST,
        **_directory(visit.tenant, who),
    }
    return render(request, "portal/person.html", context)


def approvers() -> str:
    """Who approves plans, by their roles."""
    able = [role.title.lower() for role in ROLES if Permission.PLANS in role.permissions]
    return f"{', '.join(able[:-1])} or {able[-1]}"


def needs_of(tenant: Tenant, **about: str) -> list[dict[str, Any]]:
    """What of the worklist is about a person or a number, with its remedy."""
    rows = Item.objects.of(tenant.pk).filter(closed_at=None, **about).order_by("since", "pk")
    return [{"item": row, "title": TITLES[row.code], "remedy": what_to_do(row.code)} for row in rows[:20]]


def _lines(who: Person) -> list[Assignment]:
    """The numbers that Teams shows on them: their own, and lines of another kind."""
    rows = Assignment.objects.of(who.tenant_id).filter(person=who.object_id, until=None)
    return list(rows.select_related("number__range").order_by("since", "pk"))


def person_sync(request: InTenant, object_id: str) -> HttpResponse:
    """Ask that this person is read and decided about now; opened by its address it leads to their page."""
    who = get_object_or_404(request.visit.people, object_id=object_id)
    if request.method != "POST":
        return redirect("person", request.visit.tenant.name, object_id)
    cause = Cause(in_portal(request.user))
    return asked(request.visit, Kind.SYNC_PERSON, {"person": who.object_id}, cause, ("person", who.object_id))


def _to_adopt(held: Assignment, who: Person) -> bool:
    return why_not_ours(held, who) is None and why_not_adopted(held, who) is not None


def _offers(visit: Visit, who: Person, held: Assignment | None) -> list[Offer]:
    return person_offers(who, held, clock.now()) if visit.allows(Permission.ACT) else []


def _directory(tenant: Tenant, who: Person) -> dict[str, Any]:
    """The attributes that rules read, the licences and the telephony plans, in words."""
    known: dict[str, Any] = msgspec.json.decode(who.attributes)
    names = {**PLANS, **names_of_ids(tenant)}
    attributes = {key: value for key, value in known.items() if key not in (*LICENCES, "id")}
    plans = [plan for plan in known.get("assignedPlans") or () if plan.get("servicePlanId") in PLANS]
    return {
        "attributes": [
            (PLAIN.get(name, name), value) for name, value in attributes_spoken(attributes, names)
        ],
        "licences": [spoken(licence, names) for licence in known.get("assignedLicenses") or ()],
        "plans": [spoken(plan, names) for plan in plans],
    }
