"""How a tenant's people stand by the last decisions: who waits and why."""

from django.db.models import Count, QuerySet

from numberline.core.decision import Action
from numberline.directory.models import Person


def waiting(people: QuerySet[Person]) -> dict[str, int]:
    """How many of these people wait, by the code of the decision; the most first."""
    rows = people.filter(action=Action.WAIT).order_by().values_list("code").annotate(count=Count("*"))
    return dict(rows.order_by("-count", "code"))
