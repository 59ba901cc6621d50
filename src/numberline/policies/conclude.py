"""How a person's policy goes on: sent, shown, refused, put off; each in one transaction with its audit entry."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from numberline.audit.record import Cause, Fact, record_many
from numberline.graph.errors import GraphError
from numberline.policies.models import PersonPolicy, Phase
from numberline.policies.profiles import Wish
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item

LOOKS = tuple(timedelta(minutes=minutes) for minutes in (1, 1, 2, 5, 10, 15, 30, 60))
"""After how long it is looked again whether Teams shows what it accepted."""
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440))
"""After how long what was refused is tried again."""
RESEND = timedelta(minutes=5)
"""What Teams does not show for so long is sent again: giving the same policy twice does no harm."""
PATIENCE = timedelta(hours=24)
"""What is not done for so long is told to a human, though nobody refused it."""
REASONS = {
    "profile": "the policies of the number's range",
    "left_over": "left over from Direct Routing",
    "drift": "as the number's range wants it",
}
SOME = 500


def wish_of_row(row: PersonPolicy) -> Wish:
    """What the row wants."""
    return Wish(row.type, row.name, row.code)


def sent(tenant_id: int, rows: Sequence[PersonPolicy], at: datetime, cause: Cause) -> None:
    """Note that these are about to leave: from here on they may have reached Microsoft."""
    fields = ("phase", "sent_at", "attempts", "before", "actor", "ticket", "run_id", "look_at")
    for row in rows:
        row.phase, row.sent_at, row.attempts = Phase.SENT, at, min(row.attempts + 1, 10_000)
        row.actor, row.ticket, row.run_id, row.look_at = cause.actor, cause.ticket, cause.run_id, at
    PersonPolicy.objects.of(tenant_id).bulk_update(rows, fields, batch_size=SOME)


def shown(tenant_id: int, rows: Sequence[PersonPolicy], at: datetime) -> None:
    """Teams shows these: they are done. What we sent is recorded; what was so before is not."""
    fields = ("phase", "open", "done_at", "error_code", "error")
    for row in rows:
        row.phase, row.open, row.done_at, row.error_code, row.error = Phase.DONE, False, at, "", ""
    with transaction.atomic():
        PersonPolicy.objects.of(tenant_id).bulk_update(rows, fields, batch_size=SOME)
        for row in rows:
            if row.attempts:
                reason = f"{row.policy}: {REASONS[row.code]}"
                cause = Cause(row.actor, reason, row.ticket, row.run_id, row.code)
                record_many(tenant_id, at, cause, [_fact(row)])


def not_shown(tenant_id: int, rows: Sequence[PersonPolicy], at: datetime, resend: timedelta = RESEND) -> None:
    """Teams does not show these yet: look again later, or send again what was sent so long ago."""
    for row in rows:
        row.look_at = at + LOOKS[min(row.looks, len(LOOKS) - 1)]
        row.looks = min(row.looks + 1, 10_000)
        if row.sent_at is not None and at - row.sent_at >= resend:
            row.phase, row.look_at = Phase.WANTED, at
        if at - row.since >= PATIENCE and not row.error:
            row.error_code, row.error = "not_shown", "Microsoft accepted it, and Teams does not show it"
    fields = ("look_at", "looks", "phase", "error_code", "error")
    PersonPolicy.objects.of(tenant_id).bulk_update(rows, fields, batch_size=SOME)


def refused(tenant_id: int, rows: Sequence[PersonPolicy], at: datetime, error: GraphError) -> None:
    """Microsoft refuses these: they are tried again ever more rarely."""
    for row in rows:
        row.phase = Phase.WANTED
        row.look_at = at + RETRIES[min(max(row.attempts - 1, 0), len(RETRIES) - 1)]
        row.error_code, row.error = error.code, f"{error.cause} ({error.raw})" if error.raw else error.cause
    fields = ("phase", "look_at", "error_code", "error")
    PersonPolicy.objects.of(tenant_id).bulk_update(rows, fields, batch_size=SOME)


def put_off(
    tenant_id: int, rows: Sequence[PersonPolicy], until: datetime, at: datetime, why: str, *, unsent: bool
) -> None:
    """Nobody refused these, and they can't be done now; `unsent`: they surely did not reach Microsoft. `why` is told
    when it lasts, unless it is empty because an item of its own says so."""
    for row in rows:
        row.look_at = until
        if unsent:
            row.phase = Phase.WANTED
        if why and at - row.since >= PATIENCE and not row.error:
            row.error_code, row.error = "delayed", why
    fields = ("phase", "look_at", "error_code", "error")
    PersonPolicy.objects.of(tenant_id).bulk_update(rows, fields, batch_size=SOME)


def tell_failures(tenant_id: int, at: datetime, people: Collection[str]) -> None:
    """One item for each of these people whose policies fail, with Microsoft's words; none for the others."""
    named = sorted(people)
    for start in range(0, len(named), SOME):
        some = named[start : start + SOME]
        failing: dict[tuple[str, str], list[str]] = {}
        rows = PersonPolicy.objects.of(tenant_id).filter(person__in=some, open=True).exclude(error="")
        for row in rows.select_related("holding__number").order_by("type_key"):
            about = (row.person, row.holding.number.text)
            failing.setdefault(about, []).append(f"{row.policy}: {row.error}")
        items = Item.objects.of(tenant_id).filter(code="policy_failed", closed_at=None, person__in=some)
        told = {(item.person, item.number): item.detail for item in items}
        for (person, number), words in failing.items():
            detail = "; ".join(words)
            if told.get((person, number)) != detail:
                open_item(tenant_id, "policy_failed", at, person=person, number=number, detail=detail)
        for person, number in told.keys() - failing.keys():
            close_items(tenant_id, at, "policy_failed", person=person, number=number)


def _fact(row: PersonPolicy) -> Fact:
    before = {"policy": row.type, "name": row.before or None}
    return Fact("policy", row.person, before=before, after={"policy": row.type, "name": row.name or None})
