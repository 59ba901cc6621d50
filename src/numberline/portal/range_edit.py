"""Making, changing and removing a range: what it means is shown before it is written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from numberline import clock
from numberline.core.duration import LONGEST
from numberline.core.person import NumberType
from numberline.core.ranges import Draw
from numberline.core.words import TYPE_WORDS
from numberline.inventory.config_changes import ConfigChanges
from numberline.inventory.config_moved import ConfigMoved, Seen, moved_since
from numberline.inventory.config_problems import ConfigBusy, ConfigError, ConfigRefused
from numberline.inventory.find import RangeUnknown
from numberline.inventory.known import in_inventory
from numberline.inventory.models import Range
from numberline.inventory.one_range import (
    RangeExists,
    change_range,
    changing,
    make_range,
    making,
    remove_range,
    removing,
)
from numberline.inventory.range_preview import RangePreview, preview
from numberline.inventory.range_settings import SettingsError
from numberline.inventory.spans import Numbers
from numberline.planning.would_serve import would_serve
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.range_form import RangeForm, mark_of, shown
from numberline.portal.request import InTenant
from numberline.portal.rule_editor import checked

WRONG = (ConfigError, RangeExists)
REFUSALS = (ConfigMoved, ConfigRefused, ConfigBusy, RangeUnknown)

TYPES = [(one.value, TYPE_WORDS[one]) for one in NumberType]
DRAWS = [(Draw.LOWEST.value, "the lowest number"), (Draw.LONGEST_IDLE.value, "what was free for longest")]
LISTS = [
    ("numbers", "Numbers", "A number or a block a line: +442079460000-+442079460099. Direct Routing numbers are declared here."),
    ("reserve", "Reserved", "Of these numbers, those that automation never draws."),
    ("block", "Blocked", "Of these numbers, those that nobody gets."),
]  # fmt: skip


def range_new(request: InTenant) -> HttpResponse:
    """The form of a range that is to be made."""
    return _edit(request, None)


def range_edit(request: InTenant, name: str) -> HttpResponse:
    """The form of a range that is there."""
    return _edit(request, get_object_or_404(request.visit.ranges, name=name))


def range_remove(request: InTenant, name: str) -> HttpResponse:
    """What removing a range means, and doing it."""
    row = get_object_or_404(request.visit.ranges, name=name)
    tenant, context, status = (
        request.visit.tenant,
        {"range": row, "seen": Seen.now(request.visit.tenant)},
        200,
    )
    if request.method == "POST":
        try:
            cause = cause_of(request)
            seen = Seen.parse(request.POST.get("seen", ""))
            remove_range(tenant, row.name, seen=seen, cause=cause, at=clock.now())
        except NoReason as error:
            context, status = {**context, "refusal": str(error)}, 422
        except REFUSALS as error:
            context, status = {**context, "refusal": first_line(error)}, 409
        else:
            messages.success(request, f"Range {row.name} is removed.")
            return redirect("ranges", tenant=tenant.name)
    told = preview(tenant, row.name, removing(row.name), clock.now())
    return render(request, "portal/range_remove.html", {**context, "told": told}, status=status)


def _edit(request: InTenant, row: Range | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, row, RangeForm.blank() if row is None else RangeForm.of(row))
    form = RangeForm.posted(request.POST)
    if request.POST.get("do") == "check":
        checking = checked(request, str(form.fields["rule"]), row)
        return _page(request, row, form, checking, status=422 if "rule_error" in checking else 200)
    try:
        name = row.name if row is not None else form.name()
        settings = form.settings(in_inventory(request.visit.tenant.pk))
    except SettingsError as error:
        form.problems = {key: list(some) for key, some in error.problems.items()}
        return _page(request, row, form, {"refusal": "Some of it can't be used: see below."}, status=422)
    if request.POST.get("do") == "save" and request.POST.get("mark") == mark_of(name, settings):
        return _saved(request, row, form, name, settings)
    return _previewed(request, row, form, name, settings)


def _saved(
    request: InTenant, row: Range | None, form: RangeForm, name: str, settings: dict[str, Any]
) -> HttpResponse:
    tenant, write = request.visit.tenant, make_range if row is None else change_range
    try:
        cause = cause_of(request)
        seen = Seen.parse(request.POST.get("seen", ""))
        changes = write(tenant, name, settings, seen=seen, cause=cause, at=clock.now())
    except NoReason as error:
        return _previewed(request, row, form, name, settings, {"refusal": str(error)}, status=422)
    except (*WRONG, *REFUSALS) as error:
        told = {"refusal": first_line(error), "moved": getattr(error, "changes", ())}
        return _previewed(request, row, form, name, settings, told, status=409)
    messages.success(request, _sentence(name, changes))
    return redirect("range", tenant=tenant.name, name=name)


def _previewed(
    request: InTenant,
    row: Range | None,
    form: RangeForm,
    name: str,
    settings: dict[str, Any],
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form with what saving it would mean."""
    tenant, context = request.visit.tenant, dict(context or {})
    context.setdefault("moved", moved_since(tenant, Seen.parse(request.POST.get("seen", ""))))
    wanted = making(name, settings) if row is None else changing(name, settings)
    try:
        told = preview(tenant, name, wanted, clock.now())
    except (*WRONG, *REFUSALS) as error:
        return _page(request, row, form, {**context, "refusal": first_line(error)}, status=409)
    context |= {"told": told, "mark": mark_of(name, settings), "differences": _differences(told)}
    if told.refused:
        status = 409
    if told.changes and not told.refused and told.row is not None and told.row.rule and told.row.enabled:
        context["would"] = would_serve(tenant, told.row, told.supply, clock.now())
    if "rule" in told.differences and settings["rule"]:
        context |= checked(request, settings["rule"], row)
    return _page(request, row, form, context, status)


def _page(
    request: InTenant,
    row: Range | None,
    form: RangeForm,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    given = context or {}
    given = {
        **given,
        "range": row,
        "form": form,
        "fields": form.fields,
        "types": TYPES,
        "draws": DRAWS,
        "lists": [(key, title, words, form.fields.get(key, "")) for key, title, words in LISTS],
        "longest": f"{LONGEST.days}d",
        "seen": Seen.now(request.visit.tenant),
    }
    return render(request, "portal/range_edit.html", given, status=status)


def _differences(told: RangePreview) -> list[tuple[str, str, str]]:
    """Each setting before and after; of blocks only those that come or go."""
    found = []
    for key, (before, after) in told.differences.items():
        if key in ("numbers", "reserve", "block"):
            old, new = Numbers.stored(before), Numbers.stored(after)
            before, after = old.without(new).texts(), new.without(old).texts()
            gone = f"no longer: {shown(key, before)}" if before else ""
            found.append((key, gone, f"new: {shown(key, after)}" if after else ""))
        else:
            found.append((key, shown(key, before), shown(key, after)))
    return found


def _sentence(name: str, changes: ConfigChanges) -> str:
    """What was done, for the toast."""
    if not changes.changed:
        return f"Range {name} was so already: nothing was written."
    return f"Range {name} is saved."


def first_line(error: Exception) -> str:
    """The sentence of a refusal; what it lists is shown beside."""
    text = str(error).splitlines()[0]
    return text[:1].upper() + text[1:]
