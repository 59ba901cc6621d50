"""What Teams says of each number, written to its row. Who holds it is concluded elsewhere (assignments.found)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField

from numberline.core.person import NumberType
from numberline.core.phone import NumberError, PhoneNumber, parse
from numberline.graph.types import GraphNumber
from numberline.inventory.membership import Homes
from numberline.inventory.models import Listing, Number
from numberline.inventory.placement import resting_fields
from numberline.tenants.models import Tenant

TEAMS_FIELDS = (
    "type",
    "teams_at",
    "teams_free",
    "teams_status",
    "teams_target",
    "teams_category",
    "teams_activation",
    "teams_operator",
    "teams_type",
    "on_premises",
    "city",
    "location_id",
    "country",
    "provider",
)

TEXT_FIELDS = tuple(
    (column.attname, column.max_length or 0)
    for column in Number._meta.concrete_fields
    if column.attname in TEAMS_FIELDS and isinstance(column, CharField)
)


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
    heard: dict[str, tuple[PhoneNumber, GraphNumber]] = {}
    for said in page:
        try:
            phone = parse(said.telephone_number)
        except NumberError:
            result.unreadable.append(said.telephone_number)
            continue
        heard[str(phone)] = (phone, said)
    result.seen.update(heard)
    result.count = len(heard)
    with transaction.atomic():
        rows = {n.text: n for n in Number.objects.of(tenant.pk).filter(text__in=list(heard))}
        new, changed = [], []
        for text, (phone, said) in heard.items():
            if text in rows:
                if _update(rows[text], said, at):
                    changed.append(rows[text])
            elif said.type is not None:
                new.append(_new(tenant.pk, phone, said, homes, at))
        Number.objects.of(tenant.pk).bulk_create(new, batch_size=500)
        _write(tenant.pk, changed)
    return result


def finish_listing(tenant: Tenant, result: ListingResult, at: datetime, *, asked: bool = False) -> None:
    """After a whole listing: decide whether it is trusted, and note what Teams no longer lists.

    A listing that is empty, or shorter than the last trusted one by more than the limits for releases allow, is
    not trusted, and nothing is concluded from it (spec section 1, M18); unless an administrator `asked` for a
    full one after the last listing had shown as few.
    """
    last = last_listing(tenant.pk)
    if result.trusted and last is not None and _short(tenant, last, result):
        latest = Listing.objects.of(tenant.pk).latest("at", "pk")
        result.trusted = asked and not latest.trusted and not _short(tenant, latest, result)
        if not result.trusted:
            result.detail = (
                f"Teams listed {result.count} numbers after {last.count} on {last.at:%Y-%m-%d %H:%M}"
            )
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


def _no_longer_listed(tenant_id: int, seen: set[str], at: datetime) -> None:
    listed = Number.objects.of(tenant_id).exclude(teams_at=None).only("id", "text", "type", "tenant_id")
    gone = [row for row in listed.iterator(2000) if row.text not in seen]
    for row in gone:
        row.teams_at, row.teams_status, row.teams_target = None, "", ""
        row.teams_category, row.teams_activation, row.on_premises = "", "", False
        # A Direct Routing number is known to Teams only while it is assigned or uploaded.
        row.teams_free = row.type == NumberType.DIRECT_ROUTING
    rows = Number.objects.of(tenant_id)
    fields = ["teams_at", "teams_status", "teams_target", "teams_category", "teams_activation", "teams_free"]
    rows.bulk_update(gone, [*fields, "on_premises"], batch_size=500)


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


def _update(row: Number, said: GraphNumber, at: datetime) -> bool:
    # A number that no range claims follows Teams; in a range it waits until the range agrees.
    type_ = said.type if row.range_id is None and said.type else row.type
    facts = _facts(said, type_)
    if type_ == NumberType.DIRECT_ROUTING:
        facts.pop("provider")
        facts.pop("country")
    if row.teams_at is not None and all(getattr(row, name) == value for name, value in facts.items()):
        return False
    for name, value in facts.items():
        setattr(row, name, value)
    row.teams_at = at
    return True


def _new(tenant_id: int, phone: PhoneNumber, said: GraphNumber, homes: Homes, at: datetime) -> Number:
    type_ = said.type or ""
    facts = _facts(said, type_)
    country = facts.pop("country") or phone.country or ""
    value, extension, area_code = phone.value, phone.extension or "", phone.area_code or ""
    home = homes.home(type_, value, extension, country, area_code, facts["teams_operator"], facts["city"])
    state = homes.resting(home, value, extension)
    return Number(
        tenant_id=tenant_id,
        text=str(phone),
        value=value,
        extension=extension,
        range_id=home,
        country=country,
        area_code=area_code,
        state=state,
        since=at,
        free_since=at,
        teams_at=at,
        **resting_fields(state),
        **facts,
    )


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
        "provider": said.operator_id or ("Microsoft" if said.type == NumberType.CALLING_PLAN else ""),
    }
    for name, most in TEXT_FIELDS:
        if len(facts[name]) > most:
            facts[name] = facts[name][:most]
    return facts


def _write(tenant_id: int, rows: Iterable[Number]) -> None:
    """Upsert by id: much quicker than bulk_update, and the state is never among the fields written."""
    Number.objects.of(tenant_id).bulk_create(
        list(rows),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(TEAMS_FIELDS),
    )
