"""One pass over a tenant under its lock: read, decide, apply as the mode allows."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from numberline import clock
from numberline.assignments.recover import recover
from numberline.assignments.stopsign import StopSign
from numberline.core.held import Held
from numberline.core.limits import Limit
from numberline.directory.models import Person
from numberline.notifications.keep import look_after
from numberline.notifications.wake import take
from numberline.planning.alerts import close_settled, watch_held, watch_leavers, watch_supply
from numberline.planning.decide import Decided, Early, decide
from numberline.planning.freed import let_go_of_freed
from numberline.planning.held import let_go
from numberline.planning.models import StoredPlan
from numberline.planning.movers import watch_movers
from numberline.planning.review import approve, still_open
from numberline.planning.store import PlanRefused, differences, plan_named, store
from numberline.runs.applying import apply_changes, carry_out
from numberline.runs.listing import listing_due, number_list
from numberline.runs.passes import Pass, begin, close_run, one_pass, read_new_licences
from numberline.runs.persons import look_after_licences, read_person, settle_absent
from numberline.runs.policies import look_after_policies
from numberline.runs.progress import Progress
from numberline.runs.reading import Read, read_directory
from numberline.runs.result import RunResult as RunResult
from numberline.runs.result import result_of
from numberline.tenants.models import Tenant

NAMED = 200
"""Up to how many new people are told one by one."""


def sync(
    tenant: Tenant,
    *,
    actor: str,
    full: bool = False,
    confirms: bool = True,
    person: str | None = None,
    wait: float = 0.0,
    progress: Progress | None = None,
    stop: StopSign | None = None,
) -> RunResult:
    """Read, decide, apply as the mode allows.

    Args:
        tenant: whom to serve.
        actor: who started it, for the record.
        full: read everybody and every number anew, and decide about everybody.
        confirms: whether a full reading that shows as few as the worklist told of confirms that the rest is gone.
        person: an object id or UPN: read and serve only this person, at once.
        wait: seconds to wait for a run that is busy with the tenant.
        progress: told what happens.
        stop: shown to end the run while it assigns; it then gives what was done, and its outcome is `ended`.

    Raises:
        TenantBusy: another run is at work. GraphError: Microsoft could not be asked; the run is recorded as failed.
    """
    kind = "person" if person else "full" if full else "sync"
    with one_pass(tenant, kind, actor, wait, progress, stop) as work:
        if person is None:
            take(tenant.pk)  # before anything is read: who is told of from now on may be missing in it
        read = _read(work, full, person, asked=full and confirms)
        everybody = full or (read.full_round and read.listed_at is not None)
        decided = decide(work.tenant, clock.now(), everybody=everybody, only=read.person, early=read.early)
        _tell(decided, work.progress)

        def again() -> Decided:
            return decide(work.tenant, clock.now(), only=read.person)

        decided = apply_changes(work, decided, read, again)
        one = None if read.person is None else {read.person}
        look_after_policies(work, full=full, only=one)
        _watch(work, decided, everybody=read.person is None)
        if person is None:
            look_after(work.tenant, work.client, clock.now())
        return _finish(work, read, None if read.person is None else {read.person})


def _watch(work: Pass, decided: Decided, *, everybody: bool) -> None:
    """Open and close what the worklist says of ranges, limits and people, by what was decided."""
    tenant, at = work.tenant, clock.now()
    if everybody:
        watch_supply(tenant, at, decided.exhausted)
        watch_held(tenant, at, decided.plan)
    close_settled(tenant, at)
    watch_leavers(tenant, at)
    watch_movers(tenant, at)


def make_plan(
    tenant: Tenant, *, actor: str, wait: float = 0.0, progress: Progress | None = None
) -> StoredPlan:
    """Read, decide about everybody, and store the plan that is about to be shown. Changes nothing in Teams."""
    with one_pass(tenant, "plan", actor, wait, progress) as work:
        read = _read(work, False, None, recovering=False)
        decided = decide(work.tenant, clock.now(), everybody=True)
        stored = store(work.tenant, decided.plan, clock.now(), actor)
        _finish(work, read)
        return stored


def apply_plan(
    tenant: Tenant,
    plan: str,
    *,
    actor: str,
    reason: str = "",
    ticket: str = "",
    wait: float = 0.0,
    progress: Progress | None = None,
    stop: StopSign | None = None,
) -> RunResult:
    """Carry out exactly the plan of this name, held changes of the mode and the limits included.

    Everything is read anew first. Raises PlanRefused when a fact that the plan stands on moved, or when the plan was
    applied or refused before; PlanUnknown.
    """
    plan_named(tenant, plan)  # a name that is wrong begins no run
    with one_pass(tenant, "apply", actor, wait, progress, stop) as work:
        work.cause = replace(work.cause, ticket=ticket)
        stored = plan_named(work.tenant, plan)
        still_open(stored)
        read = _read(work, False, None)
        now = decide(work.tenant, clock.now(), everybody=True)
        moved = differences(stored, now.plan)
        if moved:
            raise PlanRefused(stored.name, moved)
        if work.stop.asked:  # while an earlier run's changes were finished
            return _finish(work, read, stored.people())
        wanted = stored.people()
        # After a short listing nothing is taken back, whoever asks (spec section 1, M18).
        held = (decision for decision, limit in now.plan.held if limit is not Limit.LISTING)
        changes = [d for d in (*now.plan.changes, *held) if d.person in wanted]
        if wanted and not changes:
            raise PlanRefused(stored.name, ["all of it waits for a whole list of the numbers in Teams"])
        approve(stored, clock.now(), replace(work.cause, reason=reason))
        let_go(tenant.pk, [decision.person for decision in changes])
        carry_out(work, changes, read)
        look_after_policies(work, only=wanted, sending=True)
        _watch(work, decide(work.tenant, clock.now()), everybody=True)
        return _finish(work, read, wanted)


def _read(
    work: Pass, full: bool, person: str | None, recovering: bool = True, *, asked: bool = False
) -> Read:
    """Finish what an earlier process left open, then read; `asked`: an administrator says that who is missing is gone."""
    tenant, client, at = work.tenant, work.client, clock.now()
    begin(work, at)
    if person is not None:
        read = read_person(tenant, client, person, at, work.cause)
    else:
        read = _read_all(work, full, at, asked)
        if read.full_round:
            read.intake.add(settle_absent(tenant, client, at, work.cause, asked=asked))
        look_after_licences(tenant, client, clock.now(), work.cause)
    if read.intake.new or read.intake.changed:
        # A product bought today may have come with these people: what it holds decides the kind of number.
        read_new_licences(work, clock.now())
    _tell_new(tenant.pk, read.intake.new, work.progress)
    if recovering:
        carry_out(work, (), read, recover(tenant.pk, clock.now()))
    let_go_of_freed(tenant, clock.now(), work.cause)
    return read


def _read_all(work: Pass, full: bool, at: datetime, asked: bool) -> Read:
    """The directory, and the list of numbers when it is due."""
    tenant, client, progress = work.tenant, work.client, work.progress
    if not listing_due(tenant, at, full):
        read = read_directory(tenant, client, at, full, progress)
        if read.full_round:  # Microsoft no longer knew where we were: everything is compared, as once a day
            with number_list(tenant, client, clock.now(), work.cause, progress) as listing:
                listing.finish(read)
        return read
    early = None if Person.objects.of(tenant.pk).exists() else Early(tenant)
    with number_list(tenant, client, at, work.cause, progress) as listing:

        def meanwhile() -> bool:
            if early is not None and listing.taken:
                return early.step(clock.now())
            return listing.take_ready()

        read = read_directory(tenant, client, at, full, progress, meanwhile)
        listing.finish(read, asked=asked)
    read.early = early
    return read


def _tell_new(tenant_id: int, new: list[str], progress: Progress) -> None:
    """Name new people one by one, unless there are so many that nobody could read it."""
    if len(new) > NAMED:
        progress.event("detected", f"{len(new)} new people")
        return
    for person in Person.objects.of(tenant_id).filter(object_id__in=new):
        progress.event("detected", person.name or str(person), person=person.object_id, upn=person.upn)


def _tell(decided: Decided, progress: Progress) -> None:
    held = {decision.person: limit for decision, limit in decided.plan.held}
    for decision in decided.news:
        limit = held.get(decision.person)
        progress.event(
            "waiting" if decision.action == "wait" else "held" if limit is not None else "decided",
            decision.reason if limit is None else Held(limit, decided.plan.mode).sentence,
            person=decision.person,
            upn=decision.upn,
            number=decision.number,
            range=decision.range,
            code=str(decision.code),
            action=str(decision.action),
        )


def _finish(work: Pass, read: Read, concerned: Collection[str] | None = None) -> RunResult:
    applied = work.applied
    result = result_of(work.tenant, work.run, read, applied, clock.now(), concerned)
    work.run.counts = {**result.to_json(), "failures": result.failures_told()}
    outcome = "failed" if applied.stopped is not None else "ended" if work.stop.asked else "done"
    close_run(work.run, outcome, str(applied.stopped or ""))
    if applied.stopped is not None:
        raise applied.stopped
    return result
