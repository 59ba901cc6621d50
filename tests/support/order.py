"""In which order the tests of a run go: the long ones first and spread over the workers, or the others wait for them."""

import itertools
from collections.abc import Sequence

import pytest


def dealt(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The items as so many workers are given them, each an equal part in one piece (--dist worksteal).

    The longest goes to whoever has the least so far. The others keep their order, so that what tests of one file share
    is mostly made once.
    """
    hands: list[list[pytest.Item]] = [[] for _ in range(workers)]
    seconds = [0.0] * workers
    for item in sorted(filter(_seconds, items), key=_seconds, reverse=True):
        least = seconds.index(min(seconds))
        hands[least].append(item)
        seconds[least] += _seconds(item)
    others = iter([item for item in items if not _seconds(item)])
    left = len(items)
    for index, hand in enumerate(hands):
        part = left // (workers - index)
        hand.extend(itertools.islice(others, max(0, part - len(hand))))
        left -= part
    return [*itertools.chain(*hands), *others]


def _seconds(item: pytest.Item) -> float:
    """How long a test is marked to take; 0 for any that is short."""
    marker = item.get_closest_marker("long")
    return float(marker.args[0]) if marker else 0.0
