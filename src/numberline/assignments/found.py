"""What Teams shows of holders against what we recorded: found, freed, or on somebody else (M19).

Only what was read is concluded from; numbers with an open change are left to that change.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from numberline.assignments.adopting import adopt_declared
from numberline.assignments.conclude import replaced
from numberline.assignments.holders import hold_found, let_go, licensed_for, shown_category
from numberline.assignments.models import Assignment
from numberline.assignments.oddities import follow_categories, note_oddities, settle_seconds
from numberline.audit.record import Cause, Fact, record
from numberline.columns import among
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.moves import move_many
from numberline.inventory.teams import shown_at
from numberline.scope import TenantQuerySet
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item

HELD_IN_TEAMS = (
    "userAssigned",
    "conferenceAssigned",
    "voiceApplicationAssigned",
    "thirdPartyAppAssigned",
    "policyAssigned",
)
FOUND_AT_ONCE = 1000
NAMED_AT_ONCE = 1000
REMOVAL = timedelta(hours=1)
"""How long Teams may go on showing a number after the licence went: minutes as a rule (Microsoft:
operator-connect-configure)."""
GONE = Q(number__teams_at=None) | Q(number__teams_status__in=("unassigned", ""), number__teams_target="")
"""Of a holding: Teams showed the number on nobody when it was last read."""
UNTOUCHED = (State.ASSIGNING, State.RELEASING)


@dataclass(slots=True)
class Findings:
    """People (object ids) whose holding was found, freed or replaced: their decisions are due again."""

    found: list[str] = field(default_factory=list)
    freed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)

    @property
    def people(self) -> set[str]:
        """Everybody concerned."""
        return {*self.found, *self.freed, *self.replaced}


def settling() -> timedelta:
    """For how long after a number was given nothing is concluded from Teams showing it free."""
    return settings.SETTLE + timedelta(minutes=5)


def reconcile_holders(
    tenant: Tenant,
    at: datetime,
    cause: Cause,
    texts: Collection[str] | None = None,
    *,
    freeing: bool = True,
) -> Findings:
    """Conclude from what Teams said last of these numbers (None: of all; then the listing must be trusted).

    Without `freeing` nothing is taken to be free, as after a listing that came back short.
    """
    findings = Findings()
    for keys in _portions(tenant.pk, texts):
        held = Assignment.objects.of(tenant.pk).filter(until=None)
        if keys is not None:
            held = held.filter(number_id__in=keys)
        _find(tenant, keys, at, cause, findings)
        _shown_again(held, at, cause, findings)
        findings.found += follow_categories(held, at, cause)
        if freeing:
            _free(tenant, held, at, cause, findings)
    findings.found += settle_seconds(tenant, at, cause)
    adopt_declared(tenant, at, cause)
    note_oddities(tenant, at, texts)
    mark_changed(tenant.pk, findings.people)
    return findings


def find_holders(tenant: Tenant, at: datetime, cause: Cause, texts: Collection[str]) -> Findings:
    """Record whom Teams shows as holders of these numbers, and nothing else: the directory may not be read yet."""
    findings = Findings()
    for keys in _portions(tenant.pk, texts):
        _find(tenant, keys, at, cause, findings)
    mark_changed(tenant.pk, findings.people)
    return findings


def _portions(tenant_id: int, texts: Collection[str] | None) -> Iterator[list[int] | None]:
    """The keys of the numbers with these texts, some at a time; None for all of them at once.

    Keys lead to the few rows concerned, where a join by text would go through everything that the tenant holds.
    """
    if texts is None:
        yield None
        return
    named = sorted(texts)
    for start in range(0, len(named), NAMED_AT_ONCE):
        rows = Number.objects.of(tenant_id).filter(among("text", named[start : start + NAMED_AT_ONCE]))
        yield list(rows.values_list("pk", flat=True))


def mark_changed(tenant_id: int, people: Collection[str]) -> None:
    """Let the next decision look at these people again."""
    ids = list(people)
    for start in range(0, len(ids), 500):
        part = Person.objects.of(tenant_id).filter(
            among("object_id", ids[start : start + 500]), changed=False
        )
        part.update(changed=True)


def _find(tenant: Tenant, keys: list[int] | None, at: datetime, cause: Cause, findings: Findings) -> None:
    new = _unrecorded(tenant.pk, keys)
    for start in range(0, len(new), FOUND_AT_ONCE):
        _found(tenant.pk, new[start : start + FOUND_AT_ONCE], at, cause, findings)


def _unrecorded(tenant_id: int, keys: list[int] | None) -> list[int]:
    """Those of these numbers (None: of all) that Teams shows on somebody of whom we have not recorded it.

    Of numbers that are named holders are read apart: joined, PostgreSQL took longer for each page of a first sync than
    for the one before.
    """
    rows = Number.objects.of(tenant_id).exclude(state__in=UNTOUCHED)
    shown = rows.filter(teams_status__in=HELD_IN_TEAMS).exclude(teams_target="").order_by("pk")
    held = Assignment.objects.of(tenant_id).filter(until=None)
    if keys is None:
        same = held.filter(number_id=OuterRef("pk"), person=OuterRef("teams_target"))
        return list(shown.filter(~Exists(same)).values_list("pk", flat=True))
    known = set(held.filter(number_id__in=keys).values_list("number_id", "person"))
    named = shown.filter(among("pk", keys)).values_list("pk", "teams_target")
    return [key for key, target in named if (key, target) not in known]


def _found(tenant_id: int, keys: list[int], at: datetime, cause: Cause, findings: Findings) -> None:
    """Record the holders that Teams shows of these numbers: of all that nobody held in one transaction, because the
    first listing of a large tenant finds as many as it has people."""
    free: list[tuple[Number, str, str]] = []
    numbers = Number.objects.of(tenant_id).filter(among("pk", keys)).order_by("pk")
    for number in numbers.only(
        "text", "state", "teams_status", "teams_target", "teams_category", "tenant_id"
    ):
        category = shown_category(number.teams_status, number.teams_category)
        holder = number.teams_target
        if number.state != State.ASSIGNED:
            free.append((number, holder, category))
            findings.found.append(holder)
            continue
        before = Assignment.objects.of(tenant_id).filter(number=number, until=None).first()
        replaced(number, at, cause, holder, category)
        findings.replaced += [holder, *([before.person] if before is not None else [])]
    with transaction.atomic():
        move_many(
            tenant_id,
            [(number, holder) for number, holder, _ in free],
            State.ASSIGNED,
            at,
            cause,
            verb="found",
            code="found",
            reason="Teams shows it; it was not given by Numberline",
            block_code="",
            reserved_for="",
            reserved_purpose="",
            until=None,
        )
        hold_found(tenant_id, free, at)


def _shown_again(held: TenantQuerySet[Assignment], at: datetime, cause: Cause, findings: Findings) -> None:
    """Noted as freed in Teams, and shown on its holder again."""
    back = held.filter(number__teams_target=F("person"), number__teams_status__in=HELD_IN_TEAMS)
    for row in list(back.exclude(freed_in_teams_at=None)):
        _unfree(row, at, cause)
        findings.found.append(row.person)


def _free(
    tenant: Tenant, held: TenantQuerySet[Assignment], at: datetime, cause: Cause, findings: Findings
) -> None:
    """Assigned here, free in Teams: recorded, and the number stays out of everybody's reach.

    What was assigned within the settle time is left alone: Teams may not show it yet.
    """
    settled = held.filter(freed_in_teams_at=None, since__lt=at - settling())
    settled = settled.exclude(number__state__in=UNTOUCHED)  # open changes
    seen = shown_at(tenant.pk, at)
    for row in list(settled.filter(GONE).select_related("number__range", "number__tenant")):
        person = Person.objects.of(tenant.pk).filter(object_id=row.person).first()
        if person is None or row.category != "primary":
            # Nobody is decided about for its sake, so nothing else would ever end it.
            with transaction.atomic():
                let_go(row, at, cause, "Teams shows it free")
            continue
        code = freed_code(person, row, seen)
        with transaction.atomic():
            row.freed_in_teams_at, row.freed_code = at, code
            row.save(update_fields=["freed_in_teams_at", "freed_code"])
            record(
                tenant.pk,
                at,
                cause,
                Fact(
                    "freed_in_teams",
                    row.person,
                    row.number.text,
                    {"state": row.number.state, "holder": row.person},
                    {"state": row.number.state, "holder": row.person, "teams": "free"},
                    code,
                    "Teams shows it free",
                ),
            )
            if code == "freed_in_teams":
                open_item(tenant.pk, "freed_in_teams", at, person=row.person, number=row.number.text)
        findings.freed.append(row.person)


def freed_code(person: Person, row: Assignment, seen: datetime | None) -> str:
    """Why Teams freed it: the licences no longer fit its type (graph.md 5.4), or somebody took it away.

    Microsoft unassigns by itself when a licence goes, and does not give back when it returns. So licences that changed since the person got the number, and
    not long before Teams last showed it on them (`seen`), have done it too, although they fit again by now.
    """
    if not licensed_for(person, row.number):
        return "entitlement_changed"
    changed = person.licences_changed_at
    if changed is not None and changed > row.since and (seen is None or changed > seen - REMOVAL):
        return "entitlement_changed"
    return "freed_in_teams"


def _unfree(row: Assignment, at: datetime, cause: Cause) -> None:
    with transaction.atomic():
        row.freed_in_teams_at, row.freed_code = None, ""
        row.save(update_fields=["freed_in_teams_at", "freed_code"])
        record(
            row.tenant_id,
            at,
            cause,
            Fact("shown_again", row.person, row.number.text, {"teams": "free"}, {"teams": "assigned"}),
        )
        close_items(row.tenant_id, at, "freed_in_teams", person=row.person)
