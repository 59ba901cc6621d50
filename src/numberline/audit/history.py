"""What the audit trail says of one number: its moves, and who held it on a day (M20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from numberline.audit.models import Entry


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a number's history: from which state to which, and who held it afterwards (object id)."""

    at: datetime
    before: str | None
    after: str | None
    holder: str | None
    by: str
    reason: str | None
    moved: bool

    def to_json(self) -> dict[str, Any]:
        """The entry as `number history` and `number show` print it (spec section 7)."""
        return {
            "at": self.at,
            "from": self.before,
            "to": self.after,
            "holder": self.holder,
            "by": self.by,
            "reason": self.reason,
        }


def number_history(tenant_id: int, number: str, until: datetime | None = None) -> list[Moment]:
    """Everything recorded about a number, oldest first; up to and including `until` when given."""
    rows = Entry.objects.of(tenant_id).filter(number=number).order_by("seq")
    if until is not None:
        rows = rows.filter(at__lte=until)
    return list(_moments(rows.iterator()))


def _moments(rows: Iterable[Entry]) -> Iterable[Moment]:
    """An entry that says nothing of state or holder left both as they were."""
    state: str | None = None
    holder: str | None = None
    for row in rows:
        before = row.before.get("state", state)
        after = row.after.get("state", before)
        now_held = row.after.get("holder", holder)
        moved = (before, row.before.get("holder", holder)) != (after, now_held)
        yield Moment(row.at, before, after, now_held, row.actor, row.reason or row.code or None, moved)
        state, holder = after, now_held
