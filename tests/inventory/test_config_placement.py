"""What becomes of one number, whatever its state and whatever the ranges say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberline.core.states import State, is_legal
from numberline.inventory.config_problems import ConfigBusy
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.models import Number
from numberline.inventory.placement import (
    DECLARED_BLOCK,
    DECLARED_PURPOSE,
    HELD,
    LeftWithout,
    Placement,
    Row,
    Step,
)
from numberline.inventory.placing import rows_of, write_steps
from numberline.inventory.spans import Numbers
from numberline.tenants.models import Tenant
from tests.inventory.conftest import NOW, listed

TYPES = ("calling_plan", "operator_connect", "direct_routing")
NUMBER = "+442079460005"


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A number in any state, of any type, in a range or not, marked as other verbs mark it."""
    state = draw(st.sampled_from(list(State)))
    purpose = draw(st.sampled_from(["", DECLARED_PURPOSE, "for the new director"]))
    code = draw(st.sampled_from(["", DECLARED_BLOCK, "refused_by_microsoft"]))
    return Row(
        id=1,
        text=NUMBER,
        value=442079460005,
        extension="",
        type=draw(st.sampled_from(TYPES)),
        teams_type=draw(st.sampled_from(["", *TYPES])),
        range_id=draw(st.sampled_from([None, 1, 2, 9])),
        state=state.value,
        reserved_purpose=purpose if state is State.RESERVED else "",
        block_code=code if state in (State.BLOCKED, State.RETIRED) else "",
        provider=draw(st.sampled_from(["", "BT"])),
        country="GB",
        area_code="20",
        teams_operator="",
        city="",
        teams_target="",
    )


@st.composite
def homes(draw: st.DrawFn) -> Homes:
    """Up to two ranges, one of which may have the number, reserve it or block it."""
    found, has = [], draw(st.sampled_from([None, 1, 2]))
    for key in (1, 2):
        if draw(st.booleans()):
            numbers = Numbers.stored([NUMBER]) if key == has else Numbers()
            rest = draw(st.sampled_from(["", "reserve", "block"]))
            found.append(
                Definition(
                    id=key,
                    name=f"R{key}",
                    type=draw(st.sampled_from(TYPES)),
                    provider=draw(st.sampled_from(["", "BT"])),
                    numbers=numbers,
                    select=draw(st.sampled_from([None, {"country": "GB"}])),
                    reserve=Numbers.stored([NUMBER]) if rest == "reserve" else Numbers(),
                    block=Numbers.stored([NUMBER]) if rest == "block" else Numbers(),
                )
            )
    return Homes(found)


def after(row: Row, steps: list[Step]) -> Row:
    """The row as it is once the steps are written."""
    for step in steps:
        assert row.state == step.before
        assert step.before == step.after or is_legal(State(step.before), State(step.after))
        assert bool(step.verb) == (step.before != step.after)
        row = row._replace(**{name: value for name, value in step.fields if name in Row._fields})
    return row


@given(row=rows(), some=homes(), strict=st.booleans())
def test_every_number_comes_to_rest_by_legal_moves_and_stays_there(
    row: Row, some: Homes, strict: bool
) -> None:
    placement = Placement(some, NOW, strict=strict)
    held = row.state in HELD or row.kept_by_hand
    try:
        steps = placement.steps(row)
    except LeftWithout:
        assert strict
        assert held
        return
    placed = after(row, steps)
    assert placement.steps(placed) == []
    assert placed.range_id is None or placed.range_id in some.by_id
    if held:
        assert placed.state == row.state
        assert not strict or row.range_id is None or placed.range_id is not None
    if row.state == State.BLOCKED and row.block_code != DECLARED_BLOCK:
        assert placed.state in (State.BLOCKED, State.RETIRED)
        assert placed.block_code == row.block_code


def test_a_row_that_changed_since_it_was_read_is_not_written_over(tenant: Tenant) -> None:
    listed(tenant, NUMBER)
    (row,) = rows_of(tenant.pk)
    Number.objects.of(tenant.pk).update(state="assigning")
    with pytest.raises(ConfigBusy, match="do it again"):
        write_steps(tenant.pk, {Step("available", (("state", "reserved"),), "reserve"): [row]})
    assert Number.objects.of(tenant.pk).get().state == "assigning"
