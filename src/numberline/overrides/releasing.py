"""Whether a number can be taken from its holder, by what is known here."""

from numberline.assignments.models import Assignment
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.overrides.holding import why_not_adopted, why_not_ours
from numberline.overrides.standing import why_busy
from numberline.overrides.words import why_held


def why_not_released(row: Assignment) -> str | None:
    """Why this number can't be taken from its holder now, by what is known here; None when it can."""
    number = row.number
    why = why_not_ours(row) or why_not_adopted(row)
    who = Person.objects.of(row.tenant_id).filter(object_id=row.person).first()
    if why is None and who is not None:
        why = why_busy(who)
    if why is None and number.state != State.ASSIGNED:
        why = f"{why_held(number)}: wait until Teams shows it"
    return why
