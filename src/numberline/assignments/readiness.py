"""What Teams says of a person's readiness, and when it is asked again.

A licence takes minutes to 24 h to reach Teams, so the questions grow rarer up to a day; after a day of waiting
the person lands on the worklist (spec section 3, step 13).
"""

from datetime import datetime, timedelta

from numberline.directory.models import Person
from numberline.worklist.items import close_items, open_item

BACK_OFF = tuple(
    timedelta(minutes=minutes) for minutes in (1, 1, 2, 2, 5, 5, 10, 15, 30, 60, 120, 240, 480, 960, 1440)
)
PATIENCE = timedelta(hours=24)
NO_PHONE_SYSTEM = "Teams does not show Phone System for this person yet"
NO_CALLING_PLAN = "Teams does not show the Calling Plan for this person yet"
UNNAMED_LINE = "Teams shows a number on this person that its list does not name"
NOT_SHOWN = frozenset({NO_PHONE_SYSTEM, NO_CALLING_PLAN, UNNAMED_LINE, ""})


def note_ready(person: Person, at: datetime) -> None:
    """Teams shows what the person needs. Who was refused all the same is asked for ever more rarely until served."""
    if person.obstacle in NOT_SHOWN:
        note_served(person)
        close_items(person.tenant_id, at, "not_ready", person=person.object_id)


def note_served(person: Person) -> None:
    """Nothing stands in the person's way any more."""
    _update(person, ready=True, look_at=None, looks=0, waiting_since=None, obstacle="")


def note_not_ready(person: Person, at: datetime, obstacle: str, *, for_teams: bool) -> None:
    """Teams does not show it yet, or refuses this person for now: ask again later, ever more rarely.

    `for_teams`: waiting is all that helps, so only after a day does it become something for a human.
    """
    waiting_since = person.waiting_since or at
    pause = BACK_OFF[min(person.looks, len(BACK_OFF) - 1)]
    _update(
        person,
        ready=False,
        look_at=at + pause,
        looks=min(person.looks + 1, 10_000),
        waiting_since=waiting_since,
        obstacle=obstacle,
        needs_look=True,
    )
    if for_teams and at - waiting_since >= PATIENCE:
        open_item(person.tenant_id, "not_ready", at, person=person.object_id, detail=obstacle)


def _update(person: Person, **fields: object) -> None:
    if all(getattr(person, name) == value for name, value in fields.items()):
        return
    Person.objects.of(person.tenant_id).filter(pk=person.pk).update(**fields)
    for name, value in fields.items():
        setattr(person, name, value)
