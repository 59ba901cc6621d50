"""The whole tenant's rules at a glance: overlaps, ranges that nobody comes to, people whom no range would serve."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from numberline.core.person import NumberType
from numberline.core.words import TYPE_WORDS
from numberline.jobs.models import Kind, State, Task
from numberline.planning.rules_check import check_rules
from numberline.portal.looked import latest, looking
from numberline.portal.request import InTenant
from numberline.tenants.models import Tenant

SECONDS = 0.7


def rules_check(request: InTenant) -> HttpResponse:
    """The check, of everybody where that is quick; else of the first people, until somebody asks for all: posted, the
    background loop looks at everybody."""
    if request.method == "POST":
        return looking(request, Kind.RULES_CHECK, "rules_check")
    tenant = request.visit.tenant
    task = latest(tenant, Kind.RULES_CHECK)
    if "X-Poll" in request.headers:
        if task is None or task.ended:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "portal/parts/rules_asked.html", {"task": task})
    found = _done(tenant) or check_rules(tenant, SECONDS)
    for each in found["overlaps"]:
        each["type_words"] = TYPE_WORDS[NumberType(each["type"])]
    context = {
        "check": found,
        "at": datetime.fromisoformat(found["at"]),
        "sound": not any(found[key] for key in ("overlaps", "nobody", "shadowed"))
        and not found["without"]["count"],
        "any": request.visit.ranges.exists(),
        "task": task if task is not None and task.state != State.DONE else None,
    }
    return render(request, "portal/rules_check.html", context)


def _done(tenant: Tenant) -> dict[str, Any] | None:
    """The last check of everybody, if the configuration is still the one that it looked at."""
    rows = Task.objects.of(tenant.pk).filter(kind=Kind.RULES_CHECK, state=State.DONE)
    last = rows.order_by("-asked_at", "-pk").first()
    if last is None or last.outcome["version"] != tenant.config_version:
        return None
    return last.outcome
