"""The whole tenant's rules at a glance: overlaps, ranges that nobody comes to, people whom no range would serve."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render

from numberline.core.person import NumberType
from numberline.core.words import TYPE_WORDS
from numberline.planning.rules_check import check_rules
from numberline.portal.request import InTenant
from numberline.tenants.models import Tenant

SECONDS = 0.7
EVERYBODY_SECONDS = 25
"""How long a check of everybody may take: proxies give up after half a minute."""
KEPT = 3600


def rules_check(request: InTenant) -> HttpResponse:
    """The check, of everybody where that is quick; else of the first people, until somebody asks for all."""
    found = _check(request.visit.tenant, everybody="everybody" in request.GET)
    for each in found["overlaps"]:
        each["type_words"] = TYPE_WORDS[NumberType(each["type"])]
    context = {
        "check": found,
        "at": datetime.fromisoformat(found["at"]),
        "sound": not any(found[key] for key in ("overlaps", "nobody", "shadowed"))
        and not found["without"]["count"],
        "any": request.visit.ranges.exists(),
    }
    return render(request, "portal/rules_check.html", context)


def _check(tenant: Tenant, *, everybody: bool) -> dict[str, Any]:
    """What is known of this version of the configuration; a check that could not look at everybody is not kept."""
    key = f"rules-check-{tenant.pk}-{tenant.config_version}"
    found: dict[str, Any] | None = None if everybody else cache.get(key)
    if found is None:
        found = check_rules(tenant, EVERYBODY_SECONDS if everybody else SECONDS)
        if everybody and found["whole"]:
            cache.set(key, found, KEPT)
    return found
