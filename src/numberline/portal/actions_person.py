"""What is set by hand on a person, at once: locks and exclusions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from numberline import clock
from numberline.access.visit import Visit
from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.overrides import people
from numberline.overrides.outcome import Outcome
from numberline.portal.actions import Action, Preview
from numberline.portal.actions_forms import Ending, another_end
from numberline.portal.promises import by_mode

NOTHING_FREED = "Nothing changes in Teams: whatever they have stays with them."


def is_locked(who: Person, now: datetime) -> bool:
    """Whether they are locked now."""
    return who.locked and not ended(who.locked_until, now)


def is_excluded(who: Person, now: datetime) -> bool:
    """Whether they are excluded by hand now."""
    return who.excluded and not ended(who.excluded_until, now)


def is_left_out(who: Person, now: datetime) -> bool:
    """Whether `include` would do anything for them."""
    return is_excluded(who, now) or who.released_by_hand or bool(who.taken_number)


def held_by(who: Person) -> Assignment | None:
    """The primary number that somebody holds, with its row."""
    rows = Assignment.objects.of(who.tenant_id).filter(person=who.object_id, until=None, category="primary")
    return rows.select_related("number__range").first()


def _facts(who: Person) -> tuple[object, ...]:
    held = held_by(who)
    marks = (who.locked, who.locked_until, who.excluded, who.excluded_until, who.released_by_hand)
    return (who.object_id, *marks, who.taken_number, who.deleted, held and held.number.text)


def _locked_so_far(who: Person) -> str:
    return another_end("locked", who.locked_until) if is_locked(who, clock.now()) else ""


def _excluded_so_far(who: Person) -> str:
    return another_end("excluded", who.excluded_until) if is_excluded(who, clock.now()) else ""


def _not_locked(who: Person) -> str:
    return "" if is_locked(who, clock.now()) else "They are not locked, so nothing changes."


def _not_left_out(who: Person) -> str:
    return "" if is_left_out(who, clock.now()) else "They are not left out, so nothing changes."


def _preview(
    title: str,
    button: str,
    *effects: str,
    so_far: Callable[[Person], str] = lambda _who: "",
    needless: Callable[[Person], str] = lambda _who: "",
) -> Callable[[Visit, Person, Mapping[str, str]], Preview]:
    def preview(visit: Visit, who: Person, _chosen: Mapping[str, str]) -> Preview:
        held = held_by(who)
        theirs = f"{who} has {held.number.text}." if held else f"{who} has no number."
        kept = by_mode(visit.tenant) if any(effect.startswith("The next sync") for effect in effects) else ""
        told = [theirs, *effects, *filter(None, (so_far(who), kept))]
        if idle := needless(who):
            told = [theirs, idle]
        return Preview(title.format(who=who.name or who), told, button.format(who=who), _facts(who))

    return preview


def _lock(
    _visit: Visit, who: Person, _chosen: Mapping[str, str], given: dict[str, Any], cause: Cause
) -> Outcome:
    return people.lock(who, clock.now(), cause, given["until"])


def _unlock(
    _visit: Visit, who: Person, _chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> Outcome:
    return people.unlock(who, clock.now(), cause)


def _exclude(
    _visit: Visit, who: Person, _chosen: Mapping[str, str], given: dict[str, Any], cause: Cause
) -> Outcome:
    return people.exclude(who, clock.now(), cause, given["until"])


def _include(
    _visit: Visit, who: Person, _chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> Outcome:
    return people.include(who, clock.now(), cause)


LOCK: Action[Person] = Action(
    "person_lock",
    "Lock",
    _preview(
        "Lock {who} against automation",
        "Lock {who} against automation",
        "Automation leaves them as they are, and gives them nothing.",
        NOTHING_FREED,
        so_far=_locked_so_far,
    ),
    _lock,
    Ending,
)
UNLOCK: Action[Person] = Action(
    "person_unlock",
    "Unlock",
    _preview(
        "Unlock {who}",
        "Unlock {who}",
        "The next sync decides about them as about everybody.",
        needless=_not_locked,
    ),
    _unlock,
)
EXCLUDE: Action[Person] = Action(
    "person_exclude",
    "Exclude",
    _preview(
        "Exclude {who} from automation",
        "Exclude {who} from automation",
        "Automation does not serve them: it gives them nothing and takes nothing from them.",
        NOTHING_FREED,
        so_far=_excluded_so_far,
    ),
    _exclude,
    Ending,
)
INCLUDE: Action[Person] = Action(
    "person_include",
    "Include",
    _preview(
        "Let automation serve {who} again",
        "Include {who} again",
        "The next sync decides about them as about everybody, also after a release by hand.",
        needless=_not_left_out,
    ),
    _include,
)
AT_ONCE: tuple[Action[Person], ...] = (LOCK, UNLOCK, EXCLUDE, INCLUDE)
