"""What Teams says of each number, written to its row. Who holds it is concluded elsewhere (assignments.found)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import CharField

from numberline import bulk
from numberline.columns import among
from numberline.core.person import NumberType
from numberline.core.phone import NumberError, PhoneNumber, parse
from numberline.graph.types import GraphNumber
from numberline.inventory.membership import Homes
from numberline.inventory.models import Listing, Number
from numberline.inventory.placement import resting_fields
from numberline.tenants.models import Tenant


class _Row(NamedTuple):
    """What of a number is compared with what Teams says: its key, text and range, then TEAMS_FIELDS in order."""

    pk: int
    text: str
    range_id: int | None
    type: str
    teams_at: datetime | None
    teams_free: bool
    teams_status: str
    teams_target: str
    teams_category: str
    teams_activation: str
    teams_operator: str
    teams_type: str
    on_premises: bool
    city: str
    location_id: str
    country: str
    provider: str


TEAMS_FIELDS = _Row._fields[3:]
TEXT_FIELDS = tuple(
    (column.attname, column.max_length or 0)
    for column in Number._meta.concrete_fields
    if column.attname in TEAMS_FIELDS and isinstance(column, CharField)
)

SHORT = "Teams listed"
"""How the detail of a listing begins that came to its end and was short; others failed midway."""


@dataclass(slots=True)
class ListingResult:
    """What a listing showed: how many, whether it may be concluded from, and the numbers that it named."""

    count: int = 0
    trusted: bool = True
    detail: str = ""
    seen: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)


def take_page(tenant: Tenant, page: Sequence[GraphNumber], homes: Homes, at: datetime) -> ListingResult:
    """Write what Teams says of some numbers: one transaction; rows that say the same already are not touched."""
    result = ListingResult()
    with transaction.atomic():
        rows = _known(tenant.pk, [said.telephone_number for said in page])
        strangers: dict[str, PhoneNumber] = {}
        heard: dict[str, GraphNumber] = {}
        for said in page:
            text = said.telephone_number
            if text not in rows:  # what we have was parsed before, and parsing takes its time
                try:
                    phone = parse(text)
                except NumberError:
                    result.unreadable.append(text)
                    continue
                text = str(phone)
                strangers[text] = phone
            heard[text] = said
        rows |= _known(tenant.pk, strangers)
        new = [
            _new(phone, heard[text], homes, at)
            for text, phone in strangers.items()
            if text not in rows and heard[text].type is not None
        ]
        if new:
            bulk.insert(Number, tenant.pk, list(new[0]), (list(number.values()) for number in new))
        changed = (_changed(rows[text], said, at) for text, said in heard.items() if text in rows)
        bulk.update(Number, tenant.pk, TEAMS_FIELDS, filter(None, changed))
    result.seen.update(heard)
    result.count = len(heard)
    return result


def _known(tenant_id: int, texts: Iterable[str]) -> "dict[str, _Row]":
    """The rows of these numbers, as far as there are any."""
    wanted = list(texts)
    if not wanted:
        return {}
    rows = Number.objects.of(tenant_id).filter(among("text", wanted)).values_list(*_Row._fields)
    return {row.text: row for row in map(_Row._make, rows)}


def finish_listing(tenant: Tenant, result: ListingResult, at: datetime, *, asked: bool = False) -> None:
    """After a whole listing: decide whether it is trusted, and note what Teams no longer lists.

    A listing that is empty, or shorter than the last trusted one by more than the limits for releases allow, is
    not trusted, and nothing is concluded from it (spec section 1, M18); unless an administrator `asked` for a
    full one after the last listing had shown as few.
    """
    last = last_listing(tenant.pk)
    if result.trusted and last is not None and _short(tenant, last, result):
        latest = Listing.objects.of(tenant.pk).latest("at", "pk")
        shown_before = not latest.trusted and latest.detail.startswith(SHORT)
        result.trusted = asked and shown_before and not _short(tenant, latest, result)
        if not result.trusted:
            result.detail = f"{SHORT} {result.count} numbers after {last.count} on {last.at:%Y-%m-%d %H:%M}"
    with transaction.atomic():
        Listing.objects.of(tenant.pk).create(
            at=at, count=result.count, trusted=result.trusted, detail=result.detail
        )
        if result.trusted:
            _no_longer_listed(tenant.pk, result.seen, at)


def _short(tenant: Tenant, before: Listing, now: ListingResult) -> bool:
    limits = tenant.limits
    allowed = min(max(limits["release"], before.count * limits["percent"] // 100), limits["most"])
    return before.count - now.count > allowed or before.count > now.count == 0


def last_listing(tenant_id: int) -> Listing | None:
    """The last whole listing that was trusted, if there was one."""
    return Listing.objects.of(tenant_id).filter(trusted=True).order_by("-at", "-pk").first()


def shown_at(tenant_id: int, before: datetime) -> datetime | None:
    """When the last trusted list before this moment was read: what Teams showed then, it showed at that time."""
    rows = Listing.objects.of(tenant_id).filter(trusted=True, at__lt=before)
    return rows.order_by("-at").values_list("at", flat=True).first()


def forget(tenant_id: int, texts: Iterable[str]) -> None:
    """Note that Teams, asked for these Direct Routing numbers one by one, knows none of them (any more). Others are in
    its inventory for good, so only a whole list tells that one is gone."""
    rows = Number.objects.of(tenant_id).filter(text__in=list(texts), type=NumberType.DIRECT_ROUTING)
    rows.update(**UNLISTED, teams_free=True)


UNLISTED: dict[str, Any] = {
    "teams_at": None,
    "teams_status": "",
    "teams_target": "",
    "teams_category": "",
    "teams_activation": "",
    "on_premises": False,
}
"""What a number says of Teams while Teams does not list it."""


def _no_longer_listed(tenant_id: int, seen: set[str], at: datetime) -> None:
    listed = Number.objects.of(tenant_id).exclude(teams_at=None).values_list("pk", "text", "type")
    # A Direct Routing number is known to Teams only while it is assigned or uploaded.
    gone = [
        (*UNLISTED.values(), type_ == NumberType.DIRECT_ROUTING, key)
        for key, text, type_ in listed.iterator(2000)
        if text not in seen
    ]
    bulk.update(Number, tenant_id, [*UNLISTED, "teams_free"], gone)


def is_free(said: GraphNumber, type_: str) -> bool:
    """Whether Teams would give this number to a person: unassigned, activated, for users, not porting, of our type.

    Source: Microsoft, resources/teamsadministration-numberassignment (capabilities, portInStatus).
    """
    return (
        said.assignment_status in ("unassigned", None)
        and not said.holder
        and said.activation_state in ("activated", None)
        and (said.can("userAssignment") or said.type == NumberType.DIRECT_ROUTING)
        and not said.can("teamsPhoneMobile")
        and said.port_in_status in ("completed", None)
        and not said.is_on_premises
        and said.type == type_
    )


def _changed(row: _Row, said: GraphNumber, at: datetime) -> tuple[Any, ...] | None:
    """What the row is to say (TEAMS_FIELDS, then its key); None when it says so already."""
    # A number that no range claims follows Teams; in a range it waits until the range agrees.
    type_ = said.type if row.range_id is None and said.type else row.type
    facts = _facts(said, type_)
    if type_ == NumberType.DIRECT_ROUTING:
        facts["provider"], facts["country"] = row.provider, row.country
    # Teams may name no country (Microsoft: isoCountryCode is nullable): then what the number itself tells stays.
    facts["country"] = facts["country"] or row.country
    if row.teams_at is not None and all(getattr(row, name) == value for name, value in facts.items()):
        return None
    facts["teams_at"] = at
    return (*(facts[name] for name in TEAMS_FIELDS), row.pk)


def _new(phone: PhoneNumber, said: GraphNumber, homes: Homes, at: datetime) -> dict[str, Any]:
    """The fields of a number that no range declares, the same ones in the same order for each."""
    type_ = said.type or ""
    facts = _facts(said, type_)
    country = facts.pop("country") or phone.country or ""
    value, extension, area_code = phone.value, phone.extension or "", phone.area_code or ""
    home = homes.home(type_, value, extension, country, area_code, facts["teams_operator"], facts["city"])
    state = homes.resting(home, value, extension)
    return {
        "text": str(phone),
        "value": value,
        "extension": extension,
        "range_id": home,
        "country": country,
        "area_code": area_code,
        "subscriber": phone.subscriber,
        "reversed": f"{value}{extension}"[::-1],
        "state": state.value,
        "since": at,
        "free_since": at,
        "teams_at": at,
        **resting_fields(state),
        **facts,
    }


def _provider(said: GraphNumber) -> str:
    """Graph names operators by ids alone. Of Calling Plan numbers there is one; of Direct Routing numbers it is Direct
    Routing itself, not the carrier."""
    if said.type == NumberType.CALLING_PLAN:
        return "Microsoft"
    return "" if said.type == NumberType.DIRECT_ROUTING else said.operator_id or ""


def _facts(said: GraphNumber, type_: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "type": type_,
        "teams_free": is_free(said, type_),
        "teams_status": said.assignment_status or "",
        "teams_target": said.holder or "",
        "teams_category": said.assignment_category or "",
        "teams_activation": said.activation_state or "",
        "teams_operator": said.operator_id or "",
        "teams_type": said.type or "",
        "on_premises": said.is_on_premises,
        "city": said.city or "",
        "location_id": said.location_id or "",
        "country": said.iso_country_code or "",
        "provider": _provider(said),
    }
    for name, most in TEXT_FIELDS:
        if len(facts[name]) > most:
            facts[name] = facts[name][:most]
    return facts
