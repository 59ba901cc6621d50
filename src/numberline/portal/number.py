"""A number: its state, who holds it, what Teams shows of it, and what became of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from numberline import clock
from numberline.access.permissions import Permission
from numberline.access.visit import Visit
from numberline.assignments.listing import named_people
from numberline.assignments.models import Assignment, Change
from numberline.audit.history import Moment, number_history
from numberline.core.person import NumberType
from numberline.core.until import UntilError, on
from numberline.core.words import TYPE_WORDS
from numberline.inventory.models import Number
from numberline.overrides.holding import is_ours
from numberline.overrides.words import shown_in_teams, why_blocked
from numberline.portal.actions import Offer
from numberline.portal.actions_number import is_locked
from numberline.portal.actions_offered import number_offers
from numberline.portal.person import needs_of
from numberline.portal.providers import called, provider_of
from numberline.portal.request import InTenant
from numberline.portal.tasks import under_way

LAST = 50
"""Entries of the history that are shown."""


def number(request: InTenant, text: str) -> HttpResponse:
    """Everything about one number; with `?at=` also who held it on that date."""
    visit, now = request.visit, clock.now()
    row = get_object_or_404(visit.numbers.select_related("range"), text=text)
    held = (
        Assignment.objects.of(row.tenant_id)
        .filter(number=row, until=None)
        .select_related("number__range")
        .first()
    )
    history = number_history(row.tenant_id, row.text, last=LAST)
    then = _then(row, request.GET.get("at", ""))
    people = {row.reserved_for, row.teams_target, held.person if held else "", then.get("holder", "")}
    names = named_people(row.tenant_id, {*people, *(moment.holder or "" for moment in history)} - {""})
    context = {
        "number": row,
        "type": TYPE_WORDS[NumberType(row.type)],
        "provider": provider_of(row, called(visit)),
        "held": held,
        "ours": held is not None and is_ours(held),
        "names": names,
        "change": _under_way(row),
        "locked": is_locked(row, now),
        "blocked": why_blocked(row) if row.block_code else None,
        "teams": shown_in_teams(row),
        "listed_before": _listed_before(row, held),
        "under_way": under_way(visit, "number", row.text),
        "needs": needs_of(visit.tenant, number=row.text),
        "offers": _offers(visit, row, held),
        "history": history[::-1],
        "more": len(history) == LAST,
        "then": then,
    }
    return render(request, "portal/number.html", context)


def _listed_before(row: Number, held: Assignment | None) -> str:
    """What has happened to the number since Teams listed it, which what it listed can't know; empty for nothing."""
    if row.teams_at is None:
        return ""
    if held is not None:
        return "assignment" if held.since > row.teams_at else ""
    ended = Assignment.objects.of(row.tenant_id).filter(number=row, until__gt=row.teams_at)
    return "release" if ended.exists() else ""


def _under_way(row: Number) -> Change | None:
    return Change.objects.of(row.tenant_id).filter(number=row, open=True).first()


def _offers(visit: Visit, row: Number, held: Assignment | None) -> list[Offer]:
    return number_offers(row, held, clock.now()) if visit.allows(Permission.ACT) else []


def _then(row: Number, asked: str) -> dict[str, Any]:
    """Who held the number on the date that was asked for: empty when none was."""
    if not asked:
        return {}
    try:
        at = on(asked[:40])
    except UntilError as error:
        return {"asked": asked[:40], "error": str(error)}
    past: list[Moment] = number_history(row.tenant_id, row.text, at)
    found = past[-1] if past else None
    return {
        "asked": asked,
        "at": at,
        "known": found is not None,
        "state": found.after if found else None,
        "holder": (found.holder if found else "") or "",
    }
