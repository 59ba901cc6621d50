from hypothesis import given
from hypothesis import strategies as st

from numberline.core.states import MOVES, State, is_legal

# Section by section as the words of the product define them.
LEGAL = """
available: reserved assigning blocked retired assigned
reserved: available assigning blocked retired assigned
assigning: assigned available reserved quarantined blocked
assigned: releasing quarantined assigned
releasing: quarantined available assigned reserved
quarantined: available reserved assigning blocked retired assigned
blocked: available reserved retired assigned
retired: available blocked assigned
"""


def test_the_legal_moves_are_exactly_those_of_the_product() -> None:
    rows = (line.split(": ") for line in LEGAL.strip().splitlines())
    assert {(old, new) for old, to in rows for new in to.split()} == MOVES


def test_every_state_can_be_left_and_reached() -> None:
    assert {old for old, _ in MOVES} == {new for _, new in MOVES} == set(State)


def test_a_number_in_use_is_never_simply_available_again() -> None:
    assert not is_legal(State.ASSIGNED, State.AVAILABLE)
    assert not is_legal(State.ASSIGNED, State.RETIRED)


@given(st.sampled_from(State), st.sampled_from(State))
def test_a_move_is_legal_exactly_when_it_is_listed(old: State, new: State) -> None:
    assert is_legal(old, new) == ((old, new) in MOVES)
