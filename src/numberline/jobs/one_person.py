"""What a sync of one person did to them: the number, the decision, why they still wait."""

from datetime import datetime

from numberline.assignments.models import Assignment
from numberline.core import phone
from numberline.core.decision import Action, Decision
from numberline.core.held import Held, held
from numberline.core.limits import Limit
from numberline.directory.find import PersonUnknown, person_named
from numberline.directory.models import Person
from numberline.planning.explain import explanation_of, under_way
from numberline.runs.models import Run
from numberline.runs.result import RunResult
from numberline.tenants.models import Tenant

_WOULD = {Action.ASSIGN: "would get", Action.RELEASE: "would lose"}


def synced_person(tenant: Tenant, text: str, done: RunResult, at: datetime) -> str:
    """What became of the person whom the run was for (as they were named), and how they stand after it."""
    try:
        who = person_named(tenant.pk, text)
    except PersonUnknown:
        return "The directory has no such person any more."
    name = who.name or str(who)
    run = Run.objects.of(tenant.pk).get(pk=done.run)
    told = [*_moved(who, name, run.started_at), *_failed(name, done)]
    change = under_way(tenant, who)
    if change is not None:
        return " ".join((*told, f"{name}: {change['reason']}"))
    tenant.refresh_from_db()
    decision = explanation_of(tenant, who, at).decision
    if told and decision.action is Action.KEEP:
        return " ".join(told)
    holds = held(decision.action, tenant.mode, who.limited_by)
    return " ".join((*told, _standing(name, decision, holds)))


def _moved(who: Person, name: str, since: datetime) -> list[str]:
    """Which number came to the person or left them since then."""
    rows = Assignment.objects.of(who.tenant_id).filter(person=who.object_id, category="primary")
    told = [
        f"{phone.grouped(row.number.text)} is no longer theirs."
        for row in rows.filter(until__gte=since).select_related("number").order_by("pk")
    ]
    got = rows.filter(until=None, since__gte=since).select_related("number").first()
    if got is not None:
        number = phone.grouped(got.number.text)
        shown = got.source == "found"
        told.append(f"Teams shows {number} on {name}." if shown else f"{name} was assigned {number}.")
    return told


def _failed(name: str, done: RunResult) -> list[str]:
    return [
        f"{number or 'A number'} did not work for {name}: {why.rstrip('.')}."
        for _, number, why in done.failures
    ]


def _standing(name: str, decision: Decision, holds: Held | None) -> str:
    """How the person stands by the decision about them."""
    if decision.action is Action.WAIT:
        return f"{name} waits: {decision.reason}"
    if decision.action is Action.SKIP:
        return f"Automation gives {name} no number: {decision.reason}"
    if decision.action not in _WOULD:
        return f"Nothing changed for {name}: {decision.reason}"
    number = phone.grouped(decision.number or "")
    where = f' of range "{decision.range}"' if decision.range else ""
    would = f"{name} {_WOULD[decision.action]} {number}{where}"
    if holds is None:
        return f"{would} at the next sync."
    by_mode = holds.limit is Limit.MODE
    return f"{would}; {holds.by} holds it." if by_mode else f"{would}. {holds.sentence}"
