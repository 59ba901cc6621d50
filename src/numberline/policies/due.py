"""Taking down what the holders of our numbers are to have: level-triggered, from the mark on their holding.

`Assignment.policies_due` is set in the transaction in which a number is confirmed, and cleared in the one that writes
the rows; so a process that is killed in between loses nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from numberline.assignments.models import Assignment
from numberline.core.person import Entitlement, NumberType
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.policies.models import PersonPolicy, Phase
from numberline.policies.profiles import ROUTING, Profile, Wish, profiles_of
from numberline.tenants.models import Tenant

SOME = 500
KEPT_OFF = ("locked", "locked_until", "excluded", "excluded_until")
RESET = (
    *("name", "type", "holding", "code", "config_version", "phase", "open", "since", "look_at"),
    *("sent_at", "done_at", "attempts", "looks", "before", "error_code", "error"),
)


def take_down(tenant: Tenant, at: datetime, only: Collection[str] | None, *, by_hand: bool) -> None:
    """Write what the holders of newly given numbers are to have, and anew what is still open when the configuration
    has changed. Who is locked, excluded or gone keeps the mark, and is served when that ends; `by_hand` locks and
    exclusions stand in nobody's way."""
    _mark_outdated(tenant)
    rows = Assignment.objects.of(tenant.pk).filter(policies_due=True)
    if only is not None:
        rows = rows.filter(person__in=list(only))
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), SOME):
        some = rows.filter(pk__in=keys[start : start + SOME]).select_related("number")
        _take_down(tenant, list(some), at, by_hand=by_hand)


def served(tenant_id: int, people: Collection[str], at: datetime, *, by_hand: bool = False) -> set[str]:
    """Those of these people whose policies are ours to set: there, licensed, neither locked nor excluded."""
    found = set()
    named = list(people)
    for start in range(0, len(named), SOME):
        rows = Person.objects.of(tenant_id).filter(object_id__in=named[start : start + SOME], deleted="")
        for row in rows.exclude(entitlement=Entitlement.NONE).only("object_id", "code", *KEPT_OFF):
            if by_hand or not _kept_off(row, at):
                found.add(row.object_id)
    return found


def write_rows(
    tenant: Tenant, wanted: Mapping[str, tuple[int, Sequence[Wish]]], at: datetime, *, whole: bool = True
) -> None:
    """Let each person (object id) want these policies because of that holding (key). `whole`: and no others."""
    known: dict[str, dict[str, PersonPolicy]] = {}
    for row in PersonPolicy.objects.of(tenant.pk).filter(person__in=list(wanted)):
        known.setdefault(row.person, {})[row.type_key] = row
    new: list[PersonPolicy] = []
    renewed: list[PersonPolicy] = []
    dropped: list[int] = []
    for person, (holding, wishes) in wanted.items():
        theirs = known.get(person, {})
        for wish in wishes:
            there = wish.key[0] in theirs
            fresh = PersonPolicy(tenant_id=tenant.pk, person=person, type_key=wish.key[0])
            row = theirs.pop(wish.key[0], fresh)
            (renewed if there else new).append(row)
            _want(row, wish, holding, tenant.config_version, at)
        if whole:
            dropped += [row.pk for row in theirs.values() if row.open]
    rows = PersonPolicy.objects.of(tenant.pk)
    rows.bulk_create(new)
    rows.bulk_update(renewed, RESET)
    if dropped:
        rows.filter(pk__in=dropped).delete()


def _want(row: PersonPolicy, wish: Wish, holding: int, version: int, at: datetime) -> None:
    """Begin anew, unless exactly this is under way already."""
    same = row.open and row.name.casefold() == wish.key[1] and row.holding_id == holding
    row.config_version = version
    if same:
        return
    row.type, row.name, row.holding_id, row.code = wish.type, wish.name, holding, wish.code
    row.phase, row.open, row.since, row.look_at = Phase.WANTED, True, at, at
    row.sent_at = row.done_at = None
    row.attempts = row.looks = 0
    row.before = row.error_code = row.error = ""


def _take_down(tenant: Tenant, holdings: Iterable[Assignment], at: datetime, *, by_hand: bool) -> None:
    over = [row.pk for row in holdings if row.until is not None]
    here = [row for row in holdings if row.until is None and row.freed_in_teams_at is None]
    ours = served(tenant.pk, [row.person for row in here], at, by_hand=by_hand)
    locked = {row.pk for row in here if row.number.locked and not ended(row.number.locked_until, at)}
    now = [row for row in here if row.person in ours and (by_hand or row.pk not in locked)]
    profiles, left = profiles_of(tenant), _leavers_of_direct_routing(tenant.pk, now)
    wanted = {row.person: (row.pk, _wishes(row, profiles, left)) for row in now}
    with transaction.atomic():
        write_rows(tenant, wanted, at)
        done = [*over, *(row.pk for row in now)]
        Assignment.objects.of(tenant.pk).filter(pk__in=done).update(policies_due=False)


def _wishes(row: Assignment, profiles: Mapping[int, Profile], left: set[str]) -> tuple[Wish, ...]:
    profile = profiles.get(row.number.range_id or 0)
    wishes = profile.wishes if profile is not None else ()
    if row.person in left and all(wish.key[0] != ROUTING.casefold() for wish in wishes):
        return (*wishes, Wish(ROUTING, "", "left_over"))
    return wishes


def _leavers_of_direct_routing(tenant_id: int, holdings: Sequence[Assignment]) -> set[str]:
    """Whose last number before this one was of Direct Routing, and this one is not."""
    people = [row.person for row in holdings if row.number.type != NumberType.DIRECT_ROUTING]
    rows = Assignment.objects.of(tenant_id).filter(person__in=people, category="primary", until__isnull=False)
    last = dict(rows.order_by("person", "until", "pk").values_list("person", "number__type"))
    return {person for person, type_ in last.items() if type_ == NumberType.DIRECT_ROUTING}


def _mark_outdated(tenant: Tenant) -> None:
    """What is open and was taken down under another configuration is taken down again."""
    rows = PersonPolicy.objects.of(tenant.pk).filter(open=True).exclude(config_version=tenant.config_version)
    keys = sorted(set(rows.values_list("holding_id", flat=True)))
    for start in range(0, len(keys), SOME):
        part = Assignment.objects.of(tenant.pk).filter(pk__in=keys[start : start + SOME], until=None)
        part.update(policies_due=True)


def _kept_off(row: Person, at: datetime) -> bool:
    """Whether automation is to leave this person alone."""
    locked = row.locked and not ended(row.locked_until, at)
    excluded = row.excluded and not ended(row.excluded_until, at)
    return locked or excluded or row.code == "excluded_by_rule"
