"""Holding everybody's policies against the profiles: once a day, after a profile changed, and when asked."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from numberline.assignments.listing import upns
from numberline.assignments.models import Assignment
from numberline.graph.client import GraphClient
from numberline.policies.due import SOME, served, write_rows
from numberline.policies.effective import Shown, read_effective
from numberline.policies.models import Comparison, PersonPolicy, PolicyDrift
from numberline.policies.names import Names
from numberline.policies.profiles import Profile, Wish, digest_of, in_effect, profiles_of, shown_name
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item

EVERY = timedelta(hours=24)
NAMED = 3
"""How many people and differences an item names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a number of ours in a range with a profile; `holding` is its key."""

    person: str
    holding: int
    profile: Profile


def comparison_due(tenant: Tenant, at: datetime) -> bool:
    """Whether the profiles changed since everybody was compared with them, or that is a day ago."""
    last = Comparison.objects.of(tenant.pk).first()
    now = digest_of(profiles_of(tenant))
    if last is None:
        return bool(now)
    return last.profiles != now or (bool(now) and (last.at is None or at - last.at >= EVERY))


def compare(
    tenant: Tenant,
    client: GraphClient,
    at: datetime,
    names: Names,
    *,
    only: Collection[str] | None = None,
    enforcing: bool,
) -> None:
    """Report whose policies are not those of their range, or want them made so when `enforcing`. Raises GraphError."""
    holders = _holders(tenant, at, only)
    shown = read_effective(tenant.pk, client, [one.person for one in holders])
    drifted = _drifted(holders, shown, names)
    if enforcing:
        _enforce(tenant, drifted, at)
        drifted = {}
    with transaction.atomic():
        _write(tenant.pk, drifted, only)
        _tell(tenant.pk, at)
    if only is None:
        digest = digest_of(profiles_of(tenant))
        Comparison.objects.of(tenant.pk).update_or_create(defaults={"at": at, "profiles": digest})


def _holders(tenant: Tenant, at: datetime, only: Collection[str] | None) -> list[Holder]:
    """Who is compared: not those whose policies are still under way, nor those whom automation leaves alone."""
    profiles = profiles_of(tenant)
    rows = Assignment.objects.of(tenant.pk).filter(
        until=None, category="primary", policies_due=False, freed_in_teams_at=None
    )
    rows = rows.exclude(source="found").filter(number__range_id__in=list(profiles), number__locked=False)
    if only is not None:
        rows = rows.filter(person__in=list(only))
    busy = set(PersonPolicy.objects.of(tenant.pk).filter(open=True).values_list("person", flat=True))
    found = [
        Holder(person, key, profiles[home])
        for person, key, home in rows.order_by("pk").values_list("person", "pk", "number__range_id")
        if home is not None and person not in busy
    ]
    ours = served(tenant.pk, [one.person for one in found], at)
    return [one for one in found if one.person in ours]


Drifted = dict[Holder, list[tuple[Wish, str]]]


def _drifted(holders: list[Holder], shown: Shown, names: Names) -> Drifted:
    """What differs, each with what Teams shows instead. Of a name that the tenant does not have nothing is said."""
    found: Drifted = {}
    for one in holders:
        theirs = shown.get(one.person)
        if theirs is None:
            continue
        different = [
            (wish, shown_name(wish, theirs))
            for wish in one.profile.wishes
            if wish.key not in names.missing and not in_effect(wish, names.id_of(wish), theirs)
        ]
        if different:
            found[one] = different
    return found


def _words(different: list[tuple[Wish, str]]) -> list[str]:
    return [f"{wish.words} wanted, Teams shows {name or 'Global'}" for wish, name in different]


def _enforce(tenant: Tenant, drifted: Drifted, at: datetime) -> None:
    everybody = list(drifted.items())
    for start in range(0, len(everybody), SOME):
        wanted: Mapping[str, tuple[int, list[Wish]]] = {
            one.person: (one.holding, [Wish(wish.type, wish.name, "drift") for wish, _ in different])
            for one, different in everybody[start : start + SOME]
        }
        with transaction.atomic():
            write_rows(tenant, wanted, at, whole=False)


def _write(tenant_id: int, drifted: Drifted, only: Collection[str] | None) -> None:
    """Keep what differs of those who were compared, each with the holding that it is about."""
    rows = PolicyDrift.objects.of(tenant_id)
    (rows if only is None else rows.filter(person__in=list(only))).delete()
    new = [
        PolicyDrift(
            tenant_id=tenant_id, person=one.person, holding_id=one.holding, differences=_words(different)
        )
        for one, different in drifted.items()
    ]
    rows.bulk_create(new, batch_size=SOME)


def _tell(tenant_id: int, at: datetime) -> None:
    """Open, bring up to date and close the items: one a range, whoever was compared just now."""
    ranges: dict[str, list[tuple[str, list[str]]]] = {}
    rows = PolicyDrift.objects.of(tenant_id).filter(holding__until=None).order_by("holding_id")
    for person, name, words in rows.values_list("person", "holding__number__range__name", "differences"):
        if name is not None:
            ranges.setdefault(name, []).append((person, words))
    items = Item.objects.of(tenant_id).filter(code="policy_drift", closed_at=None)
    told = {
        name: (cause, detail) for name, cause, detail in items.values_list("range_name", "cause", "detail")
    }
    for name, people in ranges.items():
        cause, detail = _cause(tenant_id, name, [person for person, _ in people]), _detail(people)
        if told.get(name) != (cause, detail):
            open_item(tenant_id, "policy_drift", at, range_name=name, cause=cause, detail=detail)
    for name in told.keys() - ranges.keys():
        close_items(tenant_id, at, "policy_drift", range_name=name)


def _cause(tenant_id: int, name: str, people: Sequence[str]) -> str:
    known = upns(tenant_id, people[:NAMED])
    first = ", ".join(known.get(person, person) for person in people[:NAMED])
    more = f" and {len(people) - NAMED:,} more" if len(people) > NAMED else ""
    if len(people) == 1:
        return f"1 person who holds a number of {name} has other policies than it names: {first}."
    return (
        f"{len(people):,} people who hold numbers of {name} have other policies than it names: {first}{more}."
    )


def _detail(people: Sequence[tuple[str, list[str]]]) -> str:
    """Each difference with how many people have it, the most frequent first."""
    counts = Counter(word for _, words in people for word in words).most_common()
    told = [f"{words} ({count:,} {'person' if count == 1 else 'people'})" for words, count in counts[:NAMED]]
    more = [f"{len(counts) - NAMED:,} other differences"] if len(counts) > NAMED else []
    return "; ".join(told + more)
