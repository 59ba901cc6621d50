"""What became of sending something."""

from dataclasses import dataclass

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """`error` is empty when the receiver took it, else why not, in a few plain words without a full stop.

    `gone`: it says that it wants nothing any more. `after`: it asks to be left alone for so many seconds.
    """

    error: str = ""
    gone: bool = False
    after: float = 0.0

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return not self.error


def failed(error: str, *, gone: bool = False, after: float = 0.0) -> Outcome:
    """It was not taken. Whatever others said of it is cut to a length that a sentence can bear."""
    flat = " ".join(error.split()).rstrip(".") or "no reason was given"
    return Outcome(flat[:LONGEST], gone, after)
