"""Numbers: searched and filtered, a page at a time.

The rows that are ticked, or all that the filter matches, go to the route `numbers_bulk` by POST: `number` for each that
is ticked (its text), or `all` = 1; `filter` is the query of the list (`wanted_of` reads it again).
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from numberline.access.permissions import Permission
from numberline.access.visit import Visit
from numberline.assignments.listing import holders_of
from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.inventory.search import Wanted, count, wanted_numbers
from numberline.inventory.tally import NO_RANGE, Kind, tally
from numberline.paging import page
from numberline.portal.columns import columns_of, names_shown
from numberline.portal.filters import Filters
from numberline.portal.providers import called, provider_of
from numberline.portal.request import InTenant

TYPES = {kind.value: kind.value.replace("_", " ") for kind in NumberType}
STATES = {state.value: state.value for state in State}
USUAL = ("state", "holder", "range", "type", "provider", "since")
COLUMNS = {
    **{name: name.capitalize() for name in USUAL},
    "country": "Country",
    "area": "Area code",
    "place": "City",
    "until": "Ends",
    "purpose": "Reserved for",
}
MOST_CHOICES = 300
"""Up to how many ranges are offered in a list to choose from; of more the name is typed."""


def numbers(request: InTenant) -> HttpResponse:
    """The numbers that are wanted, in their order."""
    visit = request.visit
    filters, providers = Filters(request.GET), called(visit)
    wanted = wanted_of(visit, filters, providers)
    found = wanted_numbers(visit.numbers.select_related("range"), visit.tenant.pk, wanted)
    shown = page(found.rows, found.keys, request.GET.get("page", ""))
    holders = holders_of(visit.tenant.pk, [row.pk for row in shown.rows])
    columns = columns_of(request, "numbers", COLUMNS, USUAL)
    context: dict[str, Any] = {
        "columns": columns,
        "shown": names_shown(columns),
        "rows": [
            {
                "number": row,
                "holder": holders.get(row.pk),
                "type": TYPES.get(row.type, row.type),
                "provider": provider_of(row, providers),
            }
            for row in shown.rows
        ],
        "found": shown,
        "count": count(found, visit.tenant.pk, wanted),
        "more": found.more,
        "readings": found.readings,
        "filters": filters,
        "wanted": wanted,
        "choices": _choices(visit, wanted, providers),
        "range_name": request.GET.get("range", ""),
        "may_bulk": visit.allows(Permission.BULK),
    }
    return render(request, "portal/numbers.html", context)


def wanted_of(visit: Visit, asked: Filters | QueryDict, providers: Mapping[str, str] | None = None) -> Wanted:
    """What a list's address asks for, of what this visit may see. `providers`: what they are called."""
    filters = asked if isinstance(asked, Filters) else Filters(asked)
    named = filters.query.get("range", "")
    home = visit.ranges.filter(name=named.replace("\0", "")).first() if named else None
    without = filters.flag("no_range", "without a range")
    filters.choice("range", "range", {} if home is None else {named: home.name})
    digits = "".join(one for one in filters.query.get("end", "") if one in "0123456789")[:15]
    if digits:
        filters.text("end", "ends with")
    return Wanted(
        text=filters.text("q", "search"),
        state=filters.choice("state", "state", STATES),
        range_key=NO_RANGE if without else home.pk if home is not None else None,
        provider=_provider(visit, filters, providers),
        type=filters.choice("type", "type", TYPES),
        country=filters.choice("country", "country", _country),
        area_code=filters.choice("area", "area code", _area_code),
        ending=digits,
        locked=filters.flag("locked", "locked"),
    )


def _provider(visit: Visit, filters: Filters, names: Mapping[str, str] | None) -> tuple[str, ...]:
    """Everything that the provider is stored as whose name, or one of whose ids, an address has."""
    if not filters.query.get("provider"):
        return ()
    names = called(visit) if names is None else names
    value = filters.text("provider", "provider", names)
    if not value:
        return ()
    name = names.get(value, value)
    return tuple(sorted(stored for stored, said in names.items() if said == name)) or (value,)


def _country(code: str) -> str | None:
    return code if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() else None


def _area_code(code: str) -> str | None:
    return code if code.isascii() and code.isdigit() and len(code) <= 12 else None


def _choices(visit: Visit, wanted: Wanted, called: Mapping[str, str]) -> dict[str, Any]:
    """What each filter offers, with how many numbers there would be by the other filters: `counted` as far as the tally
    knows all of those."""
    kinds = [(Kind(*kind), n) for kind, n in tally(visit.tenant.pk, *Kind._fields).items()]  # type: ignore[arg-type]
    offered = {name: _facet(kinds, name, wanted.kind) for name in Kind._fields}
    names = dict(visit.ranges.order_by("name").values_list("pk", "name")[: MOST_CHOICES + 1])
    ranges = [(name, offered["range_key"].get(key, 0)) for key, name in names.items()]
    by_state = offered["state"]
    return {
        "counted": not (wanted.text or wanted.ending or wanted.locked),
        "states": [(state, by_state[state]) for state in STATES if by_state[state] or state == wanted.state],
        "types": [(kind, words, offered["type"][kind]) for kind, words in TYPES.items()],
        "ranges": None if len(ranges) > MOST_CHOICES else ranges,
        "providers": _providers(offered["provider"], called),
        "countries": sorted((name, n) for name, n in offered["country"].items() if name),
        "areas": sorted((name, n) for name, n in offered["area_code"].items() if name)[:MOST_CHOICES],
        "without": offered["range_key"][NO_RANGE],
    }


def _providers(offered: Counter[Any], called: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Each provider once: what it is stored as (its name, if that is), its name, and its numbers."""
    found: dict[str, tuple[str, int]] = {}
    for stored, n in sorted(offered.items()):
        if stored:
            name = called.get(stored, stored)
            first, so_far = found.get(name, (stored, 0))
            found[name] = (stored if stored == name else first, so_far + n)
    by_name = sorted(found.items(), key=lambda one: (one[0].casefold(), one[0]))
    return [(stored, name, n) for name, (stored, n) in by_name]


def _facet(kinds: list[tuple[Kind, int]], name: str, chosen: dict[str, tuple[Any, ...]]) -> Counter[Any]:
    place = Kind._fields.index(name)
    others = [(Kind._fields.index(other), values) for other, values in chosen.items() if other != name]
    found: Counter[Any] = Counter()
    for kind, n in kinds:
        if all(kind[at] in values for at, values in others):
            found[kind[place]] += n
    return found
