"""Taking over a number that somebody set in Teams directly: from then on it is ours to take back (M19)."""

from datetime import datetime

from django.db import transaction

from numberline.assignments.models import Assignment
from numberline.audit.record import Cause, Fact, record
from numberline.overrides.concerned import look_again, name_of
from numberline.overrides.outcome import Outcome, OverrideRefused, unchanged
from numberline.worklist.items import close_items


def adopt(row: Assignment, at: datetime, cause: Cause) -> Outcome:
    """Count a number that was found in Teams as given by us. Raises OverrideRefused when somebody was faster."""
    number, who = row.number, name_of(row.tenant_id, row.person)
    if row.source != "found":
        return unchanged(f"{number.text} of {who} was not set in Teams directly, or is adopted already")
    with transaction.atomic():
        rows = Assignment.objects.of(row.tenant_id).filter(pk=row.pk, until=None, source="found")
        if rows.update(source="adopted") != 1:
            raise OverrideRefused(f"somebody else has just changed {number.text}: look at it and try again")
        state = {"state": number.state, "holder": row.person}
        fact = Fact(
            "adopt",
            row.person,
            number.text,
            {**state, "source": "found"},
            {**state, "source": "adopted"},
        )
        record(row.tenant_id, at, cause, fact)
        close_items(row.tenant_id, at, "not_adopted", person=row.person)
        look_again(row.tenant_id, [number], row.person)
    row.source = "adopted"
    return Outcome(True, f"{number.text} of {who} is adopted: it is taken back when they leave.")
