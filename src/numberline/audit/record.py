"""Writing the audit trail: always by the verb that changes something, inside its transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from numberline.audit import canonical
from numberline.audit.chain import Batch, append
from numberline.commit import before_commit


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes something, and why: handed down to every verb that writes.

    `actor` is a short name such as `automation` or `cli:anna`; `run_id` the run in which it happens.
    """

    actor: str
    reason: str = ""
    ticket: str = ""
    run_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one entry says besides its cause: the verb, its object and the facts before and after."""

    verb: str
    person: str = ""
    number: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    reason: str = ""


def record(tenant_id: int, at: datetime, cause: Cause, *facts: Fact) -> None:
    """Append entries. Call inside the transaction of the change itself, so that both stand or fall."""
    record_many(tenant_id, at, cause, facts)


def record_many(tenant_id: int, at: datetime, cause: Cause, facts: Iterable[Fact]) -> None:
    """Append many entries at once (a listing that found thousands of holders, for example).

    They are taken down now, and written just before the transaction commits.
    """
    when = canonical.time_text(at)
    rows = [
        (
            *(when, cause.actor, fact.verb, fact.person, fact.number),
            *(canonical.json_text(fact.before), canonical.json_text(fact.after)),
            *(fact.code or cause.code, fact.reason or cause.reason, cause.ticket, cause.run_id),
        )
        for fact in facts
    ]
    if rows:
        before_commit(append, Batch(tenant_id, rows))
