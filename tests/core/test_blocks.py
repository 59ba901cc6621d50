from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberline.core.blocks import Block, count, intersect, merge, parse_block, subtract
from numberline.core.phone import NumberError, PhoneNumber

BASE = 442079460000


def block(first: int, last: int | None = None) -> Block:
    return Block(PhoneNumber(f"+{BASE + first}"), PhoneNumber(f"+{BASE + (first if last is None else last)}"))


def extended(number: int, extension: str) -> Block:
    alone = PhoneNumber(f"+{BASE + number}", extension)
    return Block(alone, alone)


spans = st.tuples(st.integers(0, 60), st.integers(0, 15)).map(lambda s: block(s[0], s[0] + s[1]))
singles = st.builds(extended, st.integers(0, 60), st.sampled_from(["1", "01", "12"]))
some_blocks = st.lists(spans | singles, max_size=8)


def in_all(blocks: list[Block]) -> set[PhoneNumber]:
    return {number for one in blocks for number in one}


def assert_ascending_and_disjoint(blocks: list[Block]) -> None:
    assert blocks == sorted(blocks, key=lambda one: one.first.sort_key)
    assert sum(len(one) for one in blocks) == len(in_all(blocks))
    assert not [1 for i, a in enumerate(blocks) for b in blocks[i + 1 :] if a.overlap(b) is not None]


def test_a_block_is_written_by_its_ends() -> None:
    parsed = parse_block("+442079460000-+442079460099")
    assert (len(parsed), str(parsed)) == (100, "+442079460000-+442079460099")
    assert [str(number) for number in parsed][-1] == "+442079460099"


@pytest.mark.parametrize("text", ["+442079460000 - +442079460099", "+442079460000–+442079460099"])
def test_spaces_and_a_pasted_dash_are_accepted(text: str) -> None:
    assert parse_block(text) == parse_block("+442079460000-+442079460099")


@pytest.mark.parametrize("text", ["+442079460200", "+442079460300;ext=12"])
def test_one_number_is_a_block_of_one(text: str) -> None:
    parsed = parse_block(text)
    assert (len(parsed), str(parsed), [str(number) for number in parsed]) == (1, text, [text])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("+442079460099-+442079460000", "ends before it starts"),
        ("+442079460000-+4420794600999", "joins numbers of different lengths"),
        ("+442079460000;ext=1-+442079460000;ext=5", "spans numbers with an extension"),
        ("+442000000000-+442099999999", "holds more than 1,000,000 numbers"),
        ("+442079460000-99", "is not an E.164 number"),
        ("02079460000", "is not an E.164 number"),
    ],
)
def test_a_broken_block_is_refused_with_what_to_do(text: str, message: str) -> None:
    with pytest.raises(NumberError, match=message):
        parse_block(text)


def test_a_block_knows_its_numbers() -> None:
    assert PhoneNumber(f"+{BASE + 5}") in block(0, 9)
    assert PhoneNumber(f"+{BASE + 10}") not in block(0, 9)


def test_a_number_with_an_extension_is_in_no_block_of_plain_numbers() -> None:
    assert PhoneNumber(f"+{BASE + 5}", "1") not in block(0, 9)
    assert block(0, 9).overlap(extended(5, "1")) is None
    assert PhoneNumber(f"+{BASE + 5}") not in extended(5, "1")


def test_neighbouring_blocks_merge_into_one() -> None:
    assert merge([block(10, 19), block(0, 9), block(5, 12)]) == [block(0, 19)]


def test_numbers_of_different_lengths_do_not_merge() -> None:
    short, long = PhoneNumber("+9999999"), PhoneNumber("+10000000")
    assert len(merge([Block(short, short), Block(long, long)])) == 2


def test_taking_one_number_out_leaves_two_blocks() -> None:
    assert subtract([block(0, 99)], [block(13)]) == [block(0, 12), block(14, 99)]


@given(some_blocks)
def test_merged_blocks_hold_the_same_numbers_and_never_overlap(blocks: list[Block]) -> None:
    assert_ascending_and_disjoint(merge(blocks))
    assert in_all(merge(blocks)) == in_all(blocks)
    assert count(blocks) == len(in_all(blocks))


@pytest.mark.parametrize(
    ("arithmetic", "of_sets"),
    [(subtract, set[PhoneNumber].difference), (intersect, set[PhoneNumber].intersection)],
)
@given(left=some_blocks, right=some_blocks)
def test_block_arithmetic_is_the_arithmetic_of_their_numbers(
    arithmetic: Callable[[list[Block], list[Block]], list[Block]],
    of_sets: Callable[[set[PhoneNumber], set[PhoneNumber]], set[PhoneNumber]],
    left: list[Block],
    right: list[Block],
) -> None:
    result = arithmetic(left, right)
    assert_ascending_and_disjoint(result)
    assert in_all(result) == of_sets(in_all(left), in_all(right))


@given(spans | singles, spans | singles)
def test_the_overlap_of_two_blocks_is_what_both_hold(left: Block, right: Block) -> None:
    both = left.overlap(right)
    assert ({*both} if both else set()) == {*left} & {*right}
