"""Fetching ahead: everything comes, in its order, never too much of it, and errors where they happened."""

import threading
from collections.abc import Iterator

import pytest

from numberline.runs.ahead import Ahead


def nothing() -> bool:
    """What is done meanwhile by those who have nothing to do."""
    return False


def test_every_item_comes_in_its_order() -> None:
    with Ahead(iter(range(100)), 3, "numbers") as ahead:
        assert [item for lot in ahead.lots(1, nothing) for item in lot] == list(range(100))
        assert ahead.ended
        assert ahead.take() is None


def test_no_more_than_so_many_lie_waiting() -> None:
    fetched: list[int] = []
    more = threading.Semaphore(0)

    def items() -> Iterator[int]:
        for item in range(1, 10):
            fetched.append(item)
            more.release()
            yield item

    with Ahead(items(), 2, "numbers") as ahead:
        for _ in range(3):  # two that wait, and one in the hand of the thread
            assert more.acquire(timeout=5)
        assert not more.acquire(timeout=0.1)
        assert ahead.take() == 1
        assert more.acquire(timeout=5)
        assert fetched == [1, 2, 3, 4]


def test_what_fetching_raised_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise LookupError("no such page")

    with Ahead(items(), 5, "numbers") as ahead:
        assert ahead.take() == 1
        for _ in range(2):
            with pytest.raises(LookupError, match="no such page"):
                ahead.take()


def test_items_come_many_at_a_time_and_all_that_came_before_an_error() -> None:
    def items() -> Iterator[int]:
        yield from range(7)
        raise LookupError("no such page")

    with Ahead(items(), 3, "numbers") as ahead:
        lots = ahead.lots(3, nothing)
        assert [next(lots) for _ in range(3)] == [[0, 1, 2], [3, 4, 5], [6]]
        with pytest.raises(LookupError, match="no such page"):
            next(lots)


def test_while_the_next_item_has_still_to_come_something_else_is_done() -> None:
    comes = threading.Event()

    def items() -> Iterator[int]:
        comes.wait(5)
        yield 1

    done: list[str] = []

    def meanwhile() -> bool:
        done.append("other work")
        if len(done) == 3:
            comes.set()
        return len(done) < 3

    with Ahead(items(), 5, "numbers") as ahead:
        assert ahead.take(wait=False) is None
        lots = ahead.lots(1, meanwhile)
        assert next(lots) == [1]
        assert done == ["other work"] * 3
        assert not ahead.ended


def test_leaving_early_ends_the_thread() -> None:
    def items() -> Iterator[int]:
        while True:
            yield 1

    with Ahead(items(), 2, "endless") as ahead:
        assert ahead.take() == 1
    assert "endless" not in {thread.name for thread in threading.enumerate()}
