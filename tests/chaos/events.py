"""What can happen to a company, each event with its strategy: `EVENT` draws one, `happens` carries it out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from numberline import clock
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.find import NumberUnknown
from numberline.inventory.models import Number
from numberline.overrides import block, lock, people, reserve
from numberline.overrides.outcome import OverrideRefused
from tests.chaos import hands, weather
from tests.chaos.company import MOST_PEOPLE, NUMBERS
from tests.chaos.world import HAND, World

WHO = st.integers(0, MOST_PEOPLE - 1)
NUMBER = st.sampled_from(NUMBERS)
CITY = st.sampled_from(("London", "Leeds", "Bath"))
LICENCES = st.sampled_from((("SPE_E5",), ("SPE_E5", "MCOPSTN1"), ("SPE_E3",)))
LATER = st.none() | st.sampled_from((timedelta(hours=3), timedelta(days=3)))
Event = tuple[Any, ...]


def joins(world: World, city: str, licences: tuple[str, ...]) -> None:
    """Somebody new, while there is room."""
    if len(world.people) < MOST_PEOPLE:
        given = {"city": city, "usageLocation": "GB", "licences": list(licences)}
        world.people.append(world.tell("add_person", **given))


def leaves_or_returns(world: World, who: int) -> None:
    """Somebody is deleted, or restored."""
    person = _someone(world, who)
    if person is not None and world.account(person).removed != "deleted":
        world.tell("delete" if world.account(person).removed is None else "restore", person=person)


def purged(world: World, who: int) -> None:
    """Somebody is deleted for good; someone else may come in their place."""
    person = _someone(world, who)
    if person is not None and world.account(person).removed != "deleted":
        world.tell("purge", person=person)
        world.people.remove(person)


def disabled_or_enabled(world: World, who: int) -> None:
    """Somebody may not sign in for a while."""
    person = _present(world, who)
    if person is not None:
        enabled = world.account(person).attributes.get("accountEnabled") is not False
        world.tell("disable" if enabled else "enable", person=person)


def licence(world: World, who: int, sku: str) -> None:
    """A product is given or taken away."""
    person = _present(world, who)
    if person is not None:
        has = sku in {grant.sku.part_number for grant in world.account(person).grants}
        world.tell("unlicense" if has else "license", person=person, sku=sku)


def billing(world: World, who: int, status: str) -> None:
    """A bill was not paid, or is paid."""
    person = _present(world, who)
    if person is not None:
        world.tell("licence_status", person=person, status=status)


def moves(world: World, who: int, city: str) -> None:
    """Somebody goes to another office."""
    person = _present(world, who)
    if person is not None:
        world.tell("change", person=person, city=city)


def assigned_in_teams(world: World, who: int, number: str) -> None:
    """Another administrator gives a number, whoever had it."""
    person = _present(world, who)
    if person is not None:
        known = world.simulated.numbers.get(number)
        type_ = known.type if known is not None else "directRouting"
        world.tell("assign_out_of_band", number=number, person=person, type=type_)


def handed_on_in_teams(world: World, who: int, which: int) -> None:
    """Another administrator gives a number that somebody has to somebody else."""
    held = [number for number in NUMBERS if world.holder(number) is not None]
    if held:
        assigned_in_teams(world, who, held[which % len(held)])


def unassigned_in_teams(world: World, which: int) -> None:
    """Another administrator takes a number away from whoever has it."""
    held = [number for number in NUMBERS if world.holder(number) is not None]
    if held:
        world.tell("unassign_out_of_band", number=held[which % len(held)])


def reserved(world: World, number: str, who: int | None, later: timedelta | None) -> None:
    """A number is kept for somebody or something, or no longer."""
    if _state(world, number) == State.RESERVED:
        _by_hand(world, reserve.unreserve, number)
        return
    person = None if who is None else _row(world, who)
    wanted = reserve.Reservation(person, "" if person else "the new reception", _until(later))
    _by_hand(world, reserve.reserve, number, wanted)


def blocked(world: World, number: str) -> None:
    """A number is to be given to nobody, or may be given again."""
    _by_hand(world, block.unblock if _state(world, number) == State.BLOCKED else block.block, number)


def locked(world: World, number: str, later: timedelta | None) -> None:
    """Automation is to leave a number as it is, or no longer."""
    if Number.objects.of(world.tenant.pk).filter(text=number, locked=True).exists():
        _by_hand(world, lock.unlock, number)
    else:
        _by_hand(world, lock.lock, number, until=_until(later))


def set_apart(world: World, who: int, how: str, later: timedelta | None) -> None:
    """Automation is to leave somebody alone, or to serve them again."""
    row = _row(world, who)
    if row is None:
        return
    world.changed = True
    if row.locked:
        people.unlock(row, clock.now(), HAND)
    elif row.excluded or row.taken_number or row.released_by_hand:
        people.include(row, clock.now(), HAND)
    else:
        (people.lock if how == "lock" else people.exclude)(row, clock.now(), HAND, _until(later))


def foul(world: World, fault: dict[str, Any]) -> None:
    """Something goes wrong at Microsoft's for a while."""
    world.tell("faults", **fault)


def fair(world: World) -> None:
    """Nothing goes wrong there any more."""
    world.tell("clear_faults")


EVENTS: dict[str, tuple[Callable[..., None], tuple[st.SearchStrategy[Any], ...]]] = {
    "joins": (joins, (CITY, LICENCES)),
    "leaves_or_returns": (leaves_or_returns, (WHO,)),
    "purged": (purged, (WHO,)),
    "disabled_or_enabled": (disabled_or_enabled, (WHO,)),
    "licence": (licence, (WHO, st.sampled_from(("SPE_E5", "SPE_E5", "MCOPSTN1")))),
    "billing": (billing, (WHO, st.sampled_from(("Suspended", "Enabled", "Warning")))),
    "moves": (moves, (WHO, CITY)),
    "assigned_in_teams": (assigned_in_teams, (WHO, NUMBER)),
    "handed_on_in_teams": (handed_on_in_teams, (WHO, st.integers(0, 20))),
    "unassigned_in_teams": (unassigned_in_teams, (st.integers(0, 20),)),
    "reserved": (reserved, (NUMBER, st.none() | WHO, LATER)),
    "blocked": (blocked, (NUMBER,)),
    "locked": (locked, (NUMBER, LATER)),
    "set_apart": (set_apart, (WHO, st.sampled_from(("lock", "exclude")), LATER)),
    "foul": (foul, (weather.ONE,)),
    "fair": (fair, ()),
}
OFTEN = ("joins", *("leaves_or_returns",) * 4, *("licence",) * 4, *("foul",) * 5)


def _drawn(name: str) -> st.SearchStrategy[Event]:
    return st.tuples(st.just(name), *EVENTS[name][1])


EVENT = st.sampled_from((*EVENTS, *OFTEN)).flatmap(_drawn)


def happens(world: World, event: Event) -> None:
    """Carry out what was drawn; an event that makes no sense now is none."""
    name, *arguments = event
    EVENTS[name][0](world, *arguments)


def runs(
    world: World,
    *,
    person: int | None = None,
    wish: tuple[Any, ...] | None = None,
    meanwhile: tuple[int, Event] | None = None,
    **options: Any,
) -> None:
    """One run: of automation, perhaps of one of the people who are known, or what an administrator wants; with an
    event in its middle, if so asked."""
    if meanwhile is not None:
        after, event = meanwhile
        options["meanwhile"] = (after, lambda: happens(world, event))
    if wish is not None:
        hands.asks(world, wish, **options)
        return
    if person is not None:
        row = _row(world, person)
        if row is None:
            return
        options["person"] = row.object_id
    world.sync(**options)


def _someone(world: World, who: int) -> str | None:
    """One of those who were ever there."""
    return world.people[who % len(world.people)] if world.people else None


def _present(world: World, who: int) -> str | None:
    """One of them, if not deleted."""
    person = _someone(world, who)
    return person if person is not None and world.account(person).removed is None else None


def _row(world: World, who: int) -> Person | None:
    """One of them as far as the product knows them."""
    return Person.objects.of(world.tenant.pk).filter(object_id=_someone(world, who) or "").first()


def _state(world: World, number: str) -> str | None:
    return Number.objects.of(world.tenant.pk).filter(text=number).values_list("state", flat=True).first()


def _until(later: timedelta | None) -> datetime | None:
    return None if later is None else clock.now() + later


def _by_hand(world: World, verb: Callable[..., object], number: str, *rest: Any, **options: Any) -> None:
    """A verb for a number, which may say why it can't be."""
    world.changed = True
    with suppress(OverrideRefused, NumberUnknown):
        verb(world.tenant, number, *rest, at=clock.now(), cause=HAND, **options)
