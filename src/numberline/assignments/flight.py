"""One change under way: what is asked next, and when. Kept in memory; the Change row is the truth."""

from dataclasses import dataclass, field
from enum import Enum, auto

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

    `needs` says whether the person needs a Calling Plan shown by Teams. `looks` counts how often the result
    was looked for since the last request, `waited` how often a call was put off.
    """

    change: Change
    number: str
    type: str
    upn: str
    ask: Ask
    due: float
    began: float
    looks: int = 0
    waited: int = 0
    refusal: Exception | None = None
    ending: Ending | None = None
    text: str = ""

    @property
    def person(self) -> str:
        """Object id of the person who is to have the number, or who is to lose it."""
        return self.change.person

    @property
    def releases(self) -> bool:
        """Whether the number is to be taken back."""
        return self.change.kind == Kind.RELEASE


@dataclass(slots=True)
class Pace:
    """How long Microsoft's operations take, learned from those that were polled, so that one poll is enough.

    The first poll comes after `first` seconds; a poll that came too early makes later ones come later, one that
    found the operation ended lets them come a little earlier.
    """

    first: float = 2.0
    least: float = 0.5
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
