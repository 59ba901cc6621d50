"""Moving a number from one state to another: compare-and-set, and its audit entry, in one transaction.

The database refuses illegal moves by itself (triggers); this module refuses stale ones.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from numberline.audit.record import Cause, Fact, record, record_many
from numberline.columns import among
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
    noted: Collection[str] = (),
    person: str = "",
    **fields: Any,
) -> None:
    """Move `number` to state `to`, set further `fields`, and record it.

    `holder` is who held it before and after (object ids, empty for nobody). The entry names `noted` fields before and
    after, and `person` where nobody holds the number but somebody is concerned. Call inside a transaction.
    Raises NumberMoved when the row is not in the state that `number` shows.
    """
    before, old = number.state, _noted(number, noted)
    rows = Number.objects.of(number.tenant_id).filter(pk=number.pk, state=before)
    if rows.update(state=to.value, since=at, **fields) != 1:
        raise NumberMoved(f"{number.text} is no longer {before}")
    number.state, number.since = to.value, at
    for name, value in fields.items():
        setattr(number, name, value)
    fact = _fact(number, before, to, verb, holder, code, reason)
    new = _noted(number, noted)
    fact = replace(fact, person=fact.person or person, before=fact.before | old, after=fact.after | new)
    record(number.tenant_id, at, cause, fact)


def amend(number: Number, at: datetime, cause: Cause, *, verb: str, person: str = "", **fields: Any) -> None:
    """Set `fields` of a number that stays in its state and with its holder, and record what they were and are.

    `person` is who is concerned (object id, empty for nobody). Call inside a transaction. Raises NumberMoved when the
    row is no longer in the state, or its fields no longer say, what `number` shows.
    """
    old = _noted(number, fields)
    known = {name: getattr(number, name) for name in fields}
    rows = Number.objects.of(number.tenant_id).filter(pk=number.pk, state=number.state)
    if rows.filter(**_same(known)).update(**fields) != 1:
        raise NumberMoved(f"{number.text} is no longer as it was read")
    for name, value in fields.items():
        setattr(number, name, value)
    state = {"state": number.state}
    fact = Fact(verb, person, number.text, state | old, state | _noted(number, fields))
    record(number.tenant_id, at, cause, fact)


def _same(known: dict[str, Any]) -> dict[str, Any]:
    """A filter for rows in which these fields have these values."""
    return {
        (f"{name}__isnull" if value is None else name): (True if value is None else value)
        for name, value in known.items()
    }


def _noted(number: Number, names: Collection[str]) -> dict[str, Any]:
    """Fields as the audit trail writes them: nothing is null, a time is RFC 3339."""
    said = {name: getattr(number, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else None if value == "" else value
        for name, value in said.items()
    }


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
        rows = Number.objects.of(tenant_id).filter(among("pk", keys), state=state)
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
