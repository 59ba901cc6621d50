"""Which range a number belongs to, and how it gets there between two configurations."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from numberline.core.states import State
from numberline.inventory.membership import Definition, Homes, same
from numberline.inventory.models import Number
from numberline.inventory.rehome import rehome, rest_as_declared
from numberline.inventory.spans import Numbers, texts_of
from numberline.tenants.models import Tenant
from tests.inventory.conftest import CAUSE, NOW, Apply, force, listed, states, written

TYPES = ("calling_plan", "operator_connect", "direct_routing")
SOME = ("", "a", "b")


@st.composite
def definitions(draw: st.DrawFn) -> list[Definition]:
    """Ranges whose blocks do not overlap, with selectors on a few values."""
    edges = sorted(draw(st.sets(st.integers(1000, 1060), max_size=12)))
    free = list(zip(edges[::2], edges[1::2], strict=False))
    found = []
    for index in range(draw(st.integers(0, 6))):
        mine = [free.pop() for _ in range(draw(st.integers(0, 2))) if free]
        spans = [f"+{start}-+{end - 1}" for start, end in mine]
        keys = draw(st.sets(st.sampled_from(["country", "area_code", "operator", "city"])))
        select = {key: draw(st.sampled_from(["A", "b "])) for key in sorted(keys)} or None
        found.append(
            Definition(
                id=index + 1,
                name=draw(st.sampled_from("xyz")) + str(index),
                type=draw(st.sampled_from(TYPES)),
                priority=draw(st.integers(1, 3)),
                numbers=Numbers.stored(spans),
                select=select,
            )
        )
    return found


def naive_home(some: list[Definition], type_: str, value: int, shown: dict[str, str]) -> int | None:
    """The same said as plainly as possible."""
    fitting = [one for one in some if one.type == type_]
    for one in fitting:
        if (value, "") in list(one.numbers):
            return one.id
    selecting = [
        one
        for one in fitting
        if one.select and all(same(shown[key]) == same(wanted) for key, wanted in one.select.items())
    ]
    return min(selecting, key=lambda one: (one.priority, one.name)).id if selecting else None


@given(
    some=definitions(),
    type_=st.sampled_from(TYPES),
    value=st.integers(995, 1065),
    shown=st.fixed_dictionaries(
        {key: st.sampled_from(SOME) for key in ("country", "area_code", "operator", "city")}
    ),
)
def test_the_home_of_a_number_is_what_the_rule_of_the_specification_says(
    some: list[Definition], type_: str, value: int, shown: dict[str, str]
) -> None:
    found = Homes(some).home(
        type_, value, "", shown["country"], shown["area_code"], shown["operator"], shown["city"]
    )
    assert found == naive_home(some, type_, value, shown)


spans = st.lists(st.tuples(st.integers(100, 160), st.integers(0, 20)), max_size=6).map(
    lambda pairs: Numbers.stored(f"+{start}-+{start + more}" for start, more in pairs)
)


@given(one=spans, other=spans)
def test_spans_are_sets(one: Numbers, other: Numbers) -> None:
    left = one.without(other)
    assert set(left) == set(one) - set(other)
    assert len(left) == len(set(left))
    assert Numbers.stored(left.texts()) == left
    assert all(one.has(value, extension) for value, extension in left)
    assert Numbers.from_keys(one) == one


def test_numbers_with_an_extension_stand_alone() -> None:
    numbers = Numbers.stored(["+442079460000-+442079460009", "+442079460005;ext=12"])
    assert numbers.has(442079460005, "12")
    assert not numbers.has(442079460006, "12")
    assert len(numbers) == 11
    assert texts_of(["+442079460001", "+442079460000", "+442079460001;ext=7"]) == [
        "+442079460000-+442079460001",
        "+442079460001;ext=7",
    ]


PLAN = """
ranges:
  - {name: Plan, type: calling_plan, numbers: ["+441632960001"], reserve: ["+441632960001"]}
  - {name: Rest, type: calling_plan, select: {city: Abingdon}, block: ["+441632960003"]}
"""


def test_a_listing_brings_numbers_into_the_ranges_that_claim_them(tenant: Tenant, applied: Apply) -> None:
    applied(PLAN)
    for last, city in ((1, ""), (2, "Abingdon"), (3, "Abingdon"), (4, "Oxford")):
        listed(tenant, f"+44163296000{last}", city=city)
    rehome(tenant.pk, cause=CAUSE, at=NOW)
    assert states(tenant) == {
        "+441632960001": ("reserved", "Plan"),
        "+441632960002": ("available", "Rest"),
        "+441632960003": ("blocked", "Rest"),
        "+441632960004": ("available", None),
    }
    assert written(lambda: rehome(tenant.pk, cause=CAUSE, at=NOW)) == []


def test_a_held_number_that_no_selector_fits_any_more_stays_held_without_a_range(
    tenant: Tenant, applied: Apply
) -> None:
    applied(PLAN)
    listed(tenant, "+441632960002", city="Abingdon", state="assigned")
    rehome(tenant.pk, cause=CAUSE, at=NOW)
    assert states(tenant) == {"+441632960002": ("assigned", "Rest")}
    force(tenant, "+441632960002", city="Oxford")
    rehome(tenant.pk, cause=CAUSE, at=NOW)
    assert states(tenant) == {"+441632960002": ("assigned", None)}


def test_a_listing_leaves_declared_direct_routing_numbers_alone(tenant: Tenant, applied: Apply) -> None:
    applied("ranges: [{name: London, type: direct_routing, numbers: ['+442079460000-+442079460003']}]")
    assert written(lambda: rehome(tenant.pk, cause=CAUSE, at=NOW)) == []
    assert len(states(tenant)) == 4


def test_a_number_that_becomes_free_rests_as_the_file_declares(tenant: Tenant, applied: Apply) -> None:
    applied("ranges: [{name: London, type: direct_routing, numbers: ['+442079460000-+442079460003']}]")
    for last in (0, 1, 2):
        force(tenant, f"+44207946000{last}", "assigned")
    applied("ranges: [{name: London, reserve: ['+442079460000'], block: ['+442079460001']}]")
    for last in (0, 1, 2):
        force(tenant, f"+44207946000{last}", "quarantined", "available")
    later = NOW + timedelta(days=1)
    assert rest_as_declared(tenant.pk, cause=CAUSE, at=later) == 2
    assert [state for state, _ in states(tenant).values()] == [
        "reserved",
        "blocked",
        "available",
        "available",
    ]
    assert written(lambda: rest_as_declared(tenant.pk, cause=CAUSE, at=later)) == []
    assert Number.objects.of(tenant.pk).get(text="+442079460000").since == later


def test_where_a_number_rests_is_known_without_its_row(tenant: Tenant, applied: Apply) -> None:
    applied(PLAN)
    homes = Homes.load(tenant.pk)
    home = homes.home("calling_plan", 441632960001, "", "", "", "", "")
    assert home is not None
    assert homes.resting(home, 441632960001, "") is State.RESERVED
    assert homes.resting(home, 441632960002, "") is State.AVAILABLE
    assert homes.resting(None, 441632960001, "") is State.AVAILABLE


def test_homes_of_one_tenant_know_nothing_of_another(
    tenant: Tenant, other_tenant: Tenant, applied: Apply
) -> None:
    applied(PLAN)
    assert Homes.load(other_tenant.pk).home("calling_plan", 441632960001, "", "", "", "", "") is None
