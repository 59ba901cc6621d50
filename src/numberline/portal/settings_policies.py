"""Profiles: the Teams policies that go with each range, and whose policies are not as their range wants them."""

from django.http import HttpResponse
from django.shortcuts import render

from numberline.access.permissions import Permission
from numberline.directory.models import Person
from numberline.policies.models import Comparison, PersonPolicy, PolicyDrift
from numberline.policies.profiles import profiles_of
from numberline.portal.request import InTenant

MOST = 100
"""People whose policies differ that are named; the others are counted."""


def settings_policies(request: InTenant) -> HttpResponse:
    """The profiles of the ranges, what is still to be set, and what differs from them in Teams."""
    visit, tenant = request.visit, request.visit.tenant
    drift = PolicyDrift.objects.of(tenant.pk).filter(holding__until=None)
    rows = list(drift.order_by("person").values_list("person", "differences")[:MOST])
    named = Person.objects.of(tenant.pk).filter(object_id__in=[person for person, _ in rows])
    names = {row.object_id: row.name or str(row) for row in named}
    context = {
        "profiles": sorted(profiles_of(tenant).values(), key=lambda one: one.range.casefold()),
        "without": visit.ranges.filter(policies={}).count(),
        "compared": Comparison.objects.of(tenant.pk).values_list("at", flat=True).first(),
        "under_way": PersonPolicy.objects.of(tenant.pk).filter(open=True).count(),
        "drift": [(person, names.get(person, person), words) for person, words in rows],
        "more": max(0, drift.count() - MOST) if len(rows) == MOST else 0,
        "may_change": visit.allows(Permission.TENANT),
    }
    return render(request, "portal/settings_policies.html", context)
