"""Fetching on a thread of its own, ahead of whoever works on what was fetched."""

import queue
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class _End:
    """Nothing more comes; `error` is what ended it, if that was not the end of the items."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class Ahead(Generic[T]):
    """The items of an iterator, which a thread runs; at most `most` of them lie waiting. One thread takes them.

    Leaving the block ends the thread after the item that it is at.
    """

    def __init__(self, items: Iterator[T], most: int, name: str) -> None:
        self._items, self._most = items, most
        self._room = threading.Semaphore(most)
        self._fetched: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        self._left = False
        self.ended = False
        """Whether everything was taken."""
        self._thread = threading.Thread(target=self._fetch, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = True
        self._room.release()
        self._thread.join()

    def take(self, *, wait: bool = True) -> T | None:
        """The next item; None after the last one and, without `wait`, when there is none yet.

        Raises what fetching raised, after the items that came before it.
        """
        try:
            item = self._fetched.get(block=wait)
        except queue.Empty:
            return None
        if isinstance(item, _End):
            self._fetched.put(item)
            if item.error is not None:
                raise item.error
            self.ended = True
            return None
        self._room.release()
        return item

    def lots(self, least: int, meanwhile: Callable[[], bool]) -> Iterator[list[T]]:
        """Every item, `least` and what else lies waiting at a time; the last ones, or those before an error, are fewer.

        `meanwhile` is called while the next item has still to come, until it finds nothing to do.
        """
        while True:
            lot = self._lot(least, meanwhile)
            if lot:
                yield lot
            elif self.take() is None:
                return

    def _lot(self, least: int, meanwhile: Callable[[], bool]) -> list[T]:
        lot: list[T] = []
        while len(lot) < least or (len(lot) < self._most and not self._fetched.empty()):
            while self._fetched.empty() and meanwhile():
                pass
            item = self._fetched.get()
            if isinstance(item, _End):
                self._fetched.put(item)
                break
            self._room.release()
            lot.append(item)
        return lot

    def _fetch(self) -> None:
        try:
            for item in self._items:
                self._room.acquire()
                if self._left:
                    return
                self._fetched.put(item)
            self._fetched.put(_End())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever takes the items
            self._fetched.put(_End(error))
