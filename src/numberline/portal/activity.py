"""The audit trail: who did what to whom and why, searched by person, number, actor, verb and time; and to take away."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render

from numberline.audit import search
from numberline.audit.changes import differences
from numberline.audit.export import as_exported
from numberline.audit.models import Entry
from numberline.audit.search import Wanted
from numberline.core.phone import meant
from numberline.directory.find import PersonUnknown, person_named
from numberline.paging import page
from numberline.portal.downloads import csv_file, json_lines
from numberline.portal.request import InTenant
from numberline.portal.trail import told, with_names

COLUMNS = (
    *("seq", "at", "actor", "verb", "person", "number", "before", "after", "code", "reason", "ticket", "run"),
)


@dataclass(slots=True)
class Asked:
    """What a reader looks for, as it was typed (`text`), as it is understood, and what was not understood.

    With `nothing` there can't be any such entry.
    """

    text: dict[str, str]
    wanted: Wanted = field(default_factory=Wanted)
    problems: list[str] = field(default_factory=list)
    nothing: bool = False


def activity(request: InTenant) -> HttpResponse:
    """The trail, the latest entries first."""
    tenant = request.visit.tenant
    asked = _asked(tenant.pk, request.GET)
    rows = search.entries(tenant.pk, asked.wanted)
    shown = page(rows.none() if asked.nothing else rows, asked.wanted.keys, request.GET.get("page", ""))
    context = {
        "asked": asked,
        "found": shown,
        "entries": told(tenant.pk, shown.rows),
        "verbs": _with(search.verbs(tenant.pk), asked.wanted.verb),
        "actors": _with(search.actors(tenant.pk), asked.wanted.actor),
        "chosen": _chosen(request),
    }
    return render(request, "portal/activity.html", context)


def entry(request: InTenant, seq: int) -> HttpResponse:
    """One entry: what it changed, fact by fact."""
    tenant = request.visit.tenant
    found = get_object_or_404(Entry.objects.of(tenant.pk), seq=seq)
    (one,) = told(tenant.pk, [found])
    around = set(Entry.objects.of(tenant.pk).filter(seq__in=(seq - 1, seq + 1)).values_list("seq", flat=True))
    context = {
        "one": one,
        "entry": found,
        "differences": with_names(tenant.pk, differences(found)),
        "before": seq - 1 if seq - 1 in around else None,
        "after": seq + 1 if seq + 1 in around else None,
    }
    return render(request, "portal/entry.html", context)


def export(request: InTenant, form: str) -> HttpResponseBase:
    """The entries that are looked for, in the order of the trail, as `audit export` prints them or as CSV."""
    tenant = request.visit.tenant
    asked = _asked(tenant.pk, request.GET)
    rows = search.entries(tenant.pk, asked.wanted)
    items = ({"tenant": tenant.name, **item} for item in as_exported(rows.none() if asked.nothing else rows))
    if form == "jsonl":
        return json_lines("audit.jsonl", items)
    if form == "csv":
        return csv_file("audit.csv", COLUMNS, _cells(items))
    raise Http404


def _cells(items: Iterator[dict[str, Any]]) -> Iterator[list[Any]]:
    for item in items:
        cells = (item[name] for name in COLUMNS)
        yield [json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell for cell in cells]


def _chosen(request: HttpRequest) -> str:
    """The filters of an address, without the place in the list."""
    chosen = request.GET.copy()
    chosen.pop("page", None)
    return chosen.urlencode()


def _with(values: list[str], one: str) -> list[str]:
    return values if not one or one in values else [*values, one]


def _asked(tenant_id: int, given: QueryDict) -> Asked:
    names = ("person", "number", "actor", "verb", "since", "until")
    asked = Asked({name: given.get(name, "").strip().replace("\0", "") for name in names})
    text = asked.text
    asked.wanted = Wanted(actor=text["actor"], verb=text["verb"])
    if text["person"]:
        asked.wanted = replace(asked.wanted, person=_person(tenant_id, text["person"]))
    if text["number"]:
        number = meant(text["number"])
        asked.nothing = number is None
        if number is None:
            asked.problems.append(f"“{text['number']}” is no number: write it as +44 20 7946 0012.")
        else:
            asked.wanted = replace(asked.wanted, number=str(number))
    since, until = _moment(asked, "since"), _moment(asked, "until")
    asked.wanted = replace(asked.wanted, since=since, until=until)
    return asked


def _person(tenant_id: int, text: str) -> str:
    """The object id of who is meant; the trail may know somebody whom the directory has forgotten."""
    try:
        return person_named(tenant_id, text).object_id
    except PersonUnknown:
        return text.lower()


def _moment(asked: Asked, name: str) -> datetime | None:
    """A day or a moment in UTC; the end of a time is after the whole day."""
    text = asked.text[name]
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass  # not a day: perhaps a moment
    else:
        return datetime.combine(day, time(), UTC) + timedelta(days=1 if name == "until" else 0)
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        asked.problems.append(
            f"“{text}” is no time, so it was left out: write it as 2026-03-31 or 2026-03-31T09:00."
        )
        return None
