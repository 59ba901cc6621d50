"""Taking over numbers that were set in Teams directly: from then on they are treated like those given here (M19)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from numberline.assignments.models import Assignment
from numberline.audit.record import Cause, Fact, record_many
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant

AT_ONCE = 500


def adopt_declared(tenant: Tenant, at: datetime, cause: Cause) -> int:
    """Take over what was found in ranges with `adopt: true`, now or long ago. Gives how many.

    Only a primary number of a person whom the directory knows: what belongs to a resource account, to an unknown owner
    or to the on-premises directory is never ours.
    """
    if not Range.objects.of(tenant.pk).filter(adopt=True).exists():
        return 0
    people = Person.objects.of(tenant.pk).filter(
        object_id=OuterRef("person"), resource_account=False, guest=False
    )
    found = Assignment.objects.of(tenant.pk).filter(source="found", until=None, category="primary")
    ours = found.filter(number__range__adopt=True, number__on_premises=False, number__state=State.ASSIGNED)
    rows = list(ours.filter(Exists(people)).select_related("number", "number__range").order_by("pk"))
    for start in range(0, len(rows), AT_ONCE):
        adopt(rows[start : start + AT_ONCE], at, cause)
    return len(rows)


def adopt(rows: Sequence[Assignment], at: datetime, cause: Cause) -> None:
    """Take over what these holders have, all of one tenant, and record it; `number.range` is read with them."""
    if not rows:
        return
    tenant_id = rows[0].tenant_id
    with transaction.atomic():
        keys = [row.pk for row in rows]
        Assignment.objects.of(tenant_id).filter(pk__in=keys, source="found").update(source="adopted")
        record_many(tenant_id, at, cause, map(_fact, rows))


def _fact(row: Assignment) -> Fact:
    said = {"state": row.number.state, "holder": row.person}
    home = row.number.range
    reason = f"the range {home.name} adopts what is found" if home is not None and home.adopt else ""
    return Fact(
        "adopt",
        row.person,
        row.number.text,
        {**said, "source": "found"},
        {**said, "source": "adopted"},
        reason=reason,
    )
