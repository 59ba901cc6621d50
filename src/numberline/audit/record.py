"""Writing the audit trail: always by the verb that changes something, inside its transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from numberline import bulk
from numberline.audit.models import Entry


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
    """Append many entries at once (a listing that found thousands of holders, for example)."""
    fields = (
        *("at", "actor", "ticket", "run_id", "verb", "person", "number", "before", "after"),
        *("code", "reason"),
    )
    rows = (
        (
            *(at, cause.actor, cause.ticket, cause.run_id, fact.verb, fact.person, fact.number),
            *(fact.before, fact.after, fact.code or cause.code, fact.reason or cause.reason),
        )
        for fact in facts
    )
    bulk.insert(Entry, tenant_id, fields, rows)
