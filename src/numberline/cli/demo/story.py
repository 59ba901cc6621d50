"""What has happened in the demo so far: each joiner's way to a number, and the counters. Safe for several threads.

Times are seconds since the demo began.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

JOINED, DETECTED, DECIDED, ASSIGNED = "joined", "detected", "decided", "assigned"
WAITING, HELD, REFUSED, SKIPPED = "waiting", "held", "refused", "skipped"


@dataclass(slots=True)
class Joiner:
    """One person's way: who, what for, and when each stage was reached. `reason` is the decision's own sentence."""

    person: str
    name: str
    about: str
    joined_at: float | None
    stage: str = JOINED
    detected_at: float | None = None
    assigned_at: float | None = None
    number: str = ""
    reason: str = ""

    @property
    def took(self) -> float | None:
        """Seconds from joining to the number; None while there is none, or when they were there before."""
        if self.assigned_at is None or self.joined_at is None:
            return None
        return self.assigned_at - self.joined_at


@dataclass(slots=True)
class Counters:
    """How many came to each stage, and what was read."""

    joined: int = 0
    detected: int = 0
    assigned: int = 0
    refused: int = 0
    policies: int = 0
    passes: int = 0
    failed_passes: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float | None:
        """The median of the seconds from joining to the number."""
        if not self.seconds:
            return None
        return sorted(self.seconds)[len(self.seconds) // 2]


Told = Callable[[float, str, Joiner], None]


class Story:
    """The joiners and counters. `told` hears of every stage that is reached, in order and one at a time."""

    def __init__(self, clock: Callable[[], float], told: Told = lambda at, stage, joiner: None) -> None:
        self._clock = clock
        self._began = clock()
        self._told = told
        self._lock = threading.RLock()
        self._joiners: dict[str, Joiner] = {}
        self._counters = Counters()
        self.step = ""
        self.trouble = ""

    def now(self) -> float:
        """Seconds since the demo began."""
        return self._clock() - self._began

    def tell(self, told: Told) -> None:
        """From now on, tell every stage that is reached to `told`."""
        with self._lock:
            self._told = told

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is told meanwhile: nobody is found before it was said that they joined."""
        with self._lock:
            yield

    def joined(self, person: str, name: str, about: str) -> None:
        """Somebody was created and licensed in the directory; `about` says where and with which licence."""
        with self._lock:
            self._joiners[person] = Joiner(person, name, about, self.now())
            self._counters.joined += 1
            self._told(self.now(), JOINED, self._joiners[person])

    def reached(self, person: str, stage: str, *, name: str = "", number: str = "", reason: str = "") -> None:
        """A pass saw somebody, decided about them, or gave them a number. What was told is not told again.

        Of those who were in the company before, only what they get is worth telling; of those who have a number,
        nothing more.
        """
        with self._lock:
            joiner = self._joiners.get(person)
            if joiner is None:
                if stage in (DETECTED, WAITING, HELD, SKIPPED):
                    return
                joiner = self._joiners[person] = Joiner(person, name or person, "was here before", None)
            if joiner.stage == ASSIGNED or (joiner.stage, joiner.reason) == (stage, reason):
                return
            joiner.number = number or joiner.number
            joiner.reason = reason or joiner.reason
            joiner.stage = stage
            self._count(joiner)
            self._told(self.now(), stage, joiner)

    def policy(self) -> None:
        """A policy of a range is on somebody, and Teams shows it."""
        with self._lock:
            self._counters.policies += 1

    def passed(self) -> None:
        """A pass over the tenant ended well."""
        with self._lock:
            self._counters.passes += 1
            self.trouble = ""

    def failed(self, sentence: str) -> None:
        """A pass failed; the loop goes on."""
        with self._lock:
            self._counters.failed_passes += 1
            self.trouble = sentence

    def joiners(self) -> list[Joiner]:
        """Everybody in the story, as they are now, in the order in which they came into it."""
        with self._lock:
            return [replace(joiner) for joiner in self._joiners.values()]

    def counters(self) -> Counters:
        """The counters as they are now."""
        with self._lock:
            return replace(self._counters, seconds=list(self._counters.seconds))

    def _count(self, joiner: Joiner) -> None:
        if joiner.stage == DETECTED:
            joiner.detected_at = self.now()
            self._counters.detected += 1
        elif joiner.stage == REFUSED:
            self._counters.refused += 1
        elif joiner.stage == ASSIGNED:
            joiner.assigned_at = self.now()
            self._counters.assigned += 1
            if joiner.took is not None:
                self._counters.seconds.append(joiner.took)
