"""Tasks against the simulated Microsoft: what was asked for in the portal is what the commands do, and says how it ended."""

from typing import Any

from numberline.audit.models import Entry
from numberline.jobs.models import Kind, State, Task
from numberline.jobs.tasks import ask, carry_out, next_task
from numberline.jobs.words import title
from numberline.runs.lock import tenant_lock
from numberline.runs.models import Run
from numberline.tenants.models import Mode, Tenant
from tests.runs.office import Office
from tests.support.tasks import carry_out_waiting

N0, N1, N2, N3 = (f"+44207946000{n}" for n in range(4))
WHO, WHY, TICKET = "portal:anna@contoso.example", "asked for it", "CHG-7"


def done(office: Office, kind: str, **arguments: Any) -> Task:
    """What became of a task, asked for by Anna."""
    ask(office.tenant, kind, arguments, actor=WHO, reason=WHY, ticket=TICKET)
    (task,) = carry_out_waiting(office.tenant)
    return task


def named(office: Office, name: str) -> str:
    """Somebody new of that name; gives the object id."""
    return office.joiner(displayName=name.title(), userPrincipalName=f"{name}@contoso.example")


def test_a_sync_that_was_asked_for_gives_numbers_and_says_what_it_did(office: Office) -> None:
    ann = named(office, "ann")
    task = done(office, "sync")
    assert (task.state, office.held()) == (State.DONE, {ann: N0})
    assert task.sentence == "Read 1 person and 0 numbers. 1 assigned."
    assert task.run is not None
    assert (task.run.kind, task.run.actor, task.run.outcome) == ("sync", WHO, "done")
    assert task.outcome["applied"] == {"assign": 1, "change": 0, "release": 0}
    assert task.outcome["failures"] == []
    again = done(office, "sync", full=True)
    assert (again.sentence, title(again)) == (
        "Read 1 person and 1 number. No number was changed.",
        "Sync everything anew",
    )
    assert again.run is not None
    assert again.run.kind == "full"


def test_in_a_tenant_that_is_off_a_sync_reads_and_plans_and_changes_nothing(office: Office) -> None:
    office.tenant.mode = Mode.OFF
    office.tenant.save()
    ann = named(office, "ann")
    task = done(office, "sync")
    assert task.sentence == "Read 1 person and 0 numbers. No number was changed. 1 held."
    assert (office.person(ann).action, office.writes()) == ("assign", 0)
    assert done(office, "sync_person", person=ann).state == State.DONE
    assert office.writes() == 0
    assert done(office, "assign", person=ann, number=N3).state == State.DONE
    assert office.held() == {ann: N3}, "what a human asks for is done in every mode"


def test_a_sync_of_one_person_says_what_happened_to_them_and_not_what_others_wait_for(office: Office) -> None:
    for name in ("bob", "cid"):
        named(office, name)
    office.joiner(displayName="Dan", city="Leeds")
    ann = named(office, "ann")
    Tenant.objects.update(mode=Mode.OBSERVE)
    assert done(office, "sync_person", person=ann).sentence == (
        'Ann would get +44 20 7946 0000 of range "London"; the mode observe holds it.'
    )
    Tenant.objects.update(mode=Mode.FULL)
    assert done(office, "sync_person", person=ann).sentence == "Ann was assigned +44 20 7946 0000."
    again = done(office, "sync_person", person="ANN@contoso.example")
    assert again.sentence == f'Nothing changed for Ann: Holds {N0} of range "London".'
    dan = office.joiner(displayName="Dan", city="Leeds")
    assert done(office, "sync_person", person=dan).sentence.startswith(
        "Dan waits: No enabled Direct Routing or Operator Connect range has a rule that matches"
    )
    office.control.assign_out_of_band("+12065550100", dan)
    assert done(office, "sync_person", person=dan).sentence == "Teams shows +1 206-555-0100 on Dan."
    office.control.delete(ann)
    assert done(office, "sync_person", person=ann).sentence.startswith("Ann waits: ")
    office.grace_passes()
    assert done(office, "sync_person", person=ann).sentence == (
        'Ann would lose +44 20 7946 0000 of range "London". Held by the limit listing: Teams\' list of numbers was '
        "not whole: nothing is taken back until it is, whoever asks. The next whole list of numbers lets it go."
    ), "no whole list of numbers was ever read"
    Tenant.objects.update(mode=Mode.OBSERVE)
    office.sync(full=True)
    Tenant.objects.update(mode=Mode.FULL)
    told = done(office, "sync_person", person=ann).sentence
    assert told.startswith("+44 20 7946 0000 is no longer theirs. Automation gives Ann no number: ")


def test_what_is_done_by_hand_goes_the_way_of_the_commands_with_the_name_the_reason_and_the_ticket(
    office: Office,
) -> None:
    office.tenant.mode = Mode.OBSERVE
    office.tenant.save()
    ann, bob = named(office, "ann"), named(office, "bob")
    preview = done(office, "assign", person=ann, number=N0, preview=True)
    assert preview.sentence == f'ann@contoso.example would get {N0} of range "London".'
    assert (title(preview), office.writes()) == ("Check: Assign +44 20 7946 0000 to Ann", 0)
    assert done(office, "assign", person=ann, number="+44 20 7946 0000").state == State.DONE
    assert done(office, "assign", person=bob, range="London").state == State.DONE
    assert office.held() == {ann: N0, bob: N1}
    swapped = done(office, "swap", person=ann, other=bob)
    assert swapped.sentence == (
        f"ann@contoso.example has {N1} in place of {N0}. bob@contoso.example has {N0} in place of {N1}."
    )
    assert done(office, "change", person=ann, number=N3).state == State.DONE
    rows = [{"person": ann, "number": N2, "row": 2}, {"person": bob, "number": N3, "row": 3}]
    many = done(office, "change", people=rows)
    assert (many.state, title(many)) == (State.REFUSED, "Change the numbers of 2 people")
    assert done(office, "release", number=N0).state == State.DONE
    assert office.held() == {ann: N3}
    assert done(office, "release", number=N0).sentence.endswith("nobody holds it: nothing was changed.")
    trail = Entry.objects.of(office.tenant.pk).filter(code="by_hand")
    assert set(trail.values_list("actor", "reason", "ticket")) == {(WHO, WHY, TICKET)}


def test_a_number_that_was_set_in_teams_is_adopted(office: Office) -> None:
    ann = named(office, "ann")
    office.control.assign_out_of_band(N3, ann)
    done(office, "sync")
    task = done(office, "adopt", number=N3)
    assert (task.state, office.held()) == (State.DONE, {ann: N3})


def test_a_plan_is_made_and_exactly_it_is_applied_in_the_name_of_who_asked(office: Office) -> None:
    office.tenant.mode = Mode.OBSERVE
    office.tenant.save()
    ann = named(office, "ann")
    made = done(office, "plan")
    assert made.sentence == "0 to assign, 0 to change, 0 to release; 1 held, 0 waiting."
    applied = done(office, "apply", plan=made.outcome["plan"])
    assert (applied.state, office.held()) == (State.DONE, {ann: N0})
    entry = Entry.objects.of(office.tenant.pk).get(verb="plan_applied")
    assert (entry.actor, entry.reason, entry.ticket) == (WHO, WHY, TICKET)
    again = done(office, "apply", plan=made.outcome["plan"])
    assert again.state == State.REFUSED
    assert "it was applied at" in again.outcome["problems"][0]


def test_what_a_verb_refuses_is_the_outcome_and_nothing_was_sent(office: Office) -> None:
    ann = named(office, "ann")
    refused = {
        "the text is no number": done(office, "assign", person=ann, number="<script>"),
        "nobody is called so": done(office, "sync_person", person="'; DROP TABLE people"),
        "there is no such range": done(office, "assign", person=ann, range="Nowhere"),
        "there is no such plan": done(office, "apply", plan="00000000"),
        "they have no number": done(office, "change", person=ann),
    }
    assert {why: task.state for why, task in refused.items()} == dict.fromkeys(refused, State.REFUSED)
    assert all(task.sentence.endswith(".") and task.ended_at for task in refused.values())
    assert (office.writes(), office.held()) == (0, {})
    assert refused["nobody is called so"].sentence.startswith("Nobody in the directory")


def test_what_microsoft_answers_is_the_outcome(office: Office) -> None:
    office.control.permissions([])
    task = done(office, "sync")
    assert (task.state, task.outcome) == (State.FAILED, {})
    assert "permission" in task.sentence
    assert task.run is not None
    assert task.run.outcome == "failed"


def test_a_task_waits_for_the_run_that_is_busy_with_the_tenant(office: Office) -> None:
    ask(office.tenant, Kind.SYNC, actor=WHO)
    with tenant_lock(office.tenant):
        task = next_task(office.tenant.pk, "a worker")
        assert task is not None
        carry_out(task)
        task.refresh_from_db()
        assert (task.state, task.started_at, Run.objects.of(office.tenant.pk).count()) == (
            State.WAITING,
            None,
            0,
        )
    (task,) = carry_out_waiting(office.tenant)
    assert task.state == State.DONE


def test_syncing_everything_anew_twice_does_not_confirm_that_the_missing_are_gone(office: Office) -> None:
    people = [office.joiner(city="Leeds") for _ in range(30)]
    office.sync()
    for person in people[:20]:
        office.control.purge(person)
    for _ in range(2):
        ask(office.tenant, "sync", {"full": True}, actor="cli:ben")
        carry_out_waiting(office.tenant)
        assert (office.items(), office.person(people[0]).deleted) == (["directory_short"], "")
    ask(office.tenant, "sync", {"full": True, "confirms": True}, actor="cli:ben")
    carry_out_waiting(office.tenant)
    assert (office.items(), office.person(people[0]).deleted) == ([], "permanent")
