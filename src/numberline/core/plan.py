"""What automation wants now: the changes, what is held and by which limit, who waits, and a digest of it all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from numberline.core.decision import Action, Decision
from numberline.core.limits import Done, Limit, Limits, Mode, Room

_ACTIONS = (Action.ASSIGN, Action.CHANGE, Action.RELEASE)
_LAST = (9, datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `changes` go ahead in their order; `held` do not, each with the limit that holds it.

    The digest covers the tenant, the version of its configuration, and every change with the facts it stands on
    and what holds it: equal digests mean that nothing has moved which the plan stands on. `rooms` is what each limit
    that counts allows, and what of it was used.
    """

    tenant: str
    mode: Mode
    config_version: str
    changes: tuple[Decision, ...]
    held: tuple[tuple[Decision, Limit], ...]
    waiting: tuple[Decision, ...]
    digest: str
    rooms: Mapping[Limit, Room] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind go ahead, how many people wait, how many changes are held."""
        made = {str(action): sum(d.action is action for d in self.changes) for action in _ACTIONS}
        return {**made, "waiting": len(self.waiting), "held": len(self.held)}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do, held or not."""
        return not self.changes and not self.held

    def to_json(self, plan_id: str | None = None) -> dict[str, Any]:
        """The plan as scripts read it. `plan_id` is what it was stored as."""
        return {
            "tenant": self.tenant,
            "plan": plan_id,
            "digest": self.digest,
            "mode": str(self.mode),
            "changes": [_change(decision) for decision in self.changes],
            "waiting": [_waiting(decision) for decision in self.waiting],
            "held": [{**_change(decision), "limit": str(limit)} for decision, limit in self.held],
            "counts": self.counts,
        }


def build_plan(
    tenant: str,
    config_version: str,
    decisions: Iterable[Decision],
    *,
    mode: Mode,
    limits: Limits,
    held_numbers: Callable[[], int],
    done: Done = Done(),  # noqa: B008 - frozen
    listing_whole: bool = True,
) -> Plan:
    """The plan of these decisions, the same whatever their order. What is kept or skipped is not part of it.

    Args:
        tenant: the tenant's name.
        config_version: names the ranges and settings that the decisions were made with.
        decisions: streamed; only changes and those who wait are kept.
        mode: the mode in effect.
        limits: the tenant's limits.
        held_numbers: tells how many numbers are held now, for the percentage; asked only where it counts.
        done: what automation did in the last 24 hours.
        listing_whole: False when Teams' listing was short, empty or failed: then nothing is taken.

    Raises:
        ValueError: two decisions concern one person, or two changes one number.
    """
    wanted: list[Decision] = []
    waiting: list[Decision] = []
    for decision in decisions:
        if decision.action is Action.WAIT:
            waiting.append(decision)
        elif decision.action in _ACTIONS:
            wanted.append(decision)
    _refuse_twice(wanted, waiting)
    wanted.sort(key=_service)
    waiting.sort(key=lambda d: ((d.upn or "").casefold(), d.person))
    rooms = _rooms(wanted, limits, held_numbers, done)
    holds = _hold(wanted, mode, rooms, listing_whole)
    held = tuple((d, limit) for d, limit in zip(wanted, holds, strict=True) if limit is not None)
    changes = tuple(d for d, limit in zip(wanted, holds, strict=True) if limit is None)
    digest = _digest(tenant, config_version, wanted, holds)
    return Plan(tenant, mode, config_version, changes, held, tuple(waiting), digest, rooms)


def _service(decision: Decision) -> tuple[Any, ...]:
    """Assignments in the order of service, then changes, then releases."""
    return (_ACTIONS.index(decision.action), decision.order or _LAST, decision.person)


def _refuse_twice(wanted: list[Decision], waiting: list[Decision]) -> None:
    people = [d.person for d in (*wanted, *waiting)]
    numbers = [n for d in wanted for n in (d.number, d.from_number) if n is not None]
    for what, things in (("person", people), ("number", numbers)):
        if len(set(things)) != len(things):
            twice = next(thing for thing in things if things.count(thing) > 1)
            raise ValueError(f"The {what} {twice} is in the plan twice: give each {what} one decision.")


def _rooms(
    wanted: list[Decision], limits: Limits, held_numbers: Callable[[], int], done: Done
) -> dict[Limit, Room]:
    counts = {action: sum(d.action is action for d in wanted) for action in _ACTIONS}
    held = held_numbers() if counts[Action.CHANGE] or counts[Action.RELEASE] else 0
    change, release = limits.raised(limits.change, held), limits.raised(limits.release, held)
    return {
        Limit.ASSIGN: Room(limits.assign, done.assign, counts[Action.ASSIGN]),
        Limit.CHANGE: Room(change, done.change, counts[Action.CHANGE]),
        Limit.RELEASE: Room(release, done.release, counts[Action.RELEASE]),
    }


def _hold(
    wanted: list[Decision], mode: Mode, rooms: Mapping[Limit, Room], listing_whole: bool
) -> list[Limit | None]:
    """For each change what holds it, the mode before the listing before the numbers."""
    over = {Action(limit.value): room.wanted + room.used > room.allowed for limit, room in rooms.items()}
    room = max(0, rooms[Limit.ASSIGN].allowed - rooms[Limit.ASSIGN].used)
    holds: list[Limit | None] = []
    for decision in wanted:
        action = decision.action
        if mode in (Mode.OFF, Mode.OBSERVE) or (mode is Mode.ASSIGN and action is not Action.ASSIGN):
            holds.append(Limit.MODE)
        elif action is Action.ASSIGN:
            holds.append(None if room > 0 else Limit.ASSIGN)
            room -= 1
        elif not listing_whole:
            holds.append(Limit.LISTING)
        else:
            holds.append(Limit(action.value) if over[action] else None)
    return holds


def _digest(tenant: str, config_version: str, wanted: list[Decision], holds: list[Limit | None]) -> str:
    stands_on = {
        "tenant": tenant,
        "config": config_version,
        "changes": [
            {**_change(d), "location": d.location_id, "basis": d.basis, "limit": limit}
            for d, limit in zip(wanted, holds, strict=True)
        ],
    }
    text = json.dumps(stands_on, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _change(decision: Decision) -> dict[str, Any]:
    return {
        "action": str(decision.action),
        "person": decision.person,
        "upn": decision.upn,
        "number": decision.number,
        "from_number": decision.from_number,
        "range": decision.range,
        "type": None if decision.type is None else str(decision.type),
        "code": str(decision.code),
        "reason": decision.reason,
    }


def _waiting(decision: Decision) -> dict[str, Any]:
    return {
        "person": decision.person,
        "upn": decision.upn,
        "code": str(decision.code),
        "reason": decision.reason,
    }
