"""The states of a number and the moves between them. The database refuses every other move."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What a number is to us. `retired`: ported out or no longer declared; its history stays."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    ASSIGNING = "assigning"
    ASSIGNED = "assigned"
    RELEASING = "releasing"
    QUARANTINED = "quarantined"
    BLOCKED = "blocked"
    RETIRED = "retired"


_TO: dict[State, tuple[State, ...]] = {
    # To `assigned` from a resting state: somebody assigned it in Teams, and we found it there.
    State.AVAILABLE: (State.RESERVED, State.ASSIGNING, State.BLOCKED, State.RETIRED, State.ASSIGNED),
    State.RESERVED: (State.AVAILABLE, State.ASSIGNING, State.BLOCKED, State.RETIRED, State.ASSIGNED),
    # Back to rest only when the request surely never reached Teams; to quarantine when it may have.
    State.ASSIGNING: (State.ASSIGNED, State.AVAILABLE, State.RESERVED, State.QUARANTINED, State.BLOCKED),
    # To itself: Teams shows another holder. To quarantine: Teams shows it free, and the grace is over.
    State.ASSIGNED: (State.RELEASING, State.QUARANTINED, State.ASSIGNED),
    State.RELEASING: (State.QUARANTINED, State.AVAILABLE, State.ASSIGNED, State.RESERVED),
    State.QUARANTINED: (
        State.AVAILABLE,
        State.RESERVED,
        State.ASSIGNING,
        State.BLOCKED,
        State.RETIRED,
        State.ASSIGNED,
    ),
    State.BLOCKED: (State.AVAILABLE, State.RESERVED, State.RETIRED, State.ASSIGNED),
    State.RETIRED: (State.AVAILABLE, State.BLOCKED, State.ASSIGNED),
}

MOVES: frozenset[tuple[State, State]] = frozenset((old, new) for old, to in _TO.items() for new in to)
"""Every legal move as (from, to). The database triggers are generated from it."""


def is_legal(old: State, new: State) -> bool:
    """Whether a number may go from the one state to the other."""
    return (old, new) in MOVES
