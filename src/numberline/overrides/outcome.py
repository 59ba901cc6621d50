"""What became of something set by hand, and what is said when it can't be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from numberline.inventory.moves import NumberMoved


class OverrideRefused(Exception):
    """It can't be set so. The message is one sentence that says why and what would work."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether anything was written, and a sentence for whoever asked."""

    changed: bool
    sentence: str


def unchanged(fact: str) -> Outcome:
    """It is so already."""
    return Outcome(False, f"{fact}: nothing was changed.")


@contextmanager
def one_change() -> Iterator[None]:
    """The transaction of one verb. Raises OverrideRefused when somebody else was faster."""
    try:
        with transaction.atomic():
            yield
    except NumberMoved as error:
        raise OverrideRefused(
            f"{error}, somebody else has just changed it: look at it and try again"
        ) from error
