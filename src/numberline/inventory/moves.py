"""Moving a number from one state to another: compare-and-set, and its audit entry, in one transaction.

The database refuses illegal moves by itself (triggers); this module refuses stale ones.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from numberline.audit.record import Cause, Fact, record, record_many
from numberline.core.states import State
from numberline.inventory.models import Number


class NumberMoved(Exception):
    """The number is no longer in the state in which it was read: read again and decide anew."""


def move(
    number: Number,
    to: State,
    at: datetime,
    cause: Cause,
    *,
    verb: str,
    holder: tuple[str, str] = ("", ""),
    code: str = "",
    reason: str = "",
    **fields: Any,
) -> None:
    """Move `number` to state `to`, set further `fields`, and record it.

    `holder` is who held it before and after (object ids, empty for nobody). Call inside a transaction.
    Raises NumberMoved when the row is not in the state that `number` shows.
    """
    before = number.state
    rows = Number.objects.of(number.tenant_id).filter(pk=number.pk, state=before)
    if rows.update(state=to.value, since=at, **fields) != 1:
        raise NumberMoved(f"{number.text} is no longer {before}")
    number.state, number.since = to.value, at
    for name, value in fields.items():
        setattr(number, name, value)
    record(number.tenant_id, at, cause, _fact(number, before, to, verb, holder, code, reason))


def move_many(
    tenant_id: int,
    given: Sequence[tuple[Number, str]],
    to: State,
    at: datetime,
    cause: Cause,
    *,
    verb: str,
    code: str = "",
    reason: str = "",
    **fields: Any,
) -> None:
    """`move` for many numbers of one tenant that nobody holds, each with who holds it afterwards (empty: nobody).

    A statement for each state that they come from. Call inside a transaction. Raises NumberMoved when any of them
    is not in the state that its row shows.
    """
    facts = [_fact(number, number.state, to, verb, ("", holder), code, reason) for number, holder in given]
    before: dict[str, list[int]] = {}
    for number, _ in given:
        before.setdefault(number.state, []).append(number.pk)
    for state, keys in before.items():
        rows = Number.objects.of(tenant_id).filter(pk__in=keys, state=state)
        if rows.update(state=to.value, since=at, **fields) != len(keys):
            raise NumberMoved(f"one of {len(keys)} numbers is no longer {state}")
    for number, _ in given:
        number.state, number.since = to.value, at
        for name, value in fields.items():
            setattr(number, name, value)
    record_many(tenant_id, at, cause, facts)


def _fact(
    number: Number, before: str, to: State, verb: str, holder: tuple[str, str], code: str, reason: str
) -> Fact:
    return Fact(
        verb=verb,
        person=holder[1] or holder[0],
        number=number.text,
        before={"state": before, "holder": holder[0] or None},
        after={"state": to.value, "holder": holder[1] or None},
        code=code,
        reason=reason,
    )
