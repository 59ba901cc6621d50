"""Where what everybody must know of Microsoft's bearing is kept: rates, holds, circuits.

A store changes one small state at a time and lets nobody see half of it. In one process it is memory; several
processes share one that the caller gives (numberline.tenants.shared), because this room knows no database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

Change = Callable[[bytes | None, float], bytes | None]
"""From a state (None: there is none) and the time of the store to the new state (None: as it was). It may be called
more than once before one of its answers is kept."""
S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")

BACK = 60.0
"""A state that was written so many seconds after now is of a clock that went back."""


class Store(Protocol):
    """Small states by key, each with one clock for all who share it."""

    lease: float
    """For how many seconds of slots one change may stand, because it costs something; 0 where it costs nothing."""

    def time(self) -> float:
        """Seconds on the clock that all who share the store go by."""

    def read(self, key: str) -> bytes | None:
        """The state as it stands."""

    def change(self, key: str, do: Change) -> None:
        """Change a state by what `do` makes of it, as one step."""


class MemoryStore:
    """States of this process alone, on its own clock."""

    lease = 0.0

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._states: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def time(self) -> float:
        """Seconds on this process's clock."""
        return self._monotonic()

    def read(self, key: str) -> bytes | None:
        """The state as it stands."""
        with self._lock:
            return self._states.get(key)

    def change(self, key: str, do: Change) -> None:
        """Change a state by what `do` makes of it."""
        with self._lock:
            state = do(self._states.get(key), self._monotonic())
            if state is not None:
                self._states[key] = state


def decoded(of: type[S], state: bytes | None) -> S | None:
    """The state as a value; None when there is none, or one of a shape that this release does not know."""
    if state is None:
        return None
    try:
        return msgspec.msgpack.decode(state, type=of)
    except msgspec.DecodeError:
        return None


def changed(store: Store, key: str, make: Callable[[bytes | None, float], tuple[S, T]]) -> T:
    """Change a state and give what came of it: `make` gives the new state and the result."""
    kept: list[T] = []

    def do(state: bytes | None, now: float) -> bytes | None:
        new, result = make(state, now)
        kept[:] = [result]
        encoded = msgspec.msgpack.encode(new)
        return None if encoded == state else encoded

    store.change(key, do)
    return kept[0]
