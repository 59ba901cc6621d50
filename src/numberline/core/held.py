"""What holds a decided change back, and what that means to whoever reads of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from numberline.core.decision import Action
from numberline.core.limits import Limit, Mode

ALLOWED: dict[Mode, tuple[Action, ...]] = {
    Mode.OFF: (),
    Mode.OBSERVE: (),
    Mode.ASSIGN: (Action.ASSIGN,),
    Mode.FULL: (Action.ASSIGN, Action.RELEASE),
}
"""What automation does by itself in each mode."""
WHY: dict[Limit, str] = {
    Limit.ASSIGN: "more assignments than the limit allows within 24 hours",
    Limit.CHANGE: "more changes than the limit allows within 24 hours",
    Limit.RELEASE: "more releases than the limit allows within 24 hours",
    Limit.MODE: "the tenant's mode does not let automation do it",
    Limit.LISTING: "Teams' list of numbers was not whole: nothing is taken back until it is, whoever asks",
}
"""What each limit says of what it holds."""


_APPROVED = "It is done once the limit has room again, or when somebody approves a plan that has it."
_WHOLE = (
    "The limit holds all of them until it has room for all, or until somebody approves a plan that has them."
)
_NEXT: dict[Limit, str] = {
    Limit.ASSIGN: _APPROVED,
    Limit.CHANGE: _WHOLE,
    Limit.RELEASE: _WHOLE,
    Limit.MODE: "It is done when somebody changes the mode, or approves a plan that has it.",
    Limit.LISTING: "The next whole list of numbers lets it go.",
}


@dataclass(frozen=True, slots=True)
class Held:
    """That a change is held: by which limit, in which mode of the tenant, and since when as far as that is known."""

    limit: Limit
    mode: Mode
    since: datetime | None = None

    @property
    def by(self) -> str:
        """What holds it, to stand after "held by"."""
        return f"the mode {self.mode}" if self.limit is Limit.MODE else f"the limit {self.limit}"

    @property
    def sentence(self) -> str:
        """That it is held, by what, and how it goes on."""
        return f"Held by {self.by}: {self.why}. {self.next}"

    @property
    def why(self) -> str:
        """Why it is held."""
        return WHY[self.limit]

    @property
    def next(self) -> str:
        """How it goes on."""
        return _NEXT[self.limit]

    @property
    def approvable(self) -> bool:
        """Whether approving a plan lets it go."""
        return self.limit is not Limit.LISTING

    def to_json(self) -> dict[str, Any]:
        """As scripts read it."""
        return {"limit": str(self.limit), "since": self.since}


def held(action: str, mode: str, limited_by: str | None, since: datetime | None = None) -> Held | None:
    """What holds the change that is decided for somebody: the mode as it is now, before the limit that held it at the
    last look. None when nothing does, or when no change is decided."""
    now = Mode(mode)
    if action not in (Action.ASSIGN, Action.RELEASE):
        return None
    if action not in ALLOWED[now]:
        return Held(Limit.MODE, now)
    return Held(Limit(limited_by), now, since) if limited_by else None
