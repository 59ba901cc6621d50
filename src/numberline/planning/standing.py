"""How a tenant's people stand by the last decisions: who waits and why, and what automation would do and does not."""

from collections import Counter

from django.db.models import Count, QuerySet

from numberline.core.decision import Action
from numberline.core.limits import Mode
from numberline.directory.models import Person

ALLOWED: dict[Mode, tuple[Action, ...]] = {
    Mode.OFF: (),
    Mode.OBSERVE: (),
    Mode.ASSIGN: (Action.ASSIGN,),
    Mode.FULL: (Action.ASSIGN, Action.RELEASE),
}
"""What automation does by itself in each mode."""


def waiting(people: QuerySet[Person]) -> dict[str, int]:
    """How many of these people wait, by the code of the decision; the most first."""
    rows = people.filter(action=Action.WAIT).order_by().values_list("code").annotate(count=Count("pk"))
    return dict(rows.order_by("-count", "code"))


def held_by_mode(people: QuerySet[Person], mode: Mode) -> Counter[str]:
    """How many changes are decided for these people that the mode does not allow, by action."""
    held = [action for action in (Action.ASSIGN, Action.RELEASE) if action not in ALLOWED[mode]]
    if not held:
        return Counter()
    rows = people.filter(needs_look=True, action__in=held).order_by()
    return Counter(dict(rows.values_list("action").annotate(count=Count("pk"))))
