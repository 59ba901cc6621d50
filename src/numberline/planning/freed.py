"""Numbers that Microsoft freed because the licences changed, and whose grace is over: nobody's from then on.

In mode `full` those of people who are gone or unlicensed are taken back by a change, which looks at Teams first. Mode
`assign` takes nothing; what Microsoft itself unassigned is recorded there all the same (spec section 1, M8).
"""

from datetime import datetime

from django.db import transaction

from numberline.assignments.belongings import belongings_of
from numberline.assignments.found import mark_changed
from numberline.assignments.holders import let_go
from numberline.assignments.models import Assignment, Change
from numberline.audit.record import Cause
from numberline.core.classify import classify, kept_no_longer
from numberline.core.decision import Action, Decision
from numberline.core.limits import Mode
from numberline.core.person import PersonFacts
from numberline.core.ranges import Settings
from numberline.core.states import State
from numberline.directory.facts import in_chunks, person_facts
from numberline.directory.models import Person
from numberline.planning.settings import effective_mode, settings_of
from numberline.tenants.models import Tenant

OVER = "Microsoft freed it because the licences changed, and the grace is over"


def let_go_of_freed(tenant: Tenant, at: datetime, cause: Cause) -> int:
    """Let such numbers rest, and then be available, whether or not their holders are given another. Gives how many."""
    held = Assignment.objects.of(tenant.pk).filter(until=None, category="primary")
    freed = held.filter(freed_in_teams_at__isnull=False, freed_code="entitlement_changed")
    busy = Change.objects.of(tenant.pk).filter(open=True).values("person")
    rows = freed.filter(number__state=State.ASSIGNED).exclude(person__in=busy)
    by_person = {row.person: row for row in rows.select_related("number__range", "number__tenant")}
    if not by_person:
        return 0
    settings, done = settings_of(tenant), []
    recording = effective_mode(tenant) is Mode.ASSIGN
    people = Person.objects.of(tenant.pk).filter(object_id__in=list(by_person)).order_by("pk")
    for chunk in in_chunks(people):
        belongings = belongings_of(tenant.pk, [person.object_id for person in chunk], at)
        for person in chunk:
            facts = person_facts(person, belongings, at)
            if kept_no_longer(facts, settings, at) or (recording and _is_due(facts, settings, at)):
                with transaction.atomic():
                    let_go(by_person[person.object_id], at, cause, OVER)
                    mark_changed(tenant.pk, [person.object_id])
                done.append(person.object_id)
    return len(done)


def _is_due(facts: PersonFacts, settings: Settings, at: datetime) -> bool:
    """Whether the number would be taken back from somebody who is gone or no longer licensed."""
    decision = classify(facts, settings, at)
    return isinstance(decision, Decision) and decision.action is Action.RELEASE
