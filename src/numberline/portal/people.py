"""People: searched and filtered, a page at a time, with the number that each has and what automation decided."""

import re
from dataclasses import replace
from typing import Any

import msgspec
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from numberline.access.visit import Visit
from numberline.assignments.search import MOST, held_by, holders_like, with_number
from numberline.core.attributes import Attribute, flatten
from numberline.core.decision import Action, Code
from numberline.core.held import held as held_by_limit
from numberline.core.limits import Limit
from numberline.directory.models import Person
from numberline.directory.search import (
    COUNTED,
    KEYS,
    Found,
    Wanted,
    read,
    searched,
    unknown_attributes,
    wanted_people,
)
from numberline.directory.terms import SEARCHED
from numberline.inventory.search import Count
from numberline.paging import SIZE, Page, page
from numberline.portal.columns import columns_of, names_shown
from numberline.portal.filters import Filters
from numberline.portal.request import InTenant

CODES = {code.value: code.value.replace("_", " ") for code in Code}
ACTIONS = {
    Action.WAIT.value: "waiting",
    Action.ASSIGN.value: "to be given a number",
    Action.RELEASE.value: "to be released",
    Action.KEEP.value: "kept as they are",
    Action.SKIP.value: "left alone",
}
LIMITS = {
    Limit.ASSIGN.value: "by the limit assign",
    Limit.RELEASE.value: "by the limit release",
    Limit.LISTING.value: "by the limit listing",
}
DELETED = {"soft": "deleted, can be restored", "permanent": "deleted for good"}
HAS = {"yes": "with a number", "no": "without a number"}
ATTRIBUTES = {attribute.plain: attribute for attribute in SEARCHED}
USUAL = ("upn", "number", "decision", "since")
COLUMNS = {
    "upn": "UPN",
    "number": "Number",
    "decision": "Decision",
    "since": "Since",
    **{name: name for name in ATTRIBUTES},
}
FEWEST_DIGITS = 3
LONGEST = 200
_NUMBER = re.compile(r"\+?[0-9(][0-9\s().\u2010-\u2015/-]*(?:ext\.?\s*[0-9]+)?", re.IGNORECASE)


def people(request: InTenant) -> HttpResponse:
    """The people who are wanted, in the order of their names."""
    visit, filters = request.visit, Filters(request.GET)
    wanted = people_of(visit, filters)
    shown = page(wanted.rows, wanted.keys, request.GET.get("page", ""))
    held = held_by(visit.tenant.pk, [row.object_id for row in shown.rows])
    columns = columns_of(request, "people", COLUMNS, USUAL)
    extra = [ATTRIBUTES[name] for name in COLUMNS if name in ATTRIBUTES and name in names_shown(columns)]
    context: dict[str, Any] = {
        "rows": [_row(row, held.get(row.object_id), extra, visit.tenant.mode) for row in shown.rows],
        "columns": columns,
        "shown": names_shown(columns),
        "found": shown,
        "count": _count(wanted, filters, shown),
        "by_name": wanted.keys == KEYS,
        "more": wanted.more,
        "filters": filters,
        "unknown": unknown_attributes(filters.query.get("q", "")[:LONGEST]),
        "asked": request.GET,
        "choices": {
            "codes": CODES,
            "actions": ACTIONS,
            "deleted": DELETED,
            "limits": LIMITS,
            "has": HAS,
            "attributes": [each.plain for each in SEARCHED],
        },
        "attributes": [value for value in filters.many("attribute") if _pair(value) is not None],
    }
    return render(request, "portal/people.html", context)


def people_of(visit: Visit, filters: Filters) -> Found:
    """Those whom a list's address asks for, of those whom this visit may see; in no order yet."""
    text = filters.text("q", "search")
    words, attributes = read(text)
    wanted = Wanted(
        attributes=(*attributes, *_attributes(filters)),
        words=words,
        action=filters.choice("decision", "decision", ACTIONS),
        code=filters.choice("why", "reason", CODES),
        deleted=filters.choice("deleted", "kind of deletion", DELETED),
        limited_by=filters.choice("held", "limit", LIMITS),
        locked=filters.flag("locked", "locked"),
        excluded=filters.flag("excluded", "excluded"),
    )
    has = filters.choice("number", "kind", HAS)
    tenant_id = visit.tenant.pk
    found = wanted_people(visit.people, tenant_id, replace(wanted, further=bool(has)))
    if _NUMBER.fullmatch(text) and sum(one.isdigit() for one in text) >= FEWEST_DIGITS:
        holders, more = holders_like(visit.numbers, tenant_id, text)
        named = list(found.rows.order_by().values_list("pk", flat=True)[: MOST + 1])
        rows = wanted_people(visit.people, tenant_id, replace(wanted, words=())).rows
        shown = rows.filter(Q(object_id__in=holders) | Q(pk__in=named[:MOST]))
        found = Found(shown, more=more or len(named) > MOST)
    elif text and not words and not attributes:
        found = Found(found.rows.none())
    if has == "no" and found.keys != KEYS:  # who came last has none yet
        found = replace(found, keys=("-pk",))
    return replace(found, rows=with_number(found.rows, tenant_id, has == "yes")) if has else found


def _attributes(filters: Filters) -> list[tuple[str, str]]:
    """The chips `attribute=City=Leeds`."""
    found = []
    for text in filters.many("attribute"):
        pair = _pair(text)
        if pair is None:
            filters.ignored.append(f"“{text[:60]}” is no attribute and its value: it is left out.")
        else:
            filters.chip("attribute", text, text)
            found.append(pair)
    return found


def _pair(text: str) -> tuple[str, str] | None:
    name, equals, value = text.partition("=")
    attribute = searched(name)
    return (attribute.graph, value.strip()) if attribute is not None and equals and value.strip() else None


def _row(person: Person, held: Any, extra: list[Attribute], mode: str) -> dict[str, Any]:
    known = flatten(msgspec.json.decode(person.attributes)) if extra else {}
    waits = person.action == Action.WAIT
    since = held.since if held is not None else None
    if since is None:
        since = (person.phone_system_since or person.first_seen) if waits else person.lost_at
    return {
        "person": person,
        "number": held.number if held is not None else "",
        "why": CODES.get(person.code, person.code),
        "since": since,
        "waits": waits,
        "held": held_by_limit(person.action, mode, person.limited_by, person.limited_since),
        "attributes": [known.get(attribute.graph) or "" for attribute in extra],
    }


def _count(found: Found, filters: Filters, shown: Page[Person]) -> Count:
    if not (shown.before or shown.after):
        return Count(len(shown.rows))
    if (
        found.many
    ):  # what was typed alone meets more than are counted; with other filters counting takes too long
        return Count(COUNTED if len(filters.chips) == 1 else SIZE, True)
    seen = len(found.rows.order_by().values_list("pk")[: COUNTED + 1])
    return Count(min(seen, COUNTED), seen > COUNTED)
