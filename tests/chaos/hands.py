"""What an administrator may ask for by hand, drawn at random: each verb with whom and what it is about."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from numberline.assignments.models import Assignment
from numberline.runs import hand_change, hand_give, hand_swap, hand_take
from numberline.runs.hand import Hand
from numberline.runs.hand_people import Wanted
from tests.chaos.company import MOST_PEOPLE, NUMBERS
from tests.chaos.world import World

WHO = st.integers(0, MOST_PEOPLE - 1)
NUMBER = st.sampled_from(NUMBERS)
RANGE = st.sampled_from(("London lines", "London operator", "Leeds", "Plans"))
WISH = st.one_of(
    st.tuples(st.just("assign"), WHO, NUMBER),
    st.tuples(st.just("next"), WHO, RANGE),
    st.tuples(st.just("change"), WHO, st.none() | NUMBER),
    st.tuples(st.just("swap"), WHO, WHO),
    st.tuples(st.just("release"), WHO),
    st.tuples(st.just("adopt"), WHO),
)
HAND = Hand("cli:anna", "the machine wants it so")


def asks(world: World, wish: tuple[Any, ...], **options: Any) -> None:
    """One pass by hand. Those who hold a number are counted first, because most wishes are about them."""
    verb, who, *rest = wish
    rows = Assignment.objects.of(world.tenant.pk).filter(until=None).order_by("pk")
    held = list(rows.values_list("person", "number__text"))
    people = [person for person, _ in held]
    people += [person for person in world.people if person not in people]
    if not people:
        return
    person = people[who % len(people)]
    number = held[who % len(held)][1] if held else NUMBERS[0]
    partner = people[rest[0] % len(people)] if verb == "swap" else ""
    tenant = world.tenant
    passes = {
        "assign": lambda: hand_give.assign(tenant, person, rest[0], HAND),
        "next": lambda: hand_give.assign_next(tenant, person, rest[0], HAND),
        "change": lambda: hand_change.change(tenant, Wanted(person, rest[0]), HAND),
        "swap": lambda: hand_swap.swap(tenant, person, partner, HAND),
        "release": lambda: hand_take.release(tenant, number, HAND),
        "adopt": lambda: hand_take.adopt(tenant, number, HAND),
    }
    world.hand(passes[verb], {person, partner, number} - {""}, **options)
