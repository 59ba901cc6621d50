"""How a run tells what it does, to whoever watches: a terminal, a log, nobody."""

from typing import Any, Protocol


class Progress(Protocol):
    """What a run tells. It is called on the run's own thread and must be quick."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Work goes on: `name` says which (`reading people`, `reading numbers`, `deciding`, `assigning`)."""

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Something happened: `kind` is `detected`, `decided`, `assigned`, `waiting`, `refused` or `policy`.

        Of a decision `facts` have its `action` and `code`.
        """


class NullProgress:
    """Nobody watches."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Say nothing."""

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Say nothing."""
