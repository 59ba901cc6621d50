"""Who is to have a number, said as simply as can be from what is true at Microsoft's: the product's own decision is
not asked. Compared with what came out once the weather is fair and time enough has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from numberline import clock
from numberline.assignments.models import Assignment, Change, Phase
from numberline.audit.models import Entry
from numberline.core.states import State
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.planning.decide import decide
from tests.chaos.company import LEEDS, LINES, OPERATOR, PLANS
from tests.chaos.world import World

SETTLED = timedelta(minutes=21)
"""The settle time, and what the product gives Teams to show an assignment."""
A_DAY = timedelta(hours=25)
RANGES = {"London": (*LINES, *OPERATOR), "Leeds": LEEDS}


def comes_to_rest(world: World) -> None:
    """The weather clears: at once what was under way ends, and within days everything is as it is to be."""
    world.tell("clear_faults")
    for _ in range(2):
        world.passes(SETTLED)
        assert world.sync() is not None, "in fair weather a run ends well"
    nothing_is_under_way(world, yet=False)
    what_is_decided_is_done(world)
    for _ in range(4):  # a grace that was first seen late, a quarantine, and a listing a day
        world.passes(A_DAY)
        assert world.sync() is not None
    nothing_is_under_way(world)
    books_say_what_teams_shows(world)
    everybody_has_what_they_are_to_have(world)
    nothing_more_is_done(world)


def nothing_is_under_way(world: World, *, yet: bool = True) -> None:
    """No number is left in between; not `yet`: but for what Microsoft said to have done, and Teams may still show."""
    between = Number.objects.of(world.tenant.pk).filter(state__in=(State.ASSIGNING, State.RELEASING))
    said = Change.objects.of(world.tenant.pk).filter(open=True, phase=Phase.SUCCEEDED)
    if not yet:
        shown_late = {key for keys in said.values_list("number", "from_number") for key in keys if key}
        between = between.exclude(pk__in=shown_late)
    left = list(between.values_list("text", "state"))
    assert not left, left


def what_is_decided_is_done(world: World) -> None:
    """Two runs in fair weather leave nothing that automation may do and has not done."""
    said = Change.objects.of(world.tenant.pk).filter(open=True, phase=Phase.SUCCEEDED)
    late = {person for people in said.values_list("person", "partner") for person in people}
    plan = decide(world.tenant, clock.now(), everybody=True).plan
    left = [(one.action, one.code, one.person, one.number) for one in plan.changes if one.person not in late]
    assert left == [], left


def books_say_what_teams_shows(world: World) -> None:
    """Whoever holds a number in one holds it in the other, unless Teams freed it and a human is asked."""
    teams = {n.text: n.holder for n in world.simulated.numbers.everything() if n.holder is not None}
    rows = Assignment.objects.of(world.tenant.pk).filter(until=None)
    ours = dict(rows.filter(freed_in_teams_at=None).values_list("number__text", "person"))
    assert ours == teams, f"ours {ours}, in Teams {teams}"


def everybody_has_what_they_are_to_have(world: World) -> None:
    """Licensed, enabled and served by a range with a free number: one number. Gone or unlicensed: none of ours."""
    now = clock.now()
    for row in Person.objects.of(world.tenant.pk):
        locked = (row.locked and not ended(row.locked_until, now)) or (
            row.excluded and not ended(row.excluded_until, now)
        )
        held = list(Assignment.objects.of(world.tenant.pk).filter(person=row.object_id, until=None))
        if locked or any(kept(assignment, now) for assignment in held):
            continue
        plans = plans_of(world, row.object_id)
        said = f"{row}: {row.action} {row.code} {row.reason}"
        if "MCOEV" not in plans:
            assert held == [], f"is to have no number, and has {held}: {said}"
        elif not held and row.enabled and not waits_for_a_human(row) and "Suspended" not in plans.values():
            free = [text for text in wanted(world, row.object_id, plans) if is_free(world, text)]
            assert free == [], f"is to have one of {free}: {said}"


def plans_of(world: World, person: str) -> dict[str, str]:
    """The service plans of somebody and how they stand; none of those who are gone."""
    account = world.account(person)
    if account.removed is not None:
        return {}
    return {plan.name: grant.status for grant in account.grants for plan in grant.sku.plans}


def wanted(world: World, person: str, plans: dict[str, str]) -> Sequence[str]:
    """The numbers one of which somebody is to have."""
    if "MCOPSTN1" in plans:
        return PLANS
    return RANGES.get(str(world.account(person).attributes.get("city")), ())


def kept(held: Assignment, now: object) -> bool:
    """What a human put there, in Teams or by a lock, is nobody's to take."""
    return held.source == "found" or held.number.locked


def waits_for_a_human(row: Person) -> bool:
    """Somebody took the number away in Teams, and an administrator decides what this person gets."""
    return row.code in ("freed_in_teams", "released_by_hand")


def is_free(world: World, text: str) -> bool:
    """Whether a number is nobody's here, and Teams would give it."""
    row = Number.objects.of(world.tenant.pk).filter(text=text).first()
    if row is None or row.state != State.AVAILABLE or row.locked:
        return False
    known = world.simulated.numbers.get(text)
    return known is None or (known.holder is None and known.state == "activated" and not known.blocked)


def nothing_more_is_done(world: World) -> None:
    """A further run sends nothing and records nothing."""
    since = len(world.service.journal.latest)
    entries = Entry.objects.of(world.tenant.pk).count()
    assert world.sync() is not None
    sent = [entry.kind for entry in list(world.service.journal.latest)[since:]]
    assert not {"assign", "unassign"} & set(sent), sent
    assert Entry.objects.of(world.tenant.pk).count() == entries, "a run that does nothing records nothing"
