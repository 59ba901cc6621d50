"""What can happen to a company, each event with its strategy: `EVENT` draws one, `happens` carries it out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from numberline import clock
from numberline.directory.models import Person
from numberline.inventory.find import NumberUnknown
from numberline.overrides import block, lock, people, reserve
from numberline.overrides.outcome import OverrideRefused
from tests.chaos import weather
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


def account(world: World, who: int, how: str) -> None:
    """Somebody leaves, returns, is disabled or enabled."""
    person = _someone(world, who)
    if person is None:
        return
    removed = world.account(person).removed
    fits = {"restore": removed == "changed", "purge": removed != "deleted"}
    if fits.get(how, removed is None):
        world.tell(how, person=person)


def licence(world: World, who: int, sku: str, status: str) -> None:
    """A product is given or taken away, or a bill was not paid."""
    person = _present(world, who)
    if person is None:
        return
    has = sku in {grant.sku.part_number for grant in world.account(person).grants}
    if has and status:
        world.tell("licence_status", person=person, status=status, sku=sku)
    else:
        world.tell("unlicense" if has else "license", person=person, sku=sku)


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


def unassigned_in_teams(world: World, number: str) -> None:
    """Another administrator takes a number away."""
    if world.holder(number) is not None:
        world.tell("unassign_out_of_band", number=number)


def reserved(world: World, number: str, who: int | None, later: timedelta | None) -> None:
    """A number is kept for somebody or something."""
    person = None if who is None else _row(world, who)
    wanted = reserve.Reservation(person, "" if person else "the new reception", _until(later))
    _by_hand(world, reserve.reserve, number, wanted)


NUMBER_VERBS = {
    "unreserve": reserve.unreserve,
    "block": block.block,
    "unblock": block.unblock,
    "unlock": lock.unlock,
}
PERSON_VERBS = {"unlock": people.unlock, "include": people.include}
SET_APART = {"lock": people.lock, "exclude": people.exclude}


def number_by_hand(world: World, number: str, verb: str) -> None:
    """A number is blocked, or something ends."""
    _by_hand(world, NUMBER_VERBS[verb], number)


def number_locked(world: World, number: str, later: timedelta | None) -> None:
    """Automation is to leave a number as it is."""
    _by_hand(world, lock.lock, number, until=_until(later))


def person_set_apart(world: World, who: int, verb: str, later: timedelta | None) -> None:
    """Automation is to leave somebody alone."""
    row = _row(world, who)
    if row is not None:
        SET_APART[verb](row, clock.now(), HAND, _until(later))
        world.changed = True


def person_served_again(world: World, who: int, verb: str) -> None:
    """Automation may serve somebody again."""
    row = _row(world, who)
    if row is not None:
        PERSON_VERBS[verb](row, clock.now(), HAND)
        world.changed = True


def foul(world: World, fault: dict[str, Any]) -> None:
    """Something goes wrong at Microsoft's for a while."""
    world.tell("faults", **fault)


def fair(world: World) -> None:
    """Nothing goes wrong there any more."""
    world.tell("clear_faults")


ACCOUNT = st.sampled_from(("delete", "delete", "purge", "restore", "restore", "disable", "enable"))
STATUS = st.sampled_from(("", "", "Suspended", "Enabled"))
EVENTS: dict[str, tuple[Callable[..., None], tuple[st.SearchStrategy[Any], ...]]] = {
    "joins": (joins, (CITY, LICENCES)),
    "account": (account, (WHO, ACCOUNT)),
    "licence": (licence, (WHO, st.sampled_from(("SPE_E5", "MCOPSTN1")), STATUS)),
    "moves": (moves, (WHO, CITY)),
    "assigned_in_teams": (assigned_in_teams, (WHO, NUMBER)),
    "unassigned_in_teams": (unassigned_in_teams, (NUMBER,)),
    "reserved": (reserved, (NUMBER, st.none() | WHO, LATER)),
    "number_by_hand": (number_by_hand, (NUMBER, st.sampled_from(sorted(NUMBER_VERBS)))),
    "number_locked": (number_locked, (NUMBER, LATER)),
    "person_set_apart": (person_set_apart, (WHO, st.sampled_from(sorted(SET_APART)), LATER)),
    "person_served_again": (person_served_again, (WHO, st.sampled_from(sorted(PERSON_VERBS)))),
    "foul": (foul, (weather.ONE,)),
    "fair": (fair, ()),
}
OFTEN = ("joins", "account", "account", "licence", "licence", "foul", "foul", "foul", "moves")


def _drawn(name: str) -> st.SearchStrategy[Event]:
    return st.tuples(st.just(name), *EVENTS[name][1])


EVENT = st.sampled_from((*EVENTS, *OFTEN)).flatmap(_drawn)


def happens(world: World, event: Event) -> None:
    """Carry out what was drawn; an event that makes no sense now is none."""
    name, *arguments = event
    EVENTS[name][0](world, *arguments)


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


def _until(later: timedelta | None) -> datetime | None:
    return None if later is None else clock.now() + later


def _by_hand(world: World, verb: Callable[..., object], number: str, *rest: Any, **options: Any) -> None:
    """A verb for a number, which may say why it can't be."""
    world.changed = True
    with suppress(OverrideRefused, NumberUnknown):
        verb(world.tenant, number, *rest, at=clock.now(), cause=HAND, **options)
