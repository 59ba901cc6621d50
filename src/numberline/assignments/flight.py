"""One change under way: what is asked next, and when. Kept in memory; the Change row is the truth."""

from dataclasses import dataclass, field
from enum import Enum, auto

from numberline.assignments.legs import Leg, Seen
from numberline.assignments.models import Change, Kind


class Ask(Enum):
    """The next question or request to Microsoft. `NUMBER` is the look before a request, `RESULT` the one after it."""

    PERSON = auto()
    NUMBER = auto()
    SEND = auto()
    OPERATION = auto()
    RESULT = auto()


class Ending(Enum):
    """How a flight ended, as far as this run is concerned."""

    ASSIGNED = "assigned"
    RELEASED = "released"
    CHANGED = "changed"
    SWAPPED = "swapped"
    PUT_BACK = "put_back"
    """A change or swap that failed in the middle: everything in Teams is as it was before."""
    STUCK = "stuck"
    """A change or swap that failed and could not be put back: the text and the worklist say how Teams stands."""
    NOT_READY = "not_ready"
    TAKEN = "taken"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"
    LEFT = "left"
    """Taken back because the run was told to end; the next run decides again."""


@dataclass(slots=True)
class Flight:
    """A change, its number's text and type, and where it stands. Times are monotonic seconds.

    `leg` is the request under way, and `seen` what was seen of the numbers of a change that has several. `looks` counts
    how often the result was looked for since the last request, `waited` how often a call was put off. `earlier`: an
    earlier process began it, so that nobody waits for what becomes of it.
    """

    change: Change
    number: str
    type: str
    upn: str
    ask: Ask
    due: float
    began: float
    leg: Leg = field(init=False)
    seen: Seen = field(default_factory=Seen)
    looks: int = 0
    waited: int = 0
    earlier: bool = False
    refusal: Exception | None = None
    ending: Ending | None = None
    text: str = ""

    def __post_init__(self) -> None:
        takes = self.change.kind == Kind.RELEASE
        self.leg = Leg(self.number, self.type, self.change.person, takes, self.change.location_id)

    @property
    def person(self) -> str:
        """Object id of the person who is to have the number, or who is to lose it."""
        return self.change.person

    @property
    def half_done(self) -> bool:
        """Whether requests of earlier legs may have been carried out: what is left of it is to be done or undone."""
        change = self.change
        return change.back or bool(change.asked & ((1 << change.leg) - 1))


FIRST_POLL = 2.0
"""Seconds from a 202 to the first poll, until more is known."""

LEAST_POLL = 0.5
"""Seconds from a 202 to the first poll, however soon operations are found to end."""


@dataclass(slots=True)
class Pace:
    """How long Microsoft's operations take, learned from those that were polled, so that one poll is enough.

    The first poll comes after `first` seconds; a poll that came too early makes later ones come later, one that
    found the operation ended lets them come a little earlier.
    """

    first: float = field(default_factory=lambda: FIRST_POLL)
    least: float = field(default_factory=lambda: LEAST_POLL)
    most: float = 20.0
    polls: dict[int, int] = field(default_factory=dict)

    def after_send(self) -> float:
        """Seconds from the 202 to the first poll."""
        return self.first

    def too_early(self, change_id: int) -> float:
        """A poll found the operation still running: seconds until the next."""
        count = self.polls.get(change_id, 0) + 1
        self.polls[change_id] = count
        if count == 1:
            self.first = min(self.most, self.first * 1.15)
        return float(min(self.most, 0.75 * 1.5**count))

    def in_time(self, change_id: int) -> None:
        """A poll found the operation ended."""
        if self.polls.pop(change_id, 0) == 0:
            self.first = max(self.least, self.first * 0.985)
