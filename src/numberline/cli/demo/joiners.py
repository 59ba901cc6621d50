"""The people who join the simulated company: of several kinds, one after the other, at a human pace."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from numberline.cli.demo.story import Story
from numberline.simulator import names

if TYPE_CHECKING:
    from numberline.simulator.client import Control

ODD_ONES = 0.3
"""How many of those who come after every kind was shown once are not simply given a number."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of joiner: Graph attributes, products, and what makes it special.

    `lag` is how many seconds Teams takes to notice the licence; `enabled_after` enables the account so many
    seconds after it was created disabled.
    """

    about: str
    attributes: dict[str, Any]
    licences: tuple[str, ...]
    lag: float = 0.0
    enabled_after: float | None = None
    odd: bool = False


def order(kinds: list[Kind], random: Random) -> Iterator[Kind]:
    """First every kind in its order, then at random, most of them people who simply get a number."""
    yield from kinds
    plain, odd = [k for k in kinds if not k.odd], [k for k in kinds if k.odd]
    while True:
        yield random.choice(odd if odd and random.random() < ODD_ONES else plain)


class Names:
    """First and last names, each pair once; double first names when the plain ones are used up."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"names/{seed}")
        self._given: set[tuple[str, str]] = set()

    def next(self) -> tuple[str, str]:
        """A name that nobody of the demo has yet."""
        while True:
            first, last = self._random.choice(names.GIVEN), self._random.choice(names.SURNAMES)
            if len(self._given) > len(names.GIVEN) * len(names.SURNAMES) // 2:
                first = f"{first}-{self._random.choice(names.GIVEN)}"
            if (first, last) not in self._given:
                self._given.add((first, last))
                return first, last


def attributes(kind: Kind, first: str, last: str, domain: str) -> dict[str, Any]:
    """What Graph shows of somebody of this kind."""
    return {
        "displayName": f"{first} {last}",
        "givenName": first,
        "surname": last,
        "userPrincipalName": f"{first}.{last}.new@{domain}".lower().translate(names.PLAIN),
        "accountEnabled": kind.enabled_after is None,
        **kind.attributes,
    }


class Joiners:
    """Creates and licenses people in the simulated tenant until told to stop. `pace` is the seconds between two."""

    def __init__(
        self,
        control: "Control",
        story: Story,
        kinds: list[Kind],
        domain: str,
        *,
        names: Names,
        seed: int,
        pace: float,
    ) -> None:
        self._control = control
        self._story = story
        self._domain = domain
        self._pace = pace
        self._names = names
        self._random = Random(f"joiners/{seed}")
        self._order = order(kinds, self._random)
        self._later: list[tuple[float, Callable[[], None]]] = []

    def run(self, stop: threading.Event) -> None:
        """Let people come until `stop` is set."""
        due = self._story.now()
        while not stop.is_set():
            now = self._story.now()
            if now >= due:
                self.join(next(self._order))
                due = now + self._random.uniform(0.6, 1.4) * self._pace
            self._carry_out(now)
            stop.wait(0.1)

    def join(self, kind: Kind) -> str:
        """Create and license one person of this kind; gives the object id."""
        first, last = self._names.next()
        shown = attributes(kind, first, last, self._domain)
        with self._story.held():
            if kind.lag:
                self._control.faults(licence_lag=kind.lag)
            try:
                person = self._control.add_person(licences=list(kind.licences), **shown)
            finally:
                if kind.lag:
                    self._control.faults(licence_lag=0.0)
            self._story.joined(person, f"{first} {last}", kind.about)
        if kind.enabled_after is not None:
            self._later.append((self._story.now() + kind.enabled_after, lambda: self._control.enable(person)))
        return person

    def _carry_out(self, now: float) -> None:
        due = [action for at, action in self._later if at <= now]
        self._later = [(at, action) for at, action in self._later if at > now]
        for action in due:
            action()
