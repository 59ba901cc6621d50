"""The demo in a pipe: one plain line for everything that happens."""

import sys

from numberline.cli.demo import story as stages
from numberline.cli.demo.story import Joiner
from numberline.cli.output import grouped


def say(at: float, word: str, text: str) -> None:
    """A line: when, what, and more."""
    print(f"{at:7.1f} s  {word:<9} {text}", flush=True)  # noqa: T201 - this is the command's output


def told(at: float, stage: str, joiner: Joiner) -> None:
    """A stage of somebody's way, as a line."""
    say(at, stage, sentence(stage, joiner))


def sentence(stage: str, joiner: Joiner) -> str:
    """What a stage means for this person, in words."""
    if stage == stages.JOINED:
        return f"{joiner.name}: {joiner.about}"
    if stage == stages.DETECTED:
        return f"{joiner.name} in the directory"
    if stage == stages.ASSIGNED:
        took = f", {joiner.took:.1f} s after joining" if joiner.took is not None else ""
        return f"{grouped(joiner.number)} to {joiner.name}{took}"
    if stage == stages.DECIDED:
        return f"{joiner.name} gets {grouped(joiner.number)}: {joiner.reason}"
    if stage == stages.HELD:
        return f"{joiner.name}: {joiner.reason[:1].lower()}{joiner.reason[1:]}"
    return f"{joiner.name}: {joiner.reason}"


class Lines:
    """The demo's screen where there is none."""

    def __init__(self, title: str) -> None:
        print(title, flush=True)  # noqa: T201 - as above

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_exception: object) -> None:
        sys.stdout.flush()
